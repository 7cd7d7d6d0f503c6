package hub

import (
	"encoding/binary"
	"runtime"
	"slices"
	"time"

	"cyberchat/app/chat"
)

// An Outlet is where the frames of a listener go: its connection. The feed
// calls both, from one goroutine; neither may wait.
type Outlet interface {
	// Send takes whole WebSocket frames. They are shared with other outlets and
	// stay as they are.
	Send(frames []byte)
	// End says why, behind everything that was sent, and closes. It is the last
	// call.
	End(Close)
}

// A feed is what is to be told and was not sent yet. An event is encoded when it
// happens, once in each mode, and stands with its room, in the order of what
// happens there. The flusher takes all there is, frames what each room has once,
// and gives the same bytes to everybody in it.
//
// The fields are guarded by Hub.mu, but for wake and scratch.
type feed struct {
	rooms []*room       // with events
	owed  int           // of Hub.owed, what the events are
	dirty []*Listener   // with events of their own, or to be closed
	round int64         // of the flusher
	wake  chan struct{} // holds one token when there is something to flush
	ended bool          // the flusher shall end when there is nothing more

	scratch struct { // of the flusher
		own    []delivery
		shared []share
	}
}

// A delivery is what one listener is to be given.
type delivery struct {
	to      *Listener
	opening [][]byte
	frames  []byte
	closed  *Close
}

// A share is what all in a room are to be given.
type share struct {
	seats  []seat
	start  int64 // the place of the first of events
	events [modes][][]byte
}

// busyPause is how long the flusher lets more come together when it has just
// flushed: in a busy room fewer and larger writes carry more. After a quiet
// time the first event goes at once.
const busyPause = time.Millisecond

func (f *feed) signal() {
	select {
	case f.wake <- struct{}{}:
	default: // it is signalled already
	}
}

// flushAll is the flusher. It ends when the hub is closed and everything was
// handed out.
func (h *Hub) flushAll() {
	var last time.Time
	for range h.feed.wake {
		if time.Since(last) < busyPause {
			time.Sleep(busyPause)
		} else {
			runtime.Gosched() // whoever is ready to say something goes first
		}
		if h.flush() {
			return
		}
		last = time.Now()
	}
}

// flush gives everybody what waits for them. What is a listener's own goes in
// one piece with what its rooms have, before it. It reports whether that was the
// last time.
func (h *Hub) flush() (ended bool) {
	f := &h.feed
	h.mu.Lock()
	f.round++
	h.owed -= f.owed
	f.owed = 0
	own := f.scratch.own[:0]
	for _, l := range f.dirty {
		if !l.ended {
			l.ended = l.closed != nil
			own = append(own, delivery{l, l.opening, h.takeOwn(l), l.closed})
		}
		l.dirty, l.opening, l.own, l.flushed = false, nil, nil, f.round
	}
	clear(f.dirty) // a listener that left is not kept by it
	f.dirty = f.dirty[:0]
	n := 0
	for _, r := range f.rooms {
		if n == len(f.scratch.shared) {
			f.scratch.shared = append(f.scratch.shared, share{})
		}
		s := &f.scratch.shared[n]
		n++
		s.start, s.events = r.first, r.events
		for _, seat := range r.seats {
			if seat.l.flushed != f.round && !seat.l.ended {
				s.seats = append(s.seats, seat)
			}
		}
		r.first, r.events, r.stirred = r.end(), [modes][][]byte{}, false
	}
	clear(f.rooms)
	f.rooms = f.rooms[:0]
	ended = f.ended
	h.mu.Unlock()

	for _, d := range own {
		for _, frames := range append(d.opening, d.frames) {
			if len(frames) > 0 {
				d.to.out.Send(frames)
			}
		}
		if d.closed != nil {
			d.to.out.End(*d.closed)
		}
	}
	for i := range f.scratch.shared[:n] {
		f.scratch.shared[i].send()
	}
	clear(own) // nor by these
	f.scratch.own = own[:0]
	f.scratch.shared = f.scratch.shared[:min(len(f.scratch.shared), maxScratch)]
	return ended
}

// maxScratch is for how many rooms the flusher keeps memory.
const maxScratch = 100

// takeOwn returns what waits for l alone, and behind it what its rooms have.
func (h *Hub) takeOwn(l *Listener) []byte {
	if l.over { // there would be a hole before it
		return l.own
	}
	return h.takeFeed(l.own, l)
}

// takeFeed appends what the rooms of l have for it to frames. It is not given it
// again.
func (h *Hub) takeFeed(frames []byte, l *Listener) []byte {
	for _, p := range l.seats {
		if r := p.room; r.stirred {
			s := &r.seats[p.index]
			frames = appendFrames(frames, l.mode, since(r.events[l.mode], r.first, s.since))
			s.since = r.end()
		}
	}
	return frames
}

// send gives it to those who did not get it with what is their own.
func (s *share) send() {
	var shared [modes][]byte
	for m := range modes {
		shared[m] = appendFrames(nil, m, s.events[m])
	}
	for _, seat := range s.seats {
		frames := shared[seat.l.mode]
		if seat.since > s.start { // it came in between
			frames = appendFrames(nil, seat.l.mode, since(s.events[seat.l.mode], s.start, seat.since))
		}
		if len(frames) > 0 {
			seat.l.out.Send(frames)
		}
	}
	clear(s.seats)
	*s = share{seats: s.seats[:0]}
}

// since returns those of events, the first of which is number start, that
// happened from number n on.
func since(events [][]byte, start, n int64) [][]byte {
	return events[min(max(n-start, 0), int64(len(events))):]
}

// appendFrames frames events as text messages (RFC 6455 §5.2, unmasked as a
// server's are): in plain mode each in one of its own, in typed mode as many in
// one as [chat.MaxOutbound] allows, separated by line feeds.
func appendFrames(dst []byte, mode Mode, events [][]byte) []byte {
	return appendFramesOf(dst, mode, events, chat.MaxOutbound)
}

// appendFramesOf does that with so many bytes to a message.
func appendFramesOf(dst []byte, mode Mode, events [][]byte, most int) []byte {
	size := 0
	for _, e := range events {
		size += len(e) + maxFrameHead
	}
	if size == 0 {
		return dst
	}
	dst = slices.Grow(dst, size)
	for i := 0; i < len(events); {
		length, n := len(events[i]), 1
		if length == 0 {
			i++
			continue
		}
		for mode == Typed && i+n < len(events) && length+1+len(events[i+n]) <= most {
			if len(events[i+n]) > 0 {
				length += 1 + len(events[i+n])
			}
			n++
		}
		dst = appendFrameHead(dst, length)
		for k, e := range events[i : i+n] {
			if k > 0 && len(e) > 0 {
				dst = append(dst, '\n')
			}
			dst = append(dst, e...)
		}
		i += n
	}
	return dst
}

// Frame returns e as it goes to one connection.
func Frame(mode Mode, e chat.Event) []byte {
	return appendFrames(nil, mode, [][]byte{mode.append(nil, e)})
}

// maxFrameHead is the size of the longest head of an unmasked frame, in bytes.
const maxFrameHead = 10

// appendFrameHead appends the head of a whole, unmasked text frame.
func appendFrameHead(dst []byte, length int) []byte {
	const textAndFinal = 0x81
	switch {
	case length < 126:
		return append(dst, textAndFinal, byte(length))
	case length < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, textAndFinal, 126), uint16(length))
	}
	return binary.BigEndian.AppendUint64(append(dst, textAndFinal, 127), uint64(length))
}
