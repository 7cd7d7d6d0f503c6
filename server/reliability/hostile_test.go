package reliability

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// An attack is what somebody does who means harm, on a connection of their own.
type attack struct {
	name  string
	plain bool           // no hello was said, and no sub-protocol asked for
	mute  bool           // no hello was said
	code  chat.CloseCode // the connection ends with it; 0 if it stays
	// It is many frames: the connection may also end with CloseFlood, and be cut
	// off for who goes on sending, when the end of it overtakes the code.
	flood bool
	do    func(c *raw) // its writes may fail: the connection may be over
}

// closing is a close frame.
func closing(code uint16) []byte {
	return frame(true, opClose, binary.BigEndian.AppendUint16(nil, code))
}

// attacks are all there are, with so many fragments where there are many. What
// they say, if they are let, is a new post each time.
func attacks(fragments int, post func() []byte) []attack {
	send := func(frames ...[]byte) func(*raw) {
		return func(c *raw) { c.Write(bytes.Join(frames, nil)) }
	}
	return []attack{
		{name: "a message in many fragments", flood: true, code: chat.CloseTooBig, do: func(c *raw) {
			c.Write(frame(false, opText, []byte(" ")))
			piece := bytes.Repeat(frame(false, opContinuation, []byte(" ")), 100)
			for range fragments / 100 {
				if _, err := c.Write(piece); err != nil {
					return
				}
			}
			c.Write(frame(true, opContinuation, post()))
		}},
		{name: "a message in many empty fragments", flood: true, do: func(c *raw) {
			c.Write(frame(false, opText, nil))
			piece := bytes.Repeat(frame(false, opContinuation, nil), 100)
			for range fragments / 100 {
				if _, err := c.Write(piece); err != nil {
					return
				}
			}
			c.Write(frame(true, opContinuation, post()))
		}},
		{name: "one byte at a time", flood: true, do: func(c *raw) {
			post := post()
			for i, b := range post {
				op := byte(opContinuation)
				if i == 0 {
					op = opText
				}
				for _, b := range frame(i == len(post)-1, op, []byte{b}) {
					c.Write([]byte{b})
				}
			}
		}},
		{name: "pings without end", flood: true, do: func(c *raw) {
			piece := bytes.Repeat(frame(true, opPing, []byte(filler(125))), 10)
			for range size(100, 500) {
				if _, err := c.Write(piece); err != nil {
					return
				}
			}
		}},
		{name: "a message larger than it may be", code: chat.CloseTooBig, do: send(frame(true, opText, bytes.Repeat([]byte(" "), 2*chat.MaxFrame)))},
		{name: "a message of an exabyte", code: chat.CloseTooBig, do: send(frameHead(true, opText, 1<<60), bytes.Repeat([]byte(" "), 2*chat.MaxFrame))},
		{name: "a length below zero", code: chat.CloseProtocol, do: send([]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})},
		{name: "a flood of messages", code: chat.CloseFlood, do: func(c *raw) {
			c.Write(bytes.Repeat(frame(true, opText, []byte("{}")), 5000))
		}},
		{name: "a flood in one message", code: chat.CloseFlood, do: send(frame(true, opText, bytes.Repeat([]byte("{}\n"), 10_000)))},
		{name: "bad UTF-8", code: chat.CloseNotUTF8, do: send(frame(true, opText, []byte("{\"type\":\"post\",\"text\":\"\xff\"}")))},
		{name: "half a character", code: chat.CloseNotUTF8, do: send(frame(false, opText, []byte("\xe2\x82")), frame(true, opContinuation, []byte("!")))},
		{name: "binary", code: chat.CloseUnsupported, do: send(frame(true, opBinary, post()))},
		{name: "compressed without asking", code: chat.CloseProtocol, do: send([]byte{0xc1, 0x82}, mask[:], []byte("hi"))},
		{name: "an unknown opcode", code: chat.CloseProtocol, do: send(frame(true, 0x3, nil))},
		{name: "an unmasked frame", code: chat.CloseProtocol, do: send([]byte{0x81, 2, 'h', 'i'})},
		{name: "a continuation of nothing", code: chat.CloseProtocol, do: send(frame(true, opContinuation, post()))},
		{name: "a message within a message", code: chat.CloseProtocol, do: send(frame(false, opText, post()[:5]), frame(true, opText, post()))},
		{name: "a ping in parts", code: chat.CloseProtocol, do: send(frame(false, opPing, nil))},
		{name: "a ping that is too long", code: chat.CloseProtocol, do: send(frame(true, opPing, make([]byte, 126)))},
		{name: "a close code that nobody may send", code: chat.CloseProtocol, do: send(closing(1005))},
		{name: "a close code that does not exist", code: chat.CloseProtocol, do: send(closing(999))},
		{name: "half a close code", code: chat.CloseProtocol, do: send(frame(true, opClose, []byte{3}))},
		{name: "another first frame", mute: true, code: chat.CloseBadHello, do: send(frame(true, opText, post()))},
		{name: "nonsense first", mute: true, code: chat.CloseBadHello, do: send(frame(true, opText, []byte("\x00")))},
		{name: "a deep hello", mute: true, code: chat.CloseBadHello, do: send(frame(true, opText, bytes.Repeat([]byte("["), chat.MaxFrame-1)))},
		{name: "plain and binary", plain: true, code: chat.CloseUnsupported, do: send(frame(true, opBinary, []byte("hi")))},
		{name: "plain and too large", plain: true, code: chat.CloseTooBig, do: send(frame(true, opText, make([]byte, chat.MaxFrame+1)))},
	}
}

// make carries the attack out and returns what is wrong with how it ended.
func (a attack) make(addr string) error {
	protocol := chat.Protocol
	if a.plain {
		protocol = ""
	}
	// Offering compression is no attack, but must not be taken up.
	c, err := knock(addr, protocol, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * patience)) // a million fragments are read slowly
	if taken := c.response.Header.Get("Sec-WebSocket-Extensions"); taken != "" {
		return fmt.Errorf("the server took up %q", taken)
	}
	if !a.plain && !a.mute {
		c.command(chat.Hello{})
		if _, err := expect[chat.Welcome](c); err != nil {
			return err
		}
	}
	var doing sync.WaitGroup
	doing.Go(func() {
		a.do(c)
		if a.code == 0 { // the connection is as good as any other
			c.command(chat.History{ID: "still-there", Room: chat.Lobby, Before: 2})
		}
	})
	defer doing.Wait()
	if a.code == 0 {
		_, err := expect[chat.Page](c)
		c.Close()
		if code, _ := errors.AsType[errClosed](err); err != nil && !a.mayEnd(chat.CloseCode(code), err) {
			return fmt.Errorf("the connection should stay: %w", err)
		}
		return nil
	}
	code, err := c.ending()
	c.Close()
	if code != a.code && !a.mayEnd(code, err) {
		return fmt.Errorf("the connection should be closed with %d: %w", a.code, err)
	}
	return nil
}

// mayEnd tells whether a connection with too many frames may end like this.
func (a attack) mayEnd(code chat.CloseCode, err error) bool {
	cut := errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	return a.flood && (code == chat.CloseFlood || code == 0 && cut)
}

// waits are the attacks of those who only wait.
var waits = []attack{
	{name: "no hello", mute: true, code: chat.CloseNoHello, do: func(*raw) {}},
	{name: "no hello but pings", mute: true, code: chat.CloseNoHello, do: func(c *raw) {
		c.Write(bytes.Repeat(frame(true, opPing, nil), 10))
	}},
}

// slowHandshake sends a head byte by byte until the server has had enough of it,
// or stop is closed.
func slowHandshake(addr string, stop <-chan struct{}) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	over := make(chan struct{})
	go func() { // ends with the connection
		defer close(over)
		io.Copy(io.Discard, conn)
	}()
	for _, b := range []byte("GET /ws HTTP/1.1\r\nHost: " + strings.Repeat("a", 10_000)) {
		conn.Write([]byte{b})
		next := time.NewTimer(100 * time.Millisecond)
		select {
		case <-next.C:
		case <-over:
			return nil
		case <-stop:
			return errors.New("the server waits for it still")
		}
	}
	return errors.New("the server has read all of it")
}

// TestWhoOnlyWaitsIsSentAway lets people open connections and not say what is
// due.
func TestWhoOnlyWaitsIsSentAway(t *testing.T) {
	t.Parallel()
	s := newServer(t, true)
	s.start()
	quit := make(chan struct{})
	late := time.AfterFunc(15*time.Second, func() { close(quit) })
	defer late.Stop()
	var waiting sync.WaitGroup
	defer waiting.Wait()
	for range 20 {
		waiting.Go(func() {
			if err := slowHandshake(s.addr, quit); err != nil {
				t.Errorf("a slow handshake: %v", err)
			}
		})
		for _, a := range waits {
			waiting.Go(func() {
				begin := time.Now()
				if err := a.make(s.addr); err != nil {
					t.Errorf("%s: %v", a.name, err)
				} else if took := time.Since(begin); took > 15*time.Second {
					t.Errorf("%s: it took %v until the server had enough", a.name, took)
				}
			})
		}
	}
}

// TestHostile lets people talk while others do everything wrong that they can.
func TestHostile(t *testing.T) {
	needProc(t)
	rounds, lists, calm := size(5, 9), size(1, 5), size(1500*time.Millisecond, 5*time.Second)
	chance := newChance(t)
	s := newServer(t, true)
	s.rate = "" // the program's own: they are part of the defence
	s.start()
	l := new(ledger)
	authors := l.joinAll(t, s.url(), 12)
	c := comparison{server: s, gauges: newGauges(t, s.addr, 20), rounds: rounds, calm: calm, patience: 2 * time.Minute}
	stop := chatter(t, authors, 96, 100) // almost as much as they may
	pass(time.Second, nil)
	before, _ := s.resident()
	s.calm()
	var faults sync.Map // first fault by attack
	var made atomic.Int64
	post := func() []byte {
		id := link.NewID()
		text := "hello from " + id
		l.mayCome(id, text)
		return chat.AppendCommand(nil, chat.Post{ID: id, Room: chat.Lobby, Text: text})
	}
	fragments := size(50_000, 1_000_000) // in the first round
	c.run(t, "under attack", func() {
		var list []attack
		for range lists {
			list = append(list, attacks(fragments, post)...)
			fragments = 50_000
		}
		chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		attackAll(s.addr, list, 2*calm, func(a attack, err error) {
			if made.Add(1); err != nil {
				faults.LoadOrStore(a.name, err)
			}
		})
	})
	_, peak := s.resident()
	stop()
	faults.Range(func(name, err any) bool {
		t.Errorf("%s: %v", name, err)
		return true
	})
	t.Logf("%d attacks; the memory was %d MiB before and %d MiB at the most", made.Load(), before>>20, peak>>20)
	if grown := peak - before; grown > 64<<20 {
		t.Errorf("the memory grew by %d MiB", grown>>20)
	}
	if !s.ready() {
		t.Error("the server does not say that it is ready")
	}
	l.settle(t, s, authors)
	// The attackers take the same processors as the server, in bursts.
	c.judge(t, func(p99 time.Duration) time.Duration { return max(2*p99, p99+20*time.Millisecond) })
}

// attackAll carries attacks out, evenly over a time, while others only wait.
// Each end is told, with what was wrong with it.
func attackAll(addr string, list []attack, within time.Duration, ended func(attack, error)) {
	var waiting, attacking sync.WaitGroup
	over := make(chan struct{})
	defer waiting.Wait()
	defer close(over)
	for range 20 {
		waiting.Go(func() { slowHandshake(addr, over) }) // it ends in time: see TestWhoOnlyWaitsIsSentAway
	}
	for range 10 {
		c, err := knock(addr, chat.Protocol)
		if err != nil {
			ended(attack{name: "a connection that says nothing"}, err)
			continue
		}
		defer c.Close()
		c.Write(bytes.Repeat(frame(true, opPing, nil), 10))
	}
	next := make(chan attack)
	defer attacking.Wait()
	defer close(next)
	for range 8 { // few at a time, for they take the same processors as the server
		attacking.Go(func() {
			for a := range next {
				ended(a, a.make(addr))
			}
		})
	}
	pace := time.NewTicker(within / time.Duration(len(list)))
	defer pace.Stop()
	for _, a := range list {
		<-pace.C
		next <- a
	}
}

// TestDeflateIsNotTakenUp offers compression in every way.
func TestDeflateIsNotTakenUp(t *testing.T) {
	s := newServer(t, true)
	s.start()
	for _, offer := range []string{"permessage-deflate", "permessage-deflate; server_no_context_takeover", "x-webkit-deflate-frame, permessage-deflate; client_max_window_bits=8", "permessage-deflate; server_max_window_bits=999"} {
		c, err := knock(s.addr, chat.Protocol, "Sec-WebSocket-Extensions: "+offer)
		if err != nil {
			t.Errorf("%s: %v", offer, err)
			continue
		}
		if got := c.response.Header.Get("Sec-WebSocket-Extensions"); got != "" || c.response.StatusCode != http.StatusSwitchingProtocols {
			t.Errorf("%s was answered with %s %q", offer, c.response.Status, got)
		}
		c.Close()
	}
}
