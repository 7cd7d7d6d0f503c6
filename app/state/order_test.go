package state

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"cyberchat/app/chat"
)

// history makes up what a server could say on one line: the welcome; pages of
// what was said before, which have their order; and in events messages with
// holes, some of them ours and answered, and presences with holes.
func history(r *rand.Rand, n int) (w chat.Welcome, pages, events []chat.Event, posts []string) {
	after := int64(r.IntN(n))
	w = welcome(after + int64(r.IntN(3)))
	w.Rooms[0].After = after
	w.Rooms[0].Roll.Number = int64(r.IntN(n/2 + 1))
	post := func(i int) string {
		id := fmt.Sprint("a", i)
		posts = append(posts, id)
		return id
	}
	var before chat.Log
	for seq := range after {
		m := said(seq+1, bob, fmt.Sprint("b", -seq))
		if r.IntN(3) == 0 {
			m = said(seq+1, ada, post(int(-seq)))
			if r.IntN(2) == 0 { // an answer without the message
				events = append(events, chat.Ack{ID: m.ID, Seq: m.Seq, Duplicate: true})
			}
		}
		before = append(before, m)
	}
	for len(before) > 0 && r.IntN(5) > 0 {
		from := max(len(before)-1-r.IntN(9), 0)
		pages = append(pages, chat.Page{Room: chat.Lobby, Events: before[from:], Earlier: from > 0})
		before = before[:min(from+r.IntN(3), len(before))] // they may overlap
	}
	var number int64
	name, seq := ada.Name, after
	for i := range n {
		switch r.IntN(8) {
		case 0, 1, 2:
			seq += 1 + int64(r.IntN(8)/7*r.IntN(5))
			events = append(events, said(seq, bob, fmt.Sprint("b", i)))
		case 3, 4:
			seq++
			id := post(i)
			events = append(events, said(seq, ada, id))
			if r.IntN(2) == 0 {
				events = append(events, chat.Ack{ID: id, Seq: seq})
			}
		case 5:
			events = append(events, chat.Reject{ID: post(i), Fault: *chat.NoRoom("x")})
		default:
			number += 1 + int64(r.IntN(4)/3)
			p := told(number, seq-int64(r.IntN(2)), chat.Presence{Online: 1 + r.IntN(9)})
			p.After = max(p.After, 0)
			who := chat.Person{ID: fmt.Sprint("q", r.IntN(6)), Name: fmt.Sprint("Q", i)}
			switch r.IntN(4) {
			case 0:
				p.Joined = crowd(who)
			case 1:
				p.Left = crowd(who)
			case 2:
				p.Renamed = []chat.Renamed{{ID: who.ID, From: "?", To: who.Name}}
			case 3:
				p.Renamed = []chat.Renamed{{ID: ada.ID, From: name, To: who.Name}}
				name = who.Name
			}
			events = append(events, p)
		}
	}
	return w, pages, events, posts
}

// reference draws the rows of a history behind a seq in the simplest way.
func reference(floor int64, events ...chat.Event) string {
	places := map[place]bool{}
	for _, e := range events {
		switch e := e.(type) {
		case chat.Message:
			places[place{seq: e.Seq}] = true
		case chat.Presence:
			if e.After >= floor {
				places[place{e.After, e.Number}] = true
			}
		case chat.Page:
			for _, m := range e.Events {
				places[place{seq: m.Stamped().Seq}] = true
			}
		}
	}
	var rows []string
	for _, at := range slices.SortedFunc(maps.Keys(places), place.compare) {
		if at.number == 0 {
			rows = append(rows, fmt.Sprint(at.seq))
		} else {
			rows = append(rows, fmt.Sprintf("n%d@%d", at.number, at.seq))
		}
	}
	return strings.Join(rows, " ")
}

func post(m Model, ids []string) Model {
	for _, id := range ids {
		m = posted(m, id, "t"+id)
	}
	return m
}

// shuffled is a history in another order and with repetitions. Pages keep
// theirs.
func shuffled(r *rand.Rand, pages, events []chat.Event) []chat.Event {
	all := slices.Clone(events)
	for range r.IntN(len(events) + 1) {
		all = append(all, events[r.IntN(len(events))])
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	at := 0
	for i, p := range pages {
		at += r.IntN(len(all) - at + 1)
		all = slices.Insert(all, at, p, pages[r.IntN(i+1)])
		at += 2
	}
	return all
}

func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 1))
		w, pages, events, posts := history(r, 2+r.IntN(40))
		start := apply(post(Model{}, posts), w)
		want := apply(start, slices.Concat(pages, events)...)
		floor, _, _, _ := want.Held()
		if got, want := rows(want), reference(floor-1, slices.Concat(pages, events)...); got != want {
			t.Fatalf("seed %d: rows\n%s\nwant\n%s", seed, got, want)
		}
		for round := range 3 {
			m := start
			for _, e := range shuffled(r, pages, events) {
				if round > 0 {
					m = m.Apply(e)
					continue
				}
				before := view(m)
				next := m.Apply(e)
				if now := view(m); now != before {
					t.Fatalf("seed %d: %T changed the old model\nfrom %s\n  to %s", seed, e, before, now)
				}
				m = next
			}
			if got, want := view(m), view(want); got != want {
				t.Fatalf("seed %d: in another order\n%s\nwant\n%s", seed, got, want)
			}
		}
	}
}

func TestTheNewestRowsStay(t *testing.T) {
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 2))
		w, _, events, posts := history(r, 1500)
		allSaid, allNews := messagesAndNews(reference(-1, events...))
		order := slices.Clone(events)
		switch seed {
		case 0:
			slices.Reverse(order)
		case 1: // as they came
		default:
			order = shuffled(r, nil, events)
		}
		m := apply(post(Model{}, posts), w)
		for i, e := range order {
			if m = m.Apply(e); i%97 == 0 {
				check(t, m)
			}
		}
		check(t, m)
		said, _ := messagesAndNews(rows(m))
		if !m.Earlier() || len(said) < KeptShown {
			t.Errorf("seed %d: only %d messages are shown, earlier ones %t", seed, len(said), m.Earlier())
		}
		if want := allSaid[len(allSaid)-len(said):]; !slices.Equal(said, want) {
			t.Errorf("seed %d: the newest messages are\n%v\nwant\n%v", seed, said, want)
		}
		var news []string
		for _, p := range m.news {
			news = append(news, fmt.Sprintf("n%d@%d", p.Number, p.After))
		}
		if want := allNews[len(allNews)-len(news):]; len(news) < KeptNews || !slices.Equal(news, want) {
			t.Errorf("seed %d: the newest presences are\n%v\nwant\n%v", seed, news, want)
		}
		if again := apply(m, order[:100]...); rows(again) != rows(m) {
			t.Errorf("seed %d: repetition changed the rows", seed)
		}
	}
}

// messagesAndNews parts rows as they are shown in short.
func messagesAndNews(rows string) (messages, news []string) {
	for r := range strings.FieldsSeq(rows) {
		if strings.HasPrefix(r, "n") {
			news = append(news, r)
		} else {
			messages = append(messages, r)
		}
	}
	return messages, news
}

// People who come and go push nothing out of what was said.
func TestNewsPushNoMessagesOut(t *testing.T) {
	m := apply(Model{}, welcome(0), said(1, bob, "a"), said(4, bob, "b"))
	for n := range int64(10 * MaxNews) {
		m = m.Apply(told(n+1, 4, chat.Presence{Online: 1 + int(n%5), Joined: crowd(chat.Person{ID: fmt.Sprint("q", n), Name: "Q"})}))
	}
	check(t, m)
	messages, news := messagesAndNews(rows(m))
	if !slices.Equal(messages, []string{"1", "4"}) || len(news) < KeptNews || news[len(news)-1] != fmt.Sprintf("n%d@4", 10*MaxNews) {
		t.Errorf("%v stayed, with %d news up to %s", messages, len(news), news[len(news)-1])
	}
	if len(m.Around().People) != 1+10*MaxNews {
		t.Errorf("%d people are known", len(m.Around().People))
	}
	if again := apply(m, told(1, 4, chat.Presence{Online: 9})); view(again) != view(m) {
		t.Error("a presence that was let go came back")
	}
}

func TestPeopleOutliveTheirRows(t *testing.T) {
	m := apply(Model{}, welcome(0), told(1, 0, chat.Presence{Online: 2, Joined: crowd(bob)}))
	for seq := range int64(2 * MaxHeld) {
		m = m.Apply(said(seq+1, bob, ""))
	}
	// Number 3 is late: the roll is called anew.
	m = apply(m, told(4, 2*MaxHeld, chat.Presence{Online: 2}), told(3, 2*MaxHeld, chat.Presence{Online: 3, Joined: crowd(carl)}))
	if want := []chat.Person{ada, bob, carl}; m.Around().Online != 2 || !slices.Equal(m.Around().People, want) {
		t.Errorf("%d online, %v; want 2, %v", m.Around().Online, m.Around().People, want)
	}
}

// Two futures of one model do not see each other, even when they are drawn up
// at the same time.
func TestModelsShareRowsSafely(t *testing.T) {
	m := apply(Model{}, welcome(0), said(1, bob, ""))
	var all sync.WaitGroup
	futures := make([]Model, 4)
	for i := range futures {
		all.Go(func() {
			f := m
			for seq := range int64(100) {
				f = f.Apply(said(seq+2, bob, fmt.Sprint(i)))
			}
			futures[i] = f
		})
	}
	all.Wait()
	for i, f := range futures {
		for _, r := range f.Rows()[1:] {
			if r.Message.ID != fmt.Sprint(i) {
				t.Fatalf("future %d holds a message of future %s", i, r.Message.ID)
			}
		}
	}
	if rows(m) != "1" || cap(m.tail.said) != 1 {
		t.Errorf("the common past is %q, with room for %d", rows(m), cap(m.tail.said))
	}
}

func FuzzApply(f *testing.F) {
	f.Add([]byte("WMMPAR"), uint64(1))
	f.Add([]byte("MWmMwpPWk"), uint64(2))
	f.Fuzz(func(t *testing.T, script []byte, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 3))
		number := func() int64 {
			if r.IntN(16) == 0 {
				return int64(r.Uint64()) // anything, also the greatest and the negative
			}
			return int64(r.IntN(40))
		}
		who := func() chat.Person { return []chat.Person{ada, bob, carl}[r.IntN(3)] }
		var m Model
		for i, b := range script[:min(len(script), 200)] {
			id := fmt.Sprint(r.IntN(8))
			switch b % 10 {
			case 0, 1:
				m = m.Apply(said(number(), who(), id))
			case 2, 3:
				p := who()
				m = m.Apply(told(number(), number(), chat.Presence{Online: r.IntN(5), Joined: crowd(who()), Left: crowd(p), Renamed: []chat.Renamed{{ID: p.ID, To: fmt.Sprint(i)}}}))
			case 4:
				w := welcome(number())
				w.Epoch = fmt.Sprint(r.IntN(4) / 3)
				w.Rooms[0].Roll.Number, w.Rooms[0].After, w.Rooms[0].Recovered = number(), number(), r.IntN(2) == 0
				m = m.Apply(w)
			case 5:
				m = posted(m, id, "t")
			case 6:
				m = m.Apply(chat.Ack{ID: id, Seq: number(), Name: []string{"", "N"}[r.IntN(2)]})
			case 7:
				m = m.Apply(chat.Reject{ID: id, Fault: *chat.TooFast(0)}).Retry(id, fmt.Sprint("n", i), noon)
			case 8:
				m = moved(r, m.Discard(id))
			case 9:
				p := chat.Page{Room: chat.Lobby, Earlier: r.IntN(2) == 0}
				first := number()
				for i := range int64(r.IntN(9)) {
					p.Events = append(p.Events, said(first+i, who(), id))
				}
				m = m.Apply(p)
			}
			check(t, m)
		}
	})
}

// moved is a model whose reader went somewhere.
func moved(r *rand.Rand, m Model) Model {
	low, high := m.Window()
	switch first := low + r.Int64N(max(high-low, 0)+1); r.IntN(4) {
	case 0:
		m.Room = m.AtEnd()
	case 1:
		m.Room, _ = m.Go(first - 20 + r.Int64N(40))
	case 2:
		m.Room = m.Stretch()
	default:
		m.Room = m.Look(first, min(first+r.Int64N(20), high))
	}
	return m
}

// check tests what holds of every model.
func check(t *testing.T, m Model) {
	t.Helper()
	if len(m.news) > MaxNews || len(m.tail.said)+len(m.part.said) > MaxHeld {
		t.Fatalf("%d messages and %d news are held", len(m.tail.said)+len(m.part.said), len(m.news))
	}
	for _, r := range []run{m.tail, m.part} {
		for i, said := range r.said {
			if said.Seq <= r.floor || i > 0 && said.Seq <= r.said[i-1].Seq {
				t.Fatalf("message %d is %d, behind %d", i, said.Seq, r.floor)
			}
		}
	}
	if len(m.part.said) > 0 && m.part.last() > m.tail.floor {
		t.Fatalf("what is held apart goes up to %d, and the latest begin behind %d", m.part.last(), m.tail.floor)
	}
	if m.apart && (len(m.part.said) == 0 || !m.away) {
		t.Fatal("what is read is held nowhere")
	}
	all := m.Rows()
	for i, r := range all {
		if (r.Message == nil) == (r.Presence == nil && r.Event == nil) {
			t.Fatalf("row %d is %+v", i, r)
		}
		if i > 0 && all[i-1].place().compare(r.place()) >= 0 {
			t.Fatalf("row %d is out of order: %s", i, rows(m))
		}
	}
	shown := 0
	first, last := m.Window()
	for _, r := range all {
		if r.Presence == nil {
			shown++
			if r.Seq() < first || r.Seq() > min(last, m.until()) {
				t.Fatalf("%d is shown, in a window from %d to %d", r.Seq(), first, last)
			}
		}
	}
	if shown > MaxShown+step+block {
		t.Fatalf("%d messages are shown, from %d to %d", shown, first, last)
	}
	if again := apply(m, chat.Ack{}, chat.Reject{}, chat.Ping{}); view(again) != view(m) {
		t.Fatalf("nothing changed something")
	}
}
