//go:build unix

package httpd

import (
	"net"
	"syscall"
)

// prepare lets the line write to a socket without waiting.
func (l *line) prepare(tcp *net.TCPConn) {
	if raw, err := tcp.SyscallConn(); err == nil {
		l.raw = raw
		l.try = l.tryOnce // kept, so that no write allocates
	}
}

// tryOnce writes what the system takes now.
func (l *line) tryOnce(fd uintptr) bool {
	for {
		n, err := send(int(fd), l.trying)
		switch err {
		case nil:
			l.taken = n
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
		default:
			l.failed = err
		}
		return true
	}
}
