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

// welcome greets Ada in epoch "e1" when the head is as given, and the messages
// behind it follow.
func welcome(head int64) chat.Welcome {
	return chat.Welcome{Text: chat.Greeting, You: chat.Self{Person: ada}, Epoch: "e1", Build: "b1", Heartbeat: 15000, Rooms: []chat.RoomStatus{
		{Room: chat.FirstRoom(chat.Lobby), Head: head, After: head, Roll: &chat.Roll{Online: 1, People: []chat.Person{ada}}},
	}}
}

func said(seq int64, by chat.Person, id string) chat.Message {
	return chat.Message{Room: chat.Lobby, Seq: seq, ID: id, Author: by, Text: "t" + id, Time: noon}
}

// page is an answer with the messages of bob's from the first to the last seq.
func page(first, last int64) chat.Page {
	p := chat.Page{Room: chat.Lobby, Earlier: first > 1, Later: true}
	for seq := first; seq <= last; seq++ {
		p.Events = append(p.Events, said(seq, bob, ""))
	}
	return p
}

// back is a welcome that joins what is there, to a room with that head.
func back(head int64) chat.Welcome {
	w := welcome(head)
	w.Rooms[0].Recovered = true
	return w
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

// rows shows rows in short: 7 is a message, 7- one that is gone, e8 something
// else that happened, n2@7 a presence behind it.
func rows(m Model) string { return rowsOf(&m.Room) }

func rowsOf(room *Room) string {
	var b []string
	for _, r := range room.Rows() {
		switch {
		case r.Presence != nil:
			b = append(b, fmt.Sprintf("n%d@%d", r.Presence.Number, r.Presence.After))
		case r.Event != nil:
			b = append(b, fmt.Sprint("e", r.Seq()))
		case r.Message.Gone:
			b = append(b, fmt.Sprint(r.Seq(), "-"))
		default:
			b = append(b, fmt.Sprint(r.Seq()))
		}
	}
	return strings.Join(b, " ")
}

// posted is a model in which ids and their texts are on their way in the lobby.
func posted(m Model, posts ...string) Model {
	for i := 0; i < len(posts); i += 2 {
		m = m.Post(chat.Post{ID: posts[i], Room: chat.Lobby, Text: posts[i+1]}, noon)
	}
	return m
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
	b, err := json.Marshal([]any{m.You, m.Epoch, m.Build, m.Refused, m.Hidden, m.Around(), m.Unsent()})
	if err != nil {
		panic(err)
	}
	all := string(b)
	for _, r := range append([]*Room{&m.Room}, m.others...) {
		b, err := json.Marshal([]any{r.Room, r.Member, r.With, r.Reading, r.Head, r.Active, r.Unseen(), r.Entered()})
		if err != nil {
			panic(err)
		}
		first, last, before, after := r.Held()
		all += fmt.Sprint("\n", string(b), " ", rowsOf(r), " of ", first, last, before, after, r.Earlier(), r.Later(), r.part.floor, len(r.part.said))
	}
	return all
}

func TestRows(t *testing.T) {
	newEpoch := welcome(2)
	newEpoch.Epoch = "e2"
	newEpoch.Rooms[0].After, newEpoch.Rooms[0].Recovered = 0, true
	other := said(4, bob, "x")
	other.Room = "elsewhere"
	elsewhere := page(5, 7)
	elsewhere.Room = "elsewhere"
	holed := page(4, 7)
	holed.Events = slices.Delete(holed.Events, 1, 2)
	late := welcome(9)
	late.Rooms[0].After = 8
	live := []chat.Event{welcome(7), said(8, bob, ""), said(9, bob, "")}
	for _, c := range []struct {
		what    string
		events  []chat.Event
		want    string
		earlier bool
	}{
		{"an empty room", []chat.Event{welcome(0)}, "", false},
		{"the latest follow the first welcome", []chat.Event{late, said(9, bob, "")}, "9", true},
		{"all follow the first welcome", []chat.Event{newEpoch, said(1, bob, ""), said(2, bob, "")}, "1 2", false},
		{"who returns gets what they missed", append(live, back(11), said(10, bob, ""), said(11, bob, "")), "8 9 10 11", true},
		{"who missed too much starts anew", append(live, told(1, 8, chat.Presence{}), welcome(4000), said(4001, bob, "")), "4001", true},
		{"another epoch starts anew, whatever it says", append(live, newEpoch, said(1, bob, ""), said(2, bob, "")), "1 2", false},
		{"what is repeated is there once", append(live, said(8, bob, ""), said(7, bob, "")), "8 9", true},
		{"a page comes before what is there", append(live, page(5, 7)), "5 6 7 8 9", true},
		{"pages go to the beginning", append(live, page(5, 7), page(1, 4)), "1 2 3 4 5 6 7 8 9", false},
		{"a page is repeated", append(live, page(5, 7), page(3, 4), page(5, 7)), "3 4 5 6 7 8 9", true},
		{"a page overlaps", append(live, page(6, 9)), "6 7 8 9", true},
		{"a page does not meet what is there", append(live, page(3, 6)), "8 9", true},
		{"a page of what is there", append(live, page(8, 9)), "8 9", true},
		{"a page with a hole", append(live, holed), "8 9", true},
		{"a page of another room", append(live, elsewhere), "8 9", true},
		{"there is nothing before", append(live, chat.Page{Room: chat.Lobby}), "8 9", false},
		{"a page before anything was said here", []chat.Event{welcome(2), page(1, 2)}, "1 2", false},
		{"a presence stands behind its message", []chat.Event{welcome(0), said(1, bob, ""), said(2, bob, ""), told(2, 1, chat.Presence{}), told(1, 1, chat.Presence{})}, "1 n1@1 n2@1 2", false},
		{"a presence before the first message", []chat.Event{welcome(0), said(1, bob, ""), told(1, 0, chat.Presence{})}, "n1@0 1", false},
		{"a presence from before what is shown", append(live, told(1, 5, chat.Presence{}), page(5, 7)), "5 n1@5 6 7 8 9", true},
		{"impossible numbers and other rooms change nothing", []chat.Event{welcome(0), said(0, bob, ""), said(-1, bob, ""), told(0, 0, chat.Presence{}), told(1, -1, chat.Presence{}), other, page(0, 3), page(-2, 0)}, "", false},
	} {
		m := apply(Model{}, slices.Clone(c.events)...)
		if got := rows(m); got != c.want || m.Earlier() != c.earlier {
			t.Errorf("%s: rows %q, earlier %t; want %q, %t", c.what, got, m.Earlier(), c.want, c.earlier)
		}
	}
}

func TestHead(t *testing.T) {
	m := apply(Model{}, welcome(7), said(8, bob, ""))
	if m.Head != 8 {
		t.Errorf("the head is %d", m.Head)
	}
	restored := welcome(3)
	restored.Epoch = "e2"
	if got := apply(m, back(12)).Head; got != 12 {
		t.Errorf("after the return the head is %d", got)
	}
	if got := apply(m, restored).Head; got != 3 {
		t.Errorf("in another epoch the head is %d", got)
	}
}

func TestPendingMessageIsReplacedByItsEcho(t *testing.T) {
	m := posted(apply(Model{}, welcome(0)), "a", "one", "b", "two", "a", "again")
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
	m := posted(apply(Model{}, welcome(0), said(1, bob, "")), "a", "one", "b", "two")
	ack := chat.Ack{ID: "a", Seq: 2, Duplicate: true}
	for _, events := range [][]chat.Event{
		{back(3), said(2, ada, "a"), said(3, bob, ""), ack},
		{back(3), ack, said(2, ada, "a"), said(3, bob, "")},
		{ack, back(3), said(2, ada, "a"), said(3, bob, "")},
	} {
		if got := apply(m, events...); pending(got) != "b" || rows(got) != "1 2 3" {
			t.Errorf("after %v: pending %q, rows %q", events, pending(got), rows(got))
		}
	}
	// It is among what is not shown any more.
	for _, events := range [][]chat.Event{{welcome(4000), ack}, {ack, welcome(4000)}} {
		if got := apply(m, events...); pending(got) != "b" || rows(got) != "" {
			t.Errorf("too much missed, after %v: pending %q, rows %q", events, pending(got), rows(got))
		}
	}
	if got := apply(m, welcome(40), page(3, 40), chat.Page{Room: chat.Lobby, Events: chat.Log{said(1, bob, ""), said(2, ada, "a")}}); pending(got) != "b" {
		t.Errorf("a page shows it, and pending is %q", pending(got))
	}
	anew := welcome(0)
	anew.Epoch = "e2"
	if got := apply(m, ack, anew); rows(got) != "" || pending(got) != "b" {
		t.Errorf("new epoch: rows %q, pending %q", rows(got), pending(got))
	}
}

// The server could not write it: the person is told, and can do something.
func TestNotStored(t *testing.T) {
	m := posted(apply(Model{}, welcome(0)), "a", "one")
	m = apply(m, chat.Reject{ID: "a", Fault: *chat.NotStored(true)})
	if pending(m) != "a!not_stored" || m.Refused != nil {
		t.Errorf("pending %q, refused %v", pending(m), m.Refused)
	}
	if got := apply(m, chat.Reject{ID: "h", Fault: *chat.NotRead()}); view(got) != view(m) {
		t.Error("a history that was refused is taken for a name")
	}
}

func TestRefusedMessage(t *testing.T) {
	fast := chat.Reject{ID: "a", Fault: *chat.TooFast(time.Second)}
	m := posted(apply(Model{}, welcome(0)), "a", "one", "b", "two")
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
	refused := apply(m.Rename("r"), chat.Reject{ID: "other", Fault: *chat.NoPerson()}, chat.Reject{ID: "r", Fault: *chat.NameTaken(b)}, chat.Reject{ID: "other", Fault: *chat.NoPerson()})
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
		if got := apply(m, events...); got.You.Name != c || got.Around().People[0].Name != c {
			t.Errorf("after %v: we are %q and listed as %v", events, got.You.Name, got.Around().People)
		}
	})
	was := apply(m, said(1, ada, "x"), toB)
	if got := was.Rows(); was.You.Name != b || got[len(got)-1].Message.Author.Name != "Ada" {
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
	w.Rooms[0].Roll = &chat.Roll{Number: 4, Online: 2, People: []chat.Person{carl, ada}}
	old := told(4, 0, chat.Presence{Online: 9, Left: crowd(carl)})
	comes := told(5, 0, chat.Presence{Online: 3, Joined: crowd(bob)})
	renames := told(6, 0, chat.Presence{Online: 3, Renamed: []chat.Renamed{{ID: bob.ID, From: bob.Name, To: "Zoe"}}})
	goes := told(9, 0, chat.Presence{Online: 12, Left: crowd(carl), Joined: chat.Crowd{Count: 10}})
	permutations([]chat.Event{old, comes, renames, goes}, func(events []chat.Event) {
		got := apply(apply(Model{}, w), events...).Around()
		if want := []chat.Person{ada, {ID: bob.ID, Name: "Zoe"}}; got.Online != 12 || !slices.Equal(got.People, want) {
			t.Fatalf("after %v: %d online, %v; want 12, %v", events, got.Online, got.People, want)
		}
	})
	if m := apply(Model{}, comes); m.Around().Online != 0 || m.Around().People != nil || rows(m) != "n5@0" {
		t.Errorf("before the welcome: %d online, %v, rows %q", m.Around().Online, m.Around().People, rows(m))
	}
	if got := apply(Model{}, w).Around().People; !slices.Equal(got, []chat.Person{ada, carl}) {
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
