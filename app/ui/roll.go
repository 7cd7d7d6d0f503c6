package ui

import (
	"slices"
	"time"

	"cyberchat/app/state"
)

const (
	// chunkSpan is how many sequence numbers one chunk covers.
	chunkSpan = 50
	// chunkRows is how many rows it holds at most, news included.
	chunkRows = 64
	// maxHeld is how many chunks that the model has let go stay for a reader
	// who is not at the end.
	maxHeld = 40
	// maxGone is how many emptied chunks a roll keeps before it starts anew.
	maxGone = 512
)

// A roll is the log cut into chunks, so that a new message costs the drawing of
// the chunk it falls into and not of the log. It is a value: with returns
// another one that shares the chunks which did not change, as the same
// pointers.
type roll struct {
	// gone counts the chunks that fell out at the front. They stay in the
	// document as empty elements, because elements are told apart by position:
	// without them everything behind would be drawn again.
	gone   int
	chunks []*chunk
	you    string // the reader's id
	day    string // the reader's date and time zone, from which the days are named
}

// A chunk is some rows that follow each other. It is never changed.
type chunk struct {
	prev  state.Row // the row before the first
	since time.Time // when the last row before it that has a time happened
	rows  []state.Row
	lines []logLine
}

// with returns the roll of rows as you see them at the time now, in the
// location of now. What the model has let go stays as long as its chunk has a
// row left, and for a reader who is away from the end some chunks longer, so
// that what they read does not move.
func (r roll) with(rows []state.Row, you string, now time.Time, away bool) roll {
	next := roll{gone: r.gone, you: you, day: now.Format("2006-01-02 -0700")}
	var prev state.Row
	var since time.Time
	old := r.chunks
	if i, cut := r.find(rows); i >= 0 {
		first := i
		if away {
			first = max(0, i-maxHeld)
		}
		next.gone += first
		old = old[first:]
		prev, since = old[0].prev, old[0].since
		var front []state.Row
		for _, c := range r.chunks[first:i] {
			front = append(front, c.rows...)
		}
		if front = append(front, r.chunks[i].rows[:cut]...); len(front) > 0 {
			rows = append(front, rows...)
		}
	}
	if next.gone > maxGone && !away {
		next.gone = 0
	}
	if next.you != r.you || next.day != r.day {
		old = nil
	}
	for len(rows) > 0 {
		n := chunkLen(rows)
		var c *chunk
		if len(old) > 0 {
			c, old = old[0], old[1:]
		}
		if c == nil || c.prev != prev || !c.since.Equal(since) || !slices.Equal(c.rows, rows[:n]) {
			c = newChunk(prev, since, rows[:n], you, now)
		}
		next.chunks = append(next.chunks, c)
		for _, row := range rows[:n] {
			prev, since = row, lastTime(since, row)
		}
		rows = rows[n:]
	}
	return next
}

// find returns the chunk that holds the first of the rows, and its place there;
// -1 if there is none.
func (r roll) find(rows []state.Row) (chunk, at int) {
	if len(rows) == 0 {
		return -1, 0
	}
	for i, c := range r.chunks {
		if at := slices.Index(c.rows, rows[0]); at >= 0 {
			return i, at
		}
	}
	return -1, 0
}

// at returns the chunks as they stand in the document, nil for those that are
// gone.
func (r roll) at() []*chunk {
	return append(make([]*chunk, r.gone, r.gone+len(r.chunks)), r.chunks...)
}

// chunkLen is how many of the first rows belong into one chunk. The cuts depend
// on the sequence numbers, so that they stay where they are when rows come or
// go elsewhere.
func chunkLen(rows []state.Row) int {
	first := anchor(rows[0]) / chunkSpan
	for i, row := range rows {
		if i == chunkRows || anchor(row)/chunkSpan != first {
			return i
		}
	}
	return len(rows)
}

func newChunk(prev state.Row, since time.Time, rows []state.Row, you string, now time.Time) *chunk {
	c := &chunk{prev: prev, since: since, rows: slices.Clone(rows), lines: make([]logLine, len(rows))}
	for i, row := range rows {
		c.lines[i] = newLine(prev, since, row, you, now)
		prev, since = row, lastTime(since, row)
	}
	return c
}

// lastTime is the time of a row, or that of those before it if it has none.
func lastTime(since time.Time, row state.Row) time.Time {
	if t := rowTime(row); !t.IsZero() {
		return t
	}
	return since
}
