package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"cyberchat/app/chat"
)

func TestUnreadIsTheSameOnAllDevices(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		does(t, ann, garden("1"))
		does(t, bob, joining("1", "garden"))
		phone := known(t, h, "Bob")
		take(t, phone)
		for n := range 5 {
			does(t, ann, chat.Post{ID: fmt.Sprint("p", n), Room: "garden", Text: "x"}) // 4 to 8
		}
		does(t, bob, chat.Post{ID: "own", Room: "garden", Text: "his own counts as read"})
		unread := func() chat.Reading {
			t.Helper()
			for _, s := range welcomeOf(t, known(t, h, "Bob")).Rooms {
				if s.ID == "garden" {
					return s.Reading
				}
			}
			t.Fatal("he is not in the garden")
			return chat.Reading{}
		}
		if got := unread(); got != (chat.Reading{Read: 3, Unread: 5}) {
			t.Errorf("at first: %+v", got)
		}
		for _, tt := range []struct {
			command chat.Identified
			want    chat.Reading
		}{
			{chat.Mark{ID: "m1", Room: "garden", Seq: 6}, chat.Reading{Read: 6, Unread: 2}},
			{chat.Mark{ID: "m2", Room: "garden", Seq: 4}, chat.Reading{Read: 6, Unread: 2}}, // of a device that lags behind
			{chat.Mark{ID: "m3", Room: "garden", Seq: 4, Unread: true}, chat.Reading{Read: 4, Unread: 4}},
			{chat.Quiet{ID: "m4", Room: "garden", On: true}, chat.Reading{Read: 4, Unread: 4, Quiet: true}},
			{chat.Mark{ID: "m5", Room: "garden", Seq: 999}, chat.Reading{Read: 9, Quiet: true}},
		} {
			take(t, phone)
			_, events := does(t, bob, tt.command)
			for on, marked := range map[string][]chat.Marked{"this device": only[chat.Marked](events), "the other": only[chat.Marked](take(t, phone))} {
				if len(marked) != 1 || marked[0] != (chat.Marked{Room: "garden", Reading: tt.want}) {
					t.Errorf("%+v: %s was told %+v, want %+v", tt.command, on, marked, tt.want)
				}
			}
			if got := unread(); got != tt.want {
				t.Errorf("%+v: who comes then is told %+v", tt.command, got)
			}
		}
		if told := only[chat.Marked](take(t, ann)); len(told) > 0 {
			t.Errorf("somebody else was told %+v", told)
		}
		does(t, bob, chat.Hide{ID: "h", Person: ann.person.id, On: true})
		if hid := only[chat.Hid](take(t, phone)); len(hid) != 1 || hid[0] != (chat.Hid{Person: ann.person.id, On: true}) {
			t.Errorf("hidden on one, the other was told %+v", hid)
		}
		if w := welcomeOf(t, known(t, h, "Bob")); !slices.Equal(w.Hidden, []string{ann.person.id}) {
			t.Errorf("the welcome hides %v", w.Hidden)
		}
	})
}

// TestWhatTheHiddenSayIsNotUnread; and whoever is shown again is counted again.
func TestWhatTheHiddenSayIsNotUnread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann, bob, kim := known(t, h, "Ann"), known(t, h, "Bob"), known(t, h, "Kim")
		does(t, ann, garden("1"))
		does(t, bob, joining("1", "garden"))
		does(t, kim, joining("1", "garden"))
		say := func(n int) {
			t.Helper()
			does(t, ann, chat.Post{ID: fmt.Sprint("a", n), Room: "garden", Text: "x"})
			does(t, kim, chat.Post{ID: fmt.Sprint("k", n), Room: "garden", Text: "x"})
		}
		say(1)
		phone := known(t, h, "Bob")
		take(t, phone)
		take(t, bob)
		is := func(when string, told bool, want int) {
			t.Helper()
			for on, l := range map[string]*Listener{"this device": bob, "the other": phone} {
				marked := only[chat.Marked](take(t, l))
				if told != (len(marked) == 1) || told && marked[0].Unread != want {
					t.Errorf("%s: %s is told %+v, want %d", when, on, marked, want)
				}
			}
			fresh := known(t, h, "Bob")
			defer fresh.Leave()
			for _, s := range welcomeOf(t, fresh).Rooms {
				if s.ID == "garden" && s.Unread != want {
					t.Errorf("%s: who comes is told %d, want %d", when, s.Unread, want)
				}
			}
		}
		is("at first", false, 2)
		bob.Do(chat.Hide{ID: "h1", Person: ann.person.id, On: true})
		is("hidden", true, 1)
		say(2)
		is("then", false, 2)
		h.mu.Lock()
		h.rooms["garden"].recent.clear() // it is the store's count now
		h.mu.Unlock()
		bob.Do(chat.Hide{ID: "h2", Person: kim.person.id, On: true})
		is("both", true, 0)
		bob.Do(chat.Hide{ID: "h3", Person: ann.person.id})
		is("one is shown again", true, 2)
		bob.Do(chat.Mark{ID: "m", Room: "garden", Seq: 5, Unread: true})
		is("marked", true, 1)
	})
}

func TestATextThatWasTakenAwayNeverLeavesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		does(t, owner, garden("1"))
		does(t, ann, joining("1", "garden"))
		does(t, bob, joining("1", "garden"))
		for n, text := range []string{"kept", "secret one", "secret two", "secret of Ann"} {
			does(t, ann, chat.Post{ID: fmt.Sprint("g", n), Room: "garden", Text: text}) // 5 …
			does(t, ann, post(fmt.Sprint("l", n), text))                                // 1 …
		}
		does(t, bob, chat.Report{ID: "r", Room: "garden", Message: 6, Reason: "look"})
		reported := only[chat.Reported](take(t, owner))
		if len(reported) != 1 || reported[0].Text != "secret one" {
			t.Fatalf("reported: %+v", reported)
		}
		does(t, owner, chat.Delete{ID: "d1", Room: "garden", Message: 6})
		does(t, owner, chat.Delete{ID: "d1 l", Room: chat.Lobby, Message: 2})
		does(t, owner, chat.Settle{ID: "s", Report: reported[0].Seq})
		does(t, ann, chat.Delete{ID: "d2", Room: "garden", Message: 7})
		does(t, ann, chat.Delete{ID: "d2 l", Room: chat.Lobby, Message: 3})
		if gone := only[chat.Deleted](take(t, bob)); len(gone) != 4 {
			t.Errorf("he was told %+v", gone)
		}
		all := func(secret string) {
			t.Helper()
			resume := &chat.Resume{Epoch: h.log.Epoch(), Rooms: map[string]int64{chat.Lobby: 0, "garden": 0, chat.Place: 0}}
			for name, hello := range map[string]chat.Hello{
				"a resume":           {Token: tokenOf("Bob"), Resume: resume},
				"a moderator's":      {Token: tokenOf("Owner"), Resume: resume},
				"a welcome":          {Token: tokenOf("Bob")},
				"a guest's welcome":  {},
				"the guest's resume": {Resume: resume},
			} {
				l := join(t, h, hello)
				l.Do(chat.History{ID: "h", Room: chat.Lobby, Around: 1})
				if hello.Token != "" {
					l.Do(chat.History{ID: "g", Room: "garden", Around: 5})
					l.Do(chat.History{ID: "p", Room: chat.Place, Around: 1, Limit: 200})
				}
				texts, _ := messages(t, l)
				if got := strings.Join(texts, "\n"); strings.Contains(got, secret) || !strings.Contains(got, `"gone":true`) {
					t.Errorf("%s: %s", name, got)
				}
				l.Leave()
			}
			plain, err := h.Join(Visit{Mode: Plain}, new(recorder))
			if err != nil {
				t.Fatal(err)
			}
			if lines, _ := messages(t, plain); strings.Contains(strings.Join(lines, "\n"), secret) {
				t.Errorf("in plain mode: %q", lines)
			}
			plain.Leave()
		}
		all("secret one")
		all("secret two")
		ann.Do(chat.Depart{ID: "x", Erase: true})
		settled()
		all("secret")
		all("kept")
		all(`"Ann"`) // the name is gone with her
	})
}

func TestANameIsThatOfToday(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann := known(t, h, "Ann")
		phone := known(t, h, "Ann")
		does(t, ann, post("1", "hello"))
		take(t, phone)
		resumed := func() chat.Person {
			l := join(t, h, chat.Hello{Resume: &chat.Resume{Epoch: h.log.Epoch(), Rooms: map[string]int64{chat.Lobby: 0}}})
			defer l.Leave()
			return only[chat.Message](take(t, l))[0].Author
		}
		if got := resumed(); got.Name != "Ann" {
			t.Errorf("what she said is told as %+v", got)
		}
		does(t, ann, chat.Rename{ID: "2", Name: "Anna"})
		if got := resumed(); got.Name != "Anna" {
			t.Errorf("who comes back is told what she said as %+v", got)
		}
		if you := only[chat.You](take(t, phone)); len(you) != 1 || you[0].Name != "Anna" || !you[0].Known || you[0].Member.Role != chat.RoleMember {
			t.Errorf("her other device was told %+v", you)
		}
		does(t, ann, chat.Profile{ID: "3", About: "a line"})
		if you := only[chat.You](take(t, phone)); len(you) != 1 || you[0].About != "a line" {
			t.Errorf("her other device was told %+v", you)
		}
		events := take(t, join(t, h, chat.Hello{Name: "Ann"}))
		if w := events[0].(chat.Welcome); w.You.Name != "Ann" || w.You.Known {
			t.Errorf("a guest takes the name that is free: %+v", w)
		}
		if said := only[chat.Message](events); len(said) != 1 || said[0].Author != (chat.Person{ID: ann.person.id, Name: "Anna"}) {
			t.Errorf("what she said is told as %+v", said)
		}
		if f := faulty(t, ann, chat.Rename{ID: "4", Name: "ann"}); f.Code != chat.CodeNameTaken {
			t.Errorf("the name of a guest is given: %+v", f)
		}
		if w := welcomeOf(t, join(t, h, chat.Hello{Name: "ANNA"})); w.Refused == nil || w.Refused.Code != chat.CodeNameTaken {
			t.Errorf("a guest takes a name of the store: %+v", w)
		}
		guest := join(t, h, chat.Hello{})
		take(t, guest)
		if f := faulty(t, guest, chat.Rename{ID: "5", Name: "ANNA"}); f.Code != chat.CodeNameTaken {
			t.Errorf("a guest takes a name of the store: %+v", f)
		}
		if w := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("n"), Name: "ann"})); w.Refused == nil || w.Refused.Code != chat.CodeNameTaken || !w.You.Known {
			t.Errorf("somebody new takes the name of a guest: %+v", w)
		}
	})
}
