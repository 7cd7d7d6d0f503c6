package ui

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"cyberchat/app/state"
)

// chunkRows is how many seqs a chunk stands for.
const chunkRows = 16

// A roll is the window of the log cut into chunks, each of which stands for the
// same seqs wherever the window begins: those that a chunk's index says. So a
// new message costs the drawing of the chunk it falls into, and a window that
// moves that of the chunks that come into it. It is a value: with returns
// another one that shares the chunks which did not change, as the same pointers.
type roll struct {
	chunks []*chunk
	eye    eye
}

// An eye is who reads, and when, as far as that changes what is drawn.
type eye struct {
	you      string // the reader's id
	calendar string // the date, time zone and clock there, from which days and times are said
	unread   int64  // the seq above which the line stands, 0 if there is none
}

// A chunk is some rows that follow each other. It is never changed.
type chunk struct {
	number int64 // another one for each chunk, so that two are told apart at once
	index  int64
	prev   state.Row // the row before the first
	rows   []state.Row
	lines  []logLine
	until  time.Time // when what its lines say of the time will be another thing; zero for never
}

// chunks that were made. They are made on the UI goroutine, and in tests on
// several.
var chunkNumber atomic.Int64

// indexOf is the index of the chunk that a row belongs to.
func indexOf(r state.Row) int64 {
	if seq := r.Seq(); seq > 0 {
		return (seq - 1) / chunkRows
	}
	return max(r.Presence.After-1, 0) / chunkRows
}

// with returns the roll of rows behind prev, which is zero if that is not
// known, as somebody sees them at the time now, in the location of now.
func (r roll) with(prev state.Row, rows []state.Row, you string, unread int64, now time.Time) roll {
	next := roll{eye: eye{you, now.Format("2006-01-02 -0700 ") + strconv.Itoa(clockHours), unread}}
	old := r.chunks
	for len(rows) > 0 {
		index := indexOf(rows[0])
		n := 1
		for n < len(rows) && indexOf(rows[n]) == index {
			n++
		}
		for len(old) > 0 && old[0].index < index {
			old = old[1:]
		}
		if len(old) > 0 && old[0].holds(index, prev, rows[:n], r.eye, next.eye, now) {
			next.chunks = append(next.chunks, old[0])
		} else {
			next.chunks = append(next.chunks, newChunk(index, prev, rows[:n], next.eye, now))
		}
		prev, rows = rows[n-1], rows[n:]
	}
	return next
}

// holds tells whether a chunk that was drawn for one eye is what would be drawn
// of these rows now, for another one.
func (c *chunk) holds(index int64, prev state.Row, rows []state.Row, was, is eye, now time.Time) bool {
	return c.index == index && c.prev == prev && slices.Equal(c.rows, rows) &&
		was.you == is.you && was.calendar == is.calendar && (was.unread == is.unread || !c.isAt(was.unread) && !c.isAt(is.unread)) &&
		(c.until.IsZero() || now.Before(c.until))
}

// isAt tells whether the line above what begins with the seq is in the chunk.
func (c *chunk) isAt(seq int64) bool {
	prev := c.prev
	return slices.ContainsFunc(c.rows, func(r state.Row) bool {
		before := prev
		prev = r
		return beginsAt(before, r, seq)
	})
}

// beginsAt tells whether a row is the first of those from a seq on that are
// shown; seq is 0 if there are none.
func beginsAt(prev, row state.Row, seq int64) bool {
	if seq == 0 || row.Seq() < seq {
		return false
	}
	before := prev.Seq()
	if prev.Presence != nil {
		before = prev.Presence.After
	}
	return row.Seq() == seq || prev != (state.Row{}) && before < seq
}

func newChunk(index int64, prev state.Row, rows []state.Row, eye eye, now time.Time) *chunk {
	c := &chunk{number: chunkNumber.Add(1), index: index, prev: prev, rows: slices.Clone(rows), lines: make([]logLine, len(rows))}
	for i, row := range rows {
		l := newLine(prev, row, eye.you, now)
		l.unread = beginsAt(prev, row, eye.unread)
		if l.unread && l.follows {
			l.follows = false
			l.said, l.until = agoText(l.time, now)
		}
		if !l.until.IsZero() && (c.until.IsZero() || l.until.Before(c.until)) {
			c.until = l.until
		}
		c.lines[i] = l
		prev = row
	}
	return c
}

// next is when the roll will say another thing of the time; zero for never.
func (r roll) next() (next time.Time) {
	for _, c := range r.chunks {
		if !c.until.IsZero() && (next.IsZero() || c.until.Before(next)) {
			next = c.until
		}
	}
	return next
}
