package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/state"
)

func sayings(from, to int64) (rows []state.Row) {
	for seq := from; seq <= to; seq++ {
		rows = append(rows, said(seq, ada, noon.Add(time.Duration(seq)*time.Second)))
	}
	return rows
}

// late is a time at which nothing was said just now.
var late = noon.Add(20 * time.Hour)

// seqs lists what the chunks hold, in order.
func seqs(r roll) (all []int64) {
	for _, c := range r.chunks {
		if len(c.rows) != len(c.lines) || len(c.rows) == 0 {
			panic(fmt.Sprintf("a chunk of %d rows and %d lines", len(c.rows), len(c.lines)))
		}
		for _, row := range c.rows {
			if indexOf(row) != c.index {
				panic(fmt.Sprintf("a row of chunk %d in chunk %d", indexOf(row), c.index))
			}
			if row.Message != nil {
				all = append(all, row.Message.Seq)
			} else {
				all = append(all, row.Presence.After)
			}
		}
	}
	return all
}

// same counts the chunks that are the same ones.
func same(before, after roll) (n int) {
	for _, c := range after.chunks {
		if slices.Contains(before.chunks, c) {
			n++
		}
	}
	return n
}

func TestANewMessageChangesOneChunk(t *testing.T) {
	rows := sayings(1, 250)
	before := roll{}.with(state.Row{}, rows, "a", 0, late)
	rows = append(slices.Clone(rows), said(251, ben, noon.Add(time.Hour)))
	after := before.with(state.Row{}, rows, "a", 0, late)
	if got := len(after.chunks) - same(before, after); got != 1 {
		t.Errorf("%d of %d chunks were made anew", got, len(after.chunks))
	}
	if got := seqs(after); len(got) != 251 || !slices.IsSorted(got) {
		t.Errorf("the roll holds %d rows, sorted: %t", len(got), slices.IsSorted(got))
	}
	if same := after.with(state.Row{}, rows, "a", 0, late); !slices.Equal(same.chunks, after.chunks) {
		t.Error("the same rows gave other chunks")
	}
}

// A window that moves costs the chunks that come into it, and nothing of the
// rest.
func TestAWindowThatMovesKeepsItsChunks(t *testing.T) {
	all := sayings(1, 4000)
	window := func(first int64) (state.Row, []state.Row) {
		return all[first-2], all[first-1 : first+199]
	}
	const begin, end = int64(3 * chunkRows * branches), 3500
	prev, rows := window(begin)
	r := roll{}.with(prev, rows, "a", 0, late)
	move := func(first int64) {
		t.Helper()
		before := r
		prev, rows := window(first)
		r = r.with(prev, rows, "a", 0, late)
		if got := len(r.chunks) - same(before, r); got > 2 || len(seqs(r)) != 200 {
			t.Fatalf("from %d on, %d chunks of %d rows were made anew", first, got, len(seqs(r)))
		}
	}
	first := begin + 1
	for ; first < end; first += chunkRows {
		move(first)
	}
	for first -= chunkRows; first > begin; first -= chunkRows {
		move(first)
	}
}

// However far into the room the window is, few elements stand empty in front of
// it, and a chunk stands in the same place whatever else is shown.
func TestChunksHaveTheirPlacesInTheDocument(t *testing.T) {
	for _, first := range []int64{1, 16, 255, 4095, 70_000, 1_000_003, 268_435_400} {
		r := roll{}.with(state.Row{}, sayings(first, first+200), "a", 0, late)
		tree := func(chunks []*chunk) string {
			return app.HTMLString(&chunkTree{Chunks: chunks})
		}
		all := tree(r.chunks)
		front := all[:strings.Index(all, `class="chunk"`)]
		if got := strings.Count(front, "<div></div>"); got > branches*(levels+1) {
			t.Errorf("from %d on, %d elements stand empty in front", first, got)
		}
		for i, c := range r.chunks {
			mark := fmt.Sprintf(`data-seq="%d"`, c.rows[0].Message.Seq)
			alone := tree(r.chunks[i : i+1])
			if got, want := placeIn(alone, mark), placeIn(all, mark); got == "" || got != want {
				t.Errorf("the chunk of %d stands at %s, alone at %s", c.rows[0].Message.Seq, want, got)
			}
		}
	}
}

// placeIn tells which child of which child of the tree holds the mark, down to
// its chunk, and rowIn down to its row.
func placeIn(html, mark string) string { return pathTo(html, mark, 2) }
func rowIn(html, mark string) string   { return pathTo(html, mark, 1) }

func pathTo(html, mark string, without int) string {
	var at []int // of each open element, how many children it has so far
	for tag := range strings.SplitSeq(html[:max(strings.Index(html, mark), 0)], "<") {
		switch {
		case strings.HasPrefix(tag, "/"):
			at = at[:len(at)-1]
		case tag != "":
			if len(at) > 0 {
				at[len(at)-1]++
			}
			at = append(at, 0)
		}
	}
	return fmt.Sprint(at[:max(len(at)-without, 0)])
}

// A message has its place in the chunk, whichever of the others are there.
func TestMessagesHaveTheirPlacesInTheirChunk(t *testing.T) {
	rows := slices.Insert(sayings(1, chunkRows), 5, news(5, noon))
	all := app.HTMLString(&chunkTree{Chunks: roll{}.with(state.Row{}, rows, "a", 3, late).chunks})
	for first := range chunkRows + 1 {
		part := app.HTMLString(&chunkTree{Chunks: roll{}.with(state.Row{}, rows[first:], "a", 9, late.AddDate(0, 0, 1)).chunks})
		for _, row := range rows[first:] {
			if row.Message == nil {
				continue
			}
			mark := fmt.Sprintf(`data-seq="%d"`, row.Message.Seq)
			if got, want := rowIn(part, mark), rowIn(all, mark); got == "" || got != want {
				t.Errorf("from %d on, message %d stands at %s, with all at %s", first, row.Message.Seq, got, want)
			}
		}
	}
}

// Rows that come in between cost the chunk that they fall into, and the one
// behind it.
func TestRowsInBetweenMoveNothing(t *testing.T) {
	rows := sayings(1, 200)
	before := roll{}.with(state.Row{}, rows, "a", 0, late)
	rows = slices.Insert(slices.Clone(rows), 120, news(120, noon), news(120, noon))
	after := before.with(state.Row{}, rows, "a", 0, late)
	if got := len(after.chunks) - same(before, after); got > 2 {
		t.Errorf("%d chunks were made anew", got)
	}
	if first := indexOf(news(0, noon)); first != 0 {
		t.Errorf("news before the first message are in chunk %d", first)
	}
}

func TestTheLineForTheUnreadChangesItsChunksOnly(t *testing.T) {
	rows := sayings(1, 200)
	r := roll{}.with(state.Row{}, rows, "a", 0, late)
	for _, c := range []struct {
		unread int64
		anew   int
	}{{100, 1}, {100, 0}, {20, 2}, {0, 1}, {900, 0}} {
		before := r
		r = r.with(state.Row{}, rows, "a", c.unread, late)
		if got := len(r.chunks) - same(before, r); got != c.anew {
			t.Errorf("at %d, %d chunks were made anew, want %d", c.unread, got, c.anew)
		}
		for _, chunk := range r.chunks {
			for _, l := range chunk.lines {
				if l.unread != (l.row.Message.Seq == c.unread) {
					t.Errorf("with the line above %d, it stands above %d: %t", c.unread, l.row.Message.Seq, l.unread)
				}
			}
		}
	}
}

func TestAllIsNamedAnewForAnotherReaderAndAnotherDay(t *testing.T) {
	rows := sayings(1, 10)
	r := roll{}.with(state.Row{}, rows, "", 0, noon)
	if r = r.with(state.Row{}, rows, "a", 0, noon); !r.chunks[0].lines[0].mine {
		t.Error("the first welcome did not make the rows ours")
	}
	if r = r.with(state.Row{}, rows, "a", 0, noon.AddDate(0, 0, 1)); r.chunks[0].lines[0].day != "Yesterday" {
		t.Errorf("a day later it is still %q", r.chunks[0].lines[0].day)
	}
	if r = r.with(state.Row{}, nil, "a", 0, noon); len(r.chunks) != 0 {
		t.Error("no rows left chunks")
	}
}

// What was said just now is older a minute later; what is older is not looked
// at again.
func TestOnlyWhatIsRecentIsDrawnAgain(t *testing.T) {
	rows := append(sayings(1, 160), said(161, ben, noon.Add(2*time.Hour)))
	now := noon.Add(2 * time.Hour)
	r := roll{}.with(state.Row{}, rows, "a", 0, now)
	if next := r.next(); !next.After(now) || next.After(now.Add(time.Minute)) {
		t.Errorf("it is looked at again at %s", next)
	}
	before := r
	r = r.with(state.Row{}, rows, "a", 0, now.Add(90*time.Second))
	if got := len(r.chunks) - same(before, r); got != 1 {
		t.Errorf("%d chunks were made anew", got)
	}
	if r = r.with(state.Row{}, rows, "a", 0, now.Add(2*time.Hour)); !r.next().IsZero() {
		t.Errorf("hours later it is looked at again at %s", r.next())
	}
}

func BenchmarkOneMoreMessage(b *testing.B) {
	rows := sayings(1, 250)
	r := roll{}.with(state.Row{}, rows[:249], "a", 0, late)
	for b.Loop() {
		r.with(state.Row{}, rows, "a", 0, late)
	}
}
