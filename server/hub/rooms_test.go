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

func TestABanClosesAllConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		bob, phone, ann := known(t, h, "Bob"), known(t, h, "Bob"), known(t, h, "Ann")
		does(t, ann, garden("1"))
		does(t, bob, joining("1", "garden"))
		take(t, ann)
		until := wireTime(time.Now().Add(time.Hour))
		bob.Do(post("before", "before"))
		owner.Do(chat.ChangeMember{ID: "b", Room: chat.Place, Change: chat.Banned, Person: bob.person.id, Until: until})
		bob.Do(post("behind", "behind"))
		phone.Do(post("behind too", "behind"))
		events := take(t, ann)
		if said := only[chat.Message](events); len(said) != 1 || said[0].Text != "before" {
			t.Errorf("said: %+v", said)
		}
		if out := in("garden", events); len(out) != 1 || out[0].(chat.MemberChanged).Person.ID != bob.person.id || out[0].(chat.MemberChanged).Change != chat.Removed {
			t.Errorf("in the garden: %+v", out)
		}
		for _, l := range []*Listener{bob, phone} {
			if _, closed := messages(t, l); closed == nil || closed.Code != chat.CloseBanned || closed.Code.ComeBack() {
				t.Errorf("closed with %+v", closed)
			}
			l.Leave()
		}
		_, err := h.Join(Visit{Hello: chat.Hello{}, Token: tokenOf("Bob")}, new(recorder))
		if r, ok := err.(*Refused); !ok || r.Code != chat.CloseBanned {
			t.Errorf("he comes back: %v", err)
		}
		pass(time.Hour)
		if w := welcomeOf(t, known(t, h, "Bob")); w.You.Name != "Bob" || len(w.Rooms) != 1 {
			t.Errorf("when it is over: %+v", w)
		}
	})
}

func TestABannedAddressIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		from := func(address, token string) (*Listener, error) {
			return h.Join(Visit{Token: token, Address: address}, new(recorder))
		}
		bob, _ := from("192.0.2.7", tokenOf("Bob"))
		guest, _ := from("192.0.2.7", "")
		other, _ := from("192.0.2.8", "")
		does(t, owner, chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7", Until: chat.Forever})
		for l, out := range map[*Listener]bool{bob: true, guest: true, other: false} {
			if _, closed := messages(t, l); (closed != nil) != out || out && closed.Code != chat.CloseBanned {
				t.Errorf("%s: closed with %+v", l.address, closed)
			}
		}
		for _, token := range []string{"", tokenOf("Bob"), tokenOf("somebody new")} {
			_, err := from("192.0.2.7", token)
			if r, ok := err.(*Refused); !ok || r.Code != chat.CloseBanned {
				t.Errorf("another one from there: %v", err)
			}
		}
		if f := h.Banned("192.0.2.7"); f == nil || f.Code != chat.CodeBanned || h.Banned("192.0.2.8") != nil {
			t.Errorf("banned: %v", f)
		}
		does(t, owner, chat.ChangeMember{ID: "2", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7"})
		if _, err := from("192.0.2.7", tokenOf("Bob")); err != nil {
			t.Errorf("when it is over: %v", err)
		}
	})
}

func TestWhoIsOutOfThePlaceIsToldWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Open = false
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		bob, ann := keeper(t, h, "Bob", chat.RoleMember), keeper(t, h, "Ann", chat.RoleMember)
		does(t, owner, chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Removed, Person: bob.person.id})
		if _, closed := messages(t, bob); closed == nil || closed.Code != chat.CloseRemoved {
			t.Errorf("removed, and closed with %+v", closed)
		}
		bob.Leave()
		ann.Do(chat.Depart{ID: "1"})
		texts, closed := messages(t, ann)
		if closed == nil || closed.Code != chat.CloseLeft || !strings.Contains(strings.Join(texts, "\n"), `"type":"ack","id":"1"`) {
			t.Errorf("left, and closed with %+v after %q", closed, texts)
		}
		ann.Leave()
		for token, code := range map[string]chat.CloseCode{
			"":                     chat.CloseNotInvited,
			tokenOf("Bob"):         chat.CloseNotInvited,
			tokenOf("Ann"):         chat.CloseSignedOut,
			tokenOf("not invited"): chat.CloseNotInvited,
		} {
			_, err := h.Join(Visit{Token: token}, new(recorder))
			if r, ok := err.(*Refused); !ok || r.Code != code {
				t.Errorf("%q: %v, want %d", token, err, code)
			}
		}
		if !h.Knows(tokenOf("Bob")) || h.Knows(tokenOf("Ann")) || h.Knows("") {
			t.Error("the sessions that are known are not those there are")
		}
	})
}

func TestAnEndedSessionIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		laptop := known(t, h, "Ann")
		secret := tokenOf("to the phone")
		does(t, laptop, chat.Invite{ID: "1", Secret: secret, Room: chat.Place, Uses: 1, For: time.Minute.Milliseconds(), Device: true})
		phone := join(t, h, chat.Hello{Token: tokenOf("phone"), Invitation: secret})
		if w := welcomeOf(t, phone); w.You.Person != laptop.person.public() || phone.person != laptop.person {
			t.Fatalf("on the phone she is %+v", w.You)
		}
		tab := join(t, h, chat.Hello{Token: tokenOf("phone")})
		does(t, laptop, chat.SignOut{ID: "2", Device: phone.device})
		for l, out := range map[*Listener]bool{laptop: false, phone: true, tab: true} {
			if _, closed := messages(t, l); (closed != nil) != out || out && closed.Code != chat.CloseSignedOut {
				t.Errorf("closed with %+v", closed)
			}
		}
		does(t, laptop, post("3", "still here"))
		if h.Knows(tokenOf("phone")) {
			t.Error("the session is still there")
		}
		// Its token does not lead back: it makes a stranger.
		if w := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("phone")})); w.You.ID == laptop.person.id {
			t.Errorf("the token of an ended session leads to %+v", w.You)
		}
	})
}

func TestAnInvitationForOneLetsInOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Open = false
		secret := tokenOf("for one")
		byItself(t, h, &store.Invite{Secret: store.HashOf(secret), ID: "one", Room: chat.Place, Role: chat.RoleMember, Uses: 1, Expires: time.Now().Add(time.Hour)})
		const people = 100
		results := make(chan error, people)
		for i := range people {
			go func() {
				hello := chat.Hello{Name: fmt.Sprint("p", i), Invitation: secret}
				_, err := h.Join(Visit{Hello: hello, Token: tokenOf(hello.Name)}, new(recorder))
				results <- err
			}()
		}
		in := 0
		for range people {
			switch err := (<-results).(type) {
			case nil:
				in++
			case *Refused:
				if err.Code != chat.CloseNotInvited || err.Code.ComeBack() {
					t.Errorf("refused with %+v", err.Close)
				}
			default:
				t.Error(err)
			}
		}
		if in != 1 {
			t.Errorf("%d of %d came in", in, people)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.people) != 1 || len(h.names) != 0 {
			t.Errorf("%d people and %d names are kept", len(h.people), len(h.names))
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

// TestAPrivateRoomIsAsIfItWasNotThere has an outsider try everything.
func TestAPrivateRoomIsAsIfItWasNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		outsiders := map[string]*Listener{"a member": known(t, h, "Kim"), "a guest": join(t, h, chat.Hello{Token: tokenOf("g")}), "a guest without a session": join(t, h, chat.Hello{})}
		ack, _ := does(t, ann, chat.Create{ID: "1", Title: "Cellar", Access: chat.Private})
		does(t, ann, chat.ChangeMember{ID: "2", Room: ack.Room, Change: chat.Added, Person: bob.person.id})
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
		does(t, ann, chat.Rename{ID: "2", Name: "Anna"})
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
