package state

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// A toldRoom is one as a server has it: its log, and how far Ada has read.
type toldRoom struct {
	id   string
	log  []chat.Durable
	read int64
}

func at(room string, seq int64, by chat.Person) chat.Stamp {
	return chat.Stamp{Room: room, Seq: seq, Author: by, Time: noon.Add(time.Duration(seq) * time.Second)}
}

func saidIn(room string, seq int64, by chat.Person) chat.Message {
	return chat.Message{Room: room, Seq: seq, ID: fmt.Sprint(room, seq), Author: by, Text: fmt.Sprint("t", seq), Time: noon.Add(time.Duration(seq) * time.Second)}
}

// write makes up the next n events of the log. Bob and Carl talk to Ada; Dora
// leaves once, with all that she said.
func (s *toldRoom) write(r *rand.Rand, n int) {
	dora := chat.Person{ID: "p4", Name: "Dora"}
	if len(s.log) == 0 && s.id != chat.Lobby {
		access := map[string]chat.Access{"garden": chat.Public, "den": chat.Private, "d1": chat.Direct}[s.id]
		s.log = append(s.log,
			chat.RoomChanged{Stamp: at(s.id, 1, bob), Created: access, Title: new(s.id)},
			chat.MemberChanged{Stamp: at(s.id, 2, bob), Change: chat.Added, Person: ada, Role: chat.RoleMember})
	}
	for range n {
		seq := int64(len(s.log) + 1)
		var e chat.Durable
		switch by := at(s.id, seq, bob); r.IntN(14) {
		case 0, 1, 2, 3, 4:
			e = saidIn(s.id, seq, []chat.Person{bob, carl}[r.IntN(2)])
		case 5, 6:
			e = saidIn(s.id, seq, ada)
		case 7:
			e = saidIn(s.id, seq, dora)
		case 8:
			e = chat.Deleted{Stamp: by, Message: 1 + r.Int64N(seq), Of: bob}
		case 9:
			e = chat.RoomChanged{Stamp: by, Title: new(fmt.Sprint(s.id, seq))}
		case 10:
			e = chat.RoomChanged{Stamp: by, Locked: new(r.IntN(2) == 0), Slow: new(seq)}
		case 11:
			e = chat.MemberChanged{Stamp: by, Change: chat.Muted, Person: []chat.Person{ada, carl}[r.IntN(2)], Until: noon.Add(time.Duration(seq) * time.Minute)}
		case 12:
			e = chat.Newer{Stamp: by, Type: "reacted"}
		default:
			e = chat.MemberChanged{Stamp: by, Change: chat.Left, Person: chat.Person{ID: dora.ID}, Erased: r.IntN(3) == 0}
		}
		s.log = append(s.log, e)
	}
	if s.read == 0 && r.IntN(2) == 0 {
		s.read = r.Int64N(int64(len(s.log)) + 1)
	}
}

// gone tells whether what was said there is gone by the events up to head.
func (s *toldRoom) gone(seq, head int64) bool {
	said, _ := s.log[seq-1].(chat.Message)
	return slices.ContainsFunc(s.log[:head], func(e chat.Durable) bool {
		switch e := e.(type) {
		case chat.Deleted:
			return e.Message == seq
		case chat.MemberChanged:
			return e.Erased && e.Person.ID == said.Author.ID && seq < e.Seq
		}
		return false
	})
}

// unread counts what others said behind what was read, but for those who are
// hidden.
func (s *toldRoom) unread(head int64, hidden ...string) (n int) {
	for seq := s.read + 1; seq <= head; seq++ {
		if m, ok := s.log[seq-1].(chat.Message); ok && m.Author.ID != ada.ID && !slices.Contains(hidden, m.Author.ID) && !s.gone(seq, head) {
			n++
		}
	}
	return min(n, chat.MaxUnread+1)
}

// status is how the room stands at head, of which what is behind after follows.
func (s *toldRoom) status(head, after int64, recovered bool) chat.RoomStatus {
	status := chat.RoomStatus{Room: chat.FirstRoom(s.id), Head: head, After: after, Recovered: recovered}
	for _, e := range s.log[:head] {
		status.Room.Apply(e)
		status.Member.Apply(ada.ID, e)
	}
	status.Reading = chat.Reading{Read: s.read, Unread: s.unread(head)}
	if s.id == chat.Lobby {
		status.Roll = &chat.Roll{Online: 1, People: []chat.Person{ada}}
	}
	return status
}

// rows are what a reader of the log up to head sees who has all behind floor.
func (s *toldRoom) rows(floor, head int64) string {
	var b []string
	for seq := floor + 1; seq <= head; seq++ {
		switch e := s.log[seq-1].(type) {
		case chat.Message:
			if s.gone(seq, head) {
				b = append(b, fmt.Sprint(seq, "-"))
			} else {
				b = append(b, fmt.Sprint(seq))
			}
		case chat.RoomChanged:
			if s.id != "d1" {
				b = append(b, fmt.Sprint("e", seq))
			}
		case chat.MemberChanged:
			if s.id != "d1" && (s.id != chat.Lobby || e.Change == chat.Muted) {
				b = append(b, fmt.Sprint("e", seq))
			}
		}
	}
	return strings.Join(b, " ")
}

// mixed are events in any order, with repetitions.
func mixed(r *rand.Rand, events []chat.Event) []chat.Event {
	all := slices.Clone(events)
	for range r.IntN(len(events)/2 + 1) {
		all = append(all, events[r.IntN(len(events))])
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// Over two lines, what happened in several rooms arrives in any order and more
// than once, and makes of each room what its log makes of it.
func TestEventsOfManyRoomsInAnyOrderMakeOneState(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 7))
		rooms := []*toldRoom{{id: chat.Lobby}, {id: "garden"}, {id: "den"}, {id: "d1"}}
		m := Model{}.Open([]string{chat.Lobby, "garden"}[seed%2])
		floors := map[string]int64{}

		line := func(first bool) {
			w := welcome(0)
			w.Rooms = nil
			if r.IntN(2) == 0 {
				w.Hidden = []string{carl.ID}
			}
			var follow []chat.Event
			for _, s := range rooms {
				after := int64(len(s.log)) // what was delivered on the line before
				s.write(r, 4+r.IntN(30))
				head := max(after, 2) // whoever is in a room was brought into it before
				head += r.Int64N(int64(len(s.log)) - head + 1)
				if first {
					after = head - min(head, r.Int64N(20))
					floors[s.id] = after
				}
				w.Rooms = append(w.Rooms, s.status(head, after, !first))
				for _, e := range s.log[after:] {
					follow = append(follow, e)
				}
				if !first { // and what is known already
					for _, e := range s.log[floors[s.id]:after] {
						follow = append(follow, e)
					}
				}
			}
			m = m.Apply(w)
			for _, e := range mixed(r, follow) {
				before := ""
				if r.IntN(20) == 0 {
					before = view(m)
				}
				next := m.Apply(e)
				if before != "" && view(m) != before {
					t.Fatalf("seed %d: %T changed the old model", seed, e)
				}
				if m = next; r.IntN(10) == 0 {
					check(t, m)
				}
			}
		}
		line(true)
		line(false)

		for _, s := range rooms {
			got, head := m.Find(s.id), int64(len(s.log))
			want := s.status(head, 0, true)
			if got.Room != want.Room || got.Member != want.Member || got.Head != head {
				t.Fatalf("seed %d, %s: it is %+v, %+v, up to %d; want %+v, %+v, %d", seed, s.id, got.Room, got.Member, got.Head, want.Room, want.Member, head)
			}
			floor := floors[s.id]
			if got, want := rowsOf(got), s.rows(floor, head); got != want {
				t.Fatalf("seed %d, %s: the rows are\n%s\nwant\n%s", seed, s.id, got, want)
			}
			for _, row := range got.Rows() {
				if m := row.Message; m != nil && (m.Gone != (m.Text == "") || row.Folded != (len(got.hidden) > 0 && m.Author.ID == carl.ID)) {
					t.Fatalf("seed %d, %s: %+v", seed, s.id, row)
				}
			}
			if s.read >= floor {
				if want := s.unread(head, m.Hidden...); got.Unread != want {
					t.Fatalf("seed %d, %s: %d are unread, want %d", seed, s.id, got.Unread, want)
				}
			}
		}
	}
}

// into is a model of Ada's in the lobby and in these rooms.
func into(rooms ...chat.RoomStatus) Model {
	w := welcome(0)
	w.Rooms = append(w.Rooms, rooms...)
	return Model{}.Apply(w)
}

// room is one that Ada is in, at a head of which nothing follows.
func room(id string, access chat.Access, head int64) chat.RoomStatus {
	return chat.RoomStatus{
		Room: chat.Room{ID: id, Title: "The " + id, Access: access}, Member: chat.Member{Role: chat.RoleMember, Here: true},
		Head: head, After: head, Reading: chat.Reading{Read: head},
	}
}

func listed(rooms []*Room) string {
	var ids []string
	for _, r := range rooms {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

func TestRoomsComeAndGo(t *testing.T) {
	m := into(room("garden", chat.Public, 5))
	m = apply(m, chat.Entered{RoomStatus: room("den", chat.Private, 9)}, saidIn("den", 10, bob), saidIn("elsewhere", 1, bob))
	if got := listed(m.Rooms()); got != "lobby den garden" || rowsOf(m.Find("den")) != "10" {
		t.Fatalf("listed are %s, and the den has %s", got, rowsOf(m.Find("den")))
	}
	// A room that stands there already is only told how it stands.
	again := room("den", chat.Private, 11)
	again.Title = "Den"
	if got := apply(m, chat.Entered{RoomStatus: again}); rowsOf(got.Find("den")) != "10" || got.Find("den").Title != "Den" || got.Find("den").Head != 11 {
		t.Errorf("the den is %+v, with %s", got.Find("den").Room, rowsOf(got.Find("den")))
	}
	for name, e := range map[string]chat.MemberChanged{
		"left":    {Change: chat.Left},
		"removed": {Change: chat.Removed},
		"banned":  {Change: chat.Banned, Until: chat.Forever},
	} {
		e.Stamp, e.Person = at("den", 11, bob), ada
		out := apply(m, e)
		if got := listed(out.Rooms()); got != "lobby garden" || out.Find("den") != nil {
			t.Errorf("%s: listed are %s", name, got)
		}
		if got := apply(out, saidIn("den", 12, bob)); view(got) != view(out) {
			t.Errorf("%s: what is said there is still taken in", name)
		}
		// The open one stays, to tell what happened, until another one is opened.
		out = apply(m.Open("den"), saidIn("den", 11, bob))
		e.Seq = 12
		out = apply(out, e)
		if out.Entered() || out.Member.Here || rows(out) != "10 11 e12" || listed(out.Rooms()) != "lobby garden" || out.Room.Unread != 0 {
			t.Errorf("%s: entered %t, rows %s", name, out.Entered(), rows(out))
		}
		if out.Open(chat.Lobby).Find("den") != nil {
			t.Errorf("%s: it stays for ever", name)
		}
		back := room("den", chat.Private, 15)
		if out = apply(out, chat.Entered{RoomStatus: back}, saidIn("den", 16, bob)); !out.Entered() || rows(out) != "16" {
			t.Errorf("%s and back: entered %t, rows %s", name, out.Entered(), rows(out))
		}
	}
	other := chat.MemberChanged{Stamp: at("den", 11, bob), Change: chat.Left, Person: carl}
	if got := apply(m, other); got.Find("den") == nil || rowsOf(got.Find("den")) != "10 e11" {
		t.Error("somebody else's leaving took us out")
	}
	gone := welcome(0)
	if got := apply(m.Open("garden"), gone); listed(got.Rooms()) != "lobby" || got.Room.ID != "garden" || got.Entered() || got.Find("den") != nil {
		t.Errorf("a welcome without them leaves %s", listed(got.Rooms()))
	}
}

// What we said in a room that we are not in any more, and was not sent, is not
// lost with it.
func TestAnUnsentMessageKeepsItsRoom(t *testing.T) {
	m := into(room("den", chat.Private, 3)).Post(chat.Post{ID: "a", Room: "den", Text: "hello"}, noon)
	m = apply(m, chat.MemberChanged{Stamp: at("den", 4, bob), Change: chat.Removed, Person: ada}, chat.Reject{ID: "a", Fault: *chat.NoRoom("den")})
	if got := m.Unsent(); listed(m.Rooms()) != "lobby den" || len(got) != 1 || got[0].Fault == nil || got[0].Room != "den" {
		t.Errorf("listed are %s, unsent %+v", listed(m.Rooms()), got)
	}
	if m = m.Discard("a"); listed(m.Rooms()) != "lobby" {
		t.Errorf("then listed are %s", listed(m.Rooms()))
	}
}

func TestTheOrderOfLists(t *testing.T) {
	on := func(s chat.RoomStatus, title string, minute int) chat.RoomStatus {
		s.Title, s.Active = title, noon.Add(time.Duration(minute)*time.Minute)
		return s
	}
	archived := on(room("attic", chat.Public, 1), "Attic", 9)
	archived.Archived = true
	place := chat.RoomStatus{Room: chat.FirstRoom(chat.Place), Head: 7, After: 7, Reading: chat.Reading{Unread: 3}}
	m := into(place, on(room("d1", chat.Direct, 1), "", 1), on(room("d2", chat.Direct, 1), "", 2), archived,
		on(room("z", chat.Public, 1), "beer", 3), on(room("a", chat.Private, 1), "Wine", 4))
	if got := listed(m.Rooms()); got != "lobby z a attic d2 d1" {
		t.Errorf("listed are %s", got)
	}
	if got := listed(m.Recent()); got != "attic a z d2 d1 lobby" {
		t.Errorf("the switcher has %s", got)
	}
	later := saidIn("d1", 2, bob)
	later.Time = noon.Add(time.Hour)
	quiet := saidIn("z", 2, bob)
	m = apply(m, chat.Marked{Room: "z", Reading: chat.Reading{Read: 1, Quiet: true}}, quiet, later)
	if got := listed(m.Rooms()); got != "lobby z a attic d1 d2" {
		t.Errorf("listed are %s", got)
	}
	if got := listed(m.Open("a").Recent()); got != "d1 attic a z d2 lobby" {
		t.Errorf("the switcher has %s", got)
	}
	if messages, rooms := m.AllUnread(); messages != 1 || rooms != 1 {
		t.Errorf("%d are unread in %d rooms", messages, rooms)
	}
	if m.Find(chat.Place).Unread != 3 {
		t.Error("reports are not counted")
	}
}

func TestOpeningARoomKeepsTheOthers(t *testing.T) {
	m := into(room("den", chat.Private, 3))
	for seq := int64(4); seq < 500; seq++ {
		m = m.Apply(saidIn("den", seq, bob))
	}
	if n := len(m.Find("den").tail.said); n > MaxElsewhere || n < KeptElsewhere {
		t.Errorf("%d messages are held of a room that is not open", n)
	}
	lobby := m
	m = m.Open("den")
	if first, last := m.Window(); m.Room.ID != "den" || last != 499 || m.Later() || !m.Earlier() || last-first < KeptElsewhere-1 {
		t.Errorf("%s is open, from %d to %d", m.Room.ID, first, last)
	}
	if _, _, before, _ := m.Held(); before == 0 {
		t.Error("nothing can be asked for before what is held")
	}
	m = apply(m, said(1, bob, "x"), saidIn("den", 500, bob))
	if back := m.Open(chat.Lobby); rows(back) != "1" || back.Find("den").Head != 500 {
		t.Errorf("back in the lobby there is %s", rows(back))
	}
	if lobby.Room.ID != chat.Lobby || lobby.Find("den").Head != 499 {
		t.Error("the old model changed")
	}
	strange := m.Open("nowhere")
	if strange.Entered() || rows(strange) != "" || listed(strange.Rooms()) != "lobby den" {
		t.Errorf("a room that we are not in has %s", rows(strange))
	}
	if got := apply(strange, chat.Entered{RoomStatus: room("nowhere", chat.Public, 2)}, saidIn("nowhere", 3, bob)); !got.Entered() || rows(got) != "3" {
		t.Errorf("once entered it has %s", rows(got))
	}
}

func TestUnread(t *testing.T) {
	den := room("den", chat.Private, 10)
	den.Reading = chat.Reading{Read: 6, Unread: 2}
	m := into(den)
	unread := func(m Model) string { return fmt.Sprint(m.Find("den").Unread, " from ", m.Find("den").Unseen()) }
	for _, c := range []struct {
		what   string
		events []chat.Event
		want   string
	}{
		{"as the welcome says", nil, "2 from 7"},
		{"others' messages count", []chat.Event{saidIn("den", 11, bob), saidIn("den", 12, carl), saidIn("den", 12, carl)}, "4 from 7"},
		{"our own do not", []chat.Event{saidIn("den", 11, ada)}, "2 from 7"},
		{"nor what is no message", []chat.Event{chat.RoomChanged{Stamp: at("den", 11, bob), Locked: new(true)}}, "2 from 7"},
		{"nor those of who is hidden", []chat.Event{chat.Hid{Person: bob.ID, On: true}, saidIn("den", 11, bob), saidIn("den", 12, carl)}, "3 from 7"},
		{"who is hidden later is not counted any more, and who is seen again is", []chat.Event{saidIn("den", 11, bob), chat.Hid{Person: bob.ID, On: true}, saidIn("den", 12, carl), chat.Hid{Person: bob.ID}}, "4 from 7"},
		{"what was deleted is not", []chat.Event{saidIn("den", 11, bob), saidIn("den", 12, bob), chat.Deleted{Stamp: at("den", 13, bob), Message: 11}}, "3 from 7"},
		{"read on another device", []chat.Event{saidIn("den", 11, bob), saidIn("den", 12, bob), chat.Marked{Room: "den", Reading: chat.Reading{Read: 11, Unread: 1}}}, "1 from 12"},
		{"what is held is counted, whatever the server meant", []chat.Event{saidIn("den", 11, bob), saidIn("den", 12, bob), chat.Marked{Room: "den", Reading: chat.Reading{Read: 10, Unread: 9}}}, "2 from 11"},
		{"marked unread", []chat.Event{saidIn("den", 11, bob), chat.Marked{Room: "den", Reading: chat.Reading{Read: 11}}, chat.Marked{Room: "den", Reading: chat.Reading{Read: 3, Unread: 5}}, saidIn("den", 12, bob)}, "6 from 4"},
		{"all read", []chat.Event{saidIn("den", 11, bob), chat.Marked{Room: "den", Reading: chat.Reading{Read: 11}}}, "0 from 0"},
		{"another room's mark", []chat.Event{chat.Marked{Room: chat.Lobby, Reading: chat.Reading{Read: 1}}, chat.Marked{Room: "x"}}, "2 from 7"},
	} {
		if got := unread(apply(m, c.events...)); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	many := m
	for seq := int64(11); seq < 400; seq++ {
		many = many.Apply(saidIn("den", seq, bob))
	}
	if got := many.Find("den").Unread; got != chat.MaxUnread+1 {
		t.Errorf("%d are unread of very many", got)
	}
}

// A mark of ours counts at once, and older words of the server do not undo it.
func TestMark(t *testing.T) {
	den := room("den", chat.Private, 10)
	den.Reading = chat.Reading{Read: 6, Unread: 2}
	m := apply(into(den), saidIn("den", 11, bob), saidIn("den", 12, bob))
	marked := func(read int64, unread int) chat.Marked {
		return chat.Marked{Room: "den", Reading: chat.Reading{Read: read, Unread: unread}}
	}
	unread := func(m Model) int { return m.Find("den").Unread }
	read := m.Mark(chat.Mark{ID: "k", Room: "den", Seq: 12})
	if unread(read) != 0 || unread(m) != 4 {
		t.Fatalf("%d are unread, and were %d", unread(read), unread(m))
	}
	if got := unread(apply(read, saidIn("den", 13, bob))); got != 1 {
		t.Errorf("%d are unread after one more", got)
	}
	for what, events := range map[string][]chat.Event{
		"an older word":                {marked(8, 2)},
		"an older one, and the answer": {marked(8, 2), marked(12, 0), chat.Ack{ID: "k"}},
		"the answer first":             {chat.Ack{ID: "k"}, marked(12, 0)},
		"only the answer":              {chat.Ack{ID: "k"}},
		"a line anew": {func() chat.Event {
			w := welcome(0)
			s := den
			s.Head, s.After, s.Recovered, s.Unread = 12, 12, true, 4
			w.Rooms = append(w.Rooms, s)
			return w
		}()},
	} {
		if got := unread(apply(read, events...)); got != 0 {
			t.Errorf("%s: %d are unread", what, got)
		}
	}
	if got := unread(m.Mark(chat.Mark{ID: "k", Room: "den", Seq: 2})); got != 4 {
		t.Errorf("a mark went back: %d are unread", got)
	}
	back := read.Mark(chat.Mark{ID: "l", Room: "den", Seq: 10, Unread: true})
	if got := unread(back); got != 2 {
		t.Errorf("marked unread, %d are", got)
	}
	if got := unread(apply(back, marked(12, 0), marked(10, 2), chat.Ack{ID: "l"})); got != 2 {
		t.Errorf("and when that is answered, %d", got)
	}
	if got := unread(apply(back, marked(10, 2), chat.Ack{ID: "l"}, marked(12, 0))); got != 0 {
		t.Errorf("and read on another device, %d", got)
	}
}

func TestWriting(t *testing.T) {
	m := into(room("den", chat.Private, 1))
	writes := func(people ...chat.Person) chat.Event { return chat.Writing{Room: "den", Crowd: crowd(people...)} }
	names := func(m Model) string {
		w := m.Find("den").Writing
		s := fmt.Sprint(w.Count)
		for _, p := range w.People {
			s += " " + p.Name
		}
		return s
	}
	for _, c := range []struct {
		events []chat.Event
		want   string
	}{
		{[]chat.Event{writes(bob, ada, carl)}, "2 bob Carl"},
		{[]chat.Event{writes(bob, carl), writes(carl)}, "1 Carl"},
		{[]chat.Event{writes(bob, carl), saidIn("den", 2, bob)}, "1 Carl"},
		{[]chat.Event{chat.Hid{Person: bob.ID, On: true}, writes(bob, carl)}, "1 Carl"},
		{[]chat.Event{writes(bob, carl), chat.Hid{Person: bob.ID, On: true}}, "1 Carl"},
		{[]chat.Event{writes(bob), writes()}, "0"},
	} {
		if got := names(apply(m, c.events...)); got != c.want {
			t.Errorf("after %v: %s write, want %s", c.events, got, c.want)
		}
	}
	m = apply(m, writes(bob))
	if got := names(m.Silent("den")); got != "0" || names(m) != "1 bob" {
		t.Errorf("silent, %s write", got)
	}
}

func TestWhoIsAway(t *testing.T) {
	w := welcome(0)
	w.Rooms[0].Roll = &chat.Roll{Number: 4, Online: 3, People: []chat.Person{ada, bob, carl}, Away: []string{bob.ID}}
	away := told(5, 0, chat.Presence{Online: 3, Away: []string{carl.ID}})
	back := told(6, 0, chat.Presence{Online: 3, Back: []string{bob.ID}})
	gone := told(7, 0, chat.Presence{Online: 2, Left: crowd(carl)})
	permutations([]chat.Event{away, back, gone}, func(events []chat.Event) {
		got := apply(apply(Model{}, w), events...).Around()
		if got.State(ada.ID) != chat.Online || got.State(bob.ID) != chat.Online || got.State(carl.ID) != chat.Offline {
			t.Fatalf("after %v: %+v", events, got)
		}
	})
	if got := apply(Model{}, w, away).Around(); got.State(bob.ID) != chat.StateAway || got.State(carl.ID) != chat.StateAway {
		t.Errorf("away are %v", got.Away)
	}
	// Somebody who is in one room only learns there who is around.
	alone := welcome(0)
	alone.Rooms = []chat.RoomStatus{room("den", chat.Private, 1)}
	alone.Rooms[0].Roll = &chat.Roll{Number: 1, Online: 2, People: []chat.Person{ada, bob}}
	come := told(2, 1, chat.Presence{Online: 3, Joined: crowd(carl)})
	come.Room = "den"
	if got := apply(Model{}.Open("den"), alone, come); got.Around().Online != 3 || rows(got) != "n2@1" {
		t.Errorf("in one room: %+v, rows %s", got.Around(), rows(got))
	}
}

// TestWhoReloadsIsOfflineForAMoment has somebody close their last connection, of
// whom it is no news yet that they left.
func TestWhoReloadsIsOfflineForAMoment(t *testing.T) {
	w := welcome(0)
	w.Rooms[0].Roll = &chat.Roll{Number: 4, Online: 3, People: []chat.Person{ada, bob, carl}, Away: []string{bob.ID}}
	m := apply(Model{}, w)
	for _, step := range []struct {
		told  chat.Presence
		state chat.State
		names int
	}{
		{chat.Presence{Online: 2, Gone: []string{bob.ID}}, chat.Offline, 2},
		{chat.Presence{Online: 3, Back: []string{bob.ID}}, chat.Online, 3},
		{chat.Presence{Online: 2, Gone: []string{bob.ID}}, chat.Offline, 2},
		{chat.Presence{Online: 3, Away: []string{bob.ID}}, chat.StateAway, 3},
		{chat.Presence{Online: 2, Gone: []string{bob.ID}}, chat.Offline, 2},
		{chat.Presence{Online: 2, Left: crowd(bob)}, chat.Offline, 2},
	} {
		m = apply(m, told(m.Room.now.number+1, 0, step.told))
		if got := m.Around(); got.State(bob.ID) != step.state || got.Online != step.names || len(got.People) != step.names {
			t.Errorf("after %+v: %q, %+v", step.told, got.State(bob.ID), got)
		}
		if got := rows(m); (got != "") != (step.told.Left.Count > 0) {
			t.Errorf("after %+v the rows are %s", step.told, got)
		}
	}
}

func TestWhatWeAreToldOfOurselves(t *testing.T) {
	w := welcome(0)
	w.You.Member = chat.Member{Here: true, Role: chat.RoleModerator}
	w.Rooms = append(w.Rooms, chat.RoomStatus{Room: chat.FirstRoom(chat.Place), Head: 3, After: 3})
	m := apply(Model{}, w)
	if m.May(chat.ToSettle, noon) == nil { // in the lobby it cannot be done
		t.Error("reports are settled in the lobby")
	}
	if m.Open(chat.Place).May(chat.ToSettle, noon) != nil || m.May(chat.ToPost, noon) != nil {
		t.Error("a moderator may not keep order")
	}
	you := m.You
	you.Name, you.About, you.Member.Role = "Ada L.", "Engines", chat.RoleMember
	m = apply(m, chat.You{Self: you})
	if m.You != you || m.Find(chat.Place) != nil {
		t.Errorf("we are %+v, and the place is %v", m.You, m.Find(chat.Place))
	}
	other := you
	other.ID = bob.ID
	if got := apply(m, chat.You{Self: other}); got.You != you {
		t.Error("we became somebody else")
	}
	muted := chat.MemberChanged{Stamp: at(chat.Lobby, 1, bob), Change: chat.Muted, Person: ada, Until: noon.Add(time.Hour)}
	if fault := apply(m, muted).May(chat.ToPost, noon); fault == nil || fault.Code != chat.CodeMuted {
		t.Errorf("muted, we may speak: %v", fault)
	}
}

// In the place, which moderators read, everything is told, and a text that was
// reported goes when the report is settled.
func TestThePlaceTellsAll(t *testing.T) {
	m := into(chat.RoomStatus{Room: chat.FirstRoom(chat.Place), Head: 3, After: 3}).Open(chat.Place)
	in := func(seq int64) chat.Stamp { s := at(chat.Place, seq, bob); s.In = "den"; return s }
	report := chat.Reported{Stamp: in(4), Message: 9, Of: carl, Text: "bad"}
	events := []chat.Event{
		report,
		chat.Deleted{Stamp: in(5), Message: 4, Of: carl}, // of the den, not the report
		chat.RoomChanged{Stamp: in(6), Title: new("Den")},
		chat.Settled{Stamp: in(7), Report: 4},
	}
	if got := apply(m, report); got.Unread != 1 {
		t.Errorf("%d reports are unread", got.Unread)
	}
	permutations(events, func(events []chat.Event) {
		got := apply(m, events...)
		if rows(got) != "e4 e5 e6 e7" || got.Title != "Place" || got.Rows()[0].Event.(chat.Reported).Text != "" {
			t.Fatalf("the rows are %s, of %s, %+v", rows(got), got.Title, got.Rows()[0])
		}
	})
	if got := apply(m, events[:3]...); got.Rows()[0].Event.(chat.Reported).Text != "bad" {
		t.Error("the report has no text before it is settled")
	}
}

func TestWhatIsKeptOfManyRooms(t *testing.T) {
	den, quiet := room("den", chat.Private, 1), room("old", chat.Public, 40)
	den.Active, quiet.Active = noon, noon.Add(-time.Hour)
	place := chat.RoomStatus{Room: chat.FirstRoom(chat.Place), Head: 2, After: 2}
	m := into(den, quiet, place, room("gone", chat.Public, 1))
	m = apply(m, chat.Hid{Person: carl.ID, On: true})
	for seq := int64(1); seq <= 100; seq++ {
		m = apply(m, said(seq, bob, "x"), saidIn("den", seq+1, bob))
	}
	m = apply(m, chat.MemberChanged{Stamp: at("gone", 2, bob), Change: chat.Left, Person: ada}, chat.Deleted{Stamp: at("den", 102, bob), Message: 100})
	k := m.Keep(90, 30, 1<<20)
	logs := map[string]int{}
	for _, r := range k.Rooms {
		logs[r.Status.ID] = len(r.Log)
	}
	if want := fmt.Sprint(map[string]int{"lobby": 90, "den": 0, "old": 0, "place": 0}); fmt.Sprint(logs) != want {
		t.Errorf("kept are %v, want %s", logs, want)
	}
	k = m.Open("den").Keep(120, 30, 1<<20)
	if k.Rooms[0].Status.ID != "den" || len(k.Rooms[0].Log) != 101 || len(k.Rooms) != 4 {
		t.Errorf("kept is first %s, %d events, of %d rooms", k.Rooms[0].Status.ID, len(k.Rooms[0].Log), len(k.Rooms))
	}
	again := Model{}.Recall(k)
	if resume := again.Resume(); len(resume.Rooms) != 4 || resume.Rooms["den"] != 102 || resume.Rooms["old"] != 40 {
		t.Errorf("the line goes on from %+v", resume)
	}
	if got := listed(again.Rooms()); got != "lobby den old" || !again.Hides(carl.ID) || again.Find("den").Unread != chat.MaxUnread {
		t.Errorf("recalled are %s, with %d unread", got, again.Find("den").Unread)
	}
	back := welcome(100)
	status := den
	status.Head, status.After, status.Recovered = 103, 102, true
	back.Rooms = []chat.RoomStatus{back.Rooms[0], status}
	got := apply(again, back, saidIn("den", 103, bob))
	if d := got.Find("den"); d.Last() != 103 || len(d.tail.said) != 102 || got.Find("old") != nil || !strings.Contains(rowsOf(d), "99 100- 101") {
		t.Errorf("then the den has %s", rowsOf(d))
	}
	if other := apply(again, func() chat.Event { w := back; w.Epoch = "e2"; return w }()); len(other.Find("den").tail.said) > 0 {
		t.Error("what was kept outlives its epoch")
	}
}

// A message of a room that is not open costs the copy of that room and of the
// list, and nothing of the others.
func BenchmarkApplyMessageElsewhere(b *testing.B) {
	var rooms []chat.RoomStatus
	for i := range chat.MaxRooms {
		rooms = append(rooms, room(fmt.Sprint("r", i), chat.Public, 0))
	}
	m := into(rooms...)
	seq := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		seq++
		m = m.Apply(saidIn("r7", seq, bob))
	}
}
