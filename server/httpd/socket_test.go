package httpd_test

import (
	"fmt"
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
	if m := next[chat.Message](ann); m.ID != "1" || m.Text != "hello\nthere" || m.Seq != 1 || m.Author != welcome.You.Person {
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
