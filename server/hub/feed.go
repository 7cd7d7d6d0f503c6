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

// A feed is what everybody is told and was not sent yet, once in each mode. An
// event is encoded when it happens, in the order of what happens. The flusher
// takes all there is, frames it once, and gives the same bytes to everybody.
//
// The fields are guarded by Hub.mu, but for wake and scratch.
type feed struct {
	first  int64           // how many events went before those below
	owed   int             // of Hub.owed, what the events are
	events [modes][][]byte // encoded; the same number in each mode, empty where there is nothing to tell
	dirty  []*Listener     // with events of their own, or to be closed
	wake   chan struct{}   // holds one token when there is something to flush
	ended  bool            // the flusher shall end when there is nothing more

	scratch struct { // of the flusher
		shared []*Listener
		own    []delivery
	}
}

// A delivery is what one listener is to be given.
type delivery struct {
	to      *Listener
	opening [][]byte
	frames  []byte
	closed  *Close
}

// busyPause is how long the flusher lets more come together when it has just
// flushed: in a busy room fewer and larger writes carry more. After a quiet
// time the first event goes at once.
const busyPause = time.Millisecond

// tell hands e to everybody, at the next flush. The caller holds h.mu, which
// makes the order the same for all.
func (h *Hub) tell(e chat.Event) {
	var as [modes][]byte
	for m := range modes {
		as[m] = m.append(nil, e)
	}
	h.feed.add(as)
}

// add takes an event as it goes out in each mode.
func (f *feed) add(as [modes][]byte) {
	for m := range modes {
		f.events[m] = append(f.events[m], as[m])
	}
	f.signal()
}

func (f *feed) signal() {
	select {
	case f.wake <- struct{}{}:
	default: // it is signalled already
	}
}

// at is the place behind all events so far.
func (f *feed) at() int64 { return f.first + int64(len(f.events[Typed])) }

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

// flush gives everybody what waits for them, each in one piece. It reports
// whether that was the last time.
func (h *Hub) flush() (ended bool) {
	f := &h.feed
	h.mu.Lock()
	events, start := f.events, f.first
	f.first = f.at()
	f.events = [modes][][]byte{}
	h.owed -= f.owed
	f.owed = 0
	own := f.scratch.own[:0]
	for _, l := range f.dirty {
		frames := l.own
		if !l.over { // otherwise there would be a hole before it
			frames = appendFrames(frames, l.mode, since(events[l.mode], start, l.since))
		}
		if !l.ended {
			l.ended = l.closed != nil
			own = append(own, delivery{l, l.opening, frames, l.closed})
		}
		l.dirty, l.opening, l.own, l.flushed = false, nil, nil, f.first
	}
	clear(f.dirty) // a listener that left is not kept by it
	f.dirty = f.dirty[:0]
	all := f.scratch.shared[:0]
	if len(events[Typed]) > 0 {
		for _, l := range h.listeners {
			if l.flushed != f.first && !l.ended {
				l.flushed = f.first
				all = append(all, l)
			}
		}
	}
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
	var shared [modes][]byte
	for m := range modes {
		shared[m] = appendFrames(nil, m, events[m])
	}
	for _, l := range all {
		frames := shared[l.mode]
		if l.since > start { // it came in between
			frames = appendFrames(nil, l.mode, since(events[l.mode], start, l.since))
		}
		if len(frames) > 0 {
			l.out.Send(frames)
		}
	}
	clear(own) // nor by these
	clear(all)
	f.scratch.own, f.scratch.shared = own[:0], all[:0]
	return ended
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
