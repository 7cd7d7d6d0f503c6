package state

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cyberchat/app/chat"
)

// long is a model at the end of a room with so many messages, of which the
// latest n came with the welcome.
func long(head, n int64) Model {
	w := welcome(head)
	w.Rooms[0].After = head - n
	m := apply(Model{}, w)
	for seq := head - n + 1; seq <= head; seq++ {
		m = m.Apply(said(seq, bob, ""))
	}
	return m
}

// A walker reads a room as a page does: it sees a few messages, looks where it
// is, and asks for the pages that are missing near there.
type walker struct {
	t     *testing.T
	m     Model
	head  int64
	asked int // pages
	first int64
}

const (
	inSight = 15
	ahead   = 100 // how far from what is held the next page is asked for
)

func (w *walker) settle() {
	w.t.Helper()
	for range 100 {
		last := min(w.first+inSight-1, w.head)
		next := w.m
		next.Room = w.m.Look(w.first, last)
		first, held, before, after := next.Held()
		switch {
		case before > 0 && w.first-first < ahead:
			next = next.Apply(page(max(before-100, 1), before-1))
			w.asked++
		case after > 0 && held-last < ahead:
			next = next.Apply(page(after+1, min(after+100, w.head)))
			w.asked++
		}
		if view(next) == view(w.m) {
			return
		}
		check(w.t, next)
		w.m = next
	}
	w.t.Fatal("the window never comes to rest")
}

// sees tells whether all around what is in sight is shown, without a hole.
func (w *walker) sees() {
	w.t.Helper()
	low, high := w.m.Window()
	if want := max(1, w.first-reach); low > want {
		w.t.Fatalf("at %d the window begins with %d", w.first, low)
	}
	if want := min(w.head, w.first+inSight-1+reach); high < want {
		w.t.Fatalf("at %d the window ends with %d, want %d", w.first, high, want)
	}
	n := int64(0)
	for _, r := range w.m.Rows() {
		if r.Message == nil {
			continue
		}
		if r.Message.Seq != low+n {
			w.t.Fatalf("row %d is %d", n, r.Message.Seq)
		}
		n++
	}
	if n != high-low+1 {
		w.t.Fatalf("%d rows from %d to %d", n, low, high)
	}
	if n > inSight+2*(reach+step+block) {
		w.t.Fatalf("%d rows are shown around %d", n, w.first)
	}
}

func TestTheWindowGoesThroughARoomOfAnyLength(t *testing.T) {
	const head = 6000
	w := &walker{t: t, m: long(head, 50), head: head, first: head - inSight + 1}
	for ; w.first > 1; w.first = max(1, w.first-9) {
		w.settle()
		w.sees()
	}
	w.settle()
	w.sees()
	if w.m.Earlier() || !w.m.Later() {
		t.Errorf("at the beginning: earlier %t, later %t", w.m.Earlier(), w.m.Later())
	}
	up := w.asked
	if most := head/100 + 1; up > most {
		t.Errorf("%d pages were asked for on the way up, %d are enough", up, most)
	}
	for ; w.first < head-inSight+1; w.first = min(head-inSight+1, w.first+9) {
		w.settle()
		w.sees()
	}
	w.settle()
	w.sees()
	if most := head/100 + 1; w.asked-up > most || w.asked == up {
		t.Errorf("%d pages were asked for on the way down", w.asked-up)
	}
	if w.m.Later() || w.m.part.said != nil {
		t.Errorf("at the end there is more: %t", w.m.Later())
	}
}

// What was read a moment ago is read again from memory.
func TestPagesOnceReadAreHeld(t *testing.T) {
	w := &walker{t: t, m: long(9000, 50), head: 9000, first: 9000 - inSight}
	for ; w.first > 8000; w.first -= 9 {
		w.settle()
	}
	asked := w.asked
	for ; w.first < 9000-inSight; w.first += 9 {
		w.settle()
		w.sees()
	}
	if w.asked != asked {
		t.Errorf("%d pages were asked for again", w.asked-asked)
	}
}

func TestWhatArrivesDoesNotMoveTheWindow(t *testing.T) {
	for _, at := range []int64{4990, 4000, 100} {
		w := &walker{t: t, m: long(5000, 50), head: 5000, first: at}
		if _, held := w.m.Go(at); !held {
			w.m = w.m.Apply(page(at-50, at+50))
		}
		w.m = gone(t, w.m, at)
		w.settle()
		before := rows(w.m)
		for seq := int64(5001); seq <= 5001+3*MaxHeld; seq++ {
			w.m = w.m.Apply(said(seq, bob, ""))
			if seq%997 == 0 {
				check(t, w.m)
			}
		}
		if got := rows(w.m); got != before {
			t.Errorf("at %d the rows were\n%s\nand are\n%s", at, before, got)
		}
		end := atEnd(w.m)
		check(t, end)
		if _, last := end.Window(); last != end.Head || end.Later() || end.Away() {
			t.Errorf("from %d, the end is at %d of %d", at, last, end.Head)
		}
		if first, _ := end.Window(); last0(end)-first < reach {
			t.Errorf("from %d, only %d messages are there at the end", at, last0(end)-first+1)
		}
	}
}

// gone is a model whose reader went to a message that is held.
func gone(t *testing.T, m Model, seq int64) Model {
	t.Helper()
	room, held := m.Go(seq)
	if !held {
		t.Fatalf("%d is not held", seq)
	}
	m.Room = room
	return m
}

// atEnd is a model whose reader went to the end.
func atEnd(m Model) Model {
	m.Room = m.AtEnd()
	return m
}

func last0(m Model) int64 { _, last := m.Window(); return last }

func TestAtTheEndTheWindowIsBounded(t *testing.T) {
	m := long(50, 50)
	for seq := int64(51); seq < 3000; seq++ {
		m = m.Apply(said(seq, bob, ""))
		first, last := m.Window()
		if n := last - first + 1; last != seq || n > MaxShown || seq > MaxShown && n < KeptShown {
			t.Fatalf("with %d messages, those from %d to %d are shown", seq, first, last)
		}
	}
	for range 20 {
		m.Room = m.Stretch()
		check(t, m)
	}
	m.Room = m.Shrink()
	if first, last := m.Window(); last != 2999 || last-first+1 < few || last-first+1 > few+block {
		t.Errorf("few are from %d to %d", first, last)
	}
	if again := m.Apply(said(3000, bob, "")); last0(again) != 3000 {
		t.Error("the next is not shown")
	} else if first, _ := again.Stretch().Window(); first > 3000-few-step {
		t.Errorf("stretched, it begins at %d", first)
	}
}

func TestAJumpToWhatIsNotHeldNeedsAPage(t *testing.T) {
	m := long(9000, 50)
	if same, held := m.Go(100); held || rowsOf(&same) != rows(m) {
		t.Fatal("it is held")
	}
	m = m.Apply(page(80, 140))
	if got := last0(m); got != 9000 {
		t.Errorf("a page alone took the reader to %d", got)
	}
	m = gone(t, m, 100)
	if first, last := m.Window(); first > 100 || last < 100 || last > 140 {
		t.Errorf("the window is from %d to %d", first, last)
	}
	if _, _, before, after := m.Held(); before != 80 || after != 140 {
		t.Errorf("the next pages are before %d and after %d", before, after)
	}
	m = gone(t, m, 8990)
	if first, last := m.Window(); first > 8990 || last < 8990 {
		t.Errorf("back at the end, the window is from %d to %d", first, last)
	}
	m = gone(t, m, 100) // the place that was left is still held
	other := gone(t, m.Apply(page(500, 560)), 530)
	if first, last := other.Window(); first > 530 || last < 530 {
		t.Errorf("the window is from %d to %d", first, last)
	}
	if _, held := other.Go(100); held {
		t.Error("the place before the last one is still held")
	}
}

func TestTheWindowOutlivesALossAndNotAnotherBeginning(t *testing.T) {
	read := gone(t, long(9000, 50).Apply(page(80, 140)), 100)
	resumed := apply(read, back(9100))
	for seq := int64(9001); seq <= 9100; seq++ {
		resumed = resumed.Apply(said(seq, bob, ""))
	}
	if rows(resumed) != rows(read) || resumed.Head != 9100 || last0(atEnd(resumed)) != 9100 {
		t.Errorf("after a return the rows are %s", rows(resumed))
	}
	other := welcome(30)
	other.Epoch = "e2"
	for name, w := range map[string]chat.Welcome{"missed too much": welcome(30_000), "another epoch": other} {
		m := apply(read, w)
		check(t, m)
		if m.Away() || rows(m) != "" || m.Later() || len(m.part.said) > 0 {
			t.Errorf("%s: the rows are %s", name, rows(m))
		}
	}
}

// Pending rows and their echo do not move a window either.
func TestPendingMessagesElsewhere(t *testing.T) {
	read := gone(t, long(9000, 50).Apply(page(80, 140)), 100)
	read = posted(read, "a", "one")
	got := apply(read, chat.Ack{ID: "a", Seq: 9001}, said(9001, ada, "a"))
	if rows(got) != rows(read) || pending(got) != "" {
		t.Errorf("rows %s, pending %q", rows(got), pending(got))
	}
}

// Wherever the reader goes between events, the order of the events does not
// matter to what is held and shown.
func TestOrderDoesNotMatterElsewhere(t *testing.T) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 5))
		start := long(2000, 50).Apply(page(300, 380))
		at := []int64{340, 1990}[seed%2]
		start = gone(t, start, at)
		var events []chat.Event
		for seq := int64(2001); seq < 2040; seq++ {
			events = append(events, said(seq, bob, fmt.Sprint(seq)), told(seq, seq, chat.Presence{Online: 1}))
		}
		want := apply(start, events...)
		mixed := slices.Concat(events, events[:r.IntN(len(events))])
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		got := start
		for _, e := range mixed {
			got = got.Apply(e)
			check(t, got)
		}
		if view(got) != view(want) || rows(atEnd(got)) != rows(atEnd(want)) {
			t.Fatalf("seed %d: in another order\n%s\nwant\n%s", seed, view(got), view(want))
		}
	}
}
