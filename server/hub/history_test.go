package hub

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
)

// say has n messages said, and waits until they are on disk.
func say(t *testing.T, h *Hub, n int) {
	t.Helper()
	l := join(t, h, chat.Hello{})
	defer l.Leave()
	for i := range n {
		l.Do(post(fmt.Sprint(i), fmt.Sprint("text ", i)))
		pass(time.Second / chat.PostRate)
	}
	settled()
}

// seqs are those of the messages among events, which must be without gaps.
func seqs(t *testing.T, messages []chat.Message) (first, last int64) {
	t.Helper()
	for i, m := range messages {
		if i > 0 && m.Seq != messages[i-1].Seq+1 {
			t.Errorf("after %d comes %d", messages[i-1].Seq, m.Seq)
		}
	}
	if len(messages) == 0 {
		return 0, 0
	}
	return messages[0].Seq, messages[len(messages)-1].Seq
}

func TestWhoComesIsShownWhatWasSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		say(t, h, chat.PageSize+10)
		events := take(t, join(t, h, chat.Hello{}))
		status := events[0].(chat.Welcome).Rooms[0]
		if status.Head != chat.PageSize+10 || status.After != 10 || status.Recovered {
			t.Errorf("status: %+v", status)
		}
		if first, last := seqs(t, only[chat.Message](events)); first != 11 || last != chat.PageSize+10 {
			t.Errorf("shown are %d to %d", first, last)
		}
	})
}

func TestWhoComesBackIsToldExactlyWhatTheyMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		say(t, h, 300)
		epoch := h.log.Epoch()
		for _, tt := range []struct {
			name        string
			resume      chat.Resume
			recovered   bool
			first, last int64
		}{
			{"some", chat.Resume{Epoch: epoch, Rooms: map[string]int64{chat.Lobby: 42}}, true, 43, 300},
			{"one", chat.Resume{Epoch: epoch, Rooms: map[string]int64{chat.Lobby: 299}}, true, 300, 300},
			{"none", chat.Resume{Epoch: epoch, Rooms: map[string]int64{chat.Lobby: 300}}, true, 0, 0},
			{"all", chat.Resume{Epoch: epoch, Rooms: map[string]int64{chat.Lobby: 0}}, true, 1, 300},
			{"another epoch", chat.Resume{Epoch: "other", Rooms: map[string]int64{chat.Lobby: 42}}, false, 251, 300},
			{"another room", chat.Resume{Epoch: epoch, Rooms: map[string]int64{"attic": 42}}, false, 251, 300},
			{"more than there is", chat.Resume{Epoch: epoch, Rooms: map[string]int64{chat.Lobby: 301}}, false, 251, 300},
			{"less than nothing", chat.Resume{Epoch: epoch, Rooms: map[string]int64{chat.Lobby: -1}}, false, 251, 300},
		} {
			events := take(t, join(t, h, chat.Hello{Resume: &tt.resume}))
			status := events[0].(chat.Welcome).Rooms[0]
			if status.Recovered != tt.recovered || tt.first > 0 && status.After != tt.first-1 {
				t.Errorf("%s: %+v", tt.name, status)
			}
			if first, last := seqs(t, only[chat.Message](events)); first != tt.first || last != tt.last {
				t.Errorf("%s: %d to %d follow, want %d to %d", tt.name, first, last, tt.first, tt.last)
			}
		}
	})
}

func TestWhoMissedMuchGetsTheLatestPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		say(t, h, chat.MaxReplay+1)
		resume := chat.Resume{Epoch: h.log.Epoch(), Rooms: map[string]int64{chat.Lobby: 0}}
		if w := welcomeOf(t, join(t, h, chat.Hello{Resume: &resume})); w.Rooms[0].Recovered {
			t.Errorf("status: %+v", w.Rooms[0])
		}
		resume.Rooms[chat.Lobby] = 1
		if w := welcomeOf(t, join(t, h, chat.Hello{Resume: &resume})); !w.Rooms[0].Recovered {
			t.Errorf("status: %+v", w.Rooms[0])
		}
	})
}

func TestWhatIsTooLongToKeepIsAGapToAskFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		l := join(t, h, chat.Hello{})
		for i := range 200 {
			l.Do(post(fmt.Sprint(i), strings.Repeat("😀", chat.MaxText)))
			take(t, l)
		}
		if b := h.lobby.recent.bytes; b > maxRecentBytes {
			t.Errorf("%d bytes are kept in memory", b)
		}
		events := take(t, join(t, h, chat.Hello{Resume: &chat.Resume{Epoch: h.log.Epoch(), Rooms: map[string]int64{chat.Lobby: 10}}}))
		if status := events[0].(chat.Welcome).Rooms[0]; !status.Recovered || status.After != 10 || status.Head != 200 || len(only[chat.Message](events)) > 0 {
			t.Errorf("status %+v, %d messages", status, len(only[chat.Message](events)))
		}
		events = take(t, join(t, h, chat.Hello{}))
		if first, last := seqs(t, only[chat.Message](events)); last != 200 || first < 195 || events[0].(chat.Welcome).Rooms[0].After != first-1 {
			t.Errorf("of long messages, %d to %d are shown: %+v", first, last, events[0].(chat.Welcome).Rooms[0])
		}
	})
}

func TestWelcomeWithLongMessagesIsCutAtMaxOutbound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		for n := range 8 {
			l.Do(post(fmt.Sprint(n), strings.Repeat("é", chat.MaxText)))
			pass(time.Minute)
		}
		texts, _ := messages(t, join(t, h, chat.Hello{}))
		all := 0
		for n, text := range texts {
			if all += len(text); len(text) > chat.MaxOutbound {
				t.Errorf("message %d has %d bytes", n, len(text))
			}
		}
		if all <= chat.MaxOutbound {
			t.Errorf("%d bytes follow: this shows nothing", all)
		}
	})
}

// TestNothingIsMissedOrToldTwiceWhileComingBack has people join and leave while
// others talk: what follows a welcome and what happens then fit together.
func TestNothingIsMissedOrToldTwiceWhileComingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		talker, done := join(t, h, chat.Hello{}), make(chan struct{})
		go func() {
			defer close(done)
			beat := time.NewTicker(7 * time.Millisecond) // not in step with those who come
			defer beat.Stop()
			for n := range 300 {
				<-beat.C
				talker.Do(post(fmt.Sprint(n), "x"))
			}
		}()
		var last int64
		for {
			events := take(t, join(t, h, chat.Hello{Resume: &chat.Resume{Epoch: h.log.Epoch(), Rooms: map[string]int64{chat.Lobby: last}}}))
			if w := events[0].(chat.Welcome); !w.Rooms[0].Recovered || w.Rooms[0].After != last {
				t.Fatalf("with %d, the status is %+v", last, w.Rooms[0])
			}
			told := only[chat.Message](events)
			if first, to := seqs(t, told); len(told) > 0 {
				if first != last+1 {
					t.Fatalf("with %d, the first that follows is %d", last, first)
				}
				last = to
			}
			select {
			case <-done:
				if last != 300 {
					t.Errorf("at the end %d are there", last)
				}
				return
			default:
			}
			pass(30 * time.Millisecond)
		}
	})
}

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		say(t, h, 120)
		l := join(t, h, chat.Hello{})
		take(t, l)
		for _, tt := range []struct {
			ask            chat.History
			first, last    int64
			earlier, later bool
		}{
			{chat.History{Before: 71}, 21, 70, true, true},
			{chat.History{Before: 21}, 1, 20, false, true},
			{chat.History{Before: 1}, 0, 0, false, true},
			{chat.History{Before: 1000, Limit: 200}, 1, 120, false, false},
			{chat.History{After: 100}, 101, 120, true, false},
			{chat.History{After: 10, Limit: 5}, 11, 15, true, true},
			{chat.History{After: 120}, 0, 0, true, false},
			{chat.History{After: 9999}, 0, 0, true, false},
			{chat.History{Around: 60, Limit: 10}, 55, 64, true, true},
			{chat.History{Around: 1, Limit: 10}, 1, 5, false, true},
			{chat.History{Around: 9999, Limit: 10}, 115, 120, true, false},
		} {
			tt.ask.ID, tt.ask.Room = "h", chat.Lobby
			l.Do(tt.ask)
			pages := only[chat.Page](take(t, l))
			if len(pages) != 1 || pages[0].ID != "h" || pages[0].Room != chat.Lobby || pages[0].Events == nil {
				t.Fatalf("%+v is answered with %+v", tt.ask, pages)
			}
			first, last := seqs(t, said(pages[0].Events))
			if first != tt.first || last != tt.last || pages[0].Earlier != tt.earlier || pages[0].Later != tt.later {
				t.Errorf("%+v: %d to %d, earlier %v, later %v", tt.ask, first, last, pages[0].Earlier, pages[0].Later)
			}
			pass(time.Second)
		}
		l.Do(chat.History{ID: "h", Room: chat.Lobby, Around: 60, Limit: 1})
		sixtieth := only[chat.Page](take(t, l))[0].Events[0].Stamped().Time
		for at, want := range map[time.Time][2]int64{
			sixtieth:                     {55, 64},
			sixtieth.Add(-1 * time.Hour): {1, 5},
			sixtieth.Add(+1 * time.Hour): {115, 120}, // all was said before: the latest
		} {
			l.Do(chat.History{ID: "t", Room: chat.Lobby, At: at.UnixMilli(), Limit: 10})
			if first, last := seqs(t, said(only[chat.Page](take(t, l))[0].Events)); first != want[0] || last != want[1] {
				t.Errorf("at %s: %d to %d, want %v", at, first, last, want)
			}
		}
		l.Do(chat.History{ID: "a", Room: "attic", Before: 5})
		if r := only[chat.Reject](take(t, l)); len(r) != 1 || r[0].Code != chat.CodeNoRoom || r[0].ID != "a" {
			t.Errorf("a room that is not there: %+v", r)
		}
	})
}

func TestPlainListenerIsShownTheLastLinesAndMayAskForMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		first, err := h.Join(Visit{Mode: Plain}, new(recorder))
		if err != nil {
			t.Fatal(err)
		}
		first.Do(chat.Past{Room: chat.Lobby, N: 5})
		if lines, _ := messages(t, first); lines[len(lines)-1] != chat.NothingSaid {
			t.Errorf("before anything was said: %q", lines)
		}
		say(t, h, 30)
		l, err := h.Join(Visit{Mode: Plain}, new(recorder))
		if err != nil {
			t.Fatal(err)
		}
		lines, _ := messages(t, l)
		if len(lines) != 2+chat.PlainHistory || !strings.HasSuffix(lines[2], ": text 10") || !strings.HasSuffix(lines[21], ": text 29") {
			t.Errorf("the first lines: %q", lines)
		}
		l.Do(chat.Past{Room: chat.Lobby, N: 25})
		if lines, _ := messages(t, l); len(lines) != 25 || !strings.HasSuffix(lines[0], ": text 5") {
			t.Errorf("/history 25: %q", lines)
		}
	})
}

func TestWhatWasSaidSurvivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		token := strings.Repeat("t", chat.MinToken)
		var epoch string
		for n := range 3 {
			h, err := Open(Config{Folder: folder, Build: "build", Open: true})
			if err != nil {
				t.Fatal(err)
			}
			l := join(t, h, chat.Hello{Token: token})
			events := take(t, l)
			w := events[0].(chat.Welcome)
			if n > 0 && (w.Epoch != epoch || w.Rooms[0].Head != 1) {
				t.Errorf("after the restart: %+v", w)
			}
			epoch = w.Epoch
			l.Do(post("a", "once")) // and again: its answer did not reach us
			if acks := only[chat.Ack](take(t, l)); len(acks) != 1 || acks[0] != (chat.Ack{ID: "a", Seq: 1, Duplicate: n > 0}) {
				t.Errorf("start %d: the post was answered with %+v", n, acks)
			}
			h.Close(Close{})
		}
	})
}

// said are the messages among events.
func said(events []chat.Durable) (messages []chat.Message) {
	for _, e := range events {
		if m, ok := e.(chat.Message); ok {
			messages = append(messages, m)
		}
	}
	return messages
}
