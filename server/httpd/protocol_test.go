package httpd_test

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

func TestWhatIsNoUpgradeIsRefusedWithACode(t *testing.T) {
	p := start(t)
	const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
	for _, tt := range []struct {
		method  string
		headers []string
		status  int
		code    string
	}{
		{"GET", nil, 426, "not_a_socket"},
		{"GET", []string{"Upgrade: h2c", "Connection: Upgrade"}, 426, "not_a_socket"},
		{"GET", []string{"Upgrade: websocket", "Connection: keep-alive"}, 426, "not_a_socket"},
		{"POST", []string{"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", key}, 426, "not_a_socket"},
		{"GET", []string{"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 8", key}, 426, "bad_version"},
		{"GET", []string{"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"}, 400, "bad_key"},
		{"GET", []string{"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: short"}, 400, "bad_key"},
		{"GET", []string{"Upgrade: h2c, WebSocket", "Connection: keep-alive, upgrade", "Sec-WebSocket-Version: 8", key}, 426, "bad_version"},
	} {
		res, body := request(t, tt.method, p, "/ws", tt.headers...)
		var said struct{ Code, Text string }
		if err := json.Unmarshal([]byte(body), &said); err != nil || res.StatusCode != tt.status || said.Code != tt.code || len(said.Text) < 10 {
			t.Errorf("%s with %q: %d %s", tt.method, tt.headers, res.StatusCode, body)
		}
		if tt.status == 426 && (res.Header.Get("Upgrade") != "websocket" || res.Header.Get("Sec-WebSocket-Version") != "13") {
			t.Errorf("the refusal does not say what to upgrade to: %v", res.Header)
		}
	}
}

func TestUnknownProtocolIsRefusedWithThoseKnown(t *testing.T) {
	p := start(t)
	status, said := refused(t, p, "/ws", "Sec-WebSocket-Protocol: mqtt, chat")
	known, _ := json.Marshal(said["known"])
	if status != 400 || said["code"] != "unknown_protocol" || string(known) != `["`+chat.Protocol+`"]` {
		t.Errorf("status %d, %v", status, said)
	}
	c := dial(t, p, "/ws", []string{"mqtt", chat.Protocol}, nil)
	if got := c.conn.Subprotocol(); got != chat.Protocol {
		t.Errorf("among several sub-protocols %q was chosen", got)
	}
}

func TestFaultsOfTheProtocolCloseWithTheirCode(t *testing.T) {
	p := start(t)
	write := func(kind websocket.MessageType, data string) func(client) {
		return func(c client) { c.conn.Write(t.Context(), kind, []byte(data)) }
	}
	for _, tt := range []struct {
		name  string
		do    func(client)
		code  chat.CloseCode
		joins bool // a hello comes first
	}{
		{"not UTF-8", write(websocket.MessageText, "{\"type\":\"post\",\"text\":\"\xff\"}"), chat.CloseNotUTF8, true},
		{"not UTF-8 at once", write(websocket.MessageText, "\xff"), chat.CloseNotUTF8, false},
		{"binary", write(websocket.MessageBinary, "{}"), chat.CloseUnsupported, true},
		{"too big", write(websocket.MessageText, strings.Repeat(" ", chat.MaxFrame+1)), chat.CloseTooBig, true},
		{"far too big", write(websocket.MessageText, strings.Repeat("x", 3<<20)), chat.CloseTooBig, true},
		{"flood", write(websocket.MessageText, strings.Repeat("x\n", chat.FrameBurst+100)), chat.CloseFlood, true},
		{"flood of nothing", func(c client) {
			for range chat.FrameBurst + 100 {
				c.conn.Write(t.Context(), websocket.MessageText, nil)
			}
		}, chat.CloseFlood, true},
		{"no hello", write(websocket.MessageText, `{"type":"post","id":"1","room":"lobby","text":"x"}`), chat.CloseBadHello, false},
		{"bad hello", write(websocket.MessageText, `{"type":"hello","token":"short"}`), chat.CloseBadHello, false},
		{"no JSON for a hello", write(websocket.MessageText, `hello`), chat.CloseBadHello, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, p, "/ws", []string{chat.Protocol}, nil)
			if tt.joins {
				c.say(chat.Hello{})
				next[chat.Welcome](c)
			}
			go tt.do(c) // it may not get rid of all of it before the close
			before, end := c.closed()
			if chat.CloseCode(end.Code) != tt.code || end.Reason == "" {
				t.Errorf("closed with %v", end)
			}
			var last chat.Closing
			if len(before) > 0 {
				for frame := range chat.Frames([]byte(before[len(before)-1])) {
					if e, err := chat.DecodeEvent(frame); err == nil {
						last, _ = e.(chat.Closing)
					}
				}
			}
			if last.Code != tt.code || len(last.Text) < 10 {
				t.Errorf("the last event before the close is %+v", last)
			}
		})
	}
}

func TestFloodOfPlainLinesCloses(t *testing.T) {
	p := start(t)
	c, _ := plain(t, p)
	go func() {
		for range chat.FrameBurst + 100 {
			c.conn.Write(t.Context(), websocket.MessageText, []byte(" "))
		}
	}()
	before, end := c.closed()
	if chat.CloseCode(end.Code) != chat.CloseFlood || !strings.HasPrefix(before[len(before)-1], "! You sent far too much") {
		t.Errorf("closed with %v after %q", end, before[len(before)-1])
	}
}

// A bare client speaks WebSocket by hand: what browsers make of an end depends
// on every byte of it.
type bare struct {
	net.Conn
	in *bufio.Reader
}

// dialBare opens a socket in plain mode and reads its welcome.
func dialBare(t *testing.T, p place) bare {
	t.Helper()
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "GET /ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", p.addr)
	b := bare{conn, bufio.NewReader(conn)}
	if _, err := http.ReadResponse(b.in, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, _, err := b.frame(); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// frame reads one frame, short and unmasked as those of the server are.
func (b bare) frame() (opcode byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(b.in, head); err != nil {
		return 0, nil, err
	}
	payload = make([]byte, head[1])
	_, err = io.ReadFull(b.in, payload)
	return head[0], payload, err
}

// closeCode reads until a close frame comes.
func (b bare) closeCode(t *testing.T) (code chat.CloseCode, payload []byte) {
	t.Helper()
	for {
		opcode, payload, err := b.frame()
		if err != nil {
			t.Fatal(err)
		}
		if opcode == 0x88 {
			return chat.CloseCode(binary.BigEndian.Uint16(payload)), payload
		}
	}
}

func TestNothingFollowsTheCloseFrame(t *testing.T) {
	p := start(t)
	b := dialBare(t, p)
	go p.stop()
	code, payload := b.closeCode(t)
	if code != chat.CloseGoingAway {
		t.Errorf("closed with %d", code)
	}
	// The answer, masked with zeros.
	b.Write(append([]byte{0x88, 0x80 | byte(len(payload)), 0, 0, 0, 0}, payload...))
	if opcode, payload, err := b.frame(); err != io.EOF {
		t.Errorf("after the close came %x %q, %v", opcode, payload, err)
	}
}

func TestFloodOfFramesCloses(t *testing.T) {
	p := start(t)
	for name, frame := range map[string][]byte{
		"pings":     {0x89, 0x80, 0, 0, 0, 0},
		"fragments": {0x01, 0x81, 0, 0, 0, 0, 'x'},
	} {
		b := dialBare(t, p)
		go func() {
			for range 3 * chat.FrameBurst {
				b.Write(frame)
				frame[0] &= 0xf8 // after the first fragment, a continuation
				if name == "pings" {
					frame[0] = 0x89
				}
			}
		}()
		if code, _ := b.closeCode(t); code != chat.CloseFlood {
			t.Errorf("%s: closed with %d", name, code)
		}
	}
}

func TestWhatIsNotWebSocketClosesWith1002(t *testing.T) {
	p := start(t)
	for name, frame := range map[string]string{
		"unmasked":         "\x81\x02hi",
		"reserved bits":    "\xf1\x82\x00\x00\x00\x00hi",
		"unknown opcode":   "\x83\x82\x00\x00\x00\x00hi",
		"a continuation":   "\x80\x82\x00\x00\x00\x00hi",
		"a long ping":      "\x89\xfe\x00\x7e\x00\x00\x00\x00" + strings.Repeat("x", 126),
		"half a ping":      "\x09\x80\x00\x00\x00\x00",
		"a length below 0": "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"a bad close":      "\x88\x81\x00\x00\x00\x00x",
		"a reserved code":  "\x88\x82\x00\x00\x00\x00\x03\xed", // 1005
	} {
		t.Run(name, func(t *testing.T) {
			b := dialBare(t, p)
			io.WriteString(b, frame)
			if code, _ := b.closeCode(t); code != chat.CloseProtocol {
				t.Errorf("closed with %d", code)
			}
		})
	}
}
