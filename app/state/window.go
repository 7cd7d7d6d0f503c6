package state

// A room is as long as it is, and what is shown of it is a window: some
// messages that follow each other. Whoever draws it says where the reader is,
// with [Room.AtEnd], [Room.Look] and [Room.Go]; what the server sends does not
// move a window that is not at the end, unless the room begins anew. Five walks
// through it:
//
// One message. At the end, the window takes it in, and lets the first ones go
// when it holds more than MaxShown, or before that if so many come that nobody
// can read them ([Room.Shrink]). Elsewhere it is held with the latest, Head
// counts it, and the rows stay the same.
//
// One page before. The reader comes near the first message that is held, and
// who draws asks for those before [Room.Held]. The page joins what is held.
// The rows stay the same until the reader looks again; then the window grows by
// a step in front, and lets as much go behind.
//
// One page after. Away from the latest, what is read is held apart from them.
// Near its end the page after [Room.Held] is asked for and joins it, until
// they meet: then they are one, and nothing more has to be asked for.
//
// A jump. To what is held, at once: the window is some messages around it. To
// anything else, once the page around it is there, which takes the place of
// what was held apart. The latest stay held, so the way back to the end is
// always at once.
//
// A resume. What was missed comes as messages do, behind the latest, wherever
// the window is. If the room begins anew instead, all that was held goes, and
// the window is at the end again.
const (
	// MaxShown is how many messages a window at the end shows at the most, and
	// KeptShown how many at least when it lets the first ones go.
	MaxShown, KeptShown = 256, 192
	// reach is how many messages a window shows on both sides of what is in
	// sight, if they are there, and step how many it grows by at a time.
	reach, step = 96, 32
	// few is how many messages, and up to a block more, are shown at the end
	// when very many come at once.
	few = 48
	// block is of how many messages the parts are that a window grows and
	// shrinks by: those up to a seq that is divisible by it.
	block = 16
	// MaxHeld is how many messages are held at the most, and KeptHeld about how
	// many when some are let go: those around the window and the KeptLatest
	// latest.
	MaxHeld, KeptHeld, KeptLatest = 4000, 3000, 320
	// MaxElsewhere is how many events are held of a room that is not open, and
	// KeptElsewhere how many when some are let go: enough to count what is
	// unread, and to open it at once.
	MaxElsewhere, KeptElsewhere = 240, 120
)

// run is what the window is a part of.
func (r *Room) run() run {
	if r.apart {
		return r.part
	}
	return r.tail
}

// until is the seq up to which the window goes.
func (r *Room) until() int64 {
	if r.away {
		return r.to
	}
	return r.tail.last()
}

// shown are the messages in the window.
func (r *Room) shown() []*entry {
	held := r.run()
	first := held.find(r.from)
	return held.said[first:max(held.find(r.until()+1), first)]
}

// follow keeps a window at the end within its bounds.
func (r *Room) follow() {
	if n := len(r.tail.said); !r.away && n-r.tail.find(r.from) > MaxShown {
		r.from = firstOf(r.tail.said[n-KeptShown].Seq)
	}
}

// Last is the seq of the latest message that is held.
func (r Room) Last() int64 { return r.tail.last() }

// Away tells whether the window is not at the end.
func (r Room) Away() bool { return r.away }

// Window returns the seqs of the first message and the last that are shown; the
// last is less than the first if there are none.
func (r Room) Window() (first, last int64) {
	said := r.shown()
	if len(said) == 0 {
		return r.from, r.from - 1
	}
	return said[0].Seq, said[len(said)-1].Seq
}

// Earlier tells whether there are messages in front of the window.
func (r Room) Earlier() bool {
	held := r.run()
	return r.from > held.floor+1 || held.floor > 0 && !held.begins
}

// Later tells whether there are messages behind the window.
func (r Room) Later() bool { return r.away && (r.apart || r.to < r.tail.last()) }

// Held returns the seqs up to which messages are held in front of the window
// and behind it, without a hole. Before is the seq to ask for earlier ones by, 0
// if there are none; after is that to ask for later ones by, 0 if all are held.
func (r Room) Held() (first, last, before, after int64) {
	held := r.run()
	first, last = held.floor+1, held.last()
	if held.floor > 0 && !held.begins {
		before = first
	}
	if r.apart {
		after = last
	}
	return first, last, before, after
}

// AtEnd returns the room for a reader who is at the end, where the window goes
// with what comes.
func (r Room) AtEnd() Room {
	if !r.away {
		return r
	}
	near := !r.apart && r.to == r.tail.last()
	r.away, r.apart, r.to = false, false, 0
	if n := len(r.tail.said); !near && n > 0 {
		r.from = max(r.tail.floor+1, firstOf(r.tail.last()-reach))
	}
	r.follow()
	r.trim()
	return r
}

// Look returns the room for a reader who is away from the end and has the
// messages from the first seq to the last in sight. The window goes with them,
// by a step at a time: looking again at the same goes on until it changes
// nothing. Seqs that are not in the window change nothing.
func (r Room) Look(first, last int64) Room {
	low, high := r.Window()
	if first > last || last < low || first > high {
		return r
	}
	held := r.run()
	if !r.away {
		r.away, r.to = true, r.tail.last()
	}
	want := max(held.floor+1, firstOf(first-reach))
	switch {
	case want < r.from:
		r.from = max(want, firstOf(r.from-step))
	case want > r.from+step:
		r.from = firstOf(r.from + step)
	}
	want = min(held.last(), lastOf(last+reach))
	switch {
	case want > r.to:
		r.to = min(want, lastOf(r.to+step))
	case want < r.to-step:
		r.to = lastOf(r.to - step)
	}
	return r
}

// Stretch returns the room with a window at the end that begins a step
// earlier, for a reader who has room for more.
func (r Room) Stretch() Room {
	if low, high := r.Window(); !r.away && high-low < MaxShown-step {
		r.from = max(r.tail.floor+1, min(r.from, firstOf(low-step)))
	}
	return r
}

// Shrink returns the room with a window at the end that shows only a few of the
// latest messages, for who has to draw more than anybody can read.
func (r Room) Shrink() Room {
	if n := len(r.tail.said); !r.away && n > few {
		r.from = max(r.from, firstOf(r.tail.said[n-few].Seq))
	}
	return r
}

// Go returns the room for a reader who goes to the message with the seq, and
// whether it is held; otherwise nothing changes.
func (r Room) Go(seq int64) (Room, bool) {
	apart := false
	switch {
	case r.tail.covers(seq):
	case r.part.covers(seq):
		apart = true
	default:
		return r, false
	}
	if low, high := r.Window(); apart == r.apart && seq >= low && seq <= high {
		return r.Look(seq, seq), true
	}
	r.away, r.apart = true, apart
	held := r.run()
	r.from = max(held.floor+1, firstOf(seq-step))
	r.to = min(held.last(), lastOf(seq+step))
	return r, true
}

// trim lets go what is too much: neither around the window nor among the
// latest; of a room that is not open, all but some of the latest.
func (r *Room) trim() {
	if n := len(r.tail.said); !r.open {
		if r.part = (run{}); n > MaxElsewhere {
			r.uncount(r.tail.said[n-KeptElsewhere].Seq - 1)
			r.tail = r.tail.between(r.tail.said[n-KeptElsewhere].Seq-1, r.tail.last())
			r.from = max(r.from, r.tail.floor+1)
		}
		return
	}
	if len(r.tail.said)+len(r.part.said) <= MaxHeld {
		return
	}
	low, high := r.Window()
	around := int64(KeptHeld-KeptLatest-(high-low)) / 2
	low, high = low-around, high+around
	latest := r.tail.floor + 1
	if n := len(r.tail.said); n > KeptLatest {
		latest = r.tail.said[n-KeptLatest].Seq
	}
	switch {
	case r.apart:
		r.part = r.part.between(low-1, high)
		low = latest
	case high < latest:
		r.part, r.apart = r.tail.between(low-1, high), true
		low = latest
	default:
		r.part = run{}
	}
	r.uncount(low - 1)
	r.tail = r.tail.between(low-1, r.tail.last())
	r.follow()
}

// firstOf is the first seq of the block that holds a seq, and lastOf the last.
func firstOf(seq int64) int64 { return max(seq-1, 0)/block*block + 1 }
func lastOf(seq int64) int64  { return firstOf(seq) + block - 1 }
