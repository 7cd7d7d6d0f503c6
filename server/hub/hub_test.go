package hub

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
)

// join opens a typed place for somebody with the token.
func join(t *testing.T, h *Hub, hello chat.Hello) *Listener {
	t.Helper()
	l, err := h.Join(hello, Typed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// take returns the events that wait for l.
func take(t *testing.T, l *Listener) []chat.Event {
	t.Helper()
	frames, _ := l.Take()
	events := make([]chat.Event, 0, len(frames))
	for _, f := range frames {
		e, err := chat.DecodeEvent(f)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		events = append(events, e)
	}
	return events
}

func only[E chat.Event](events []chat.Event) (found []E) {
	for _, e := range events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

func welcomeOf(t *testing.T, l *Listener) chat.Welcome {
	t.Helper()
	events := take(t, l)
	if len(events) == 0 {
		t.Fatal("no welcome")
	}
	w, ok := events[0].(chat.Welcome)
	if !ok {
		t.Fatalf("the first event is a %T, not a welcome", events[0])
	}
	return w
}

func post(id, text string) chat.Post { return chat.Post{ID: id, Room: chat.Lobby, Text: text} }

func TestEveryoneSeesEverythingInOneOrder(t *testing.T) {
	h := New("build")
	const people, each = 20, 30 // each within PostBurst
	var seen [people][]chat.Message
	var listening, posting sync.WaitGroup
	var places [people]*Listener
	for i := range places {
		places[i] = join(t, h, chat.Hello{})
	}
	for i, l := range places {
		listening.Go(func() {
			for len(seen[i]) < people*each {
				<-l.Wake()
				seen[i] = append(seen[i], only[chat.Message](take(t, l))...)
			}
		})
		posting.Go(func() {
			for n := range each {
				l.Do(post(fmt.Sprint(n), fmt.Sprintf("%d of %d", n, i)))
			}
		})
	}
	posting.Wait()
	listening.Wait()
	for i := range people {
		for n, m := range seen[i] {
			if m.Seq != int64(n+1) {
				t.Fatalf("listener %d: message %d has seq %d", i, n, m.Seq)
			}
			if m != seen[0][n] {
				t.Fatalf("listeners 0 and %d differ at seq %d: %v, %v", i, m.Seq, seen[0][n], m)
			}
		}
	}
}

func TestSlowListenerIsClosedAndCostsOthersNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New("build")
		slow := join(t, h, chat.Hello{})
		quick := join(t, h, chat.Hello{})
		text := strings.Repeat("x", chat.MaxText)
		got := 0
		for n := range 2 * chat.MaxBacklog / chat.MaxText {
			quick.Do(post(fmt.Sprint(n), text))
			got += len(only[chat.Message](take(t, quick)))
			time.Sleep(time.Second / chat.PostRate)
			slow.mu.Lock()
			waiting := slow.bytes
			slow.mu.Unlock()
			if waiting > chat.MaxBacklog {
				t.Fatalf("%d bytes wait for the slow listener", waiting)
			}
		}
		if want := 2 * chat.MaxBacklog / chat.MaxText; got != want {
			t.Errorf("the quick listener got %d of %d messages", got, want)
		}
		frames, closed := slow.Take()
		if closed == nil || closed.Code != chat.CloseSlow {
			t.Errorf("the slow listener was closed with %v, want %d", closed, chat.CloseSlow)
		}
		if len(frames) > 0 {
			t.Errorf("%d frames are kept for a listener that was given up", len(frames))
		}
	})
}

func TestSamePostIsCarriedOutOnce(t *testing.T) {
	h := New("build")
	token := strings.Repeat("t", chat.MinToken)
	first := join(t, h, chat.Hello{Token: token})
	first.Do(post("a", "once"))
	first.Leave()
	again := join(t, h, chat.Hello{Token: token})
	other := join(t, h, chat.Hello{})
	again.Do(post("a", "once"))
	acks := only[chat.Ack](take(t, again))
	if len(acks) != 1 || acks[0] != (chat.Ack{ID: "a", Seq: 1, Duplicate: true}) {
		t.Errorf("the repeated post was answered with %+v", acks)
	}
	other.Do(post("a", "the same id of somebody else"))
	if got := only[chat.Message](take(t, other)); len(got) != 1 || got[0].Seq != 2 {
		t.Errorf("messages after the repetition: %+v", got)
	}
}

func TestPostsRememberedAreBounded(t *testing.T) {
	r := room{posted: make(map[postKey]int64)}
	for n := range int64(3 * maxPosted) {
		r.remember(postKey{"p", fmt.Sprint(n)}, n)
	}
	if len(r.posted) != maxPosted || len(r.order) != maxPosted {
		t.Errorf("%d posts and %d places are kept, want %d", len(r.posted), len(r.order), maxPosted)
	}
	if _, ok := r.posted[postKey{"p", fmt.Sprint(2 * maxPosted)}]; !ok {
		t.Error("one of the latest posts is not remembered")
	}
}

func TestTooFastIsRefusedAndThenAllowedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New("build")
		token := strings.Repeat("t", chat.MinToken)
		one := join(t, h, chat.Hello{Token: token})
		two := join(t, h, chat.Hello{Token: token}) // the rate is the person's, not the connection's
		for n := range chat.PostBurst {
			[]*Listener{one, two}[n%2].Do(post(fmt.Sprint(n), "x"))
		}
		take(t, one)
		one.Do(post("late", "x"))
		rejects := only[chat.Reject](take(t, one))
		if len(rejects) != 1 || rejects[0].Code != chat.CodeTooFast || !rejects[0].Retry || rejects[0].ID != "late" {
			t.Fatalf("the post over the rate was answered with %+v", rejects)
		}
		time.Sleep(time.Duration(rejects[0].RetryAfter+1) * time.Millisecond)
		one.Do(post("late", "x"))
		if acks := only[chat.Ack](take(t, one)); len(acks) != 1 {
			t.Errorf("after the time it named, the post was answered with %+v", acks)
		}
	})
}

func TestRefusals(t *testing.T) {
	h := New("build")
	l := join(t, h, chat.Hello{})
	take(t, l)
	for _, tt := range []struct {
		command chat.Command
		want    chat.Code
	}{
		{chat.Post{ID: "1", Room: "attic", Text: "x"}, chat.CodeNoRoom},
		{chat.Hello{}, chat.CodeUnexpected},
	} {
		l.Do(tt.command)
		rejects := only[chat.Reject](take(t, l))
		if len(rejects) != 1 || rejects[0].Code != tt.want || rejects[0].Text == "" {
			t.Errorf("%+v was answered with %+v, want %s", tt.command, rejects, tt.want)
		}
	}
}

func TestClosedHubClosesAllAndLetsNobodyIn(t *testing.T) {
	h := New("build")
	l := join(t, h, chat.Hello{})
	h.Close(chat.CloseGoingAway, "bye")
	if _, closed := l.Take(); closed == nil || *closed != (Close{chat.CloseGoingAway, "bye"}) {
		t.Errorf("the listener was closed with %v", closed)
	}
	if _, err := h.Join(chat.Hello{}, Typed, nil); err != ErrClosed {
		t.Errorf("joining a closed hub: %v", err)
	}
}
