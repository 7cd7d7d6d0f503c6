package httpd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// A hijacked is the ResponseWriter of an upgrade: it puts a line below the
// connection that the websocket library takes over. Wrappers of a
// ResponseWriter commonly lose Hijack; this one is there for it alone.
type hijacked struct {
	http.ResponseWriter
	reads, frames *rate.Limiter
	line          *line
}

// Sizes of the library's buffers, in bytes. It reads what people type, and
// writes control frames, which are 129 bytes at the most.
const readBuffer, writeBuffer = 512, 256

func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.line = newLine(conn, h.reads, h.frames)
	if n := rw.Reader.Buffered(); n > 0 { // sent before the answer was there
		early, _ := rw.Reader.Peek(n)
		h.line.early = bytes.Clone(early)
	}
	return h.line, bufio.NewReadWriter(bufio.NewReaderSize(h.line, readBuffer), bufio.NewWriterSize(h.line, writeBuffer)), nil
}

// A line is the connection below a socket. What is sent to it waits for
// nobody: as much as the system takes is written at once, and the rest waits in
// the line, at most [chat.MaxBacklog] bytes. The frames of the library, which
// are control frames, go the same way, so that frames never mix and nothing
// follows the close frame (RFC 6455 §5.5.1): the library sends a second one in
// answer to the answer to the first, which makes browsers report code 1006
// instead of ours.
//
// Its methods may be called from any goroutine, Read from one at a time.
type line struct {
	net.Conn
	raw   syscall.RawConn // nil where there is none, as under TLS
	heard atomic.Int64    // when something was read last, Unix in nanoseconds
	ended atomic.Bool     // nothing more can be read

	// Of Read.
	early  []byte        // was read already
	reads  *rate.Limiter // bytes; may be nil
	frames *rate.Limiter // may be nil
	count  frameCount
	flood  bool // more frames came than may

	mu      sync.Mutex // guards the rest; nothing under it waits
	waiting []piece    // the first may have been sent in part
	bytes   int        // of waiting that were not sent
	sent    int        // bytes of the first that were sent, or that the drainer has in hand
	hand    int        // of those, what the drainer has in hand
	pong    []byte     // goes when nothing waits
	drains  bool       // the drainer runs
	over    bool       // something was refused: nothing follows but the last words
	last    bool       // the close frame was sent, or waits

	until   time.Time     // when a peer is given up who was told of the end; zero before
	through chan struct{} // made by Close; closed when nothing more will be written

	trying []byte // of try
	taken  int    // of try
	failed error  // of try
	try    func(fd uintptr) bool
}

// A piece is some whole frames that wait. They are shared and never written to.
type piece struct {
	frames []byte
	by     time.Time // when a peer who keeps up has them
}

const (
	// lagWithin is how far a peer may fall behind who takes leastRate bytes a
	// second.
	lagWithin = 8 * time.Second
	leastRate = 32 << 10
	// sendBuffer is how much the system keeps for a peer, in bytes (Linux takes
	// twice that). Without it, that could be several MiB, which nobody counts.
	sendBuffer = 64 << 10
	// drainAtOnce is how much the drainer writes at a time.
	drainAtOnce = 4 << 10
)

// newLine returns a line over a connection. The limiters may be nil.
func newLine(conn net.Conn, reads, frames *rate.Limiter) *line {
	l := &line{Conn: conn, reads: reads, frames: frames}
	l.heard.Store(time.Now().UnixNano())
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetWriteBuffer(sendBuffer) // if not, the peer costs more memory
		l.prepare(tcp)
	}
	return l
}

// Read slows down who sends too many bytes, and ends, once, when too many frames
// come: what follows is read for the sake of the answer to the close.
func (l *line) Read(p []byte) (n int, err error) {
	if len(l.early) > 0 {
		n = copy(p, l.early)
		l.early = l.early[n:]
	} else {
		n, err = l.Conn.Read(p[:min(len(p), chat.MaxFrame)])
	}
	if err != nil {
		l.ended.Store(true)
	}
	if n == 0 {
		return n, err
	}
	l.heard.Store(time.Now().UnixNano())
	if l.reads != nil {
		l.reads.WaitN(context.Background(), n) // at most MaxFrame at ReadRate: 1/8 s, and 10/8 s at the lowest -rate
	}
	if frames := l.count.add(p[:n]); l.frames != nil && !l.flood && !l.frames.AllowN(time.Now(), frames) {
		l.flood = true
		return n, errFlood
	}
	return n, err
}

// errFlood is the error of reading from who sends too many frames.
var errFlood = errors.New("httpd: too many frames")

// silent is how long nothing was read.
func (l *line) silent(now time.Time) time.Duration {
	return now.Sub(time.Unix(0, l.heard.Load()))
}

// First bytes of whole control frames (RFC 6455 §5.2).
const opClose, opPong = 0x88, 0x8a

// Write takes one whole control frame of the library. Of pongs, only the latest
// waits (RFC 6455 §5.5.3).
func (l *line) Write(p []byte) (int, error) {
	frame := bytes.Clone(p) // the library uses its buffer again
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.last:
	case frame[0] == opClose:
		l.put(frame)
		l.last = true
	case l.over:
	case frame[0] == opPong && l.bytes > 0:
		l.pong = frame
	default:
		l.put(frame)
	}
	return len(p), nil
}

// Send takes whole frames, which stay as they are. It reports whether the peer
// keeps up: if not, these frames are lost, and all that follow but the last
// words.
func (l *line) Send(frames []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || l.last {
		return true
	}
	if l.bytes+len(frames) > chat.MaxBacklog && l.bytes > 0 {
		l.over = true
		return false
	}
	l.put(frames)
	return true
}

// SendLast takes the last words, after which only the close frame is sent. They
// come behind what waits, or, for a peer who is late, behind the frame that was
// begun: the rest is given up. Behind a close frame they come too late.
func (l *line) SendLast(frame []byte, late bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last {
		return
	}
	l.over = true
	if late && l.bytes > 0 {
		first := &l.waiting[0]
		end := 0
		for end < l.sent {
			end += frameLength(first.frames[end:])
		}
		first.frames = first.frames[:end]
		clear(l.waiting[1:])
		l.waiting = l.waiting[:1]
		l.bytes = end - l.sent + l.hand
	}
	if len(frame) > 0 {
		l.put(frame)
	}
}

// late tells whether a peer has fallen behind.
func (l *line) late(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bytes > 0 && now.After(l.waiting[0].by)
}

// frameLength is the length of the unmasked frame that p begins with.
func frameLength(p []byte) int {
	switch n := p[1]; n {
	case 126:
		return 4 + int(binary.BigEndian.Uint16(p[2:]))
	case 127:
		return 10 + int(binary.BigEndian.Uint64(p[2:]))
	default:
		return 2 + int(n)
	}
}

// put writes what the system takes and keeps the rest. The caller holds l.mu.
func (l *line) put(p []byte) {
	n := 0
	if l.bytes == 0 && l.raw != nil {
		l.trying, l.taken, l.failed = p, 0, nil
		err := l.raw.Write(l.try)
		l.trying = nil
		if err != nil || l.failed != nil {
			l.broken()
			return
		}
		n = l.taken
	}
	if n < len(p) {
		l.keep(p, n)
	}
}

// keep has frames wait, of which n bytes were sent: in pieces of leastRate or of
// one frame, so that a peer shows that they keep up.
func (l *line) keep(p []byte, n int) {
	now := time.Now()
	for len(p) > 0 {
		size := 0
		for size < len(p) && size < leastRate {
			size += frameLength(p[size:])
		}
		if n < size { // not all of it was sent
			if l.bytes == 0 {
				l.waiting, l.sent = nil, n
			}
			l.bytes += size - n
			allowed := time.Duration(l.bytes) * time.Second / leastRate
			l.waiting = append(l.waiting, piece{p[:size:size], now.Add(lagWithin + allowed)})
		}
		p = p[size:]
		n = max(n-size, 0)
	}
	if !l.drains {
		l.drains = true
		go l.drain() // ends when nothing waits, or the connection is closed
	}
}

// broken gives the connection up, which ends its reader. The caller holds l.mu.
func (l *line) broken() {
	l.last = true
	l.waiting, l.bytes, l.sent, l.hand, l.pong = nil, 0, 0, 0, nil
	go l.Conn.Close() // which may wait, but for TCP
}

// drain writes what waits, in small pieces, each of which must be taken within
// writeWithin.
func (l *line) drain() {
	for {
		l.mu.Lock()
		if l.bytes == 0 && l.pong != nil && !l.last {
			pong := l.pong
			l.pong = nil
			l.keep(pong, 0)
		}
		if l.bytes == 0 {
			l.drains = false
			l.waiting = nil
			l.Conn.SetWriteDeadline(time.Time{}) // it would end what put tries
			l.finish()
			l.mu.Unlock()
			return
		}
		p := l.waiting[0].frames[l.sent:]
		p = p[:min(len(p), drainAtOnce)]
		l.hand = len(p)
		l.sent += l.hand
		l.mu.Unlock()

		l.Conn.SetWriteDeadline(time.Now().Add(writeWithin))
		_, err := l.Conn.Write(p)

		l.mu.Lock()
		if err != nil || l.bytes == 0 {
			l.drains = false
			l.broken()
			l.finish()
			l.mu.Unlock()
			return
		}
		l.bytes -= l.hand
		l.hand = 0
		if l.sent == len(l.waiting[0].frames) {
			l.waiting[0] = piece{}
			l.waiting, l.sent = l.waiting[1:], 0
		}
		l.mu.Unlock()
	}
}
