package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

func tokenOf(name string) string { return name + strings.Repeat("-", chat.MinToken) }

func TestNamesAreUniqueWithoutRegardToCaseOrWidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := join(t, h, chat.Hello{Name: "Ann"})
		if w := welcomeOf(t, ann); w.You.Name != "Ann" || w.Refused != nil {
			t.Fatalf("welcome: %+v", w)
		}
		for _, name := range []string{"Ann", "ANN", "ann", "Ａｎｎ"} {
			w := welcomeOf(t, join(t, h, chat.Hello{Name: name}))
			if w.Refused == nil || w.Refused.Code != chat.CodeNameTaken || !strings.HasPrefix(w.You.Name, "guest-") {
				t.Errorf("hello as %q: refused %v, named %q", name, w.Refused, w.You.Name)
			}
		}
		bob := join(t, h, chat.Hello{Name: "Bob"})
		take(t, bob)
		bob.Do(chat.Rename{ID: "1", Name: "aNN"})
		if r := only[chat.Reject](take(t, bob)); len(r) != 1 || r[0].Code != chat.CodeNameTaken || r[0].ID != "1" {
			t.Errorf("renaming to a taken name: %+v", r)
		}
		bob.Do(post("2", "x"))
		if m := only[chat.Message](take(t, bob)); len(m) != 1 || m[0].Author.Name != "Bob" {
			t.Errorf("after the refusal: %+v", m)
		}
		bob.Do(chat.Rename{ID: "3", Name: "BOB"}) // one's own name in another case is no other's
		if a := only[chat.Ack](take(t, bob)); len(a) != 1 || a[0] != (chat.Ack{ID: "3", Name: "BOB"}) {
			t.Errorf("renaming to the own name in capitals: %+v", a)
		}
		take(t, ann)
		ann.Do(chat.Rename{ID: "4", Name: "Anna"})
		if w := welcomeOf(t, join(t, h, chat.Hello{Name: "ann"})); w.You.Name != "ann" {
			t.Errorf("a name that was given up was not given: %+v", w)
		}
	})
}

func TestBadNameAtHelloMakesAGuestAndSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		for _, name := range []string{"a:b", "*ann", strings.Repeat("x", chat.MaxName+1), "\u202eann"} {
			w := welcomeOf(t, join(t, h, chat.Hello{Name: name}))
			if w.Refused == nil || w.Refused.Code != chat.CodeBadName || !strings.HasPrefix(w.You.Name, "guest-") {
				t.Errorf("hello as %q: refused %v, named %q", name, w.Refused, w.You.Name)
			}
		}
	})
}

func TestConnectionsWithOneTokenAreOnePerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		first := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Ann"}))
		second := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Ann"}))
		if first.You != second.You || second.Refused != nil {
			t.Errorf("the second tab is %+v (refused %v), the first %+v", second.You, second.Refused, first.You)
		}
		if n := second.Rooms[0].Online; n != 1 {
			t.Errorf("%d people are online, want 1", n)
		}
		other := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("b"), Name: "Ann"}))
		if other.You.ID == first.You.ID || other.Refused == nil {
			t.Errorf("somebody with another token is %+v, refused %v", other.You, other.Refused)
		}
	})
}

// presences runs do in a hub with a listener and returns what that was told.
func presences(t *testing.T, do func(h *Hub)) (told []chat.Presence, watcher chat.Person) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		h := open(t)
		go h.Run(ctx)
		l := join(t, h, chat.Hello{Name: "watcher"})
		watcher = welcomeOf(t, l).You.Person
		pass(5 * chat.PresenceEvery / 2) // so that do begins between two ticks
		take(t, l)
		do(h)
		pass(10*time.Second + leaveGrace)
		told = only[chat.Presence](take(t, l))
	})
	return told, watcher
}

func TestComingAndGoingIsToldMerged(t *testing.T) {
	const crowd = 500
	told, _ := presences(t, func(h *Hub) {
		for i := range crowd {
			l := join(t, h, chat.Hello{Name: fmt.Sprintf("p%03d", i)})
			time.AfterFunc(5*time.Second, l.Leave)
			pass(2 * time.Second / crowd) // they come over two seconds
		}
	})
	var joined, left int
	for i, p := range told {
		joined += p.Joined.Count
		left += p.Left.Count
		if len(p.Joined.People) > chat.MaxListed || len(p.Left.People) > chat.MaxListed {
			t.Errorf("a presence names %d and %d people", len(p.Joined.People), len(p.Left.People))
		}
		if i > 0 && p.Time.Sub(told[i-1].Time) < chat.PresenceEvery {
			t.Errorf("presences %d and %d are %v apart", i-1, i, p.Time.Sub(told[i-1].Time))
		}
	}
	if joined != crowd || left != crowd {
		t.Errorf("%d joined and %d left, want %d", joined, left, crowd)
	}
	news := slices.DeleteFunc(slices.Clone(told), func(p chat.Presence) bool { return p.Joined.Count+p.Left.Count == 0 })
	if len(news) > 7 || len(told) > 10 {
		t.Errorf("a crowd that came and went over seven seconds, and was news five later, cost %d events, %d of them news", len(told), len(news))
	}
	if last := told[len(told)-1]; last.Online != 1 {
		t.Errorf("at the end %d are online", last.Online)
	}
}

func TestAReloadIsNotTold(t *testing.T) {
	told, _ := presences(t, func(h *Hub) {
		l := join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Ann"})
		pass(3 * time.Second)
		l.Leave()
		pass(leaveGrace / 2)
		join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Ann"})
	})
	if len(told) != 3 || told[0].Joined.Count != 1 {
		t.Fatalf("told: %+v", told)
	}
	ann := told[0].Joined.People[0].ID
	for i, p := range told[1:] { // that she was offline is no news
		if p.Joined.Count+p.Left.Count+len(p.Renamed) > 0 || !slices.Equal([][]string{p.Gone, p.Back}[i], []string{ann}) || p.Online != 1+i {
			t.Errorf("while she was gone, and when she was back: %+v", p)
		}
	}
}

func TestNameChangesAreToldMerged(t *testing.T) {
	told, watcher := presences(t, func(h *Hub) {
		l := join(t, h, chat.Hello{Name: "Ann"})
		pass(2 * time.Second)
		l.Do(chat.Rename{ID: "1", Name: "Anna"})
		l.Do(chat.Rename{ID: "2", Name: "Annabel"})
		pass(2 * time.Second)
		l.Do(chat.Rename{ID: "3", Name: "Ann"})
		l.Do(chat.Rename{ID: "4", Name: "Annabel"}) // and back: nothing to tell
	})
	if len(told) != 2 {
		t.Fatalf("told: %+v", told)
	}
	if r := told[1].Renamed; len(r) != 1 || r[0].From != "Ann" || r[0].To != "Annabel" || r[0].ID == watcher.ID {
		t.Errorf("renamed: %+v", r)
	}
}

func TestWelcomeAndPresencesTellOneStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		h := open(t)
		go h.Run(ctx)
		// Somebody comes and goes before the room is told of them: a listener
		// that joins in between must not keep them for ever.
		passing := join(t, h, chat.Hello{Name: "passing"})
		w := welcomeOf(t, join(t, h, chat.Hello{Name: "Ann"}))
		passing.Leave()
		for _, p := range w.Rooms[0].People {
			if p.Name == "passing" {
				t.Error("the welcome names somebody of whom the room was not told")
			}
		}
		if len(w.Rooms[0].People) != 1 || w.Rooms[0].Online != 1 {
			t.Errorf("the welcome counts %d and names %v; the newcomer is here", w.Rooms[0].Online, w.Rooms[0].People)
		}
	})
}

func TestPlainListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l, err := h.Join(Visit{Mode: Plain}, new(recorder))
		if err != nil {
			t.Fatal(err)
		}
		l.Do(chat.Who{Room: chat.Lobby})
		l.Do(chat.Post{Room: chat.Lobby, Text: "hi"})
		settled()
		l.Do(chat.Rename{Name: "Ann"})
		l.Do(chat.Help{})
		lines, _ := messages(t, l)
		guest := strings.TrimSuffix(strings.TrimPrefix(lines[2], "* Here: "), ".")
		want := []string{
			chat.Greeting,
			"* You are " + guest + ". Write a line and press Enter; /help lists what else you can do.",
			"* Here: " + guest + ".",
			guest + ": hi",
			"* You are Ann now.",
		}
		want = append(want, chat.HelpLines...)
		if strings.Join(lines, "\n") != strings.Join(want, "\n") {
			t.Errorf("lines:\n%s\nwant:\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
	})
}

func TestSecondConnectionKeepsTheNameOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Ann"})
		w := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Old name of another tab"}))
		if w.You.Name != "Ann" || w.Refused != nil {
			t.Errorf("the second connection is called %q, refused %v", w.You.Name, w.Refused)
		}
		again := join(t, h, chat.Hello{Token: tokenOf("b"), Name: "Bea"})
		again.Leave()
		if w := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("b"), Name: "Old name of another device"})); w.You.Name != "Bea" || w.Refused != nil {
			t.Errorf("who comes back with another name is called %q, refused %v", w.You.Name, w.Refused)
		}
	})
}

func TestWelcomeAfterARenameHasTheNewNameOnceAndInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		h := open(t)
		go h.Run(ctx)
		ann := join(t, h, chat.Hello{Token: tokenOf("a"), Name: "Ann"})
		join(t, h, chat.Hello{Name: "bob"})
		join(t, h, chat.Hello{Name: "Kim"})
		pass(2 * time.Second)
		names := func() string {
			var all []string
			w := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("a")}))
			for _, p := range w.Rooms[0].People {
				all = append(all, p.Name)
			}
			return fmt.Sprint(w.Rooms[0].Online, all)
		}
		if got := names(); got != "3 [Ann bob Kim]" {
			t.Errorf("before: %s", got)
		}
		ann.Do(chat.Rename{ID: "1", Name: "Carla"})
		settled()
		if got := names(); got != "3 [bob Carla Kim]" {
			t.Errorf("at once: %s", got)
		}
		pass(2 * time.Second)
		if got := names(); got != "3 [bob Carla Kim]" {
			t.Errorf("when all were told: %s", got)
		}
	})
}

func TestMoreRenamesThanOneEventNamesAreToldByTheNext(t *testing.T) {
	told, _ := presences(t, func(h *Hub) {
		var crowd []*Listener
		for n := range chat.MaxListed + 50 {
			crowd = append(crowd, join(t, h, chat.Hello{Name: fmt.Sprint("old", n)}))
		}
		pass(2 * time.Second)
		for n, l := range crowd {
			l.Do(chat.Rename{ID: "1", Name: fmt.Sprint("new", n)})
		}
		pass(3 * time.Second)
	})
	renamed := map[string]bool{}
	for _, p := range told {
		if len(p.Renamed) > chat.MaxListed {
			t.Errorf("one event names %d", len(p.Renamed))
		}
		for _, r := range p.Renamed {
			renamed[r.To] = true
		}
	}
	if len(renamed) != chat.MaxListed+50 {
		t.Errorf("%d of %d were told", len(renamed), chat.MaxListed+50)
	}
}

func TestAnAddressHasARateOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		from := rate.NewLimiter(1, 3)
		one, _ := h.Join(Visit{From: from}, new(recorder))
		two, _ := h.Join(Visit{From: from}, new(recorder))
		for n := range 2 {
			one.Do(post(fmt.Sprint(n), "x"))
			two.Do(post(fmt.Sprint(n), "x"))
		}
		if r := only[chat.Reject](take(t, two)); len(r) != 1 || r[0].Code != chat.CodeTooFast || r[0].RetryAfter != 1000 {
			t.Errorf("the fourth command of an address that may send three: %+v", r)
		}
		if n := int(one.person.limiter.Tokens() + two.person.limiter.Tokens()); n != 2*chat.PostBurst-3 {
			t.Errorf("%d tokens are left to the two: the refused command was taken from its sender", n)
		}
	})
}

func TestNobodySpeaksBeforeTheyJoin(t *testing.T) {
	told, _ := presences(t, func(h *Hub) {
		join(t, h, chat.Hello{Name: "Bob"}).Do(post("1", "before"))
		pass(2 * time.Second)
		join(t, h, chat.Hello{Name: "Ann"}).Do(post("2", "at once"))
	})
	if len(told) != 2 || told[0].After != 0 || told[1].After != 1 {
		t.Errorf("told: %+v", told)
	}
}
