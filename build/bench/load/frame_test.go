package load

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A record is what a sink was given.
type record []string

func (r *record) line(line []byte) { *r = append(*r, string(line)) }
func (r *record) control(op byte, payload []byte) {
	*r = append(*r, fmt.Sprintf("%d:%s", op, payload))
}

// server is a frame as a server sends it.
func server(final bool, op byte, payload string) string {
	first := op
	if final {
		first |= 0x80
	}
	switch n := len(payload); {
	case n < 126:
		return string([]byte{first, byte(n)}) + payload
	case n < 1<<16:
		return string([]byte{first, 126, byte(n >> 8), byte(n)}) + payload
	default:
		return string([]byte{first, 127, 0, 0, 0, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + payload
	}
}

func TestFramesInPiecesOfAnySize(t *testing.T) {
	middle, long := strings.Repeat("m", 300), strings.Repeat("l", 70_000)
	stream := server(true, opText, "one") +
		server(true, opText, "") +
		server(true, opText, "two\nthree\n\nfour") +
		server(false, opText, "fi") +
		server(true, opPing, "are you there") +
		server(false, opContinuation, "ve\nsix\nse") +
		server(true, opPong, "") +
		server(false, opContinuation, "") +
		server(true, opContinuation, "ven\n") +
		server(true, opText, middle+"\n"+middle) +
		server(true, opText, long) +
		server(true, opClose, "\x03\xe8")
	want := record{"one", "two", "three", "four", "9:are you there", "five", "six", "10:", "seven", middle, middle, long, "8:\x03\xe8"}
	for _, size := range []int{1, 2, 3, 5, 7, 11, 100, 1000, 4096, len(stream)} {
		var f frames
		var got record
		for piece := range slices.Chunk([]byte(stream), size) {
			if err := f.feed(piece, &got); err != nil {
				t.Fatalf("in pieces of %d: %v", size, err)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("in pieces of %d: %.200q", size, got)
		}
	}
}

func TestFramesRefuseWhatServersMayNotSend(t *testing.T) {
	for name, stream := range map[string]string{
		"masked":                "\x81\x81abcdx",
		"compressed":            "\xc1\x01x",
		"binary":                server(true, 2, "x"),
		"a start in a message":  server(false, opText, "x") + server(true, opText, "y"),
		"a middle without one":  server(true, opContinuation, "x"),
		"a large ping":          server(true, opPing, strings.Repeat("x", 126)),
		"a ping in two parts":   server(false, opPing, "x"),
		"more than it can mean": "\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff",
	} {
		var f frames
		if err := f.feed([]byte(stream), new(record)); err == nil {
			t.Errorf("%s: no error", name)
		} else if errors.Is(err, errNotText) != (name == "binary") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAppendFrameIsMasked(t *testing.T) {
	for _, n := range []int{0, 1, 125, 126, 65535, 65536} {
		payload := []byte(strings.Repeat("a", n))
		b := appendFrame(nil, opText, payload, 0x01020304)
		head := len(b) - n
		if b[0] != 0x81 || b[1]&0x80 == 0 {
			t.Fatalf("%d bytes: the head is %x", n, b[:head])
		}
		for i := range payload {
			if got := b[head+i] ^ byte(1+i%4); got != 'a' {
				t.Fatalf("%d bytes: byte %d is %q", n, i, got)
			}
		}
		// Without the mask it is what a server would send.
		var f frames
		var got record
		plain := server(true, opText, string(payload))
		if len(b) != len(plain)+4 {
			t.Errorf("%d bytes: a frame of %d", n, len(b))
		}
		if err := f.feed([]byte(plain), &got); err != nil || strings.Join(got, "") != string(payload) {
			t.Errorf("%d bytes are not read again: %v", n, err)
		}
	}
}

func BenchmarkFrames(b *testing.B) {
	stream := []byte(server(true, opText, strings.Repeat(strings.Repeat("x", 280)+"\n", 100)))
	var f frames
	var got blind
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		if err := f.feed(stream, got); err != nil {
			b.Fatal(err)
		}
	}
}

// A blind sink looks at nothing.
type blind struct{}

func (blind) line([]byte)          {}
func (blind) control(byte, []byte) {}
