package reliability

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A proxy stands between clients and a server and does to their connections
// what networks do. It passes bytes: HTTP and WebSockets alike.
type proxy struct {
	addr     string // host:port, for the clients
	upstream string // host:port, of the server
	listener net.Listener
	chance   *chance
	passing  sync.WaitGroup
	upgrades atomic.Int64 // WebSockets that were opened so far

	mu     sync.Mutex
	nature func(*wire) // what befalls each new connection, nil for nothing
	wires  map[*wire]struct{}
	opened int // connections so far
	closed bool
}

// newProxy starts a proxy that ends with the test.
func newProxy(t testing.TB, upstream string, chance *chance) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String(), upstream: upstream, listener: l, chance: chance, wires: make(map[*wire]struct{})}
	p.passing.Go(p.accept)
	t.Cleanup(p.close)
	return p
}

func (p *proxy) url() string { return "ws://" + p.addr + "/ws" }

// befall sets what befalls connections from now on. It is called with each one
// before anything passes.
func (p *proxy) befall(nature func(*wire)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nature = nature
}

// each does something to every connection there is.
func (p *proxy) each(do func(*wire)) {
	p.mu.Lock()
	wires := make([]*wire, 0, len(p.wires))
	for w := range p.wires {
		wires = append(wires, w)
	}
	p.mu.Unlock()
	for _, w := range wires {
		do(w)
	}
}

// sockets counts the WebSockets that are open.
func (p *proxy) sockets() int {
	n := 0
	p.each(func(w *wire) {
		if w.socket.Load() {
			n++
		}
	})
	return n
}

func (p *proxy) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.listener.Close()
	p.each(func(w *wire) { w.cut() })
	p.passing.Wait()
}

// accept ends when the listener is closed.
func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.passing.Go(func() {
			server, err := net.DialTimeout("tcp", p.upstream, 5*time.Second)
			if err != nil {
				client.(*net.TCPConn).SetLinger(0) // as a port where nobody listens
				client.Close()
				return
			}
			p.join(client.(*net.TCPConn), server.(*net.TCPConn))
		})
	}
}

// join passes bytes both ways until the connection is over.
func (p *proxy) join(client, server *net.TCPConn) {
	w := newWire(client, server, p.chance.fork(), &p.upgrades)
	p.mu.Lock()
	w.number = p.opened
	p.opened++
	nature, closed := p.nature, p.closed
	p.wires[w] = struct{}{}
	p.mu.Unlock()
	if nature != nil {
		nature(w)
	}
	if closed {
		w.cut()
	}
	var both sync.WaitGroup
	both.Go(w.up.read)
	both.Go(w.down.read)
	both.Go(w.up.write)
	both.Go(w.down.write)
	both.Wait()
	w.cut()
	p.mu.Lock()
	delete(p.wires, w)
	p.mu.Unlock()
}
