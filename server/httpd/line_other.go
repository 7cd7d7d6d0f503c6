//go:build !unix

package httpd

import "net"

// prepare does nothing: where a write cannot be tried without waiting, the
// drainer makes all of them.
func (l *line) prepare(*net.TCPConn) {}
