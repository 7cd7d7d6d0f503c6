package hub

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// known joins somebody with a session, who is called name.
func known(t *testing.T, h *Hub, name string) *Listener {
	t.Helper()
	return join(t, h, chat.Hello{Token: tokenOf(name), Name: name})
}

// keeper joins somebody who keeps order, with a role.
func keeper(t *testing.T, h *Hub, name string, role chat.Role) *Listener {
	t.Helper()
	secret := tokenOf("invitation of " + name)
	byItself(t, h, &store.Invite{Secret: store.HashOf(secret), ID: name, Room: chat.Place, Role: role, Uses: 1, Expires: time.Now().Add(time.Hour)})
	return join(t, h, chat.Hello{Token: tokenOf(name), Name: name, Invitation: secret})
}

// byItself has the place itself do something.
func byItself(t *testing.T, h *Hub, act store.Act) {
	t.Helper()
	if fault, err := h.wait(&store.Entry{Act: act, Time: wireTime(time.Now())}); fault != nil || err != nil {
		t.Fatalf("%T: %v, %v", act, fault, err)
	}
}

// does carries out a command, which must be acknowledged, and returns what l was
// told until then.
func does(t *testing.T, l *Listener, c chat.Identified) (chat.Ack, []chat.Event) {
	t.Helper()
	l.Do(c)
	pass(time.Second)
	events := take(t, l)
	for _, e := range events {
		switch e := e.(type) {
		case chat.Ack:
			if e.ID == c.CommandID() {
				return e, events
			}
		case chat.Reject:
			t.Fatalf("%+v was answered with %+v", c, e)
		}
	}
	t.Fatalf("%+v was not answered, but with %+v", c, events)
	return chat.Ack{}, nil
}

// faulty carries out a command, which must be refused.
func faulty(t *testing.T, l *Listener, c chat.Identified) chat.Fault {
	t.Helper()
	l.Do(c)
	pass(time.Second)
	for _, r := range only[chat.Reject](take(t, l)) {
		if r.ID == c.CommandID() {
			return r.Fault
		}
	}
	t.Fatalf("%+v was not refused", c)
	return chat.Fault{}
}

func garden(id string) chat.Create {
	return chat.Create{ID: id, Room: "garden", Title: "The garden", Access: chat.Public}
}

func joining(id, room string) chat.ChangeMember {
	return chat.ChangeMember{ID: id, Room: room, Change: chat.Joined}
}

// in are the events of a room among events, in the order they came.
func in(room string, events []chat.Event) (found []chat.Durable) {
	for _, e := range events {
		if d, ok := e.(chat.Durable); ok && d.Stamped().Room == room {
			found = append(found, d)
		}
	}
	return found
}

// without checks that events follow each other from a seq on, and returns the
// last.
func without(t *testing.T, gap string, from int64, events []chat.Durable) int64 {
	t.Helper()
	for _, e := range events {
		if e.Stamped().Seq != from+1 {
			t.Errorf("%s: after %d comes %d", gap, from, e.Stamped().Seq)
		}
		from = e.Stamped().Seq
	}
	return from
}

func TestRoomsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob, kim := known(t, h, "Ann"), known(t, h, "Bob"), known(t, h, "Kim")
		guest := join(t, h, chat.Hello{})
		does(t, ann, garden("1"))
		does(t, bob, joining("1", "garden"))
		ack, _ := does(t, ann, chat.Create{ID: "2", Title: "Cellar", Access: chat.Private})
		cellar := ack.Room
		does(t, ann, chat.ChangeMember{ID: "3", Room: cellar, Change: chat.Added, Person: bob.person.id})
		heads := map[string]int64{chat.Lobby: 0, "garden": 3, cellar: 3}
		for _, l := range []*Listener{ann, bob, kim, guest} {
			take(t, l)
		}
		rooms := []string{chat.Lobby, "garden", cellar}
		for n := range 60 {
			for i, l := range []*Listener{ann, bob} {
				for _, room := range rooms {
					l.Do(chat.Post{ID: fmt.Sprint("p", n, room), Room: room, Text: fmt.Sprint(i, " ", n)})
				}
			}
			if n%7 == 0 {
				pass(3 * time.Millisecond)
			}
		}
		kim.Do(chat.Post{ID: "k", Room: chat.Lobby, Text: "hello"})
		settled()
		var first map[string][]chat.Durable
		for i, l := range []*Listener{ann, bob} {
			events := take(t, l)
			told := map[string][]chat.Durable{}
			for _, room := range rooms {
				told[room] = in(room, events)
				if last := without(t, room, heads[room], told[room]); last != heads[room]+120+map[bool]int64{true: 1}[room == chat.Lobby] {
					t.Errorf("%d was told of %s up to %d", i, room, last)
				}
			}
			if first == nil {
				first = told
			}
			for _, room := range rooms {
				if !slices.Equal(told[room], first[room]) {
					t.Errorf("two were told differently of %s", room)
				}
			}
		}
		for _, l := range []*Listener{kim, guest} {
			for _, e := range take(t, l) {
				if d, ok := e.(chat.Durable); ok && d.Stamped().Room != chat.Lobby {
					t.Errorf("somebody who is only in the lobby was told %+v", d)
				}
			}
		}
	})
}

func TestRoomsAreJoinedAndLeftWhileOthersTalk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		tab := known(t, h, "Bob") // another one of his
		does(t, ann, garden("1"))
		take(t, bob)
		take(t, tab)
		done := make(chan struct{})
		go func() {
			defer close(done)
			beat := time.NewTicker(7 * time.Millisecond)
			defer beat.Stop()
			for n := range 400 {
				<-beat.C
				ann.Do(chat.Post{ID: fmt.Sprint("p", n), Room: "garden", Text: "x"})
			}
		}()
		entered := 0
		for n := 0; ; n++ {
			bob.Do(joining(fmt.Sprint("j", n), "garden"))
			pass(20 * time.Millisecond)
			bob.Do(joining(fmt.Sprint("again", n), "garden")) // he is in it: this tells how it stands
			pass(11 * time.Millisecond)
			bob.Do(chat.ChangeMember{ID: fmt.Sprint("l", n), Room: "garden", Change: chat.Left})
			pass(20 * time.Millisecond)
			for who, l := range map[string]*Listener{"the one that joins": bob, "the other": tab} {
				at, inside := int64(0), false
				for _, e := range take(t, l) {
					switch e := e.(type) {
					case chat.Entered:
						if e.ID != "garden" || e.After != e.Head || inside && e.Head != at {
							t.Fatalf("%s: with %d, %+v", who, at, e.RoomStatus)
						}
						at, inside = e.Head, true
						entered++
					case chat.Durable:
						if e.Stamped().Seq != at+1 || !inside {
							t.Fatalf("%s: inside %v, after %d comes %d", who, inside, at, e.Stamped().Seq)
						}
						at++
						if c, ok := e.(chat.MemberChanged); ok && c.Change == chat.Left {
							inside = false
						}
					case chat.Reject:
						t.Fatalf("%s: %+v", who, e)
					}
				}
				if inside {
					t.Fatalf("%s was not told that he left", who)
				}
			}
			select {
			case <-done:
				if entered < 100 {
					t.Errorf("he came %d times: this shows little", entered)
				}
				return
			default:
			}
		}
	})
}

func TestWhoComesBackGoesOnInEveryRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		rooms := []string{chat.Lobby}
		for n := range 5 {
			room := fmt.Sprint("room-", n)
			does(t, ann, chat.Create{ID: room, Room: room, Title: room, Access: chat.Public})
			does(t, bob, joining(room, room))
			rooms = append(rooms, room)
		}
		w := welcomeOf(t, known(t, h, "Bob"))
		has := map[string]int64{}
		for i, s := range w.Rooms {
			if s.ID != rooms[i] {
				t.Fatalf("room %d of the welcome is %s", i, s.ID)
			}
			has[s.ID] = s.Head
		}
		bob.Leave()
		for n := range 100 {
			for i, room := range rooms {
				if n < 20*i+1 {
					ann.Do(chat.Post{ID: fmt.Sprint(n, room), Room: room, Text: strings.Repeat("é", 40)})
				}
			}
		}
		settled()
		has["room-4"] = -1     // cannot be
		delete(has, "room-3")  // of this one it has nothing
		has["never was"] = 100 // nor is this one
		events := take(t, join(t, h, chat.Hello{Token: tokenOf("Bob"), Resume: &chat.Resume{Epoch: w.Epoch, Rooms: has}}))
		for i, s := range events[0].(chat.Welcome).Rooms {
			told := in(s.ID, events)
			if s.ID == "room-3" || s.ID == "room-4" {
				if s.Recovered || s.After != s.Head || len(told) > 0 {
					t.Errorf("%+v, and %d follow", s, len(told))
				}
				continue
			}
			if !s.Recovered || s.After != has[s.ID] || s.Unread != 20*i+1 || len(told) != 20*i+1 {
				t.Errorf("with %d of %s: %+v, and %d follow", has[s.ID], s.ID, s, len(told))
			}
			if last := without(t, s.ID, s.After, told); last != s.Head {
				t.Errorf("%s: %d of %d", s.ID, last, s.Head)
			}
		}
	})
}

// TestAReplayIsBounded has somebody come back who missed more in many rooms than
// follows a welcome: what does not is a gap to ask for.
func TestAReplayIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		resume := chat.Resume{Epoch: h.log.Epoch(), Rooms: map[string]int64{chat.Lobby: 0}}
		for n := range 6 {
			room := fmt.Sprint("room-", n)
			does(t, ann, chat.Create{ID: room, Room: room, Title: room, Access: chat.Public})
			does(t, bob, joining(room, room))
			resume.Rooms[room] = 3
		}
		bob.Leave()
		for n := range 6 {
			for k := range 20 {
				ann.Do(chat.Post{ID: fmt.Sprint(n, "-", k), Room: fmt.Sprint("room-", n), Text: strings.Repeat("x", chat.MaxText)})
				take(t, ann)
			}
		}
		texts, _ := messages(t, join(t, h, chat.Hello{Token: tokenOf("Bob"), Resume: &resume}))
		size := 0
		for _, text := range texts {
			size += len(text)
		}
		if size > maxReplayBytes+64<<10 || size < maxReplayBytes/2 {
			t.Errorf("%d bytes follow", size)
		}
	})
}
