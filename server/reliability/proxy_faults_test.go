package reliability

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A pair is a connection through a proxy, and both its ends.
type pair struct {
	*proxy
	wire           *wire
	client, server *net.TCPConn
}

// through opens a connection through a new proxy that nature befalls.
func through(t *testing.T, nature func(*wire)) *pair {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p := &pair{proxy: newProxy(t, l.Addr().String(), newChance(t))}
	wires := make(chan *wire, 1)
	p.befall(func(w *wire) {
		if nature != nil {
			nature(w)
		}
		wires <- w
	})
	client, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	p.client, p.server, p.wire = client.(*net.TCPConn), server.(*net.TCPConn), <-wires
	for _, c := range []net.Conn{client, server} {
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(patience))
	}
	return p
}

// read reads n bytes.
func read(t *testing.T, c net.Conn, n int) string {
	t.Helper()
	p := make([]byte, n)
	if _, err := io.ReadFull(c, p); err != nil {
		t.Fatal(err)
	}
	return string(p)
}

// silent checks that nothing comes for a while, neither bytes nor the end.
func silent(t *testing.T, c net.Conn) {
	t.Helper()
	c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	defer c.SetReadDeadline(time.Now().Add(patience))
	if n, err := c.Read(make([]byte, 1)); n > 0 || !isTimeout(err) {
		t.Errorf("there came %d bytes, %v", n, err)
	}
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

func TestProxyPassesBothWaysAndTheEnd(t *testing.T) {
	p := through(t, nil)
	big := bytes.Repeat([]byte("0123456789"), 100_000)
	go func() { p.client.Write(big); p.client.CloseWrite() }()
	if got, err := io.ReadAll(p.server); err != nil || !bytes.Equal(got, big) {
		t.Errorf("%d of %d bytes passed: %v", len(got), len(big), err)
	}
	io.WriteString(p.server, "answer") // the other direction is still there
	p.server.Close()
	if got, err := io.ReadAll(p.client); err != nil || string(got) != "answer" {
		t.Errorf("%q came back, %v", got, err)
	}
	await(t, patience, "the wire is over", func() bool { return countWires(p.proxy) == 0 })
}

func countWires(p *proxy) (n int) {
	p.each(func(*wire) { n++ })
	return n
}

func TestProxyDelaysInOrder(t *testing.T) {
	const least, most = 20 * time.Millisecond, 60 * time.Millisecond
	p := through(t, func(w *wire) { w.delay(least, most) })
	begin := time.Now()
	for _, b := range []byte("abcdefghij") {
		p.client.Write([]byte{b})
	}
	if got := read(t, p.server, 10); got != "abcdefghij" {
		t.Errorf("there came %q", got)
	}
	if took := time.Since(begin); took < least {
		t.Errorf("it took only %v", took)
	}
}

func TestProxyStallsAndGoesOn(t *testing.T) {
	p := through(t, func(w *wire) { w.stall(true, false) })
	io.WriteString(p.client, "up")
	io.WriteString(p.server, "down")
	if got := read(t, p.client, 4); got != "down" {
		t.Errorf("there came %q", got)
	}
	silent(t, p.server)
	p.wire.stall(false, true)
	if got := read(t, p.server, 2); got != "up" {
		t.Errorf("there came %q", got)
	}
	io.WriteString(p.server, "later")
	silent(t, p.client)
	p.wire.stall(false, false)
	if got := read(t, p.client, 5); got != "later" {
		t.Errorf("there came %q", got)
	}
}

func TestProxyHalfOpen(t *testing.T) {
	p := through(t, nil)
	io.WriteString(p.client, "here")
	read(t, p.server, 4)
	p.wire.vanish()
	io.WriteString(p.server, "are you there?")
	silent(t, p.client)
	p.client.Close() // its end does not pass
	silent(t, p.server)
}

func TestProxyCuts(t *testing.T) {
	p := through(t, nil)
	p.wire.cut()
	for _, c := range []net.Conn{p.client, p.server} {
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("an orderly cut: %v", err)
		}
	}
	p = through(t, nil)
	p.wire.reset()
	for _, c := range []net.Conn{p.client, p.server} {
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("a reset: %v", err)
		}
	}
}

func TestProxyThrottles(t *testing.T) {
	p := through(t, func(w *wire) { w.throttle(1000) })
	var written atomic.Int64
	go func() { // ends when the connection does
		for piece := make([]byte, 64<<10); ; {
			n, err := p.server.Write(piece)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	}()
	begin := time.Now()
	read(t, p.client, 300)
	if took := time.Since(begin); took < 250*time.Millisecond {
		t.Errorf("300 bytes took %v", took)
	}
	p.wire.throttle(0)
	begin = time.Now()
	read(t, p.client, 1<<20)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("without a bound a megabyte took %v", took)
	}
}

// upgraded puts heads of an upgrade through, so that frames follow.
func upgraded(t *testing.T, p *pair) {
	t.Helper()
	const ask, answer = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"
	io.WriteString(p.client, ask)
	read(t, p.server, len(ask))
	io.WriteString(p.server, answer)
	read(t, p.client, len(answer))
	if p.sockets() != 1 {
		t.Errorf("%d sockets are open", p.sockets())
	}
}

func TestProxyCutsBehindAFrame(t *testing.T) {
	p := through(t, func(w *wire) { w.cutBehind(2) })
	upgraded(t, p)
	one, ping, two := frame(true, opText, []byte("hello")), frame(true, opPing, nil), frame(true, opText, []byte(filler(70_000)))
	p.client.Write(one[:3]) // in pieces
	p.client.Write(one[3:])
	p.client.Write(ping)
	read(t, p.server, len(one)+len(ping))
	io.WriteString(p.server, "welcome")
	read(t, p.client, 7)
	p.client.Write(two)
	if got, err := io.ReadAll(p.server); err != nil || !bytes.Equal(got, two) {
		t.Errorf("the server got %d bytes of the second frame, %v", len(got), err)
	}
	io.WriteString(p.server, "ack")
	if got, err := io.ReadAll(p.client); len(got) > 0 || !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client got %q, %v", got, err)
	}
}

func TestProxyCutsBeforeAnAnswer(t *testing.T) {
	var cut atomic.Int32
	p := through(t, func(w *wire) { w.cutBefore(2, `"ack"`, func() { cut.Add(1) }) })
	upgraded(t, p)
	for _, text := range []string{"hello", "first"} {
		f := frame(true, opText, []byte(text))
		p.client.Write(f)
		read(t, p.server, len(f))
		io.WriteString(p.server, `"ack"`)
		if got := read(t, p.client, 5); got != `"ack"` {
			t.Errorf("the answer to %s: %q", text, got)
		}
	}
	f := frame(true, opText, []byte("second"))
	p.client.Write(f)
	read(t, p.server, len(f))
	io.WriteString(p.server, `"echo" "a`) // the answer comes in two pieces
	silent(t, p.client)
	io.WriteString(p.server, `ck"`)
	if got, err := io.ReadAll(p.client); len(got) > 0 || err == nil || cut.Load() != 1 {
		t.Errorf("the client got %q, %v; %d cuts", got, err, cut.Load())
	}
}

func TestFrames(t *testing.T) {
	var ops []byte
	f := frames{on: func(op byte) { ops = append(ops, op) }}
	stream := []byte("GET / HTTP/1.1\r\n\r\n")
	for _, n := range []int{0, 1, 125, 126, 65_535, 65_536} {
		stream = append(stream, frame(true, opText, make([]byte, n))...)
		stream = append(stream, frame(true, opPong, nil)...)
	}
	for len(stream) > 0 {
		n := min(len(stream), 1+len(stream)%7)
		f.take(stream[:n])
		stream = stream[n:]
	}
	if want := strings.Repeat("\x01\x0a", 6); string(ops) != want {
		t.Errorf("the frames are %x", ops)
	}
}

// TestRawReadsWhatItWrites holds the handwritten frames against each other.
func TestRawReadsWhatItWrites(t *testing.T) {
	p := through(t, nil)
	c := &raw{Conn: p.client, in: bufio.NewReader(p.client)}
	for _, n := range []int{0, 1, 125, 126, 65_535, 65_536} {
		text := filler(n)
		f := frame(true, opText, []byte(text))
		head := len(f) - n - 4
		unmasked := append(append([]byte{f[0], f[1] &^ 0x80}, f[2:head]...), text...)
		go p.server.Write(unmasked)
		if got, err := c.message(); err != nil || string(got) != text {
			t.Errorf("of %d bytes there came %d, %v", n, len(got), err)
		}
	}
	go p.server.Write([]byte{0x88, 2, 0x0f, 0xa0})
	if code, _ := c.ending(); code != 4000 {
		t.Errorf("the close code is %d", code)
	}
}
