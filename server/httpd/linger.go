package httpd

import (
	"io"
	"net"
	"time"
)

// lingerWithin and lingerBytes bound what is read of a peer who was told of the
// end and has taken what waited, until they end their side.
const (
	lingerWithin = time.Second
	lingerBytes  = 1 << 20
)

// endWithin bounds how long the peer may take to read the end, and to answer it.
// The first call counts.
func (l *line) endWithin(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until.IsZero() {
		l.until = time.Now().Add(d)
		l.Conn.SetReadDeadline(l.until) // fails only on a line that is closed
	}
}

// Close ends the connection. After a close frame the peer gets what waits, and
// that frame, first, within slowCloseWithin if no time was given. What they have
// sent and nobody read would have the system reset the connection, and all that
// is under way would be lost; so it is read, for a while.
func (l *line) Close() error {
	if tcp, ok := l.Conn.(*net.TCPConn); ok && !l.ended.Load() {
		l.linger(tcp)
	}
	return l.Conn.Close()
}

// linger waits until the peer was sent everything and has ended their side. It
// does nothing before a close frame, or the second time.
func (l *line) linger(tcp *net.TCPConn) {
	l.endWithin(slowCloseWithin)
	l.mu.Lock()
	if !l.last || l.through != nil {
		l.mu.Unlock()
		return
	}
	l.through = make(chan struct{})
	if !l.drains {
		l.finish()
	}
	through, until := l.through, l.until
	l.mu.Unlock()
	io.CopyN(io.Discard, tcp, lingerBytes)
	select {
	case <-through:
	case <-time.After(time.Until(until)): // they have ended their side, or said too much, and take nothing
	}
}

// finish ends our side of a line that is closed, when nothing waits any more.
// The caller holds l.mu.
func (l *line) finish() {
	if l.through == nil {
		return
	}
	if tcp, ok := l.Conn.(*net.TCPConn); ok {
		tcp.CloseWrite() // these fail only where reading fails, too
		tcp.SetReadDeadline(time.Now().Add(lingerWithin))
	}
	close(l.through)
}
