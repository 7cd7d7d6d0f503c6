package httpd_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
)

func TestBrowserGetsASessionThatNoScriptReads(t *testing.T) {
	p := start(t, func(c *httpd.Config) {
		c.Origins = []string{"https://chat.example.com", "https://chat.example.com:8443"}
	})
	_, port, _ := net.SplitHostPort(p.addr)
	for _, tt := range []struct{ host, origin, want string }{
		{p.addr, "http://" + p.addr, "cyberchat-session-" + port + "=TOKEN; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"},
		{"localhost:" + port, "http://localhost:" + port, "cyberchat-session-" + port + "=TOKEN; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"},
		{"chat.example.com", "https://chat.example.com", "__Host-cyberchat-session-443=TOKEN; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax"},
		{"chat.example.com:8443", "https://chat.example.com:8443", "__Host-cyberchat-session-8443=TOKEN; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax"},
	} {
		conn, res, err := websocket.Dial(t.Context(), "ws://"+p.addr+"/ws", &websocket.DialOptions{
			Host: tt.host, HTTPHeader: http.Header{"Origin": {tt.origin}}, Subprotocols: []string{chat.Protocol},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
		got := res.Header.Values("Set-Cookie")
		if len(got) != 1 {
			t.Fatalf("%s: the answer sets %q", tt.origin, got)
		}
		value := res.Cookies()[0].Value
		if strings.Replace(got[0], value, "TOKEN", 1) != tt.want || len(value) < 26 || chat.CheckToken(value) != nil {
			t.Errorf("%s: the answer sets\n%s, want\n%s", tt.origin, got[0], tt.want)
		}
	}
}

func TestBrowserIsTheSamePersonOnEachConnection(t *testing.T) {
	p := start(t)
	b := newBrowser(t)
	first, was := b.visit(p, chat.Hello{Name: "Ann"})
	token := b.token(p)
	_, is := b.visit(p, chat.Hello{}) // another tab
	first.conn.CloseNow()
	c, res := b.dial(p, "/ws", chat.Protocol)
	c.say(chat.Hello{})
	again := next[chat.Welcome](c)
	if was.You.Name != "Ann" || is.You != was.You || again.You != was.You || !was.You.Known {
		t.Errorf("it was %+v, then %+v, then %+v", was.You, is.You, again.You)
	}
	if b.token(p) != token || len(res.Cookies()) != 1 || res.Cookies()[0].MaxAge == 0 {
		t.Errorf("the session is not kept for longer: %v", res.Cookies())
	}
	plain, _ := b.dial(p, "/ws") // and in plain mode
	plain.lineThat(func(s string) bool { return strings.HasPrefix(s, "* You are Ann.") })
	if _, stranger := newBrowser(t).visit(p, chat.Hello{}); stranger.You.ID == was.You.ID {
		t.Error("another browser is the same person")
	}
}

// TestSecondTabOfAFirstVisitIsTheSamePerson has it come before the first one has
// said hello, and before the invitation for one was used.
func TestSecondTabOfAFirstVisitIsTheSamePerson(t *testing.T) {
	p := start(t, byInvitation)
	olga, _ := owner(t, p)
	secret := token("for-one")
	asks[chat.Ack](olga, chat.Invite{ID: "1", Secret: secret, Room: chat.Place, Uses: 1, For: 60_000})
	b := newBrowser(t)
	first, _ := b.dial(p, "/ws", chat.Protocol)
	token := b.token(p)
	second, _ := b.dial(p, "/ws", chat.Protocol)
	for _, c := range []client{second, first} {
		c.say(chat.Hello{Invitation: secret})
	}
	one, two := next[chat.Welcome](first), next[chat.Welcome](second)
	if one.You.ID != two.You.ID || b.token(p) != token {
		t.Errorf("they are %+v and %+v", one.You, two.You)
	}
}

func TestPlacesOnOneHostHaveSessionsOfTheirOwn(t *testing.T) {
	p, q := start(t), start(t)
	b := newBrowser(t)
	_, inP := b.visit(p, chat.Hello{})
	_, inQ := b.visit(q, chat.Hello{})
	if b.token(p) == b.token(q) || len(b.cookies(p)) != 2 {
		t.Errorf("the cookies are %v", b.cookies(p))
	}
	_, again := b.visit(p, chat.Hello{})
	_, andAgain := b.visit(q, chat.Hello{})
	if again.You.ID != inP.You.ID || andAgain.You.ID != inQ.You.ID {
		t.Error("a visit to one place cost the session of the other")
	}
}

// TestStrangersPageDoesNotComeAsMe has a page of another origin connect from the
// same browser, which sends the cookie if that is of the same site.
func TestStrangersPageDoesNotComeAsMe(t *testing.T) {
	p := start(t, func(c *httpd.Config) { c.Origins = []string{"http://localhost:1", "null"} })
	me := newBrowser(t)
	_, mine := me.visit(p, chat.Hello{Name: "Ann"})
	token := me.token(p)
	for _, origin := range []string{"http://localhost:1", "null"} { // which may connect
		page := newBrowser(t)
		page.Client, page.origin = me.Client, origin
		c, res := page.dial(p, "/ws", chat.Protocol)
		c.say(chat.Hello{})
		if w := next[chat.Welcome](c); w.You.ID == mine.You.ID || w.You.Known {
			t.Errorf("a page from %s is %+v", origin, w.You)
		}
		if len(res.Cookies()) > 0 {
			t.Errorf("a page from %s changes the session: %v", origin, res.Cookies())
		}
		own := token[1:] + "x"
		c, _ = page.dial(p, "/ws", chat.Protocol)
		c.say(chat.Hello{Token: own})
		if w := next[chat.Welcome](c); !w.You.Known || w.You.ID == mine.You.ID {
			t.Errorf("a page from %s with a token of its own is %+v", origin, w.You)
		}
	}
	for _, origin := range []string{"http://evil.example.com", "http://localhost:2", "https://" + p.addr} {
		if status, said := refused(t, p, "/ws", "Origin: "+origin, "Cookie: "+cookieName(p)+"="+token); status != 403 {
			t.Errorf("a page from %s: %d %v", origin, status, said)
		}
	}
	if me.token(p) != token {
		t.Error("the session is another one")
	}
}

// TestTokenOfAnothersChoosingIsNotTaken plants a cookie whose token somebody
// else knows.
func TestTokenOfAnothersChoosingIsNotTaken(t *testing.T) {
	p := start(t)
	planted := token("planted")
	b := newBrowser(t)
	r, _ := http.NewRequest(http.MethodGet, "http://"+p.addr+"/", nil)
	b.Jar.SetCookies(r.URL, []*http.Cookie{{Name: cookieName(p), Value: planted}, {Name: cookieName(p), Value: "short", Path: "/ws"}})
	_, w := b.visit(p, chat.Hello{})
	if b.token(p) == planted {
		t.Error("the planted token stays")
	}
	if _, other := become(t, p, planted, chat.Hello{}); other.You.ID == w.You.ID {
		t.Error("whoever planted the token is the same person")
	}
}

func TestProgramShowsABearerToken(t *testing.T) {
	p := start(t)
	_, ann := become(t, p, token("ann"), chat.Hello{Name: "Ann"})
	if _, again := become(t, p, token("ann"), chat.Hello{Token: token("other")}); again.You != ann.You || !ann.You.Known {
		t.Errorf("with the bearer token of %+v it is %+v", ann.You, again.You)
	}
	if _, again := become(t, p, "", chat.Hello{Token: token("ann")}); again.You != ann.You {
		t.Errorf("with the same token in the hello it is %+v", again.You)
	}
	c := dial(t, p, "/ws", nil, bearer(token("ann"))) // plain
	c.lineThat(func(s string) bool { return strings.HasPrefix(s, "* You are Ann.") })
	for _, bad := range []string{"Bearer short", "Bearer", "bearer " + strings.Repeat("x", chat.MaxToken+1), "Bearer with\tcontrol-characters-in-it"} {
		if status, said := refused(t, p, "/ws", "Authorization: "+bad); status != 400 || said["code"] != "bad_token" {
			t.Errorf("%q: %d %v", bad, status, said)
		}
	}
	proxied := dial(t, p, "/ws", []string{chat.Protocol}, http.Header{"Authorization": {"Basic YTpi"}}) // a proxy's
	proxied.say(chat.Hello{Token: token("ann")})
	if w := next[chat.Welcome](proxied); w.You != ann.You {
		t.Errorf("behind a proxy with passwords it is %+v", w.You)
	}
}

// TestSessionOfAnEarlierVersionMoves has a page come that made its token itself,
// in both orders.
func TestSessionOfAnEarlierVersionMoves(t *testing.T) {
	p := start(t)
	for _, connected := range []bool{true, false} {
		kept := token(map[bool]string{true: "connected", false: "moved"}[connected])
		b := newBrowser(t)
		var was chat.Welcome
		if connected { // as the earlier page did
			_, was = b.visit(p, chat.Hello{Token: kept})
			if _, again := b.visit(p, chat.Hello{Token: kept}); again.You.ID != was.You.ID {
				t.Errorf("the earlier page was %+v and is %+v", was.You, again.You)
			}
		}
		if res, text := b.bring(p, `{"token":"`+kept+`"}`); res.StatusCode != http.StatusNoContent || text != "" || res.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("it is answered with %d %q", res.StatusCode, text)
		}
		if b.token(p) != kept {
			t.Errorf("the cookie has %q", b.token(p))
		}
		_, is := b.visit(p, chat.Hello{})
		_, program := become(t, p, kept, chat.Hello{})
		if connected && is.You.ID != was.You.ID || is.You.ID != program.You.ID || b.token(p) != kept {
			t.Errorf("it was %+v, is %+v, and should be %+v", was.You, is.You, program.You)
		}
	}
}

func TestNobodyElseBringsASession(t *testing.T) {
	p := start(t, func(c *httpd.Config) { c.Origins = []string{"http://localhost:1", "null"} })
	body := `{"token":"` + token("attacker") + `"}`
	for _, origin := range []string{"", "null", "http://localhost:1", "http://evil.example.com", "https://" + p.addr} {
		var headers []string
		if origin != "" {
			headers = []string{"Origin: " + origin}
		}
		b := newBrowser(t)
		res, text := send(t, b.Client, p, http.MethodPost, "/session", body, headers...)
		if res.StatusCode != 403 || len(b.cookies(p)) > 0 || !strings.Contains(text, "bad_origin") {
			t.Errorf("a page from %q: %d %s, %v", origin, res.StatusCode, text, b.cookies(p))
		}
	}
	for _, body := range []string{
		"", "{}", "[]", `{"token":""}`, `{"token":"short"}`, `{"token":1}`,
		`{"token":"` + strings.Repeat("x", chat.MaxToken+1) + `"}`,
		`{"token":"` + token("a;b") + `"}`, `{"token":"` + token(`a\"b`) + `"}`, // what no cookie can hold
		`{"more":"` + strings.Repeat("x", 2000) + `","token":"` + token("x") + `"}`,
	} {
		b := newBrowser(t)
		if res, text := b.bring(p, body); res.StatusCode != 400 || len(b.cookies(p)) > 0 || !strings.Contains(text, "bad_token") {
			t.Errorf("%.40q: %d %s", body, res.StatusCode, text)
		}
	}
	if res, _ := get(t, p, "/session"); res.StatusCode != 404 {
		t.Errorf("GET /session: %d", res.StatusCode)
	}
}

func TestSessionsAreBroughtNoFasterThanCommands(t *testing.T) {
	p, _ := startMapped(t, "203.0.113.7")
	b := newBrowser(t)
	for n := 0; ; n++ {
		res, text := b.bring(p, `{"token":"`+token("mine")+`"}`)
		if res.StatusCode == http.StatusTooManyRequests && res.Header.Get("Retry-After") != "" && strings.Contains(text, "too_fast") {
			break
		}
		if res.StatusCode != http.StatusNoContent || n > 2*chat.AddressBurst {
			t.Fatalf("request %d: %d %s", n, res.StatusCode, text)
		}
	}
}

// TestWhoWasSignedOutGetsANewSession ends the session over which it is asked
// for, also one that had just moved.
func TestWhoWasSignedOutGetsANewSession(t *testing.T) {
	p := start(t)
	for _, moved := range []bool{false, true} {
		b := newBrowser(t)
		if moved {
			b.bring(p, `{"token":"`+token("moved")+`"}`)
		}
		c, was := b.visit(p, chat.Hello{})
		old := b.token(p)
		devices := asks[chat.Listing](c, chat.List{ID: "1", What: chat.ListDevices}).Devices
		if len(devices) != 1 || !devices[0].This {
			t.Fatalf("the devices are %+v", devices)
		}
		c.say(chat.SignOut{ID: "2", Device: devices[0].ID})
		if code, _ := c.endsWithin(0); code != chat.CloseSignedOut {
			t.Errorf("the session was ended, and its connection closed with %d", code)
		}
		_, is := b.visit(p, chat.Hello{})
		if is.You.ID == was.You.ID || b.token(p) == old {
			t.Errorf("moved %v: it was %+v and is %+v", moved, was.You, is.You)
		}
		c = speak(t, p, old, chat.Hello{}) // a program, which keeps its token
		if code, _ := c.endsWithin(0); code != chat.CloseSignedOut {
			t.Errorf("with the old token: closed with %d", code)
		}
	}
}

// TestNoSecretIsWrittenDown looks for secrets in the log, in answers, and on the
// disk.
func TestNoSecretIsWrittenDown(t *testing.T) {
	log, data := new(safeBuffer), t.TempDir()
	p := start(t, byInvitation, func(c *httpd.Config) {
		c.Log, c.Data = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})), data
	})
	secret, bad := invitation(t, p), token("bad")
	b := newBrowser(t)
	b.visit(p, chat.Hello{Invitation: secret, Name: "Ann"})
	become(t, p, token("bearer"), chat.Hello{Invitation: secret})
	speak(t, p, "", chat.Hello{Invitation: bad}).closed()
	newBrowser(t).bring(p, `{"token":"`+token("brought")+`"}`)
	c := dial(t, p, "/ws", nil, nil)
	c.send("/enter " + secret + " Bob")
	told := c.lineThat(func(s string) bool { return strings.Contains(s, "Bearer ") })
	_, printed, _ := strings.Cut(told, "Bearer ")
	refused(t, p, "/ws?invite="+secret, "Origin: http://evil.example.com", "Cookie: "+cookieName(p)+"="+b.token(p))
	conn, err := net.Dial("tcp", p.addr) // what net/http logs by itself
	if err != nil {
		t.Fatal(err)
	}
	conn.Write([]byte("GET /?" + secret + " HTTP/1.1\r\nHost: " + secret + "\r\nHost: twice\r\n\r\n"))
	conn.Close()
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	secrets := []string{secret, bad, b.token(p), token("bearer"), token("brought"), printed}
	written := map[string]string{"the log": log.String()}
	err = filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			var text []byte
			text, err = os.ReadFile(path)
			written[d.Name()] = string(text)
		}
		return err
	})
	if err != nil || len(written) < 2 {
		t.Fatalf("there is nothing to look at: %v", err)
	}
	for where, text := range written {
		if i := slices.IndexFunc(secrets, func(s string) bool { return strings.Contains(text, s) }); i >= 0 {
			t.Errorf("secret %d is in %s", i, where)
		}
	}
}

// A safeBuffer may be written to from any goroutine.
type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}
