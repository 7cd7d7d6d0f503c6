package httpd_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
	"cyberchat/server/httpd"
)

// A member is a client as the page is one: a line and a model, without a screen.
type member struct {
	t    *testing.T
	line *link.Line

	mu     sync.Mutex
	model  state.Model
	status link.Status
	phases []link.Phase
	heard  []chat.Message // as the line delivers them
	lines  int            // how often it was welcome
	anew   int            // how often the room was not recovered
	eager  bool           // it does not wait when the line is lost
	news   chan struct{}  // holds a token when something was delivered
}

func takePart(t *testing.T, url, name string) *member {
	t.Helper()
	m := &member{t: t, news: make(chan struct{}, 1)}
	m.line = link.New(link.Config{URL: url, Token: link.NewID(), Name: name, Build: "test", Deliver: m.take})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		m.line.Run(ctx)
		close(done)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return m
}

func (m *member) take(b link.Batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b.Status != nil {
		m.status = *b.Status
		m.phases = append(m.phases, b.Status.Phase)
		if m.eager && b.Status.Phase == link.Waiting {
			m.line.RetryNow()
		}
	}
	for _, e := range b.Events {
		m.model = m.model.Apply(e)
		switch e := e.(type) {
		case chat.Message:
			m.heard = append(m.heard, e)
		case chat.Welcome:
			m.lines++
			if !e.Rooms[0].Recovered {
				m.anew++
			}
		}
	}
	select {
	case m.news <- struct{}{}:
	default:
	}
}

// until waits for the member to have heard enough.
func (m *member) until(what string, enough func(state.Model, link.Status) bool) {
	m.t.Helper()
	late := time.After(20 * time.Second)
	for {
		m.mu.Lock()
		model, status := m.model, m.status
		m.mu.Unlock()
		if enough(model, status) {
			return
		}
		select {
		case <-m.news:
		case <-late:
			m.t.Fatalf("it never came to: %s\nstatus %+v, model %+v", what, status, model)
		}
	}
}

func (m *member) open() {
	m.t.Helper()
	m.until("an open line", func(_ state.Model, s link.Status) bool { return s.Phase == link.Open })
}

func (m *member) say(text string) {
	m.t.Helper()
	post := chat.Post{ID: link.NewID(), Room: chat.Lobby, Text: text}
	m.mu.Lock()
	m.model = m.model.Post(post, time.Now())
	m.mu.Unlock()
	if err := m.line.Send(post); err != nil {
		m.t.Fatal(err)
	}
}

// said returns the texts in the log.
func said(model state.Model) (texts []string) {
	for _, row := range model.Rows() {
		if row.Message != nil {
			texts = append(texts, row.Message.Text)
		}
	}
	return texts
}

func TestLinkTalksToARealServer(t *testing.T) {
	p := start(t)
	ann, bob := takePart(t, "ws://"+p.addr+"/ws", "Ann"), takePart(t, "ws://"+p.addr+"/ws", "Bob")
	ann.open()
	bob.open()
	ann.say("hello")
	for _, m := range []*member{ann, bob} {
		m.until("the message", func(model state.Model, _ link.Status) bool {
			return slices.Equal(said(model), []string{"hello"}) && len(model.Pending) == 0
		})
	}
	ann.until("two people", func(model state.Model, _ link.Status) bool {
		return model.Around().Online == 2 && len(model.Around().People) == 2
	})
}

// TestLinkComesBackAfterARestart stops the server, writes meanwhile, and starts
// it again at the same address.
func TestLinkComesBackAfterARestart(t *testing.T) {
	p := start(t)
	ann, bob := takePart(t, "ws://"+p.addr+"/ws", "Ann"), takePart(t, "ws://"+p.addr+"/ws", "Bob")
	ann.open()
	bob.open()
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 20 {
		text := fmt.Sprintf("written while there was no server, %d", i)
		want = append(want, text)
		ann.say(text)
	}
	ann.until("a loss", func(_ state.Model, s link.Status) bool { return s.Phase == link.Waiting && !s.RetryAt.IsZero() })
	startOn(t, relisten(t, p.addr))
	ann.line.RetryNow()
	bob.line.RetryNow()
	for _, m := range []*member{ann, bob} {
		m.open()
	}
	ann.until("all of it placed", func(model state.Model, _ link.Status) bool {
		return slices.Equal(said(model), want) && len(model.Pending) == 0
	})
	ann.until("the old name", func(model state.Model, _ link.Status) bool { return model.You.Name == "Ann" })
}

func relisten(t *testing.T, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLinkSurvivesALineThatIsCut drops the connections between it and a server
// that goes on: each post is placed exactly once.
func TestLinkSurvivesALineThatIsCut(t *testing.T) {
	l := relisten(t, "127.0.0.1:0")
	cable := newCable(t, l.Addr().String(), func() int64 { return math.MaxInt64 })
	p := startOn(t, l, func(c *httpd.Config) { c.Origins = []string{"http://" + cable.addr} })
	ann := takePart(t, "ws://"+cable.addr+"/ws", "Ann")
	bob := takePart(t, "ws://"+p.addr+"/ws", "Bob")
	ann.open()
	bob.open()
	var want []string
	for i := range 15 {
		text := fmt.Sprint("message ", i)
		want = append(want, text)
		ann.say(text)
		if i%3 == 1 {
			cable.cut()
			ann.line.RetryNow()
		}
	}
	for _, m := range []*member{ann, bob} {
		m.until("every message once", func(model state.Model, _ link.Status) bool {
			return len(said(model)) >= len(want) && len(model.Pending) == 0
		})
	}
	bob.mu.Lock()
	defer bob.mu.Unlock()
	if got := said(bob.model); !slices.Equal(got, want) {
		t.Errorf("Bob read %q", got)
	}
}

// TestEverybodyHearsEverythingOnce has everybody say much over lines that break
// after a random number of bytes, in the middle of frames too, and a server that
// is stopped and started again on the same folder meanwhile.
func TestEverybodyHearsEverythingOnce(t *testing.T) {
	const people, each, stop, start = 4, 60, 30, 38
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			l := relisten(t, "127.0.0.1:0")
			folder := t.TempDir()
			var cables []*cable
			config := func(c *httpd.Config) {
				c.Data = folder
				c.Rate = 1000 // what was not answered is sent again over each line
				for _, cable := range cables {
					c.Origins = append(c.Origins, "http://"+cable.addr)
				}
			}
			for i := range uint64(people) {
				r := rand.New(rand.NewPCG(seed, i))
				cables = append(cables, newCable(t, l.Addr().String(), func() int64 {
					if r.IntN(3) == 0 {
						return 12 << 10 // what was missed comes in one message, which must come whole
					}
					return 500 + r.Int64N(3000)
				}))
			}
			p := startOn(t, l, config)
			var all []*member
			for i, cable := range cables {
				m := takePart(t, "ws://"+cable.addr+"/ws", fmt.Sprint("P", i))
				m.mu.Lock()
				m.eager = true
				m.mu.Unlock()
				m.until("a welcome", func(model state.Model, _ link.Status) bool { return model.You.ID != "" })
				all = append(all, m)
			}
			hear := func(rounds int) {
				for _, m := range all {
					m.until("everything so far", func(model state.Model, _ link.Status) bool {
						return len(said(model)) >= people*rounds && len(model.Pending) == 0
					})
				}
			}
			for i := range each {
				switch {
				case i == start:
					startOn(t, relisten(t, p.addr), config)
				case (i < stop || i > start) && i%3 == 0:
					hear(i)
				case i == stop+1: // what was said last is on its way
					if err := p.stop(); err != nil {
						t.Fatal(err)
					}
				}
				for n, m := range all {
					m.say(fmt.Sprintf("%d of %d", i, n))
				}
			}
			hear(each)
			lines := 0
			for n, m := range all {
				m.mu.Lock()
				defer m.mu.Unlock()
				lines += m.lines
				if m.anew != 1 {
					t.Errorf("for %d the room began anew %d times, want once", n, m.anew)
				}
				if len(m.heard) != people*each {
					t.Errorf("%d heard %d messages, want %d", n, len(m.heard), people*each)
				}
				next := make([]int, people) // of each person's own
				var texts []string
				for i, message := range m.heard {
					if message.Seq != int64(i+1) {
						t.Fatalf("%d heard message %d as number %d", n, message.Seq, i+1)
					}
					texts = append(texts, message.Text)
					var which, whose int
					if _, err := fmt.Sscanf(message.Text, "%d of %d", &which, &whose); err != nil || which != next[whose] {
						t.Fatalf("%d heard %q, want %d of theirs", n, message.Text, next[whose])
					}
					next[whose]++
				}
				if shown := said(m.model); !slices.Equal(shown, texts) {
					t.Errorf("%d sees\n%q\nand heard\n%q", n, shown, texts)
				}
				for i, message := range all[0].heard {
					if m.heard[i].Text != message.Text {
						t.Fatalf("%d heard %q where another one heard %q", n, m.heard[i].Text, message.Text)
					}
				}
			}
			if lines < 5*people {
				t.Errorf("only %d lines broke: the test is too tame", lines-people)
			}
		})
	}
}

// A cable carries TCP connections to a server and can be cut.
type cable struct {
	addr string

	mu    sync.Mutex
	lines []net.Conn
}

// newCable asks carries, from one goroutine, how many bytes each connection
// carries until it breaks.
func newCable(t *testing.T, to string, carries func() int64) *cable {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{addr: l.Addr().String()}
	t.Cleanup(func() { l.Close(); c.cut() })
	go func() {
		for {
			here, err := l.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", to)
			if err != nil {
				here.Close()
				continue
			}
			c.mu.Lock()
			c.lines = append(c.lines, here, there)
			c.mu.Unlock()
			left := new(atomic.Int64)
			left.Store(carries())
			go pump(here, there, left)
			go pump(there, here, left)
		}
	}()
	return c
}

// pump carries bytes one way, until as many as are left went either way.
func pump(from, to net.Conn, left *atomic.Int64) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		over := left.Add(int64(-n))
		if over < 0 {
			n = max(0, n+int(over))
		}
		if _, e := to.Write(buf[:n]); over < 0 || errors.Join(err, e) != nil {
			return
		}
	}
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, line := range c.lines {
		line.Close()
	}
	c.lines = nil
}
