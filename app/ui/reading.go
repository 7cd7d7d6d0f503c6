package ui

// A reading is how far somebody has read: a value, so that it can be told from
// the one before. Between what they had read when they last saw the end, with
// the page in sight, and what came since stands a line.
type reading struct {
	// seen is the seq up to which all was in sight, or was passed over.
	seen int64
	// first and last are the messages that came unseen, 0 if none did. The line
	// stands above the first.
	first, last int64
	met         bool // the line was in sight
	done        bool // and then the end
}

// begun is the reading of somebody who comes to a room with that head and was
// here before, or, if kept is negative, was not.
func begun(kept, head int64) reading {
	if kept < 0 || kept >= head {
		return reading{seen: head}
	}
	return reading{seen: kept, first: kept + 1, last: head}
}

// came takes in a message at the end of the room, which is unseen if the reader
// is elsewhere or the page is hidden.
func (r reading) came(seq int64, mine, unseen bool) reading {
	switch {
	case !unseen:
		if r.first == 0 || r.met { // otherwise there is something unseen before it
			r.seen = max(r.seen, seq)
		}
	case mine:
	case r.first == 0 || r.done:
		r.first, r.last, r.met, r.done = seq, seq, false, false
	default:
		r.last = seq
	}
	return r
}

// missed takes in that the room went on to head without us, and that what is in
// between is not there.
func (r reading) missed(head int64) reading {
	if head <= r.seen {
		return reading{seen: head}
	}
	if r.first == 0 || r.done {
		r.first, r.met, r.done = r.seen+1, false, false
	}
	r.last = head
	return r
}

// sees takes in that the messages from low to high are in sight, and whether
// that is the end of the room.
func (r reading) sees(low, high int64, end bool) reading {
	if r.first > 0 && low <= r.first && r.first <= high {
		r.met = true
	}
	if r.first == 0 || r.met {
		r.seen = max(r.seen, high)
		r.done = r.done || r.met && end
	}
	return r
}

// over takes the line away: the reader has gone on.
func (r reading) over(head int64) reading { return reading{seen: max(r.seen, head)} }

// kept is what is to be kept for the next time: the seq up to which all was
// read.
func (r reading) kept() int64 {
	if r.first > 0 && !r.done {
		return r.first - 1
	}
	return r.seen
}

// ahead is what of the unseen is to be offered: how many messages, and whether
// the way to them is to the line or, once that was met, on to the end.
func (r reading) ahead() (n int64, line bool) {
	switch {
	case r.first == 0:
		return 0, false
	case !r.met:
		return r.last - r.first + 1, true
	}
	return max(r.last-max(r.seen, r.first-1), 0), false
}
