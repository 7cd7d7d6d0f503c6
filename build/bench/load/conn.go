package load

import (
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// A conn is one connection of a run, which owns it.
type conn struct {
	run    *run
	fd     int
	index  int // in run.conns
	frames frames
	joined bool
	gone   bool
	sender *sender // nil for most
	next   []int   // by sender: the number that comes next, if none is lost

	out   []byte // to be written
	dirty bool   // it is in run.dirty
	full  bool   // the socket takes no more for now
}

// say queues a frame.
func (c *conn) say(op byte, payload []byte) {
	c.out = appendFrame(c.out, op, payload, 0x9d2c5681)
	if !c.dirty {
		c.dirty = true
		c.run.dirty = append(c.run.dirty, c)
	}
}

// line takes a line of a text message: most often somebody's text.
func (c *conn) line(line []byte) {
	r := c.run
	from, number, damaged, ok := findText(line)
	switch {
	case !ok:
		c.understand(line)
		return
	case damaged || from >= len(r.senders) || number >= r.senders[from].sent:
		r.damaged++
		return
	}
	s := r.senders[from]
	r.delivered++
	r.latest = r.now
	if number < c.next[from] {
		r.disordered++
	} else {
		c.next[from] = number + 1
	}
	if r.measuring {
		r.latency.Add(r.now - s.sentAt(number))
	}
	if s == c.sender && !r.job.ByAck {
		s.more()
	}
}

// understand takes a line that is not a text.
func (c *conn) understand(line []byte) {
	r := c.run
	w := r.dialect.understand(line)
	switch w.kind {
	case joined:
		if !c.joined {
			c.joined = true
			r.joined++
		}
	case asked:
		c.say(opText, []byte(w.answer))
	case acked, refused:
		if c.sender == nil || w.number >= c.sender.sent {
			r.complain("an answer to nothing: " + string(line))
			return
		}
		if w.kind == refused {
			r.refused++
			r.complain(string(line))
			c.sender.more()
			return
		}
		r.acked++
		if r.measuring {
			r.acks.Add(r.now - c.sender.sentAt(w.number))
		}
		if r.job.ByAck {
			c.sender.more()
		}
	case complaint:
		r.complain(string(line))
	}
}

// control takes a control frame.
func (c *conn) control(op byte, payload []byte) {
	switch op {
	case opPing:
		c.say(opPong, payload)
	case opClose:
		code := 1005 // none was given (RFC 6455 §7.4.1)
		if len(payload) >= 2 {
			code = int(binary.BigEndian.Uint16(payload))
			payload = payload[2:]
		}
		c.end(fmt.Sprintf("closed with %d %s", code, payload))
	}
}

// read reads once what has come.
func (c *conn) read(buf []byte) {
	n, err := unix.Read(c.fd, buf)
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return
	case err != nil || n == 0:
		c.end(fmt.Sprintf("cut off: %v", err))
		return
	}
	c.run.now = time.Since(c.run.start)
	c.take(buf[:n])
}

func (c *conn) take(p []byte) {
	if err := c.frames.feed(p, c); err != nil {
		c.end(err.Error())
	}
}

// write writes what is queued, as far as the socket takes it.
func (c *conn) write() {
	if c.gone || len(c.out) == 0 {
		return
	}
	n, err := unix.Write(c.fd, c.out)
	if err == unix.EAGAIN {
		n, err = 0, nil
	}
	if err != nil {
		c.end(fmt.Sprintf("cut off: %v", err))
		return
	}
	c.out = append(c.out[:0], c.out[n:]...)
	if full := len(c.out) > 0; full != c.full {
		c.full = full
		c.run.watch(unix.EPOLL_CTL_MOD, c)
	}
}

// end gives the connection up.
func (c *conn) end(why string) {
	if c.gone {
		return
	}
	c.gone = true
	c.run.gone++
	c.run.complain(why)
	unix.Close(c.fd) // which takes it out of the set that is waited for
}
