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
	"testing"
	"time"

	"cyberchat/app/chat"
)

// An attack is what somebody does who means harm, on a connection of their own.
type attack struct {
	name  string
	plain bool           // no hello was said, and no sub-protocol asked for
	mute  bool           // no hello was said
	code  chat.CloseCode // the connection ends with it; 0 if it stays
	// It is many frames: the connection may also end with CloseFlood, and, for
	// who goes on sending, with a reset that overtakes the code.
	flood bool
	do    func(c *raw) // its writes may fail: the connection may be over
}

var post = chat.AppendCommand(nil, chat.Post{ID: "hostile", Room: chat.Lobby, Text: "hello"})

// closing is a close frame.
func closing(code uint16) []byte {
	return frame(true, opClose, binary.BigEndian.AppendUint16(nil, code))
}

// attacks are all there are, with so many fragments where there are many.
func attacks(fragments int) []attack {
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
			c.Write(frame(true, opContinuation, post))
		}},
		{name: "a message in many empty fragments", flood: true, do: func(c *raw) {
			c.Write(frame(false, opText, nil))
			piece := bytes.Repeat(frame(false, opContinuation, nil), 100)
			for range fragments / 100 {
				if _, err := c.Write(piece); err != nil {
					return
				}
			}
			c.Write(frame(true, opContinuation, post))
		}},
		{name: "one byte at a time", flood: true, do: func(c *raw) {
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
		{name: "binary", code: chat.CloseUnsupported, do: send(frame(true, opBinary, post))},
		{name: "compressed without asking", code: chat.CloseProtocol, do: send([]byte{0xc1, 0x82}, mask[:], []byte("hi"))},
		{name: "an unknown opcode", code: chat.CloseProtocol, do: send(frame(true, 0x3, nil))},
		{name: "an unmasked frame", code: chat.CloseProtocol, do: send([]byte{0x81, 2, 'h', 'i'})},
		{name: "a continuation of nothing", code: chat.CloseProtocol, do: send(frame(true, opContinuation, post))},
		{name: "a message within a message", code: chat.CloseProtocol, do: send(frame(false, opText, post[:5]), frame(true, opText, post))},
		{name: "a ping in parts", code: chat.CloseProtocol, do: send(frame(false, opPing, nil))},
		{name: "a ping that is too long", code: chat.CloseProtocol, do: send(frame(true, opPing, make([]byte, 126)))},
		{name: "a close code that nobody may send", code: chat.CloseProtocol, do: send(closing(1005))},
		{name: "a close code that does not exist", code: chat.CloseProtocol, do: send(closing(999))},
		{name: "half a close code", code: chat.CloseProtocol, do: send(frame(true, opClose, []byte{3}))},
		{name: "no hello", mute: true, code: chat.CloseNoHello, do: func(*raw) {}},
		{name: "no hello but pings", mute: true, code: chat.CloseNoHello, do: send(bytes.Repeat(frame(true, opPing, nil), 10))},
		{name: "another first frame", mute: true, code: chat.CloseBadHello, do: send(frame(true, opText, post))},
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
		if code, _ := errors.AsType[errClosed](err); err != nil && !a.mayEnd(chat.CloseCode(code)) {
			return fmt.Errorf("the connection should stay: %w", err)
		}
		return nil
	}
	code := c.ending()
	c.Close()
	if code != a.code && !a.mayEnd(code) {
		return fmt.Errorf("the connection was closed with %d, not %d", code, a.code)
	}
	return nil
}

// mayEnd tells whether the code is one of those of too many frames.
func (a attack) mayEnd(code chat.CloseCode) bool {
	return a.flood && (code == chat.CloseFlood || code == 0)
}

// slowHandshake sends a head byte by byte and returns after how long the server
// had enough of it.
func slowHandshake(addr string, stop <-chan struct{}) (time.Duration, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	begin := time.Now()
	over := make(chan struct{})
	go func() { // ends with the connection
		io.Copy(io.Discard, conn)
		close(over)
	}()
	for _, b := range []byte("GET /ws HTTP/1.1\r\nHost: " + strings.Repeat("a", 10_000)) {
		conn.Write([]byte{b})
		select {
		case <-over:
			return time.Since(begin), nil
		default:
		}
		if !pass(100*time.Millisecond, over) {
			return time.Since(begin), nil
		}
		select {
		case <-stop:
			return time.Since(begin), fmt.Errorf("the server waits for it still, after %v", time.Since(begin))
		default:
		}
	}
	return time.Since(begin), nil
}

// TestHostile lets people talk while others do everything wrong that they can.
func TestHostile(t *testing.T) {
	rounds, lasts := size(5, 40), size(3*time.Second, 20*time.Second)
	chance := newChance(t)
	s := newServer(t, true)
	s.rate = "" // the program's own: they are part of the defence
	s.start()
	l := new(ledger)
	authors := l.joinAll(t, s.url(), 5)
	gauges := newGauges(t, s.addr, 20)
	stop := chatter(t, authors, 40, 100)
	pass(time.Second, nil)
	before := measure(t, gauges, "among themselves", func() { pass(lasts, nil) })
	calm, _ := s.resident()
	s.calm()
	var faults sync.Map // first fault by attack
	var made atomic.Int64
	many, million := attacks(50_000), attacks(size(50_000, 1_000_000))
	try := func(a attack) {
		if err := a.make(s.addr); err != nil {
			faults.LoadOrStore(a.name, err)
		}
		made.Add(1)
	}
	after := measure(t, gauges, "under attack", func() {
		var attacking sync.WaitGroup
		quit := make(chan struct{})
		late := time.AfterFunc(30*time.Second, func() { close(quit) })
		defer late.Stop()
		for range 20 {
			attacking.Go(func() {
				if took, err := slowHandshake(s.addr, quit); err != nil || took > 15*time.Second {
					faults.LoadOrStore("a slow handshake", fmt.Errorf("%w (%v)", err, took))
				}
				made.Add(1)
			})
		}
		var list []attack
		for round := range rounds {
			kinds := many
			if round == 0 {
				kinds = million
			}
			for _, a := range kinds {
				if a.code == chat.CloseNoHello { // they only wait
					attacking.Go(func() { try(a) })
				} else {
					list = append(list, a)
				}
			}
		}
		chance.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		next := make(chan attack)
		for range 8 { // few at a time, for they take the same processors as the server
			attacking.Go(func() {
				for a := range next {
					try(a)
				}
			})
		}
		pace := time.NewTicker(3 * lasts / time.Duration(len(list)))
		defer pace.Stop()
		for _, a := range list {
			<-pace.C
			next <- a
		}
		close(next)
		attacking.Wait()
	})
	_, peak := s.resident()
	stop()
	faults.Range(func(name, err any) bool {
		t.Errorf("%s: %v", name, err)
		return true
	})
	t.Logf("%d attacks; the memory was %d MiB before and %d MiB at the most", made.Load(), calm>>20, peak>>20)
	if grown := peak - calm; grown > 64<<20 {
		t.Errorf("the memory grew by %d MiB", grown>>20)
	}
	// The attackers take the same processors as the server, in bursts.
	if after > max(2*before, before+size(50*time.Millisecond, 20*time.Millisecond)) {
		t.Errorf("the p99 of the honest grew from %v to %v", before, after)
	}
	if !s.ready() {
		t.Error("the server does not say that it is ready")
	}
	// What the hostile have said is there too, but nothing of the honest is
	// missing.
	await(t, patience, "all is answered", func() bool { return l.sum((*record).unanswered) == 0 })
	verdict := l.judge(storedAt(t, s.addr))
	verdict.phantom, verdict.duplicated = nil, nil
	verdict.report(t)
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
