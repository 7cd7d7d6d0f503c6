package httpd_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
)

// A browser keeps cookies and says which page asks.
type browser struct {
	*testing.T
	*http.Client
	origin string // of the page; empty for that of the server asked
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil) // which, as browsers do, does not look at ports
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, &http.Client{Jar: jar}, ""}
}

func (b *browser) from(p place) string {
	if b.origin != "" {
		return b.origin
	}
	return "http://" + p.addr
}

// dial opens a socket as the page does, which says nothing yet.
func (b *browser) dial(p place, path string, protocols ...string) (client, *http.Response) {
	b.Helper()
	conn, res, err := websocket.Dial(b.Context(), "ws://"+p.addr+path, &websocket.DialOptions{
		HTTPClient: b.Client, Subprotocols: protocols, HTTPHeader: http.Header{"Origin": {b.from(p)}},
	})
	if err != nil {
		b.Fatal(err)
	}
	conn.SetReadLimit(2 << 20)
	b.Cleanup(func() { conn.CloseNow() })
	return client{b.T, conn, new([]chat.Event)}, res
}

// visit opens the chat.
func (b *browser) visit(p place, hello chat.Hello) (client, chat.Welcome) {
	b.Helper()
	c, _ := b.dial(p, "/ws", chat.Protocol)
	c.say(hello)
	return c, next[chat.Welcome](c)
}

// cookies are those that it has for a server, by name.
func (b *browser) cookies(p place) map[string]string {
	all := make(map[string]string)
	for _, c := range b.Jar.Cookies(&url.URL{Scheme: "http", Host: p.addr, Path: "/"}) {
		all[c.Name] = c.Value
	}
	return all
}

// token is that of its session.
func (b *browser) token(p place) string { return b.cookies(p)[cookieName(p)] }

func cookieName(p place) string {
	_, port, _ := net.SplitHostPort(p.addr)
	return "cyberchat-session-" + port
}

// bring hands over a session that the page kept itself.
func (b *browser) bring(p place, body string) (*http.Response, string) {
	b.Helper()
	res, text := send(b.T, b.Client, p, http.MethodPost, "/session", body, "Origin: "+b.from(p))
	return res, text
}

// send asks a server for something, with headers given as "Name: value".
func send(t *testing.T, c *http.Client, p place, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+p.addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, c, r, headers)
}

// speak opens a typed socket of a program that shows a bearer token, or none,
// and says hello. What comes is its welcome, unless it is closed.
func speak(t *testing.T, p place, token string, hello chat.Hello) client {
	t.Helper()
	c := dial(t, p, "/ws", []string{chat.Protocol}, bearer(token))
	c.say(hello)
	return c
}

// bearer are the headers of a program that shows a token, if it has one.
func bearer(token string) http.Header {
	if token == "" {
		return nil
	}
	return http.Header{"Authorization": {"Bearer " + token}}
}

// become comes in with a token.
func become(t *testing.T, p place, token string, hello chat.Hello) (client, chat.Welcome) {
	t.Helper()
	c := speak(t, p, token, hello)
	return c, next[chat.Welcome](c)
}

// asks sends a command that is identified, and returns its answer.
func asks[E chat.Event](c client, command chat.Identified) E {
	c.Helper()
	c.say(command)
	for {
		e, err := c.event()
		if err != nil {
			c.Fatal(err)
		}
		switch e := e.(type) {
		case chat.Reject:
			if e.ID == command.CommandID() || e.ID == "" {
				c.Fatalf("%+v was refused: %s", command, e.Text)
			}
		case chat.Ack:
			if answer, ok := chat.Event(e).(E); ok && e.ID == command.CommandID() {
				return answer
			}
		case chat.Listing:
			if answer, ok := chat.Event(e).(E); ok && e.ID == command.CommandID() {
				return answer
			}
		}
	}
}

// token returns one that nobody else has.
func token(s string) string { return fmt.Sprintf("%s-%s", s, strings.Repeat("0", chat.MinToken)) }

// owner comes in as the first owner of a place.
func owner(t *testing.T, p place) (client, chat.Welcome) {
	t.Helper()
	i, err := p.server.InviteOwner("")
	if err != nil || i == nil {
		t.Fatalf("no invitation for an owner: %v", err)
	}
	return become(t, p, token("owner"), chat.Hello{Name: "Olga", Invitation: i.Secret})
}

// invitation is the secret of one for everybody.
func invitation(t *testing.T, p place) string {
	t.Helper()
	i, err := p.server.Invite("")
	if err != nil {
		t.Fatal(err)
	}
	return i.Secret
}

// byInvitation is a server that takes one.
func byInvitation(c *httpd.Config) { c.Open = false }

// A mapped is a listener whose connections come from an address of the test's
// choosing. On this machine there is none but its own, which nobody bans.
type mapped struct {
	net.Listener
	mu   sync.Mutex
	from string
}

// startMapped runs a server that is called from an address, which may be
// changed.
func startMapped(t *testing.T, from string, change ...func(*httpd.Config)) (place, *mapped) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mapped{Listener: l, from: from}
	return startOn(t, m, change...), m
}

func (m *mapped) come(from string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.from = from
}

func (m *mapped) Accept() (net.Conn, error) {
	c, err := m.Listener.Accept()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return &mappedConn{c, &net.TCPAddr{IP: net.ParseIP(m.from), Port: 4711}}, nil
}

type mappedConn struct {
	net.Conn
	remote net.Addr
}

func (c *mappedConn) RemoteAddr() net.Addr { return c.remote }

// within waits for a connection to end, and returns how and whether it did in
// time.
func (c client) endsWithin(d time.Duration) (chat.CloseCode, bool) {
	c.Helper()
	begin := time.Now()
	_, end := c.closed()
	return chat.CloseCode(end.Code), time.Since(begin) <= d
}
