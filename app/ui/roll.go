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
	// maxGone is how many emptied chunks a roll keeps before it starts anew.
	maxGone = 64
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
	day    string // the reader's date, from which the days are named
}

// A chunk is some rows that follow each other. It is never changed.
type chunk struct {
	prev  state.Row // the row before the first
	rows  []state.Row
	lines []logLine
}

// with returns the roll of rows as you see them at the time now, in the
// location of now.
func (r roll) with(rows []state.Row, you string, now time.Time) roll {
	next := roll{gone: r.gone, you: you, day: now.Format(time.DateOnly)}
	old := r.chunks
	if next.you != r.you || next.day != r.day {
		old = nil
	}
	if len(rows) > 0 {
		if fell := slices.IndexFunc(old, func(c *chunk) bool { return slices.Contains(c.rows, rows[0]) }); fell > 0 {
			next.gone += fell
			old = old[fell:]
		}
	}
	if next.gone > maxGone {
		next.gone = 0
	}
	var prev state.Row
	for len(rows) > 0 {
		n := chunkLen(rows)
		if len(old) > 0 && old[0].prev == prev && slices.Equal(old[0].rows, rows[:n]) {
			next.chunks = append(next.chunks, old[0])
		} else {
			next.chunks = append(next.chunks, newChunk(prev, rows[:n], you, now))
		}
		if len(old) > 0 {
			old = old[1:]
		}
		prev, rows = rows[n-1], rows[n:]
	}
	return next
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

func newChunk(prev state.Row, rows []state.Row, you string, now time.Time) *chunk {
	c := &chunk{prev: prev, rows: slices.Clone(rows), lines: make([]logLine, len(rows))}
	for i, row := range rows {
		c.lines[i] = newLine(prev, row, you, now)
		prev = row
	}
	return c
}
