package ui

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// in is a welcome of ada to the lobby and some rooms.
func in(rooms ...chat.RoomStatus) chat.Welcome {
	w := welcome(ada)
	w.You.Known, w.You.Member = true, chat.Member{Here: true, Role: chat.RoleMember}
	w.Rooms = append(w.Rooms, rooms...)
	return w
}

// status is how a room stands of which everything follows.
func status(id, title string, access chat.Access, head int64) chat.RoomStatus {
	return chat.RoomStatus{
		Room:    chat.Room{ID: id, Title: title, Access: access},
		Member:  chat.Member{Here: true, Role: chat.RoleMember},
		Head:    head,
		Reading: chat.Reading{Read: head},
	}
}

// saidIn is what ben said in a room, from one seq to another.
func saidIn(room string, from, to int64) (said []chat.Event) {
	for seq := from; seq <= to; seq++ {
		id := room + "-" + time.Duration(seq).String()
		said = append(said, chat.Message{Room: room, Seq: seq, ID: id, Author: ben, Text: room + " says " + time.Duration(seq).String(), Time: noon.Add(time.Duration(seq) * time.Second)})
	}
	return said
}

func TestARoomHasAnAddress(t *testing.T) {
	served, file := page{origin: "https://chat.example.org"}, page{file: true, origin: "https://chat.example.org"}
	for _, c := range []struct {
		room string
		seq  int64
		path string
	}{
		{"lobby", 0, "/"}, {"lobby", 7, "/room/lobby/7"}, {"design", 0, "/room/design"}, {"design", 12, "/room/design/12"},
	} {
		if got := served.roomPath(c.room, c.seq); got != c.path {
			t.Errorf("the address of %s %d is %s, want %s", c.room, c.seq, got, c.path)
		}
		if got := file.roomPath(c.room, c.seq); got != "#"+c.path {
			t.Errorf("in a file the address of %s %d is %s", c.room, c.seq, got)
		}
		if got := file.roomLink(c.room, c.seq); got != "https://chat.example.org"+c.path {
			t.Errorf("the link to %s %d is %s", c.room, c.seq, got)
		}
		for p, at := range map[page]string{served: c.path, file: "#" + c.path} {
			location, err := url.Parse(at)
			if err != nil {
				t.Fatal(err)
			}
			if room, seq := p.roomAt(location); room != c.room || seq != c.seq {
				t.Errorf("%s is of %s %d", at, room, seq)
			}
		}
	}
	for _, at := range []string{"/", "/styleguide", "/room/", "/room/UPPER", "/room/" + strings.Repeat("a", 33), "/rooms/design"} {
		if room, seq := served.roomAt(&url.URL{Path: at}); room != chat.Lobby || seq != 0 {
			t.Errorf("%s is of %s %d", at, room, seq)
		}
	}
	if room, seq := served.roomAt(&url.URL{Path: "/room/design/x"}); room != "design" || seq != 0 {
		t.Errorf("a message that is no number is %s %d", room, seq)
	}
}

func TestARoomIsOpenedAtOnceAndOneComesBackToWhereOneWas(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(append([]chat.Event{in(status("design", "Design", chat.Public, 40))}, saidIn("design", 1, 40)...)...))
	c.take(link.Batch{Events: saidIn("lobby", 1, 3)})
	if html := draw(); strings.Contains(html, "design says") || !strings.Contains(html, "lobby says 3ns") {
		t.Error("at first the lobby is not open")
	}
	c.open("design", 0)
	html := draw()
	if strings.Contains(html, "lobby says") || !strings.Contains(html, "design says 40ns") {
		t.Fatal("the other room is not there")
	}
	walk(t, c, 10)
	c.open(chat.Lobby, 0)
	if html := draw(); !strings.Contains(html, "lobby says 3ns") || c.reader.away {
		t.Error("the lobby is not open at its end")
	}
	c.open("design", 0)
	if c.reader.place.first != 10 || !c.reader.away {
		t.Errorf("back in the room one is taken to %+v", c.reader.place)
	}
}

// A room with something unread opens at the line above it, and is read when its
// end was in sight.
func TestARoomOpensAtTheLineAndIsReadByReading(t *testing.T) {
	c, draw := mounted(t)
	s := status("design", "Design", chat.Public, 40)
	s.Reading = chat.Reading{Read: 25, Unread: 15}
	c.take(opened(append([]chat.Event{in(s)}, saidIn("design", 1, 40)...)...))
	draw()
	if n := c.model.Find("design").Unread; n != 15 {
		t.Fatalf("%d are unread", n)
	}
	c.open("design", 0)
	html := draw()
	if i, j := strings.Index(html, `class="unread-line"`), strings.Index(html, `data-seq="26"`); i < 0 || j < i || c.reader.goal != 26 {
		t.Errorf("the line does not stand above 26, or one is led to %d", c.reader.goal)
	}
	c.reader.goal = 0
	walk(t, c, 24)
	if c.mark(); c.model.Unread != 15 {
		t.Errorf("half way %d are unread", c.model.Unread)
	}
	c.look(false, sight{first: 30, last: 40})
	if c.mark(); c.model.Unread != 0 || c.model.Read != 40 {
		t.Errorf("at the end %d are unread, read up to %d", c.model.Unread, c.model.Read)
	}
}

// Who leaves in the middle has read up to there.
func TestWhoLeavesInTheMiddleHasReadUpToThere(t *testing.T) {
	c, draw := mounted(t)
	s := status("design", "Design", chat.Public, 80)
	s.Reading = chat.Reading{Read: 25, Unread: 55}
	c.take(opened(append([]chat.Event{in(s)}, saidIn("design", 1, 80)...)...))
	c.open("design", 0)
	draw()
	c.reader.goal = 0
	walk(t, c, 24)
	c.open(chat.Lobby, 0)
	if r := c.model.Find("design"); r.Read < 25 || r.Unread >= 55 || r.Unread == 0 {
		t.Errorf("read up to %d, %d unread", r.Read, r.Unread)
	}
}

func TestMarkedUnreadItStaysUnreadUntilOneLeaves(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(append([]chat.Event{in()}, saidIn("lobby", 1, 9)...)...))
	c.look(false, sight{})
	c.mark()
	c.markUnread(c.lastOfOthers())
	if html := draw(); c.model.Unread != 1 || !strings.Contains(html, "unread-line") || strings.Contains(html, `id="to-end"`) {
		t.Errorf("%d are unread, or there is no line", c.model.Unread)
	}
	c.look(false, sight{first: 1, last: 9})
	if c.mark(); c.model.Unread != 1 {
		t.Error("what is in sight counts as read again")
	}
	c.open("design", 0)
	c.open(chat.Lobby, 0)
	c.look(false, sight{first: 1, last: 9})
	if c.mark(); c.model.Unread != 0 {
		t.Error("after coming back it stays unread")
	}
}

// What another device has read is read here too.
func TestWhatAnotherDeviceReadIsReadHere(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(append([]chat.Event{in()}, saidIn("lobby", 1, 60)...)...))
	draw()
	walk(t, c, 20)
	c.reader.hidden = true
	c.take(link.Batch{Events: saidIn("lobby", 61, 63)})
	if c.reader.reading.first != 61 {
		t.Fatalf("new is %d", c.reader.reading.first)
	}
	c.take(link.Batch{Events: []chat.Event{chat.Marked{Room: chat.Lobby, Reading: chat.Reading{Read: 63}}}})
	if c.reader.reading.first != 0 || c.reader.pill().N != 0 {
		t.Errorf("it is read elsewhere, and new is %d", c.reader.reading.first)
	}
}

// What is no message does not count as one, and the line stands above the first
// that is.
func TestOnlyMessagesCountAsNew(t *testing.T) {
	c, draw := mounted(t)
	joined := func(seq int64) chat.Event {
		return chat.MemberChanged{Stamp: chat.Stamp{Room: "design", Seq: seq, Author: ben, Time: noon}, Change: chat.Joined, Person: ben}
	}
	s := status("design", "Design", chat.Public, 6)
	s.Reading = chat.Reading{Read: 2, Unread: 2}
	events := append(saidIn("design", 1, 2), joined(3), saidIn("design", 4, 4)[0], joined(5), saidIn("design", 6, 6)[0])
	c.take(opened(append([]chat.Event{in(s)}, events...)...))
	c.open("design", 0)
	html := draw()
	if i, j := strings.Index(html, `class="unread-line"`), strings.Index(html, `data-seq="4"`); c.reader.reading.first != 4 || i < 0 || j < i {
		t.Errorf("the line is at %d", c.reader.reading.first)
	}
	c.reader.reading.met = false
	if p := c.reader.pill(); p.N != 2 {
		t.Errorf("the pill counts %d", p.N)
	}
}
