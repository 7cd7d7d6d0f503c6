package load

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Opcodes of RFC 6455 §5.2.
const (
	opContinuation = 0
	opText         = 1
	opClose        = 8
	opPing         = 9
	opPong         = 10
)

// maxControl is the largest payload of a control frame (RFC 6455 §5.5).
const maxControl = 125

// A frames reads what a server sends on one connection: text messages as lines,
// whether there are several in a message or a message comes in several frames.
// It takes the bytes as they come, in pieces of any size, and copies only what
// a piece ends in the middle of.
type frames struct {
	head    []byte // of a frame, incomplete
	op      byte   // of the frame that is being read
	final   bool   // it is the last of its message
	left    int    // bytes of it that have not come yet
	inFrame bool
	inText  bool   // a message has begun and not ended
	line    []byte // the beginning of a line
	control []byte // the beginning of a control frame's payload
}

// A sink takes what is read. The bytes are valid until it returns.
type sink interface {
	line(line []byte)
	control(op byte, payload []byte)
}

// errNotText is the error of a message that is not text.
var errNotText = errors.New("a message that is not text")

// feed reads a piece. After an error the connection is of no more use.
func (f *frames) feed(p []byte, to sink) error {
	for len(p) > 0 || f.inFrame && f.left == 0 {
		if !f.inFrame {
			n, err := f.begin(p)
			if err != nil {
				return err
			}
			p = p[n:]
			continue
		}
		n := min(f.left, len(p))
		part := p[:n]
		p = p[n:]
		f.left -= n
		if f.op >= opClose {
			f.control = append(f.control, part...)
			if f.left == 0 {
				f.inFrame = false
				to.control(f.op, f.control)
				f.control = f.control[:0]
			}
			continue
		}
		f.lines(part, to)
		if f.left == 0 {
			f.inFrame = false
			if f.final {
				f.inText = false
				if len(f.line) > 0 {
					to.line(f.line)
					f.line = f.line[:0]
				}
			}
		}
	}
	return nil
}

// lines hands on the lines of a part of a message, and keeps the last one if
// it may go on.
func (f *frames) lines(p []byte, to sink) {
	if len(f.line) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			f.line = append(f.line, p...)
			return
		}
		f.line = append(f.line, p[:i]...)
		to.line(f.line)
		f.line = f.line[:0]
		p = p[i+1:]
	}
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			break
		}
		if i > 0 {
			to.line(p[:i])
		}
		p = p[i+1:]
	}
	switch {
	case len(p) == 0:
	case f.left == 0 && f.final:
		to.line(p)
	default:
		f.line = append(f.line, p...)
	}
}

// begin reads the head of a frame and returns how many bytes of p it took.
func (f *frames) begin(p []byte) (n int, err error) {
	head := p
	if len(f.head) > 0 {
		n = min(len(p), 10-len(f.head))
		f.head = append(f.head, p[:n]...)
		head = f.head
	}
	size, err := f.decode(head)
	if err != nil {
		return 0, err
	}
	if size == 0 { // it is not all there
		if n == 0 {
			f.head = append(f.head, p...)
			n = len(p)
		}
		return n, nil
	}
	before := len(f.head) - n // bytes of it that came with earlier pieces
	if len(f.head) == 0 {
		before = 0
	}
	f.head = f.head[:0]
	f.inFrame = true
	return size - before, nil
}

// decode reads the head of a frame. Its size is 0 while it is incomplete.
func (f *frames) decode(head []byte) (size int, err error) {
	if len(head) < 2 {
		return 0, nil
	}
	op, final, length := head[0]&0x0f, head[0]&0x80 != 0, uint64(head[1]&0x7f)
	switch {
	case head[0]&0x70 != 0:
		return 0, errors.New("a frame with a reserved bit")
	case head[1]&0x80 != 0:
		return 0, errors.New("a masked frame from a server")
	case op == opText && f.inText, op == opContinuation && !f.inText:
		return 0, errors.New("frames of two messages mixed")
	case op == opClose || op == opPing || op == opPong:
		if !final || length > maxControl {
			return 0, errors.New("a control frame that is too large or in parts")
		}
	case op != opText && op != opContinuation:
		return 0, fmt.Errorf("%w (opcode %d)", errNotText, op)
	}
	size = 2
	switch length {
	case 126:
		if size = 4; len(head) < size {
			return 0, nil
		}
		length = uint64(binary.BigEndian.Uint16(head[2:]))
	case 127:
		if size = 10; len(head) < size {
			return 0, nil
		}
		length = binary.BigEndian.Uint64(head[2:])
	}
	if length > 64<<20 {
		return 0, fmt.Errorf("a frame of %d bytes", length)
	}
	f.op, f.final, f.left = op, final, int(length)
	if op < opClose {
		f.inText = true
	}
	return size, nil
}

// appendFrame appends a frame as a client sends it, masked (RFC 6455 §5.3).
func appendFrame(dst []byte, op byte, payload []byte, mask uint32) []byte {
	dst = append(dst, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, 0x80|byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0x80|126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, 0x80|127), uint64(n))
	}
	dst = binary.BigEndian.AppendUint32(dst, mask)
	key := dst[len(dst)-4:]
	for i, b := range payload {
		dst = append(dst, b^key[i&3])
	}
	return dst
}
