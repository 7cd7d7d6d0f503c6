//go:build unix && !linux

package httpd

import "syscall"

// send writes to a socket what it takes now.
func send(fd int, p []byte) (int, error) { return syscall.Write(fd, p) }
