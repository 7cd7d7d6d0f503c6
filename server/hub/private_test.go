package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
)

// TestAPrivateRoomIsAsIfItWasNotThere has an outsider try everything.
func TestAPrivateRoomIsAsIfItWasNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		outsiders := map[string]*Listener{"a member": known(t, h, "Kim"), "a guest": join(t, h, chat.Hello{Token: tokenOf("g")}), "a guest without a session": join(t, h, chat.Hello{})}
		ack, _ := does(t, ann, chat.Create{ID: "1", Title: "Cellar", Access: chat.Private})
		does(t, ann, chat.ChangeMember{ID: "2", Room: ack.Room, Change: chat.Added, Person: bob.person.id})
		if again, _ := does(t, ann, chat.Create{ID: "1", Title: "Cellar", Access: chat.Private}); again != (chat.Ack{ID: "1", Seq: ack.Seq, Room: ack.Room, Duplicate: true}) {
			t.Errorf("made again after a lost answer, it is %+v, not %+v", again, ack)
		}
		direct, _ := does(t, ann, chat.Create{ID: "3", Access: chat.Direct, With: []string{bob.person.id}})
		for _, room := range []string{ack.Room, direct.Room} {
			said, _ := does(t, ann, chat.Post{ID: room, Room: room, Text: "a secret"})
			for name, l := range outsiders {
				take(t, l)
				for i, c := range []func(id, room string) chat.Identified{
					func(id, room string) chat.Identified { return chat.Post{ID: id, Room: room, Text: "x"} },
					func(id, room string) chat.Identified { return chat.History{ID: id, Room: room, Around: 1} },
					func(id, room string) chat.Identified { return chat.Delete{ID: id, Room: room, Message: said.Seq} },
					func(id, room string) chat.Identified { return chat.Report{ID: id, Room: room, Message: said.Seq} },
					func(id, room string) chat.Identified { return chat.ChangeRoom{ID: id, Room: room, Title: new("x")} },
					func(id, room string) chat.Identified { return joining(id, room) },
					func(id, room string) chat.Identified { return chat.ChangeMember{ID: id, Room: room, Change: chat.Left} },
					func(id, room string) chat.Identified {
						return chat.ChangeMember{ID: id, Room: room, Change: chat.Added, Person: l.person.id}
					},
					func(id, room string) chat.Identified {
						return chat.ChangeMember{ID: id, Room: room, Change: chat.Removed, Person: bob.person.id}
					},
					func(id, room string) chat.Identified { return chat.Mark{ID: id, Room: room, Seq: 1} },
					func(id, room string) chat.Identified { return chat.Quiet{ID: id, Room: room, On: true} },
					func(id, room string) chat.Identified {
						return chat.Invite{ID: id, Secret: tokenOf(id), Room: room, Uses: 1, For: 1000}
					},
				} {
					id := fmt.Sprint(i, room[:4])
					there, not := faulty(t, l, c(id, room)), faulty(t, l, c(id+"not", strings.Repeat("z", len(room))))
					there.Text = strings.ReplaceAll(there.Text, room, "ROOM")
					not.Text = strings.ReplaceAll(not.Text, strings.Repeat("z", len(room)), "ROOM")
					if there != not || there.Code != chat.CodeNoRoom {
						t.Errorf("%s, %T: %+v, and of a room that never was %+v", name, c("", ""), there, not)
					}
				}
				l.Do(chat.Typing{Room: room})
				h.mu.Lock()
				if len(h.writing) > 0 {
					t.Errorf("%s writes in a room that is not theirs", name)
				}
				h.mu.Unlock()
				for _, e := range take(t, l) {
					if strings.Contains(fmt.Sprintf("%+v", e), room) {
						t.Errorf("%s was told %+v", name, e)
					}
				}
			}
		}
	})
}

// TestWhoKeepsOrderReadsTheAudit appoints somebody, and takes it from them.
func TestWhoKeepsOrderReadsTheAudit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		owner, bob, ann := keeper(t, h, "Owner", chat.RoleOwner), known(t, h, "Bob"), known(t, h, "Ann")
		if f := faulty(t, bob, chat.History{ID: "h", Room: chat.Place, Around: 1}); f.Code != chat.CodeNotAllowed {
			t.Errorf("a member reads the audit: %+v", f)
		}
		does(t, owner, chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Appointed, Person: bob.person.id, Role: chat.RoleModerator})
		events := take(t, bob)
		if e := only[chat.Entered](events); len(e) != 1 || e[0].ID != chat.Place || e[0].Roll != nil {
			t.Errorf("appointed, he was told %+v", events)
		}
		if you := only[chat.You](events); len(you) != 1 || you[0].Member.Role != chat.RoleModerator {
			t.Errorf("appointed, he was told %+v", you)
		}
		does(t, bob, chat.ChangeMember{ID: "1", Room: chat.Lobby, Change: chat.Muted, Person: ann.person.id, Until: chat.Forever})
		if f := faulty(t, ann, post("1", "x")); f.Code != chat.CodeMuted {
			t.Errorf("muted, she speaks: %+v", f)
		}
		ann.Do(chat.Typing{Room: chat.Lobby})
		if len(h.writing) > 0 {
			t.Error("muted, she is shown to write")
		}
		if audit := in(chat.Place, take(t, owner)); len(audit) == 0 || audit[len(audit)-1].Stamped().In != chat.Lobby {
			t.Errorf("the audit: %+v", audit)
		}
		does(t, owner, chat.ChangeMember{ID: "2", Room: chat.Place, Change: chat.Appointed, Person: bob.person.id, Role: chat.RoleMember})
		take(t, bob)
		known(t, h, "Kim") // is in the audit
		if told := in(chat.Place, take(t, bob)); len(told) > 0 {
			t.Errorf("a member again, he is told %+v", told)
		}
		if told := in(chat.Place, take(t, ann)); len(told) > 0 {
			t.Errorf("a member is told %+v", told)
		}
	})
}

// TestSomebodyWithOneRoomOnly is invited to a room and not into the place.
func TestSomebodyWithOneRoomOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		h := open(t)
		h.cfg.Open = false
		go h.Run(ctx)
		owner, ann := keeper(t, h, "Owner", chat.RoleOwner), keeper(t, h, "Ann", chat.RoleMember)
		does(t, owner, garden("1"))
		secret := tokenOf("garden")
		does(t, owner, chat.Invite{ID: "2", Secret: secret, Room: "garden", Uses: 1, For: time.Hour.Milliseconds()})
		guest := join(t, h, chat.Hello{Token: tokenOf("out"), Name: "Out", Invitation: secret})
		w := welcomeOf(t, guest)
		if len(w.Rooms) != 1 || w.Rooms[0].ID != "garden" || w.You.Member != (chat.Member{}) || w.Rooms[0].Roll == nil {
			t.Fatalf("the welcome: %+v", w)
		}
		if r := w.Rooms[0].Roll; r.Online != 2 || len(r.People) != 2 {
			t.Errorf("around in the garden are %+v", r)
		}
		pass(3 * time.Second)
		does(t, owner, post("3", "in the lobby"))
		does(t, ann, joining("1", "garden"))
		pass(3 * time.Second)
		for _, e := range take(t, guest) {
			switch e := e.(type) {
			case chat.Presence:
				if e.Room != "garden" || e.Online != 3 || e.Joined.Count != 1 || e.Joined.People[0].Name != "Ann" {
					t.Errorf("presence: %+v", e)
				}
			case chat.Durable:
				if e.Stamped().Room != "garden" {
					t.Errorf("told of another room: %+v", e)
				}
			case chat.Ping:
				if _, ok := e.Heads[chat.Lobby]; ok {
					t.Errorf("the heartbeat tells of the lobby: %+v", e)
				}
			}
		}
		for _, e := range take(t, ann) {
			if p, ok := e.(chat.Presence); ok && (p.Room != chat.Lobby || slices.ContainsFunc(p.Joined.People, func(p chat.Person) bool { return p.Name == "Out" })) {
				t.Errorf("the place was told %+v", p)
			}
		}
		if f := faulty(t, guest, post("4", "x")); f.Code != chat.CodeNoRoom {
			t.Errorf("he speaks in the lobby: %+v", f)
		}
		does(t, guest, chat.Post{ID: "5", Room: "garden", Text: "x"})
		ann.Leave()
		pass(3 * time.Second)
		if p := only[chat.Presence](take(t, guest)); len(p) != 1 || len(p[0].Gone) != 1 || p[0].Online != 2 {
			t.Errorf("she went: %+v", p)
		}
		does(t, owner, chat.ChangeMember{ID: "6", Room: "garden", Change: chat.Removed, Person: guest.person.id})
		take(t, guest)
		does(t, owner, chat.Post{ID: "7", Room: "garden", Text: "alone again"})
		if told := in("garden", take(t, guest)); len(told) > 0 {
			t.Errorf("removed, he is told %+v", told)
		}
	})
}

// Somebody who is in one room only, and comes once more when the place is open, is
// in the place on both connections.
func TestWelcomeHasWhatTheVisitLedTo(t *testing.T) {
	first := firstPlace(t)
	for range 20 {
		synctest.Test(t, func(t *testing.T) {
			w := first.open(t, false)
			w.come("outsider", Typed)
			if rooms := welcomeOf(t, w.l).Rooms; len(rooms) != 1 || rooms[0].ID != "shed" {
				t.Fatalf("at first they are in %+v", rooms)
			}
			w.h.cfg.Open = true
			again := w.also("outsider", Typed)
			if welcome := welcomeOf(t, again); len(welcome.Rooms) != 2 || welcome.Rooms[0].ID != chat.Lobby || !welcome.You.Member.Here {
				t.Errorf("then the welcome has %+v in %+v", welcome.You, welcome.Rooms)
			}
			if entered := only[chat.Entered](take(t, w.l)); len(entered) != 1 || entered[0].ID != chat.Lobby {
				t.Errorf("the first connection is told of %+v", entered)
			}
		})
	}
}

func TestWelcomeTellsWhetherThePlaceIsOpen(t *testing.T) {
	first := firstPlace(t)
	for _, open := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			w := first.open(t, open)
			w.come("member", Typed)
			if told := only[chat.Welcome](take(t, w.l)); len(told) != 1 || told[0].Open != open {
				t.Errorf("open %v: %+v", open, told)
			}
		})
	}
}
