package reliability

import (
	"io"
	"net"
	"sync"
	"time"
)

// A flow is one direction of a wire. One goroutine reads, another one writes;
// both end when the wire is over or the sender has ended what it sends.
type flow struct {
	wire     *wire
	from, to *net.TCPConn
	chance   *chance
	queue    chan chunk // from the reader to the writer
	frames   frames     // of the reader's goroutine
	behind   func()     // called by the writer once what was read has been passed; set by frames.on

	mu          sync.Mutex
	changed     chan struct{} // closed and made anew when something below changes
	stalled     bool
	swallow     bool
	rate        int           // bytes a second, 0 for no bound
	least, most time.Duration // of the delay
	held        []byte        // not nil: nothing passes, it is kept for answer
	answer      func(held []byte)
}

// A chunk is what was read at once.
type chunk struct {
	bytes  []byte
	due    time.Time
	behind func()
}

func (f *flow) set(change func(*flow)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
	close(f.changed)
	f.changed = make(chan struct{})
}

// free waits while the flow is stalled. It reports whether the wire is still
// there.
func (f *flow) free() bool {
	for {
		f.mu.Lock()
		stalled, changed := f.stalled, f.changed
		f.mu.Unlock()
		if !stalled {
			return true
		}
		select {
		case <-changed:
		case <-f.wire.over:
			return false
		}
	}
}

// hungry waits while a flow that is throttled has something to write. It
// reports whether the wire is still there.
func (f *flow) hungry() bool {
	for {
		f.mu.Lock()
		rate := f.rate
		f.mu.Unlock()
		if rate == 0 || len(f.queue) == 0 {
			return true
		}
		if !pass(glance, f.wire.over) {
			return false
		}
	}
}

// due is when a piece that was just read is passed.
func (f *flow) due(before time.Time) time.Time {
	f.mu.Lock()
	least, most := f.least, f.most
	f.mu.Unlock()
	due := time.Now()
	if most > 0 {
		due = due.Add(f.chance.between(least, most))
	}
	if due.Before(before) {
		return before
	}
	return due
}

func (f *flow) read() {
	defer close(f.queue)
	var due time.Time
	for f.free() && f.hungry() {
		piece := make([]byte, 4<<10)
		n, err := f.from.Read(piece)
		if n > 0 {
			due = f.due(due)
			f.frames.take(piece[:n]) // may set behind, or hold the answers, before this is passed
			next := chunk{piece[:n], due, f.behind}
			f.behind = nil
			select {
			case f.queue <- next:
			case <-f.wire.over:
				return
			}
		}
		if err != nil {
			f.mu.Lock()
			swallow := f.swallow
			f.mu.Unlock()
			if err != io.EOF && !swallow {
				f.wire.cut()
			}
			return
		}
	}
}

func (f *flow) write() {
	for c := range f.queue {
		if !pass(time.Until(c.due), f.wire.over) || !f.free() || !f.pass(c.bytes) {
			return
		}
		if c.behind != nil {
			c.behind()
		}
	}
	f.mu.Lock()
	swallow := f.swallow
	f.mu.Unlock()
	if !swallow {
		f.to.CloseWrite()
	}
}

// pass writes bytes as fast as it may. It reports whether it can go on.
func (f *flow) pass(p []byte) bool {
	for len(p) > 0 {
		f.mu.Lock()
		swallow, rate, holding := f.swallow, f.rate, f.held != nil
		if holding {
			f.held = append(f.held, p...)
		}
		held, answer := f.held, f.answer
		f.mu.Unlock()
		switch {
		case swallow:
			return true
		case holding:
			answer(held)
			return true
		}
		piece := p
		if rate > 0 {
			piece = p[:min(len(p), max(rate/10, 1))]
			if !pass(time.Duration(len(piece))*time.Second/time.Duration(rate), f.wire.over) || !f.free() {
				return false
			}
		}
		if _, err := f.to.Write(piece); err != nil {
			f.mu.Lock()
			swallow = f.swallow
			f.mu.Unlock()
			if !swallow {
				f.wire.cut()
			}
			return swallow
		}
		p = p[len(piece):]
	}
	return true
}
