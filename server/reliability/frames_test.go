package reliability

import "encoding/binary"

// Opcodes of RFC 6455 §5.2.
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa
)

// frames follows the WebSocket frames in one direction of a connection: first
// the head of HTTP, then frames. It keeps no payload.
type frames struct {
	opened func(head []byte) // called with the head, if set
	on     func(op byte)     // called when a frame is complete, if set

	begun bool
	head  []byte // of HTTP, or of the frame, as far as it came
	left  uint64 // bytes of the frame
	op    byte
}

// maxHead is how much of a head of HTTP is followed.
const maxHead = 64 << 10

func (f *frames) take(p []byte) {
	for len(p) > 0 {
		switch {
		case f.left > 0:
			n := min(uint64(len(p)), f.left)
			p, f.left = p[n:], f.left-n
			if f.left == 0 {
				f.complete()
			}
		case !f.begun:
			f.head = append(f.head, p[0])
			p = p[1:]
			if n := len(f.head); n >= 4 && string(f.head[n-4:]) == "\r\n\r\n" {
				if f.opened != nil {
					f.opened(f.head)
				}
				f.begun, f.head = true, nil
			} else if n > maxHead {
				f.head = f.head[n-4:]
			}
		default:
			f.head = append(f.head, p[0])
			p = p[1:]
			if n, ok := frameSize(f.head); ok {
				f.op, f.left, f.head = f.head[0]&0xf, n, nil
				if n == 0 {
					f.complete()
				}
			}
		}
	}
}

func (f *frames) complete() {
	if f.on != nil {
		f.on(f.op)
	}
}

// frameSize returns the length of the payload once the head of the frame is
// complete (RFC 6455 §5.2).
func frameSize(head []byte) (n uint64, ok bool) {
	if len(head) < 2 {
		return 0, false
	}
	length := head[1] & 0x7f
	size := 2
	switch length {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if head[1]&0x80 != 0 {
		size += 4
	}
	switch {
	case len(head) < size:
		return 0, false
	case length == 126:
		return uint64(binary.BigEndian.Uint16(head[2:])), true
	case length == 127:
		return binary.BigEndian.Uint64(head[2:]), true
	}
	return uint64(length), true
}
