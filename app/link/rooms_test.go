//go:build !js

package link

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// garden is a room beside the lobby, at a head of which what is behind after
// follows.
func garden(head, after int64, recovered bool) chat.RoomStatus {
	return chat.RoomStatus{
		Room: chat.Room{ID: "garden", Title: "Garden", Access: chat.Public}, Member: chat.Member{Here: true},
		Head: head, After: after, Recovered: recovered,
	}
}

func saidThere(seq int64) chat.Message {
	m := said(seq)
	m.Room = "garden"
	return m
}

func became(seq int64, change chat.Change, who chat.Person) chat.MemberChanged {
	return chat.MemberChanged{Stamp: chat.Stamp{Room: "garden", Seq: seq, Author: who}, Change: change, Person: who}
}

// welcomes reads the hello and welcomes the client to the lobby and to these.
func (p *peer) welcomes(lobby int64, rooms ...chat.RoomStatus) chat.Hello {
	h := expect[chat.Hello](p)
	w := hi()
	w.Rooms[0].Head, w.Rooms[0].After, w.Rooms[0].Recovered = lobby, lobby, true
	w.Rooms = append(w.Rooms, rooms...)
	p.send(w)
	return h
}

// told waits for n events and names them: the room, and the seq if it has one.
func told(c *client, n int) (all []string) {
	c.t.Helper()
	for len(all) < n {
		for _, e := range c.next().Events {
			switch e := e.(type) {
			case chat.Durable:
				all = append(all, fmt.Sprint(e.Stamped().Room, e.Stamped().Seq))
			case chat.Entered:
				all = append(all, "into "+e.ID)
			case chat.Welcome:
				all = append(all, "welcome")
			}
		}
	}
	return all
}

func TestRoomsComeAndGo(t *testing.T) {
	hellos := make(chan *chat.Resume, 9)
	timed(t, func(n int, p *peer) {
		switch n {
		case 0: // brought into the garden, out of it, and in again
			hellos <- p.welcomes(0).Resume
			p.send(saidThere(1), said(1), chat.Entered{RoomStatus: garden(4, 4, false)}, saidThere(5))
			p.send(became(6, chat.Left, chat.Person{ID: "p9"}), became(7, chat.Left, us), saidThere(8))
			p.send(chat.Entered{RoomStatus: garden(9, 9, false)}, saidThere(10), chat.Entered{RoomStatus: garden(10, 10, false)}, saidThere(11))
		case 1: // the line was lost before the last of it came
			hellos <- p.welcomes(1, garden(12, 11, true)).Resume
			p.send(saidThere(12), became(13, chat.Removed, us))
		case 2: // it is gone from the welcome, and comes back without what was known
			hellos <- p.welcomes(1).Resume
			p.send(saidThere(14))
			p.send(chat.Entered{RoomStatus: garden(20, 20, false)}, saidThere(21))
		default:
			hellos <- p.welcomes(1, garden(22, 21, true)).Resume
			p.send(saidThere(22))
			p.drain()
		}
		p.ws.Close(1001, "")
	}, func(c *client) {
		want := []string{
			"welcome", "lobby1", "into garden", "garden5", "garden6", "garden7", "into garden", "garden10", "into garden", "garden11",
			"welcome", "garden12", "garden13",
			"welcome", "into garden", "garden21",
			"welcome", "garden22",
		}
		if got := told(c, len(want)); !slices.Equal(got, want) {
			t.Errorf("delivered\n%v, want\n%v", got, want)
		}
		for n, want := range []string{"map[]", "map[garden:11 lobby:1]", "map[lobby:1]", "map[garden:21 lobby:1]"} {
			got := "map[]"
			if r := <-hellos; r != nil {
				got = fmt.Sprint(r.Rooms)
			}
			if got != want {
				t.Errorf("hello %d says %s, want %s", n, got, want)
			}
		}
	})
}

// What became of us in a room before we were told that we are in it is of the past,
// and nothing is told of it from behind where we went out.
func TestOutOfARoomAndInAgain(t *testing.T) {
	timed(t, func(n int, p *peer) {
		switch n {
		case 0: // the page that fills a gap goes on behind where we went out
			p.welcomes(0, garden(3, 3, false))
			p.send(saidThere(6))
			h := expect[chat.History](p)
			p.send(chat.Page{ID: h.ID, Room: "garden", Events: chat.Log{saidThere(4), became(5, chat.Left, us), saidThere(6)}})
			p.send(saidThere(7), chat.Entered{RoomStatus: garden(9, 9, false)}, saidThere(10))
			p.ws.Close(1001, "")
		default: // out and in again on another device, while this one had no line
			if h := p.welcomes(0, garden(14, 10, true)); h.Resume == nil || h.Resume.Rooms["garden"] != 10 {
				t.Errorf("the line comes back with %+v", h.Resume)
			}
			p.send(became(11, chat.Left, us), saidThere(12), became(13, chat.Joined, us), saidThere(14), saidThere(15))
			p.drain()
		}
	}, func(c *client) {
		want := []string{
			"welcome", "garden4", "garden5", "into garden", "garden10",
			"welcome", "garden11", "garden12", "garden13", "garden14", "garden15",
		}
		if got := told(c, len(want)); !slices.Equal(got, want) {
			t.Errorf("delivered\n%v, want\n%v", got, want)
		}
	})
}

// Each room is asked for what is missing of it alone, and one of which that
// cannot be had begins anew without the others.
func TestEachRoomIsMissedByItself(t *testing.T) {
	timed(t, func(n int, p *peer) {
		switch n {
		case 0:
			p.welcomes(2, garden(3, 3, false))
			p.send(saidThere(5))
			h := expect[chat.History](p)
			if h.Room != "garden" || h.After != 3 {
				t.Errorf("asked is %+v", h)
			}
			p.send(chat.Page{ID: h.ID, Room: "garden", Events: chat.Log{saidThere(4)}})
			p.send(said(4))
		case 1:
			p.welcomes(4, garden(5, 5, true))
		default:
			if h := p.welcomes(4, garden(5, 5, true)); h.Resume == nil || fmt.Sprint(h.Resume.Rooms) != "map[garden:5]" {
				t.Errorf("the line comes back with %+v", h.Resume)
			}
			p.drain()
			return
		}
		h := asks(p, 2)
		p.send(chat.Reject{ID: h.ID, Fault: *chat.NoRoom("lobby")})
		p.drain()
	}, func(c *client) {
		if got, want := told(c, 5), []string{"welcome", "garden4", "garden5", "welcome", "welcome"}; !slices.Equal(got, want) {
			t.Errorf("delivered %v, want %v", got, want)
		}
	})
}

// With many rooms that all miss something, only some are asked at a time, and
// what is kept of all together is bounded.
func TestManyRoomsThatMissSomething(t *testing.T) {
	const rooms = 60
	timed(t, func(_ int, p *peer) {
		expect[chat.Hello](p)
		w := hi()
		for i := range rooms {
			s := garden(0, 0, false)
			s.ID = fmt.Sprint("r", i)
			w.Rooms = append(w.Rooms, s)
		}
		p.send(w)
		asked := make(chan chat.History, rooms)
		go func() {
			for c := p.read(); c != nil; c = p.read() {
				asked <- c.(chat.History)
			}
		}()
		for i := range rooms {
			m := saidThere(2)
			m.Room, m.Text = fmt.Sprint("r", i), strings.Repeat("x", chat.MaxText)
			p.send(m)
		}
		for range rooms {
			h := <-asked
			if n := len(asked) + 1; n > maxAsked {
				t.Errorf("%d questions are asked at a time", n)
			}
			one, two := saidThere(1), saidThere(2)
			one.Room, two.Room = h.Room, h.Room
			p.send(chat.Page{ID: h.ID, Room: h.Room, Events: chat.Log{one, two}})
		}
		<-p.ctx.Done()
	}, func(c *client) {
		all := told(c, 1+2*rooms)
		slices.Sort(all)
		if n := len(slices.Compact(all)); n != 1+2*rooms {
			t.Errorf("%d different events are delivered", n)
		}
	})
	p := position{rooms: map[string]*room{}}
	for i := range 200 {
		r := &room{}
		p.rooms[fmt.Sprint(i)] = r
		for seq := int64(2); seq < 30; seq++ {
			m := said(seq)
			m.Text = strings.Repeat("x", chat.MaxText)
			p.take(nil, r, m, time.Time{})
		}
	}
	if n := p.bytes(); n > maxAheadAll {
		t.Errorf("%d bytes are kept", n)
	}
}

// Every command with an id is kept until it is answered; of marks of one room
// only the newest. What is for the moment is not.
func TestCommandsOfAllKinds(t *testing.T) {
	var away chan struct{}
	timed(t, func(n int, p *peer) {
		p.greet()
		if n == 0 {
			if got := expect[chat.Typing](p); got.Room != chat.Lobby {
				t.Errorf("typing is %+v", got)
			}
			p.ws.Close(1001, "")
			return
		}
		want := []chat.Command{
			chat.Create{ID: "c", Room: "garden", Title: "Garden", Access: chat.Public},
			chat.Mark{ID: "k3", Room: "garden", Seq: 4},
			chat.Mark{ID: "k2", Room: chat.Lobby, Seq: 9},
			chat.List{ID: "l", What: chat.ListRooms},
		}
		for _, want := range want {
			if got := p.read(); !reflect.DeepEqual(got, want) {
				t.Errorf("sent is %+v, want %+v", got, want)
			}
		}
		p.send(chat.Ack{ID: "c", Room: "garden"}, chat.Reject{ID: "k3", Fault: *chat.NoRoom("garden")},
			chat.Ack{ID: "k2"}, chat.Listing{ID: "l", What: chat.ListRooms}, chat.Listing{ID: "l", What: chat.ListRooms})
		if got := expect[chat.Away](p); !got.On {
			t.Error("away is not sent")
		}
		close(away)
		p.drain()
	}, func(c *client) {
		away = make(chan struct{})
		send := func(all ...chat.Command) {
			t.Helper()
			for _, command := range all {
				if err := c.Send(command); err != nil {
					t.Fatal(err)
				}
			}
		}
		c.await(Open)
		send(chat.Typing{Room: chat.Lobby})
		c.await(Waiting)
		send(
			chat.Create{ID: "c", Room: "garden", Title: "Garden", Access: chat.Public}, chat.Typing{Room: "garden"},
			chat.Mark{ID: "k1", Room: "garden", Seq: 3}, chat.Mark{ID: "k3", Room: "garden", Seq: 4},
			chat.Mark{ID: "k2", Room: chat.Lobby, Seq: 9}, chat.List{ID: "l", What: chat.ListRooms},
		)
		var answers []string
		for len(answers) < 4 {
			for _, e := range c.next().Events {
				if _, welcome := e.(chat.Welcome); !welcome {
					answers = append(answers, fmt.Sprintf("%T", e))
				}
			}
		}
		if want := "[chat.Ack chat.Reject chat.Ack chat.Listing]"; fmt.Sprint(answers) != want {
			t.Errorf("delivered %v, want %s", answers, want)
		}
		send(chat.Away{On: true})
		<-away
		if err := c.Send(chat.Hello{}); err == nil {
			t.Error("a hello can be sent")
		}
	})
}

// What a mark would undo is not left out for it.
func TestMarksThatCount(t *testing.T) {
	for _, c := range []struct {
		marks []chat.Mark
		want  string
	}{
		{[]chat.Mark{{ID: "a", Seq: 3}, {ID: "b", Seq: 5}, {ID: "c", Seq: 5}}, "c"},
		{[]chat.Mark{{ID: "a", Seq: 5}, {ID: "b", Seq: 3}}, "ab"},
		{[]chat.Mark{{ID: "a", Seq: 5}, {ID: "b", Seq: 3, Unread: true}}, "b"},
		{[]chat.Mark{{ID: "a", Seq: 3, Unread: true}, {ID: "b", Seq: 5}}, "ab"},
		{[]chat.Mark{{ID: "a", Seq: 3}, {ID: "b", Seq: 5, Room: "den"}}, "ab"},
	} {
		l := New(Config{})
		for _, mark := range c.marks {
			if err := l.Send(mark); err != nil {
				t.Fatal(err)
			}
		}
		got := ""
		for _, w := range l.out.queue {
			got += w.id
		}
		if got != c.want {
			t.Errorf("of %+v there wait %s, want %s", c.marks, got, c.want)
		}
	}
}

// A slow room is for the person at once, and only what waits for that room.
func TestASlowRoomHoldsNobodyUp(t *testing.T) {
	timed(t, func(_ int, p *peer) {
		p.greet()
		first := expect[chat.Post](p)
		p.send(chat.Reject{ID: first.ID, Fault: *chat.Slow(time.Minute)})
		b := expect[chat.Post](p)
		p.send(chat.Ack{ID: b.ID, Room: b.Room})
		p.drain()
	}, func(c *client) {
		c.await(Open)
		start := time.Now()
		c.post("a")
		if got := event[chat.Reject](c); got.ID != "a" || !strings.Contains(got.Text, "1m0s") {
			t.Errorf("rejected %+v", got)
		}
		if err := c.Send(chat.Post{ID: "b", Room: "garden", Text: "x"}); err != nil {
			t.Fatal(err)
		}
		if got := event[chat.Ack](c); got.ID != "b" {
			t.Errorf("answered %+v", got)
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("it took %v", took)
		}
	})
}

// The invitation is shown until there is a welcome; a browser's session is in a
// cookie, so no token is.
func TestTheInvitationIsShownUntilTheWelcome(t *testing.T) {
	secret := strings.Repeat("s", chat.MinToken)
	hellos := make(chan chat.Hello, 3)
	url := serve(t, func(n int, p *peer) {
		if n == 0 {
			hellos <- expect[chat.Hello](p)
			p.ws.CloseNow()
			return
		}
		hellos <- p.greet()
		if n == 1 {
			p.ws.CloseNow()
			return
		}
		p.ws.Close(4501, "Not invited.")
	})
	c := open(t, url)
	c.Line = New(Config{URL: url, Invitation: secret, Device: "Firefox on Linux", Deliver: func(b Batch) { c.batches <- b }})
	c.run()
	for n, want := range []string{secret, secret, ""} {
		h := <-hellos
		if h.Invitation != want || h.Token != "" || h.Device != "Firefox on Linux" {
			t.Errorf("hello %d: %+v", n, h)
		}
	}
	if s := c.await(Stopped); s.Reason != "Not invited." {
		t.Errorf("the reason is %q", s.Reason)
	}
	var stop *StopError
	if err := c.result(); !errors.As(err, &stop) || stop.Code != chat.CloseNotInvited {
		t.Errorf("Run returned %v", err)
	}
}
