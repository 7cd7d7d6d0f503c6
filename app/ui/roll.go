package ui

import (
	"slices"
	"strconv"
	"time"

	"cyberchat/app/state"
)

const (
	// chunkRows is how many rows a chunk begins with at the most, and maxChunk
	// to how many it may grow when rows come in between.
	chunkRows, maxChunk = 50, 64
	// spare is how many places there are to begin with in front of the first
	// chunk, for what was said before: enough for all that a model holds.
	spare = 100
	// maxFree is how many places may be free in front of the first chunk.
	maxFree = 512
)

// A roll is the log cut into chunks, so that a new message costs the drawing of
// the chunk it falls into, and a page of earlier ones that of the page. It is a
// value: with returns another one that shares the chunks which did not change,
// as the same pointers.
type roll struct {
	// free counts the places in front of the first chunk. They are empty
	// elements in the document, because elements are told apart by position:
	// what comes in front takes the last of them, what falls out leaves one, and
	// everything behind stays as it is.
	free   int
	chunks []*chunk
	you    string // the reader's id
	day    string // the reader's date, time zone and clock, from which days and times are said
}

// A chunk is some rows that follow each other. It is never changed.
type chunk struct {
	prev  state.Row // the row before the first
	rows  []state.Row
	lines []logLine
	hours int // of the clock that its times are said by
}

// with returns the roll of rows as you see them at the time now, in the
// location of now. A row that began a chunk goes on beginning one, so that the
// cuts stay where they are when rows come or go elsewhere.
func (r roll) with(rows []state.Row, you string, now time.Time) roll {
	next := roll{free: spare, you: you, day: now.Format("2006-01-02 -0700 ") + strconv.Itoa(clockHours)}
	began := make(map[state.Row]int, len(r.chunks))
	for i, c := range r.chunks {
		began[c.rows[0]] = i
	}
	same := you == r.you && next.day == r.day
	placed := false
	var prev state.Row
	for len(rows) > 0 {
		n := chunkLen(rows, began)
		i, known := began[rows[0]]
		if known && !placed {
			placed = true
			if free := r.free + i - len(next.chunks); free >= 0 && free <= maxFree {
				next.free = free
			}
		}
		if known && same && r.chunks[i].prev == prev && slices.Equal(r.chunks[i].rows, rows[:n]) {
			next.chunks = append(next.chunks, r.chunks[i])
		} else {
			next.chunks = append(next.chunks, newChunk(prev, rows[:n], you, now))
		}
		prev, rows = rows[n-1], rows[n:]
	}
	return next
}

// chunkLen is how many of the first rows belong into one chunk: all up to the
// next one that began a chunk, if they are not too many.
func chunkLen(rows []state.Row, began map[state.Row]int) int {
	for n := 1; n < len(rows) && n <= maxChunk; n++ {
		if _, ok := began[rows[n]]; ok {
			return n
		}
	}
	return min(len(rows), chunkRows)
}

// at returns the chunks as they stand in the document, nil for places that are
// free.
func (r roll) at() []*chunk {
	return append(make([]*chunk, r.free, r.free+len(r.chunks)), r.chunks...)
}

func newChunk(prev state.Row, rows []state.Row, you string, now time.Time) *chunk {
	c := &chunk{prev: prev, rows: slices.Clone(rows), lines: make([]logLine, len(rows)), hours: clockHours}
	for i, row := range rows {
		c.lines[i] = newLine(prev, row, you, now)
		prev = row
	}
	return c
}
