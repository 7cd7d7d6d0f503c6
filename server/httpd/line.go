package httpd

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"sync/atomic"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// A hijacked is the ResponseWriter of an upgrade: it puts a line below the
// connection that the websocket library takes over. Wrappers
// of a ResponseWriter commonly lose Hijack; this one is there for it alone.
type hijacked struct {
	http.ResponseWriter
	line *line
}

func (h *hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.line = &line{Conn: conn, reads: rate.NewLimiter(chat.ReadRate, chat.ReadBurst)}
	rw.Writer.Reset(h.line)
	return h.line, rw, nil
}

// A line is the connection below a socket. It lets nothing follow the close
// frame (RFC 6455 §5.5.1): the library sends a second one in answer to the
// answer to the first, which makes browsers report code 1006 instead of ours.
// It also slows down who sends more than [chat.ReadRate], pings and fragments
// included, which the library answers by itself.
type line struct {
	net.Conn
	reads   *rate.Limiter
	closing atomic.Bool // set before the close frame is sent; from then on nobody sends data
	closed  atomic.Bool // it was sent
}

// opClose is the first byte of a whole close frame (RFC 6455 §5.2).
const opClose = 0x88

func (l *line) Write(p []byte) (int, error) {
	if l.closed.Load() {
		return len(p), nil
	}
	// A write may begin anywhere in a frame, but once we are closing only whole
	// control frames are written.
	if l.closing.Load() && len(p) > 0 && p[0] == opClose {
		l.closed.Store(true)
	}
	return l.Conn.Write(p)
}

func (l *line) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p[:min(len(p), chat.MaxFrame)])
	l.reads.WaitN(context.Background(), n) // an eighth of a second at most: n is small
	return n, err
}
