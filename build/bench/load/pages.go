package load

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"time"

	"cyberchat/app/chat"
)

// pageWithin is how long one page may take to come.
const pageWithin = 10 * time.Second

// Pages asks a server of ours for a number of pages at random places of the
// lobby's history, of which head is the latest, one after the other, and
// measures each from the question to its last byte. A page that is not the one
// asked for is an error.
func Pages(addr string, head int64, number int) (*Histogram, error) {
	conn, first, err := dial(addr, typed{})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	r := &pageReader{conn: conn}
	if err := r.frames.feed(first, r); err != nil {
		return nil, err
	}
	for _, hello := range (typed{}).hello() {
		if _, err := conn.Write(appendFrame(nil, opText, []byte(hello), 0)); err != nil {
			return nil, fmt.Errorf("load: pages: %w", err)
		}
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same places in every run
	var times Histogram
	for i := range number {
		ask := chat.History{ID: strconv.Itoa(i), Room: chat.Lobby, Before: chat.PageSize + 1 + random.Int64N(head-chat.PageSize), Limit: chat.PageSize}
		begun := time.Now()
		if _, err := conn.Write(appendFrame(nil, opText, chat.AppendCommand(nil, ask), 0)); err != nil {
			return nil, fmt.Errorf("load: pages: %w", err)
		}
		answer, err := r.next(ask.ID)
		if err != nil {
			return nil, err
		}
		times.Add(time.Since(begun))
		if err := check(answer, ask); err != nil {
			return nil, err
		}
	}
	return &times, nil
}

// check tells whether a line is the page that was asked for, whole.
func check(line []byte, ask chat.History) error {
	event, err := chat.DecodeEvent(line)
	if err != nil {
		return fmt.Errorf("load: pages: %w", err)
	}
	page, ok := event.(chat.Page)
	if !ok || len(page.Events) != ask.Limit || page.Events[ask.Limit-1].Stamped().Seq != ask.Before-1 {
		return fmt.Errorf("load: pages: %d before %d were asked for, and this came: %.300s", ask.Limit, ask.Before, line)
	}
	return nil
}

// A pageReader waits for answers on a connection.
type pageReader struct {
	conn   *net.TCPConn
	frames frames
	buf    [64 << 10]byte
	answer []byte // the latest page or rejection
	err    error
}

func (r *pageReader) next(id string) ([]byte, error) {
	r.conn.SetReadDeadline(time.Now().Add(pageWithin))
	for r.answer = r.answer[:0]; len(r.answer) == 0; {
		n, err := r.conn.Read(r.buf[:])
		if err == nil {
			err = r.frames.feed(r.buf[:n], r)
		}
		if err = errors.Join(err, r.err); err != nil {
			return nil, fmt.Errorf("load: the page %s: %w", id, err)
		}
	}
	return r.answer, nil
}

func (r *pageReader) line(line []byte) {
	switch string(fieldOf(line, `{"type":"`)) {
	case "page":
		r.answer = append(r.answer[:0], line...)
	case "reject", "closing":
		r.err = errors.New(string(line))
	case "ping":
		r.say(opText, []byte(typed{}.understand(line).answer))
	}
}

func (r *pageReader) control(op byte, payload []byte) {
	switch op {
	case opPing:
		r.say(opPong, payload)
	case opClose:
		r.err = errors.New("the server closed the connection")
	}
}

func (r *pageReader) say(op byte, payload []byte) {
	_, err := r.conn.Write(appendFrame(nil, op, payload, 0))
	r.err = errors.Join(r.err, err)
}
