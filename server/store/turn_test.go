package store

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"cyberchat/app/chat"
)

// TestFailedTurnLeavesNothingBehind fills the disk in the middle of a batch that
// bans somebody, makes a room and uses up an invitation: of none of that
// anything is left, on disk or in the writer's memory.
func TestFailedTurnLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.come(t, "mod", "ann")
	l.does(t, "mod", invitation1("once", chat.Place, 1))
	l.does(t, "ann", post("1", chat.Lobby))

	var pages int
	if err := l.write.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := l.write.Exec(fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
		t.Fatal(err)
	}
	before := len(l.out)
	l.mu.Lock() // the writer waits with what it hands out, and finds the rest in one batch
	l.place(t, l.act("ann", chat.Mark{ID: "m", Room: chat.Lobby, Seq: 1}))
	for len(l.queue) > 0 {
		runtime.Gosched()
	}
	batch := []*Entry{
		l.act("mod", chat.ChangeMember{ID: "b", Room: chat.Place, Change: chat.Banned, Person: "ann", Until: chat.Forever}),
		l.act("mod", chat.ChangeMember{ID: "a", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7", Until: chat.Forever}),
		l.act("mod", chat.Create{ID: "c", Room: "garden", Access: chat.Public}),
		l.act("", invited("bob", "once")),
		l.act("mod", chat.Post{ID: "big", Room: chat.Lobby, Text: strings.Repeat("x", 20*4096)}),
	}
	l.place(t, batch...)
	l.mu.Unlock()
	for i, e := range l.wait(t, before+1+len(batch))[before+1:] {
		if !IsFull(e.Err) || e.Fault != nil || e.Seq != 0 || len(e.Events) > 0 {
			t.Errorf("%d: %+v", i, e)
		}
	}
	if _, err := l.write.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}

	from := l.act("ann", post("2", chat.Lobby))
	from.From = "192.0.2.7"
	if l.do(t, from); from.Fault != nil || from.Seq != 2 {
		t.Errorf("who was not banned after all: %+v", from)
	}
	if made := l.does(t, "ann", chat.Create{ID: "c", Room: "garden", Access: chat.Public}); made.Seq != 1 {
		t.Errorf("the room that was not made: %+v", made)
	}
	l.does(t, "", invited("kim", "once"))
	for _, room := range []string{chat.Lobby, chat.Place, "garden"} {
		for i, e := range l.events(t, room) {
			if seqOf(e) != int64(i+1) {
				t.Errorf("%s has a hole before %+v", room, e)
			}
		}
	}
}

// TestKnownIsBounded has the writer find more in its memory than it keeps.
func TestKnownIsBounded(t *testing.T) {
	l := open(t, t.TempDir())
	for i := range maxKnown + 1 { // the writer looks at nothing until something is placed
		l.known.people[fmt.Sprint(i)] = new(person)
	}
	l.come(t, "ann")
	if n := len(l.known.people); n > 2 {
		t.Errorf("it keeps %d", n)
	}
	l.does(t, "ann", post("1", chat.Lobby))
}
