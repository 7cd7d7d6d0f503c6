package state

import "cyberchat/app/chat"

// A room is as long as it is, and what is shown of it is a window: some
// messages that follow each other. Whoever draws it says where the reader is,
// with [Model.AtEnd], [Model.Look] and [Model.Go]; what the server sends does
// not move a window that is not at the end, unless the room begins anew. Five
// walks through it:
//
// One message. At the end, the window takes it in, and lets the first ones go
// when it holds more than MaxShown, or before that if so many come that nobody
// can read them ([Model.Shrink]). Elsewhere it is held with the latest, Head
// counts it, and the rows stay the same.
//
// One page before. The reader comes near the first message that is held, and
// who draws asks for those before [Model.Held]. The page joins what is held.
// The rows stay the same until the reader looks again; then the window grows by
// a step in front, and lets as much go behind.
//
// One page after. Away from the latest, what is read is held apart from them.
// Near its end the page after [Model.Held] is asked for and joins it, until
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
)

// run is what the window is a part of.
func (m *Model) run() run {
	if m.apart {
		return m.part
	}
	return m.tail
}

// until is the seq up to which the window goes.
func (m *Model) until() int64 {
	if m.away {
		return m.to
	}
	return m.tail.last()
}

// shown are the messages in the window.
func (m *Model) shown() []*chat.Message {
	r := m.run()
	first := r.find(m.from)
	return r.said[first:max(r.find(m.until()+1), first)]
}

// follow keeps a window at the end within its bounds.
func (m *Model) follow() {
	if n := len(m.tail.said); !m.away && n-m.tail.find(m.from) > MaxShown {
		m.from = firstOf(m.tail.said[n-KeptShown].Seq)
	}
}

// Last is the seq of the latest message that is held.
func (m Model) Last() int64 { return m.tail.last() }

// Away tells whether the window is not at the end.
func (m Model) Away() bool { return m.away }

// Window returns the seqs of the first message and the last that are shown; the
// last is less than the first if there are none.
func (m Model) Window() (first, last int64) {
	said := m.shown()
	if len(said) == 0 {
		return m.from, m.from - 1
	}
	return said[0].Seq, said[len(said)-1].Seq
}

// Earlier tells whether there are messages in front of the window.
func (m Model) Earlier() bool {
	r := m.run()
	return m.from > r.floor+1 || r.floor > 0 && !r.begins
}

// Later tells whether there are messages behind the window.
func (m Model) Later() bool { return m.away && (m.apart || m.to < m.tail.last()) }

// Held returns the seqs up to which messages are held in front of the window
// and behind it, without a hole. Before is the seq to ask for earlier ones by, 0
// if there are none; after is that to ask for later ones by, 0 if all are held.
func (m Model) Held() (first, last, before, after int64) {
	r := m.run()
	first, last = r.floor+1, r.last()
	if r.floor > 0 && !r.begins {
		before = first
	}
	if m.apart {
		after = last
	}
	return first, last, before, after
}

// AtEnd returns the model for a reader who is at the end, where the window goes
// with what comes.
func (m Model) AtEnd() Model {
	if !m.away {
		return m
	}
	near := !m.apart && m.to == m.tail.last()
	m.away, m.apart, m.to = false, false, 0
	if n := len(m.tail.said); !near && n > 0 {
		m.from = max(m.tail.floor+1, firstOf(m.tail.last()-reach))
	}
	m.follow()
	m.trim()
	return m
}

// Look returns the model for a reader who is away from the end and has the
// messages from the first seq to the last in sight. The window goes with them,
// by a step at a time: looking again at the same goes on until it changes
// nothing. Seqs that are not in the window change nothing.
func (m Model) Look(first, last int64) Model {
	low, high := m.Window()
	if first > last || last < low || first > high {
		return m
	}
	r := m.run()
	if !m.away {
		m.away, m.to = true, m.tail.last()
	}
	want := max(r.floor+1, firstOf(first-reach))
	switch {
	case want < m.from:
		m.from = max(want, firstOf(m.from-step))
	case want > m.from+step:
		m.from = firstOf(m.from + step)
	}
	want = min(r.last(), lastOf(last+reach))
	switch {
	case want > m.to:
		m.to = min(want, lastOf(m.to+step))
	case want < m.to-step:
		m.to = lastOf(m.to - step)
	}
	return m
}

// Stretch returns the model with a window at the end that begins a step
// earlier, for a reader who has room for more.
func (m Model) Stretch() Model {
	if low, high := m.Window(); !m.away && high-low < MaxShown-step {
		m.from = max(m.tail.floor+1, min(m.from, firstOf(low-step)))
	}
	return m
}

// Shrink returns the model with a window at the end that shows only a few of the
// latest messages, for who has to draw more than anybody can read.
func (m Model) Shrink() Model {
	if n := len(m.tail.said); !m.away && n > few {
		m.from = max(m.from, firstOf(m.tail.said[n-few].Seq))
	}
	return m
}

// Go returns the model for a reader who goes to the message with the seq, and
// whether it is held; otherwise nothing changes.
func (m Model) Go(seq int64) (Model, bool) {
	apart := false
	switch {
	case m.tail.covers(seq):
	case m.part.covers(seq):
		apart = true
	default:
		return m, false
	}
	if low, high := m.Window(); apart == m.apart && seq >= low && seq <= high {
		return m.Look(seq, seq), true
	}
	m.away, m.apart = true, apart
	r := m.run()
	m.from = max(r.floor+1, firstOf(seq-step))
	m.to = min(r.last(), lastOf(seq+step))
	return m, true
}

// trim lets go what is too much: neither around the window nor among the
// latest.
func (m *Model) trim() {
	if len(m.tail.said)+len(m.part.said) <= MaxHeld {
		return
	}
	low, high := m.Window()
	around := int64(KeptHeld-KeptLatest-(high-low)) / 2
	low, high = low-around, high+around
	latest := m.tail.floor + 1
	if n := len(m.tail.said); n > KeptLatest {
		latest = m.tail.said[n-KeptLatest].Seq
	}
	switch {
	case m.apart:
		m.part = m.part.between(low-1, high)
		low = latest
	case high < latest:
		m.part, m.apart = m.tail.between(low-1, high), true
		low = latest
	default:
		m.part = run{}
	}
	m.tail = m.tail.between(low-1, m.tail.last())
	m.follow()
}

// firstOf is the first seq of the block that holds a seq, and lastOf the last.
func firstOf(seq int64) int64 { return max(seq-1, 0)/block*block + 1 }
func lastOf(seq int64) int64  { return firstOf(seq) + block - 1 }
