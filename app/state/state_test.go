package state

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

var (
	ada  = chat.Person{ID: "p1", Name: "Ada"}
	bob  = chat.Person{ID: "p2", Name: "bob"}
	carl = chat.Person{ID: "p3", Name: "Carl"}
	noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
)

// welcome greets Ada in an empty epoch "e1" whose head is as given.
func welcome(head int64) chat.Welcome {
	return chat.Welcome{Text: chat.Greeting, You: ada, Epoch: "e1", Build: "b1", Heartbeat: 15000, Rooms: []chat.RoomStatus{
		{Name: chat.Lobby, Head: head, Online: 1, People: []chat.Person{ada}},
	}}
}

func said(seq int64, by chat.Person, id string) chat.Message {
	return chat.Message{Room: chat.Lobby, Seq: seq, ID: id, Author: by, Text: "t" + id, Time: noon}
}

func told(number, after int64, p chat.Presence) chat.Presence {
	p.Room, p.Number, p.After, p.Time = chat.Lobby, number, after, noon
	return p
}

func crowd(people ...chat.Person) chat.Crowd { return chat.Crowd{Count: len(people), People: people} }

func apply(m Model, events ...chat.Event) Model {
	for _, e := range events {
		m = m.Apply(e)
	}
	return m
}

// rows shows rows in short: 7 is a message, n2@7 a presence behind it, and
// 8..9 a gap.
func rows(m Model) string {
	var b []string
	for _, r := range m.Rows {
		switch {
		case r.Message != nil:
			b = append(b, fmt.Sprint(r.Message.Seq))
		case r.Presence != nil:
			b = append(b, fmt.Sprintf("n%d@%d", r.Presence.Number, r.Presence.After))
		case r.Missed != nil:
			b = append(b, fmt.Sprintf("%d..%d", r.Missed.After+1, r.Missed.After+r.Missed.Count))
		}
	}
	return strings.Join(b, " ")
}

func pending(m Model) string {
	var b []string
	for _, p := range m.Pending {
		s := p.ID
		if p.Fault != nil {
			s += "!" + string(p.Fault.Code)
		}
		b = append(b, s)
	}
	return strings.Join(b, " ")
}

// view is all that can be seen of a model.
func view(m Model) string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestGaps(t *testing.T) {
	newEpoch := welcome(2)
	newEpoch.Epoch = "e2"
	other := said(4, bob, "x")
	other.Room = "elsewhere"
	for _, c := range []struct {
		what   string
		events []chat.Event
		want   string
	}{
		{"what was said before we first came is not missed", []chat.Event{welcome(7), said(8, bob, "")}, "8"},
		{"what was said while we were away is missed", []chat.Event{welcome(0), said(1, bob, ""), welcome(3)}, "1 2..3"},
		{"coming back to nothing new misses nothing", []chat.Event{welcome(0), said(1, bob, ""), welcome(1)}, "1"},
		{"a gap shrinks at its beginning", []chat.Event{welcome(0), welcome(4), said(1, bob, "")}, "1 2..4"},
		{"a gap shrinks at its end", []chat.Event{welcome(0), welcome(4), said(4, bob, "")}, "1..3 4"},
		{"a gap parts in the middle", []chat.Event{welcome(0), welcome(4), said(2, bob, "")}, "1..1 2 3..4"},
		{"a gap goes when it is filled", []chat.Event{welcome(0), welcome(2), said(2, bob, ""), said(1, bob, "")}, "1 2"},
		{"a gap is seen between live messages", []chat.Event{welcome(0), said(1, bob, ""), said(4, bob, "")}, "1 2..3 4"},
		{"a gap grows with every return", []chat.Event{welcome(0), welcome(2), welcome(5)}, "1..5"},
		{"a presence stands behind its message", []chat.Event{welcome(0), said(1, bob, ""), said(2, bob, ""), told(2, 1, chat.Presence{}), told(1, 1, chat.Presence{})}, "1 n1@1 n2@1 2"},
		{"a presence stands in a gap", []chat.Event{welcome(0), welcome(4), told(1, 2, chat.Presence{})}, "1..2 n1@2 3..4"},
		{"a presence shows that something is missing", []chat.Event{welcome(0), told(1, 2, chat.Presence{})}, "1..2 n1@2"},
		{"a presence before the first message", []chat.Event{welcome(0), said(1, bob, ""), told(1, 0, chat.Presence{})}, "n1@0 1"},
		{"a new epoch starts anew behind the old one", []chat.Event{welcome(0), said(1, bob, ""), said(2, bob, ""), newEpoch, said(3, bob, "")}, "1 2 1..2 3"},
		{"a gap of the new epoch is filled, the old one is left alone", []chat.Event{welcome(0), said(2, bob, ""), newEpoch, said(1, bob, ""), said(2, bob, "")}, "1..1 2 1 2"},
		{"a ping shows a lost end", []chat.Event{welcome(0), said(1, bob, ""), chat.Ping{Heads: map[string]int64{chat.Lobby: 2}}}, "1 2..2"},
		{"impossible numbers and other rooms change nothing", []chat.Event{welcome(0), said(0, bob, ""), said(-1, bob, ""), told(0, 0, chat.Presence{}), told(1, -1, chat.Presence{}), other}, ""},
	} {
		if got := rows(apply(Model{}, c.events...)); got != c.want {
			t.Errorf("%s: rows %q, want %q", c.what, got, c.want)
		}
	}
}

func TestPendingMessageIsReplacedByItsEcho(t *testing.T) {
	m := apply(Model{}, welcome(0)).Post("a", "one", noon).Post("b", "two", noon).Post("a", "again", noon)
	if got := pending(m); got != "a b" {
		t.Fatalf("pending %q", got)
	}
	if got := pending(apply(m, said(1, bob, "a"))); got != "a b" {
		t.Errorf("somebody else's id took ours away: %q", got)
	}
	if got := pending(apply(m, chat.Ack{ID: "a", Seq: 1})); got != "a b" {
		t.Errorf("an answer without the message took it away: %q", got)
	}
	for _, events := range [][]chat.Event{
		{chat.Ack{ID: "a", Seq: 1}, said(1, ada, "a")},
		{said(1, ada, "a"), chat.Ack{ID: "a", Seq: 1}},
		{said(1, ada, "a"), chat.Reject{ID: "a", Fault: *chat.TooFast(time.Second)}},
		{chat.Reject{ID: "a", Fault: *chat.TooFast(time.Second)}, chat.Ack{ID: "a", Seq: 1}, said(1, ada, "a")},
	} {
		got := apply(m, events...)
		if pending(got) != "b" || rows(got) != "1" || got.Refused != nil {
			t.Errorf("after %v: pending %q, rows %q, refused %v", events, pending(got), rows(got), got.Refused)
		}
	}
}

func TestPostedWhileTheLineBroke(t *testing.T) {
	m := apply(Model{}, welcome(0)).Post("a", "one", noon)
	back := apply(m, welcome(3), chat.Ack{ID: "a", Seq: 2, Duplicate: true})
	if pending(back) != "" || rows(back) != "1..1 2 3..3" {
		t.Fatalf("pending %q, rows %q", pending(back), rows(back))
	}
	if got := back.Rows[1].Message; got.Author != ada || got.Text != "one" || !got.Time.Equal(noon) {
		t.Errorf("our own message was put there as %+v", got)
	}
	later := said(2, ada, "a")
	later.Time = noon.Add(time.Minute)
	if got := apply(back, later); rows(got) != "1..1 2 3..3" || *got.Rows[1].Message != later {
		t.Errorf("the server's version does not hold: %s, %+v", rows(got), got.Rows[1].Message)
	}
	if got := apply(m, chat.Ack{ID: "a", Seq: 2}, welcome(3)); view(got) != view(back) {
		t.Errorf("an answer before the loss: %s\nwant %s", view(got), view(back))
	}
	anew := welcome(0)
	anew.Epoch = "e2"
	if got := apply(m.Post("b", "two", noon), chat.Ack{ID: "a", Seq: 1}, anew); rows(got) != "1" || pending(got) != "b" {
		t.Errorf("new epoch: rows %q, pending %q", rows(got), pending(got))
	}
}

func TestRefusedMessage(t *testing.T) {
	fast := chat.Reject{ID: "a", Fault: *chat.TooFast(time.Second)}
	m := apply(Model{}, welcome(0)).Post("a", "one", noon).Post("b", "two", noon)
	if got := pending(m.Retry("a", "c", noon)); got != "a b" {
		t.Errorf("what is on its way was sent twice: %q", got)
	}
	m = apply(m, fast)
	if pending(m) != "a!too_fast b" || m.Refused != nil {
		t.Fatalf("pending %q, refused %v", pending(m), m.Refused)
	}
	again := m.Retry("a", "c", noon.Add(time.Minute))
	if got := again.Pending; pending(again) != "b c" || got[1].Text != "one" || !got[1].Time.Equal(noon.Add(time.Minute)) {
		t.Errorf("retried: %+v", got)
	}
	if got := apply(again, fast); view(got) != view(again) {
		t.Errorf("a late answer to the old id changed something: %s", view(got))
	}
	if got := m.Discard("a").Discard("none"); pending(got) != "b" || pending(apply(got, said(1, ada, "a"))) != "b" {
		t.Errorf("discarded: %q", pending(got))
	}
	if got := pending(m); got != "a!too_fast b" {
		t.Errorf("the old model changed: %q", got)
	}
}

func TestNames(t *testing.T) {
	b, c := "Bea", "Cleo"
	m := apply(Model{}, welcome(0))
	refused := apply(m, chat.Reject{ID: "r", Fault: *chat.NameTaken(b)})
	if refused.Refused == nil || refused.Refused.Code != chat.CodeNameTaken || refused.You.Name != "Ada" {
		t.Fatalf("refused %v, we are %q", refused.Refused, refused.You.Name)
	}
	if got := apply(refused, chat.Ack{ID: "s", Name: b}); got.Refused != nil || got.You.Name != b {
		t.Errorf("refused %v, we are %q", got.Refused, got.You.Name)
	}
	toB := told(1, 0, chat.Presence{Online: 1, Renamed: []chat.Renamed{{ID: ada.ID, From: ada.Name, To: b}}})
	toC := told(2, 0, chat.Presence{Online: 1, Renamed: []chat.Renamed{{ID: ada.ID, From: b, To: c}}})
	ack := chat.Ack{ID: "s", Name: b}
	permutations([]chat.Event{toB, toC, ack, ack}, func(events []chat.Event) {
		if got := apply(m, events...); got.You.Name != c || got.People[0].Name != c {
			t.Errorf("after %v: we are %q and listed as %v", events, got.You.Name, got.People)
		}
	})
	was := apply(m, said(1, ada, "x"), toB)
	if got := was.Rows; was.You.Name != b || got[len(got)-1].Message.Author.Name != "Ada" {
		t.Errorf("the author of an earlier row is called %q, we %q", got[len(got)-1].Message.Author.Name, was.You.Name)
	}
	taken := welcome(0)
	taken.Refused = chat.NameTaken(b)
	if got := apply(m, ack, taken); got.You.Name != "Ada" || got.Refused == nil {
		t.Errorf("the welcome does not hold: %q, %v", got.You.Name, got.Refused)
	}
}

func TestPeople(t *testing.T) {
	w := welcome(0)
	w.Rooms[0] = chat.RoomStatus{Name: chat.Lobby, Number: 4, Online: 2, People: []chat.Person{carl, ada}}
	old := told(4, 0, chat.Presence{Online: 9, Left: crowd(carl)})
	comes := told(5, 0, chat.Presence{Online: 3, Joined: crowd(bob)})
	renames := told(6, 0, chat.Presence{Online: 3, Renamed: []chat.Renamed{{ID: bob.ID, From: bob.Name, To: "Zoe"}}})
	goes := told(9, 0, chat.Presence{Online: 12, Left: crowd(carl), Joined: chat.Crowd{Count: 10}})
	permutations([]chat.Event{old, comes, renames, goes, w}, func(events []chat.Event) {
		got := apply(Model{}, events...)
		if want := []chat.Person{ada, {ID: bob.ID, Name: "Zoe"}}; got.Online != 12 || !slices.Equal(got.People, want) {
			t.Fatalf("after %v: %d online, %v; want 12, %v", events, got.Online, got.People, want)
		}
	})
	if got := apply(Model{}, comes); got.Online != 0 || got.People != nil || rows(got) != "n5@0" {
		t.Errorf("before the welcome: %d online, %v, rows %q", got.Online, got.People, rows(got))
	}
	if got := apply(Model{}, w).People; !slices.Equal(got, []chat.Person{ada, carl}) {
		t.Errorf("people are listed as %v", got)
	}
}

// permutations calls f with every order of the events.
func permutations(events []chat.Event, f func([]chat.Event)) {
	var step func(int)
	step = func(k int) {
		if k == len(events) {
			f(events)
			return
		}
		for i := k; i < len(events); i++ {
			events[k], events[i] = events[i], events[k]
			step(k + 1)
			events[k], events[i] = events[i], events[k]
		}
	}
	step(0)
}
