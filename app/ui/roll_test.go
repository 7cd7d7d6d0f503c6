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
		if len(c.rows) != len(c.lines) || len(c.rows) == 0 || len(c.rows) > chunkRows {
			panic(fmt.Sprintf("a chunk of %d rows and %d lines", len(c.rows), len(c.lines)))
		}
		for _, row := range c.rows {
			all = append(all, anchor(row))
		}
	}
	return all
}

func keptChunks(before, after roll) (n int) {
	for _, c := range after.chunks {
		if slices.Contains(before.chunks, c) {
			n++
		}
	}
	return n
}

func TestANewMessageChangesOneChunk(t *testing.T) {
	rows := sayings(1, 680)
	before := roll{}.with(rows, "a", noon, false)
	rows = append(slices.Clone(rows), said(681, ben, noon.Add(time.Hour)))
	after := before.with(rows, "a", noon, false)
	if got := len(after.chunks) - keptChunks(before, after); got != 1 {
		t.Errorf("%d of %d chunks were made anew", got, len(after.chunks))
	}
	if got := seqs(after); len(got) != 681 || !slices.IsSorted(got) {
		t.Errorf("the roll holds %d rows, sorted: %t", len(got), slices.IsSorted(got))
	}
	if same := after.with(rows, "a", noon, false); !slices.Equal(same.chunks, after.chunks) {
		t.Error("the same rows gave other chunks")
	}
}

// What stays keeps its place in the document when the oldest rows go.
func TestOldRowsLeaveTheirPlaceBehind(t *testing.T) {
	rows := sayings(1, 701)
	before := roll{}.with(rows, "a", noon, false)
	after := before.with(rows[201:], "a", noon, false)
	if got := len(after.chunks) - keptChunks(before, after); got > 0 {
		t.Errorf("%d chunks were made anew", got)
	}
	was, is := before.at(), after.at()
	if len(was) != len(is) {
		t.Fatalf("%d places became %d", len(was), len(is))
	}
	for i, c := range is {
		if c != nil && c != was[i] {
			t.Errorf("place %d holds another chunk", i)
		}
	}
	// The oldest chunk is whole.
	if got := seqs(after); len(got) != 502 || got[0] != 200 {
		t.Errorf("%d rows from %d", len(got), got[0])
	}
}

// Somebody who reads what is old is not moved when it goes, whatever the cuts.
func TestWhatIsReadStaysInItsPlace(t *testing.T) {
	rows := sayings(1, 30)
	for range 150 {
		rows = append(rows, news(30, noon.Add(30*time.Second)))
	}
	rows = append(rows, sayings(31, 2000)...)
	before := roll{}.with(rows[:700], "a", noon, false)
	r := before
	for n := 701; n < 2000; n++ {
		first := max(0, (n-500)/200*200)
		r = r.with(rows[first:n], "a", noon, true)
	}
	if kept := keptChunks(before, r); kept < len(before.chunks)-1 {
		t.Errorf("only %d of %d chunks are the same", kept, len(before.chunks))
	}
	for i, c := range before.at()[:len(before.chunks)-1] {
		if r.at()[i] != c {
			t.Errorf("place %d holds another chunk", i)
		}
	}
	// Back at the end, it goes.
	if r = r.with(rows[1400:2000], "a", noon, false); len(seqs(r)) > 600+chunkRows || r.gone == 0 {
		t.Errorf("%d rows stay", len(seqs(r)))
	}
}

// It is not kept for ever, and the places do not shift under somebody who reads.
func TestWhatIsReadIsBounded(t *testing.T) {
	var r roll
	for first := int64(1); first < 40_000; first += 200 {
		gone := r.gone
		r = r.with(sayings(first, first+499), "a", noon, true)
		if len(r.chunks) > maxHeld+20 || r.gone < gone {
			t.Fatalf("%d chunks, %d places after %d", len(r.chunks), r.gone, gone)
		}
	}
	if r = r.with(sayings(39_801, 40_300), "a", noon, false); r.gone != 0 {
		t.Errorf("%d places of old are left", r.gone)
	}
}

func TestPlacesOfChunksThatAreGoneAreBounded(t *testing.T) {
	var r roll
	for first := int64(1); first < 20_000; first += 200 {
		r = r.with(sayings(first, first+499), "a", noon, false)
		if len(r.at()) > maxGone+20 {
			t.Fatalf("%d places", len(r.at()))
		}
	}
}

// Rows of an earlier epoch have higher numbers; news pile up behind one number.
func TestChunksAreBoundedWhateverTheNumbers(t *testing.T) {
	rows := sayings(900, 960)
	for range 200 {
		rows = append(rows, news(960, noon))
	}
	rows = append(rows, sayings(1, 60)...)
	r := roll{}.with(rows, "", noon, false)
	if got := seqs(r); len(got) != len(rows) {
		t.Errorf("%d of %d rows", len(got), len(rows))
	}
}

func TestAllIsNamedAnewForAnotherReaderAndAnotherDay(t *testing.T) {
	rows := sayings(1, 10)
	r := roll{}.with(rows, "", noon, false)
	if r = r.with(rows, "a", noon, false); !r.chunks[0].lines[0].mine {
		t.Error("the first welcome did not make the rows ours")
	}
	if r = r.with(rows, "a", noon.AddDate(0, 0, 1), false); r.chunks[0].lines[0].day != "Yesterday" {
		t.Errorf("a day later it is still %q", r.chunks[0].lines[0].day)
	}
	if r = r.with(nil, "a", noon, false); len(r.chunks) != 0 {
		t.Error("no rows left chunks")
	}
}

func BenchmarkOneMoreMessage(b *testing.B) {
	rows := sayings(1, 700)
	r := roll{}.with(rows[:699], "a", noon, false)
	for b.Loop() {
		r.with(rows, "a", noon, false)
	}
}
