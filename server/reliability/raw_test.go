package reliability

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// A raw is a WebSocket client that can do everything wrong: frames are written
// as they are given. It belongs to one goroutine.
type raw struct {
	net.Conn
	in       *bufio.Reader
	response *http.Response
}

// mask is the masking key of every frame (RFC 6455 §5.3); nothing here depends
// on its being secret.
var mask = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// knock opens a connection and asks for the upgrade: with a sub-protocol,
// unless it is empty, and more lines of header.
func knock(addr, protocol string, header ...string) (*raw, error) {
	conn, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, err
	}
	c := &raw{Conn: conn, in: bufio.NewReader(conn)}
	c.SetDeadline(time.Now().Add(patience))
	head := "GET /ws HTTP/1.1\r\nHost: " + addr + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	if protocol != "" {
		head += "Sec-WebSocket-Protocol: " + protocol + "\r\n"
	}
	for _, line := range header {
		head += line + "\r\n"
	}
	_, err = io.WriteString(conn, head+"\r\n")
	if err == nil {
		c.response, err = http.ReadResponse(c.in, nil)
	}
	if err == nil && c.response.StatusCode != http.StatusSwitchingProtocols {
		err = fmt.Errorf("the server answers %s", c.response.Status)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

// rawTo is knock for a typed connection that must open, and says hello.
func rawTo(t testing.TB, addr string, hello chat.Hello) *raw {
	t.Helper()
	c, err := knock(addr, chat.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.command(hello)
	if _, err := expect[chat.Welcome](c); err != nil {
		t.Fatal(err)
	}
	return c
}

// frameHead is the head of a masked frame.
func frameHead(fin bool, op byte, n int) []byte {
	first := op
	if fin {
		first |= 0x80
	}
	var head []byte
	switch {
	case n < 126:
		head = []byte{first, 0x80 | byte(n)}
	case n <= 0xffff:
		head = binary.BigEndian.AppendUint16([]byte{first, 0x80 | 126}, uint16(n))
	default:
		head = binary.BigEndian.AppendUint64([]byte{first, 0x80 | 127}, uint64(n))
	}
	return append(head, mask[:]...)
}

// frame is a masked frame.
func frame(fin bool, op byte, payload []byte) []byte {
	f := frameHead(fin, op, len(payload))
	for i, b := range payload {
		f = append(f, b^mask[i%4])
	}
	return f
}

// command sends a command as it should be.
func (c *raw) command(command chat.Command) error {
	_, err := c.Write(frame(true, opText, chat.AppendCommand(nil, command)))
	return err
}

// errClosed is the end of a connection by a close frame.
type errClosed chat.CloseCode

func (e errClosed) Error() string { return fmt.Sprintf("closed with code %d", int(e)) }

// frame reads one frame; the server's are not masked.
func (c *raw) frame() (op byte, payload []byte, err error) {
	head := make([]byte, 2, 10)
	if _, err := io.ReadFull(c.in, head); err != nil {
		return 0, nil, err
	}
	for {
		if n, ok := frameSize(head); ok {
			payload = make([]byte, n)
			_, err = io.ReadFull(c.in, payload)
			return head[0] & 0xf, payload, err
		}
		b, err := c.in.ReadByte()
		if err != nil {
			return 0, nil, err
		}
		head = append(head, b)
	}
}

// message reads the next message, or the close code as an errClosed. Pings of
// the protocol are answered.
func (c *raw) message() (message []byte, err error) {
	for {
		op, payload, err := c.frame()
		switch {
		case err != nil:
			return nil, err
		case op == opPing:
			c.Write(frame(true, opPong, payload))
		case op == opClose && len(payload) >= 2:
			return nil, errClosed(binary.BigEndian.Uint16(payload))
		case op == opClose:
			return nil, errClosed(1005) // none was given, RFC 6455 §7.1.5
		case op == opText:
			return payload, nil
		case op != opPong:
			return nil, fmt.Errorf("the server sent a frame with opcode %#x", op)
		}
	}
}

// events calls f with every event until it returns false, or the connection
// ends. Pings of the chat are answered.
func (c *raw) events(f func(chat.Event) bool) error {
	for {
		message, err := c.message()
		if err != nil {
			return err
		}
		more := true
		for one := range chat.Frames(message) {
			e, err := chat.DecodeEvent(one)
			switch {
			case errors.Is(err, chat.ErrUnknownType):
				continue
			case err != nil:
				return err
			}
			if _, ok := e.(chat.Ping); ok {
				c.command(chat.Pong{})
			}
			more = more && f(e)
		}
		if !more {
			return nil
		}
	}
}

// expect reads up to the next event of type T. What else is in its message is
// dropped.
func expect[T chat.Event](c *raw) (found T, err error) {
	err = c.events(func(e chat.Event) bool {
		var ok bool
		found, ok = e.(T)
		return !ok
	})
	if err != nil {
		return found, fmt.Errorf("waiting for a %T: %w", found, err)
	}
	return found, nil
}

// ending reads until the connection ends and returns the close code, 0 if
// there was none, and the error that it ended with.
func (c *raw) ending() (chat.CloseCode, error) {
	for {
		if _, err := c.message(); err != nil {
			code, _ := errors.AsType[errClosed](err)
			return chat.CloseCode(code), err
		}
	}
}

// history reads all that is stored, from the newest back, and returns it from
// the oldest on.
func history(addr string) (stored []sight, err error) {
	c, err := knock(addr, chat.Protocol)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := c.command(chat.Hello{Build: "history"}); err != nil {
		return nil, err
	}
	w, err := expect[chat.Welcome](c)
	if err != nil {
		return nil, err
	}
	var pages [][]chat.Message
	for before := w.Rooms[0].Head + 1; before > 1; {
		page, err := c.page(chat.History{ID: fmt.Sprint("before-", before), Room: chat.Lobby, Before: before, Limit: chat.MaxPage})
		if fault, ok := errors.AsType[*chat.Fault](err); ok && fault.Code == chat.CodeTooFast {
			pass(time.Duration(fault.RetryAfter)*time.Millisecond, nil)
			continue
		}
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return nil, fmt.Errorf("the page before %d is empty", before)
		}
		if page[0].Seq >= before {
			return nil, fmt.Errorf("the page before %d begins with %d", before, page[0].Seq)
		}
		before = page[0].Seq
		pages = append(pages, page)
	}
	for i := len(pages) - 1; i >= 0; i-- {
		for _, m := range pages[i] {
			stored = append(stored, sight{m.Seq, m.ID, m.Text})
		}
	}
	return stored, nil
}

// page asks for one page.
func (c *raw) page(ask chat.History) (messages []chat.Message, err error) {
	c.SetDeadline(time.Now().Add(patience))
	if err := c.command(ask); err != nil {
		return nil, err
	}
	var fault error
	err = c.events(func(e chat.Event) bool {
		switch e := e.(type) {
		case chat.Page:
			messages = nil
			for _, event := range e.Events {
				if m, ok := event.(chat.Message); ok {
					messages = append(messages, m)
				}
			}
			return e.ID != ask.ID
		case chat.Reject:
			fault = fmt.Errorf("the history was refused: %w", &e.Fault)
			return e.ID != ask.ID
		}
		return true
	})
	return messages, cmp.Or(err, fault)
}

// storedAt is history for the end of a test.
func storedAt(t testing.TB, addr string) []sight {
	t.Helper()
	stored, err := history(addr)
	if err != nil {
		t.Fatalf("the history cannot be read: %v", err)
	}
	return stored
}

// filler makes a text longer: n characters.
func filler(n int) string { return strings.Repeat("x", n) }

// helloOf is the hello of somebody with a token.
func helloOf(token string) chat.Hello { return chat.Hello{Build: "reliability", Token: token} }

// post sends a post and waits for its answer.
func (c *raw) post(id, text string) (ack chat.Ack, err error) {
	if err := c.command(chat.Post{ID: id, Room: chat.Lobby, Text: text}); err != nil {
		return ack, err
	}
	var fault error
	err = c.events(func(e chat.Event) bool {
		switch e := e.(type) {
		case chat.Ack:
			ack = e
			return e.ID != id
		case chat.Reject:
			if e.ID == id {
				fault = &e.Fault
			}
			return e.ID != id
		}
		return true
	})
	return ack, cmp.Or(err, fault)
}
