package reliability

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// A wire is one connection through a proxy. Its methods may be called from any
// goroutine.
type wire struct {
	number         int // of the proxy's connections, from 0
	client, server *net.TCPConn
	up, down       *flow
	chance         *chance
	socket         atomic.Bool // a WebSocket, and open
	over           chan struct{}
	once           sync.Once
}

func newWire(client, server *net.TCPConn, chance *chance, upgrades *atomic.Int64) *wire {
	w := &wire{client: client, server: server, chance: chance, over: make(chan struct{})}
	w.up = &flow{wire: w, from: client, to: server, chance: chance.fork(), changed: make(chan struct{}), queue: make(chan chunk, 64)}
	w.down = &flow{wire: w, from: server, to: client, chance: chance.fork(), changed: make(chan struct{}), queue: make(chan chunk, 64)}
	w.up.frames.opened = func(head []byte) {
		if !bytes.Contains(bytes.ToLower(head), []byte("upgrade: websocket")) {
			w.up.frames.on = nil
		}
	}
	w.down.frames.opened = func(head []byte) {
		if bytes.Contains(head, []byte(" 101 ")) {
			w.socket.Store(true)
			upgrades.Add(1)
		}
	}
	return w
}

// cut ends the connection, as when a process ends: what was not passed is lost.
func (w *wire) cut() {
	w.once.Do(func() {
		w.socket.Store(false)
		close(w.over)
		w.client.Close()
		w.server.Close()
	})
}

// reset ends the connection with a RST on both sides.
func (w *wire) reset() {
	w.client.SetLinger(0)
	w.server.SetLinger(0)
	w.cut()
}

// hangUp ends the connection for the client at once; the server still gets all
// that was passed, then the end.
func (w *wire) hangUp() {
	w.socket.Store(false)
	w.vanish()
	w.client.SetLinger(0)
	w.client.Close()
	w.server.CloseWrite()
}

// vanish makes the line half-open: each side thinks that it is there, and
// nothing passes any more, not even its end.
func (w *wire) vanish() {
	w.up.set(func(f *flow) { f.swallow = true })
	w.down.set(func(f *flow) { f.swallow = true })
}

// stall stops both directions, or lets them go on. What is sent meanwhile
// piles up at the sender.
func (w *wire) stall(up, down bool) {
	w.up.set(func(f *flow) { f.stalled = up })
	w.down.set(func(f *flow) { f.stalled = down })
}

// delay makes every piece wait for a random time, in order.
func (w *wire) delay(least, most time.Duration) {
	for _, f := range []*flow{w.up, w.down} {
		f.set(func(f *flow) { f.least, f.most = least, most })
	}
}

// throttle bounds what goes to the client, in bytes a second; 0 is no bound.
// Little of what is not read is buffered here.
func (w *wire) throttle(rate int) {
	w.server.SetReadBuffer(16 << 10)
	w.down.set(func(f *flow) { f.rate = rate })
}

// cutBehind ends the line for the client once the server has been sent n text
// frames: the hello is the first.
func (w *wire) cutBehind(n int) {
	w.up.frames.on = func(op byte) {
		if op != opText {
			return
		}
		if n--; n == 0 {
			w.up.behind = w.hangUp
		}
	}
}

// cutBefore waits for the nth text frame behind the hello. From then on nothing
// is passed to the client; once the server has answered, with this in it, then
// is called and the line ends for the client. So the server has done what was
// asked, and the client does not know.
func (w *wire) cutBefore(n int, answer string, then func()) {
	left := n + 1
	w.cutOn(answer, then)
	w.up.frames.on = func(op byte) {
		if op != opText {
			return
		}
		if left--; left == 0 {
			w.down.set(func(f *flow) { f.held = []byte{} })
		}
	}
}

// cutBeforeNext is cutBefore for a line that is open already: from now on
// nothing is passed to the client.
func (w *wire) cutBeforeNext(answer string, then func()) {
	w.cutOn(answer, then)
	w.down.set(func(f *flow) { f.held = []byte{} })
}

func (w *wire) cutOn(answer string, then func()) {
	w.down.set(func(f *flow) {
		f.answer = func(held []byte) {
			if bytes.Contains(held, []byte(answer)) {
				then()
				w.hangUp()
			}
		}
	})
}
