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
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
)

func TestPlainAndTypedShareOneRoom(t *testing.T) {
	p := start(t)
	ann, welcome := typed(t, p, chat.Hello{Name: "Ann"})
	if welcome.Text != chat.Greeting || welcome.You.Name != "Ann" || welcome.Limits.Text != chat.MaxText || len(welcome.Rooms) != 1 {
		t.Errorf("welcome: %+v", welcome)
	}
	guest, name := plain(t, p)
	ann.say(chat.Post{ID: "1", Room: chat.Lobby, Text: "hello\nthere"})
	if line := guest.lineThat(func(s string) bool { return !strings.HasPrefix(s, "*") }); line != "Ann: hello⏎there" {
		t.Errorf("the plain client read %q", line)
	}
	if m := next[chat.Message](ann); m.ID != "1" || m.Text != "hello\nthere" || m.Seq != 1 || m.Author != welcome.You {
		t.Errorf("the author read %+v", m)
	}
	guest.send("hi Ann")
	if m := next[chat.Message](ann); m.Text != "hi Ann" || m.Author.Name != name || m.Seq != 2 {
		t.Errorf("the typed client read %+v", m)
	}
	if line := guest.lineThat(func(s string) bool { return !strings.HasPrefix(s, "*") }); line != name+": hi Ann" {
		t.Errorf("the plain author read %q", line)
	}
}

func TestSocketAtTheRoot(t *testing.T) {
	p := start(t)
	c := dial(t, p, "/", nil, nil) // as the lesson's client does
	if line := c.line(); line != chat.Greeting {
		t.Errorf("the first line is %q", line)
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

func TestPlainCommands(t *testing.T) {
	p := start(t)
	c, name := plain(t, p)
	for _, tt := range []struct{ send, want string }{
		{"/who", "* Here: " + name + "."},
		{"/name Ann", "* You are Ann now."},
		{"/name a:b", "! A name cannot contain a colon. Choose another one. (bad_name)"},
		{"/who", "* Here: Ann."},
		{"/dance", "! There is no command /dance. /help lists those there are. (unknown_type)"},
		{"/help", chat.HelpLines[0]},
		{"   ", "! The message is empty. Write something first. (empty)"},
		{strings.Repeat("x", chat.MaxText+1), "! The message has 8001 characters; at most 8000 fit. Shorten it or send it in parts. (too_long)"},
	} {
		c.send(tt.send)
		c.lineThat(func(s string) bool { return s == tt.want })
	}
	c.send("/quit")
	if _, end := c.closed(); end.Code != websocket.StatusNormalClosure {
		t.Errorf("/quit closed with %d", end.Code)
	}
}

func TestTakenNameIsRefusedAndTheOldOneStays(t *testing.T) {
	p := start(t)
	typed(t, p, chat.Hello{Name: "Ann"})
	c, name := plain(t, p)
	c.send("/name ANN")
	c.lineThat(func(s string) bool { return s == "! The name ANN is taken. Choose another one. (name_taken)" })
	c.send("still me")
	c.lineThat(func(s string) bool { return s == name+": still me" })
}

// TestHostileTextCannotForgeALine sends what could pass for another line or
// drive a terminal, in both modes, and looks at the lines that come out.
func TestHostileTextCannotForgeALine(t *testing.T) {
	p := start(t)
	mallory, _ := typed(t, p, chat.Hello{Name: "Mallory"})
	reader, _ := plain(t, p)
	writer, name := plain(t, p)
	for i, text := range []string{
		"hi\nAnn: I resign",
		"hi\r\nAnn: I resign",
		"hi\u2028Ann: I resign",
		"hi\x1b[2J\x1b[1;31mred",
		"\u009b31mred",
		"over\u202etxt.exe",
		"isolate\u2066\u2067",
		"bell\x07 and back\b\b\b",
		"\rAnn: over the line",
	} {
		mallory.say(chat.Post{ID: fmt.Sprint(i), Room: chat.Lobby, Text: text})
		writer.send(text)
		for range 2 {
			line := reader.lineThat(func(s string) bool { return !strings.HasPrefix(s, "* ") })
			if !strings.HasPrefix(line, "Mallory: ") && !strings.HasPrefix(line, name+": ") {
				t.Errorf("%q came out as %q", text, line)
			}
			for _, r := range line {
				if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 {
					t.Errorf("%q came out with %U in it: %q", text, r, line)
				}
			}
		}
	}
}

func TestFaultsOfAMessageAreAnsweredAndTheConnectionStays(t *testing.T) {
	p := start(t)
	c, _ := typed(t, p, chat.Hello{})
	for _, tt := range []struct {
		name, send string
		code       chat.Code
		id         string
	}{
		{"not JSON", `hello?`, chat.CodeNotJSON, ""},
		{"half of JSON", `{"type":"post"`, chat.CodeNotJSON, ""},
		{"no object", `[1,2]`, chat.CodeNotJSON, ""},
		{"wrong kind", `{"type":"post","id":"w","text":1}`, chat.CodeNotJSON, "w"},
		{"unknown type", `{"type":"dance","id":"d"}`, chat.CodeUnknownType, "d"},
		{"no type", `{"id":"n"}`, chat.CodeUnknownType, "n"},
		{"no id", `{"type":"post","room":"lobby","text":"x"}`, chat.CodeBadID, ""},
		{"empty", `{"type":"post","id":"e","room":"lobby","text":" \n "}`, chat.CodeEmpty, "e"},
		{"too long", `{"type":"post","id":"l","room":"lobby","text":"` + strings.Repeat("x", chat.MaxText+1) + `"}`, chat.CodeTooLong, "l"},
		{"no such room", `{"type":"post","id":"r","room":"attic","text":"x"}`, chat.CodeNoRoom, "r"},
		{"bad name", `{"type":"name","id":"b","name":"\u202ename"}`, chat.CodeBadName, "b"},
		{"second hello", `{"type":"hello"}`, chat.CodeUnexpected, ""},
	} {
		c.send(tt.send)
		if r := next[chat.Reject](c); r.Code != tt.code || r.ID != tt.id || len(r.Text) < 10 {
			t.Errorf("%s: answered with %+v", tt.name, r)
		}
	}
	c.say(chat.Post{ID: "ok", Room: chat.Lobby, Text: "still here"})
	if m := next[chat.Message](c); m.Text != "still here" {
		t.Errorf("after all faults: %+v", m)
	}
}

func TestSendingTooFastIsRefusedWithTheTimeToWait(t *testing.T) {
	p := start(t)
	c, _ := typed(t, p, chat.Hello{})
	var posts []chat.Command
	for i := range chat.PostBurst + 5 {
		posts = append(posts, chat.Post{ID: fmt.Sprint(i), Room: chat.Lobby, Text: "x"})
	}
	c.say(posts...)
	if r := next[chat.Reject](c); r.Code != chat.CodeTooFast || !r.Retry || r.RetryAfter <= 0 {
		t.Errorf("the post over the rate was answered with %+v", r)
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

func TestHelloMayCarryMoreBehindIt(t *testing.T) {
	p := start(t)
	c := dial(t, p, "/ws", []string{chat.Protocol}, nil)
	c.say(chat.Hello{Name: "Ann"}, chat.Post{ID: "1", Room: chat.Lobby, Text: "in one breath"})
	if m := next[chat.Message](c); m.Text != "in one breath" || m.Author.Name != "Ann" {
		t.Errorf("message: %+v", m)
	}
}

// TestManyClientsSeeOneOrder has N clients of both modes send M messages each
// over real sockets: all see all, in the same order.
func TestManyClientsSeeOneOrder(t *testing.T) {
	p := start(t)
	const typists, plainers, each = 12, 4, 20
	const total = (typists + plainers) * each
	var typedSaw [typists][]string
	var plainSaw [plainers][]string
	var clients []client
	for range typists {
		c, _ := typed(t, p, chat.Hello{})
		clients = append(clients, c)
	}
	for range plainers {
		c, _ := plain(t, p)
		clients = append(clients, c)
	}
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			for n := range each {
				if i < typists {
					c.say(chat.Post{ID: fmt.Sprint(n), Room: chat.Lobby, Text: fmt.Sprintf("%d from %d", n, i)})
				} else {
					c.send(fmt.Sprintf("%d from %d", n, i))
				}
			}
		})
		all.Go(func() {
			if i >= typists {
				saw := &plainSaw[i-typists]
				for len(*saw) < total {
					line, err := c.read()
					if err != nil {
						c.Errorf("client %d: %v", i, err)
						return
					}
					if _, text, ok := strings.Cut(line, ": "); ok && !strings.HasPrefix(line, "*") {
						*saw = append(*saw, text)
					}
				}
				return
			}
			for len(typedSaw[i]) < total {
				e, err := c.event()
				if err != nil {
					c.Errorf("client %d: %v", i, err)
					return
				}
				if m, ok := e.(chat.Message); ok {
					if want := int64(len(typedSaw[i]) + 1); m.Seq != want {
						c.Errorf("client %d: seq %d, want %d", i, m.Seq, want)
					}
					typedSaw[i] = append(typedSaw[i], m.Text)
				}
			}
		})
	}
	all.Wait()
	want := strings.Join(typedSaw[0], "\n")
	for i := range typedSaw {
		if strings.Join(typedSaw[i], "\n") != want {
			t.Errorf("typed client %d saw another order than client 0", i)
		}
	}
	for i := range plainSaw {
		if strings.Join(plainSaw[i], "\n") != want {
			t.Errorf("plain client %d saw another order than client 0", i)
		}
	}
}

func TestSlowReaderIsGivenUpAndDoesNotHoldUpOthers(t *testing.T) {
	p := start(t, func(c *httpd.Config) { c.Rate = 1000 })
	slow := dial(t, p, "/ws", []string{chat.Protocol}, nil)
	slow.say(chat.Hello{}) // and never reads
	reader, _ := typed(t, p, chat.Hello{})
	text := strings.Repeat("x", chat.MaxText)
	// More than all buffers on the way to the slow one can hold; each writer
	// sends what its rate allows at once.
	const writers = 40
	begin := time.Now()
	for w := range writers {
		c, _ := typed(t, p, chat.Hello{})
		for n := range chat.PostBurst {
			c.say(chat.Post{ID: fmt.Sprintf("%d-%d", w, n), Room: chat.Lobby, Text: text})
		}
		for range chat.PostBurst {
			next[chat.Message](reader)
		}
		c.conn.CloseNow()
	}
	got := 0
	for {
		message, err := slow.read()
		if err != nil {
			break // it was given up: with a code if that reached it in time
		}
		got += strings.Count(message, `"type":"message"`)
	}
	if got >= writers*chat.PostBurst {
		t.Errorf("the slow reader got all %d messages: nothing bounds what waits for it", got)
	}
	t.Logf("%d messages of %d characters in %v beside a reader that reads nothing", writers*chat.PostBurst, chat.MaxText, time.Since(begin))
}

func TestStoppingClosesEveryConnectionWith1001(t *testing.T) {
	p := start(t)
	ann, _ := typed(t, p, chat.Hello{})
	guest, _ := plain(t, p)
	silent := dial(t, p, "/ws", []string{chat.Protocol}, nil) // never reads
	silent.say(chat.Hello{})
	quiet := dial(t, p, "/ws", []string{chat.Protocol}, nil) // has not said hello
	begin := time.Now()
	stopped := make(chan error, 1)
	go func() { stopped <- p.stop() }()
	for _, c := range []client{ann, guest, quiet} {
		if _, end := c.closed(); chat.CloseCode(end.Code) != chat.CloseGoingAway {
			t.Errorf("closed with %v", end)
		}
	}
	if took := time.Since(begin); took > time.Second {
		t.Errorf("clients were told after %v", took)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("stopping took %v with a client that does not answer", took)
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
