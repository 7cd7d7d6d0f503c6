package ui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"cyberchat/app/state"
)

func sayings(from, to int64) (rows []state.Row) {
	for seq := from; seq <= to; seq++ {
		rows = append(rows, said(seq, ada, noon.Add(time.Duration(seq)*time.Second)))
	}
	return rows
}

// seqs lists what the chunks hold, in order.
func seqs(r roll) (all []int64) {
	for _, c := range r.chunks {
		if len(c.rows) != len(c.lines) || len(c.rows) == 0 || len(c.rows) > maxChunk {
			panic(fmt.Sprintf("a chunk of %d rows and %d lines", len(c.rows), len(c.lines)))
		}
		for _, row := range c.rows {
			if row.Message != nil {
				all = append(all, row.Message.Seq)
			} else {
				all = append(all, row.Presence.After)
			}
		}
	}
	return all
}

// samePlaces tells how many chunks stand where they stood.
func samePlaces(before, after roll) (n int) {
	was, is := before.at(), after.at()
	for i := range min(len(was), len(is)) {
		if was[i] != nil && was[i] == is[i] {
			n++
		}
	}
	return n
}

func TestANewMessageChangesOneChunk(t *testing.T) {
	rows := sayings(1, 680)
	before := roll{}.with(rows, "a", noon)
	rows = append(slices.Clone(rows), said(681, ben, noon.Add(time.Hour)))
	after := before.with(rows, "a", noon)
	if got := len(after.chunks) - samePlaces(before, after); got != 1 {
		t.Errorf("%d of %d chunks were made anew", got, len(after.chunks))
	}
	if got := seqs(after); len(got) != 681 || !slices.IsSorted(got) {
		t.Errorf("the roll holds %d rows, sorted: %t", len(got), slices.IsSorted(got))
	}
	if same := after.with(rows, "a", noon); !slices.Equal(same.at(), after.at()) {
		t.Error("the same rows gave other chunks")
	}
}

// A page of earlier messages costs its own drawing, and that of the chunk
// behind it, whose first row has another one before it now.
func TestEarlierRowsTakeFreePlaces(t *testing.T) {
	all := sayings(1, 4000)
	r := roll{}.with(all[3937:], "a", noon)
	for first := 3937 - 50; first >= 0; first -= 50 {
		before := r
		r = r.with(all[first:], "a", noon)
		if kept := samePlaces(before, r); kept != len(before.chunks)-1 || len(r.chunks) != len(before.chunks)+1 {
			t.Fatalf("from %d on: %d chunks, %d of %d in their places", first, len(r.chunks), kept, len(before.chunks))
		}
	}
	if r = r.with(all, "a", noon); len(seqs(r)) != len(all) || r.free == 0 {
		t.Errorf("%d rows, %d free places", len(seqs(r)), r.free)
	}
	// Small pages use the places up; then all is placed anew.
	all = sayings(1, 400)
	r = roll{}.with(all[350:], "a", noon)
	for first := 348; first >= 0; first -= 2 {
		r = r.with(all[first:], "a", noon)
		if r.free < 0 || len(seqs(r)) != 400-first {
			t.Fatalf("from %d on: %d free places, %d rows", first, r.free, len(seqs(r)))
		}
	}
}

// What stays keeps its place in the document when the oldest rows go.
func TestOldRowsLeaveTheirPlaceBehind(t *testing.T) {
	rows := sayings(1, 701)
	before := roll{}.with(rows, "a", noon)
	after := before.with(rows[220:], "a", noon)
	if got := len(after.chunks) - samePlaces(before, after); got > 1 {
		t.Errorf("%d chunks were made anew or elsewhere", got)
	}
	if got := seqs(after); len(got) != 481 || got[0] != 221 {
		t.Errorf("%d rows from %d", len(got), got[0])
	}
}

// Rows that come in between cost the chunk that they fall into.
func TestRowsInBetweenMoveNoCut(t *testing.T) {
	rows := sayings(1, 300)
	before := roll{}.with(rows, "a", noon)
	rows = slices.Insert(slices.Clone(rows), 120, news(120, noon), news(120, noon))
	after := before.with(rows, "a", noon)
	if got := len(after.chunks) - samePlaces(before, after); got > 1 {
		t.Errorf("%d chunks were made anew or elsewhere", got)
	}
}

func TestFreePlacesAreBounded(t *testing.T) {
	var r roll
	for first := int64(1); first < 60_000; first += 200 {
		r = r.with(sayings(first, first+499), "a", noon)
		if len(r.at()) > maxFree+20 {
			t.Fatalf("%d places", len(r.at()))
		}
	}
	all := sayings(1, 60_000)
	r = roll{}
	for first := 0; first < len(all)-500; first += 200 {
		r = r.with(all[first:first+500], "a", noon)
		if len(r.at()) > maxFree+20 {
			t.Fatalf("%d places", len(r.at()))
		}
	}
}

// News pile up behind one message.
func TestChunksAreBoundedWhateverComes(t *testing.T) {
	rows := sayings(1, 60)
	r := roll{}.with(rows, "", noon)
	for range 200 {
		rows = slices.Insert(slices.Clone(rows), 30, news(30, noon))
		r = r.with(rows, "", noon)
		if got := seqs(r); len(got) != len(rows) || !slices.IsSorted(got) {
			t.Fatalf("%d of %d rows", len(got), len(rows))
		}
	}
}

func TestAllIsNamedAnewForAnotherReaderAndAnotherDay(t *testing.T) {
	rows := sayings(1, 10)
	r := roll{}.with(rows, "", noon)
	if r = r.with(rows, "a", noon); !r.chunks[0].lines[0].mine {
		t.Error("the first welcome did not make the rows ours")
	}
	if r = r.with(rows, "a", noon.AddDate(0, 0, 1)); r.chunks[0].lines[0].day != "Yesterday" {
		t.Errorf("a day later it is still %q", r.chunks[0].lines[0].day)
	}
	if r = r.with(nil, "a", noon); len(r.chunks) != 0 {
		t.Error("no rows left chunks")
	}
}

func BenchmarkOneMoreMessage(b *testing.B) {
	rows := sayings(1, 700)
	r := roll{}.with(rows[:699], "a", noon)
	for b.Loop() {
		r.with(rows, "a", noon)
	}
}
