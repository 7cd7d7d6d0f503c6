package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// What is used of https://webassembly.github.io/spec/core/binary/modules.html.
const (
	preamble = "\x00asm\x01\x00\x00\x00"

	dataSection      = 11
	dataCountSection = 12

	activeSegment = 0    // laid into the memory at the start
	i32Const      = 0x41 // its offset is a number
	end           = 0x0b // and nothing else
)

// gather returns a WebAssembly module as the linker of Go writes it, with its data
// in one segment. The memory of a new instance is the same.
//
// The linker leaves out zeros, eight or more, and begins a new segment behind them.
// Most of its table of functions is zeros: that makes a hundred thousand segments
// of two bytes, each with an offset of its own, of which no two are the same.
// Written out, the zeros pack to nothing: the bundle is a twelfth smaller, and
// there is one segment to be laid out when it starts.
func gather(module []byte) ([]byte, error) {
	if !bytes.HasPrefix(module, []byte(preamble)) {
		return nil, errors.New("it is no WebAssembly module")
	}
	out := []byte(preamble)
	for r := (reader{rest: module[len(preamble):]}); len(r.rest) > 0; {
		id := r.byte()
		content := r.bytes(r.unsigned())
		if r.err != nil {
			return nil, r.err
		}
		switch id {
		case dataSection:
			segments, err := segmentsOf(content)
			if err != nil {
				return nil, err
			}
			content = oneSegment(segments)
		case dataCountSection:
			return nil, errors.New("its code may speak of segments, which are not to be gathered then")
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(content)))
		out = append(out, content...)
	}
	return out, nil
}

// A segment is a piece of the memory at the start.
type segment struct {
	offset int
	data   []byte
}

// segmentsOf reads a data section. All else but segments with a number as their
// offset is an error.
func segmentsOf(section []byte) ([]segment, error) {
	r := reader{rest: section}
	segments := make([]segment, 0, min(r.unsigned(), len(section)))
	for range cap(segments) {
		kind, instruction := r.byte(), r.byte()
		offset := r.signed()
		last := r.byte()
		if r.err == nil && (kind != activeSegment || instruction != i32Const || last != end || offset < 0) {
			return nil, fmt.Errorf("segment %d is not laid at an offset that is a number", len(segments))
		}
		segments = append(segments, segment{offset, r.bytes(r.unsigned())})
	}
	if r.err == nil && len(r.rest) > 0 {
		return nil, errors.New("there is more in the data section than segments")
	}
	return segments, r.err
}

// oneSegment returns a data section of one segment, or of none.
func oneSegment(segments []segment) []byte {
	if len(segments) == 0 {
		return []byte{0}
	}
	from, memory := memoryOf(segments)
	section := appendSigned([]byte{1, activeSegment, i32Const}, from)
	section = append(section, end)
	section = binary.AppendUvarint(section, uint64(len(memory)))
	return append(section, memory...)
}

// memoryOf returns the memory that segments make, from the first byte that one of
// them sets to the last. Where two set the same, the later one does.
func memoryOf(segments []segment) (from int, memory []byte) {
	from, to := math.MaxInt, 0
	for _, s := range segments {
		from, to = min(from, s.offset), max(to, s.offset+len(s.data))
	}
	memory = make([]byte, to-from)
	for _, s := range segments {
		copy(memory[s.offset-from:], s.data)
	}
	return from, memory
}

// A reader reads a module. After an error it reads nothing.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) bytes(n int) []byte {
	if n > len(r.rest) {
		r.rest, r.err = nil, errors.New("it ends too early")
		return nil
	}
	read := r.rest[:n]
	r.rest = r.rest[n:]
	return read
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

// unsigned reads a number as LEB128.
func (r *reader) unsigned() int {
	n, size := binary.Uvarint(r.rest)
	if size < 0 || n > math.MaxUint32 {
		r.rest, r.err = nil, errors.New("it has a number of more than 32 bits")
		return 0
	}
	r.bytes(max(size, 1)) // an error if there is none
	return int(n)
}

// signed reads a number as signed LEB128.
func (r *reader) signed() int {
	n, shift := 0, 0
	for {
		b := r.byte()
		n |= int(b&0x7f) << shift
		shift += 7
		if b&0x80 == 0 || shift > 28 {
			if b&0x40 != 0 {
				n -= 1 << shift
			}
			return n
		}
	}
}

// appendSigned appends a number that is not negative as signed LEB128.
func appendSigned(dst []byte, n int) []byte {
	for ; n >= 0x40; n >>= 7 {
		dst = append(dst, byte(n)&0x7f|0x80)
	}
	return append(dst, byte(n))
}
