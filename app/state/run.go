package state

import (
	"cmp"
	"slices"
	"sync/atomic"

	"cyberchat/app/chat"
)

// An entry is what stands at a seq of a room. It is never changed.
type entry struct {
	chat.Message              // what was said; of anything else only the seq
	event        chat.Durable // what else happened, nil if something was said
}

// entryOf is that of an event.
func entryOf(d chat.Durable) *entry {
	if m, ok := d.(chat.Message); ok {
		return &entry{Message: m}
	}
	return &entry{Message: chat.Message{Seq: d.Stamped().Seq}, event: d}
}

// durable is the event that the entry is of.
func (e *entry) durable() chat.Durable {
	if e.event != nil {
		return e.event
	}
	return e.Message
}

// A run is events in the order of their seqs, all of them behind floor. It is
// a value: what its methods return shares what did not change.
type run struct {
	floor  int64 // the seq behind which it begins
	begins bool  // nothing happened before it, whatever floor says
	said   []*entry
	log    *backing // what said is the beginning of
}

// last is the seq of the last event, or floor if there is none.
func (r run) last() int64 {
	if len(r.said) == 0 {
		return r.floor
	}
	return r.said[len(r.said)-1].Seq
}

// find returns the index of the first event that is not before seq.
func (r run) find(seq int64) int {
	if n := len(r.said); n == 0 || r.said[n-1].Seq < seq {
		return n
	}
	i, _ := slices.BinarySearchFunc(r.said, seq, func(m *entry, seq int64) int { return cmp.Compare(m.Seq, seq) })
	return i
}

// has tells whether the event with the seq is there.
func (r run) has(seq int64) bool {
	i := r.find(seq)
	return i < len(r.said) && r.said[i].Seq == seq
}

// covers tells whether the run reaches over a seq.
func (r run) covers(seq int64) bool { return seq > r.floor && seq <= r.last() }

// with returns the run with an event that is not there yet and behind floor.
// At the end this takes constant time, apart from the copy of what is shared.
func (r run) with(m *entry) run {
	if i := r.find(m.Seq); i < len(r.said) {
		said := make([]*entry, 0, len(r.said)+1)
		said = append(append(append(said, r.said[:i]...), m), r.said[i:]...)
		return r.holding(said)
	}
	n := len(r.said)
	if r.log == nil || n == len(r.log.said) || !r.log.used.CompareAndSwap(int64(n), int64(n+1)) {
		said := make([]*entry, n+1, max(n+1, min(2*n, MaxHeld+1), 16))
		copy(said, r.said)
		said[n] = m
		return r.holding(said)
	}
	r.log.said[n] = m
	r.said = r.log.said[: n+1 : n+1]
	return r
}

// join returns the run with the events of a page, which follow each other
// and overlap or touch it, so that nothing is missing in between. What the run
// has already stays as it is.
func (r run) join(page []*entry) run {
	var before, after []*entry
	last := r.last()
	for _, m := range page {
		switch {
		case m.Seq <= r.floor:
			before = append(before, m)
		case m.Seq > last:
			after = append(after, m)
		}
	}
	if len(before) == 0 && len(after) == 0 {
		return r
	}
	if len(before) > 0 {
		r.floor = before[0].Seq - 1
	}
	return r.holding(slices.Concat(before, r.said, after))
}

// between returns the run with only those events of it that are behind floor
// and not behind last.
func (r run) between(floor, last int64) run {
	if floor <= r.floor && last >= r.last() {
		return r
	}
	said := r.said[r.find(floor+1):r.find(last+1)]
	if floor > r.floor {
		r.floor, r.begins = floor, false
	}
	return r.holding(slices.Clone(said))
}

// holding returns the run with these events, which nobody else has.
func (r run) holding(said []*entry) run {
	r.log = &backing{said: said[:cap(said)]}
	r.log.used.Store(int64(len(said)))
	r.said = slices.Clip(said)
	return r
}

// A backing is an array of events that runs share: each holds a beginning of
// it. Only a run that holds all that is used may put more behind it; that place
// is then taken, so that no two runs write the same one.
type backing struct {
	said []*entry // as long as the array
	used atomic.Int64
}
