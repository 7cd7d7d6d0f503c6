package httpd

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

const (
	// cookieFor is how long a browser keeps the cookie of a session that it does
	// not show: as long as it may (RFC 6265bis §5.5). Whoever comes gets it anew.
	cookieFor = 400 * 24 * time.Hour
	// maxCookies is how many cookies of one name are looked at: somebody else's
	// page on the same host may have set more.
	maxCookies = 3
)

// cookieName is what the cookie of a session is called for pages of an origin.
// Browsers give a cookie to every port of a host, so that the name has the port.
// The prefix has them take it from nobody but this host, over TLS.
func cookieName(from origin) string {
	_, port, err := net.SplitHostPort(from.host)
	if err != nil {
		port = map[string]string{"http": "80", "https": "443"}[from.scheme]
	}
	name := "cyberchat-session-" + port
	if from.scheme == "https" {
		return "__Host-" + name
	}
	return name
}

// setCookie gives a page's browser the token of its session, which no script
// reads, and which comes back with what our own pages ask for, and with a link
// that is followed from elsewhere.
func setCookie(w http.ResponseWriter, from origin, token string) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(from), Value: token, Path: "/", MaxAge: int(cookieFor.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: from.scheme == "https",
	})
}

// An identity is what a request for a socket shows of who comes.
type identity struct {
	shown string // the token of a cookie or a bearer; empty if there is none
	fresh string // the token that its browser was just given; empty if it has another one, or is none
}

// token is that of the session, given the one in the hello: what was shown with
// the request counts more, and what was made for a browser less.
func (who identity) token(hello string) string {
	switch {
	case who.shown != "":
		return who.shown
	case hello != "":
		return hello
	}
	return who.fresh
}

// identify reads who comes, and has the answer give a browser a session: a new
// one if it has none that is known, or was made here a moment ago, so that nobody
// else knows its token, and once more the one it has. Only our own pages come with a cookie, and only they get
// one; a page of another origin that may connect says who it is in its hello.
func (s *Server) identify(w http.ResponseWriter, r *http.Request, mode hub.Mode) (who identity, no *refusal) {
	if kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(kind, "Bearer") {
		token = strings.TrimSpace(token)
		if fault := chat.CheckToken(token); fault != nil || token == "" {
			return identity{}, badToken
		}
		return identity{shown: token}, nil
	}
	from, ok := s.gate.ownPage(r)
	if !ok {
		return identity{}, nil
	}
	for _, c := range cookies(r, from) {
		if s.moved.has(c.Value) || s.hub.Knows(c.Value) {
			who.shown = c.Value
			break
		}
		if s.given.has(c.Value) {
			who.fresh = c.Value
		}
	}
	if who.shown+who.fresh == "" && mode == hub.Typed {
		who.fresh = rand.Text() // 130 random bits
		s.given.add(who.fresh, givenFor)
	}
	if token := who.token(""); token != "" {
		setCookie(w, from, token)
	}
	return who, nil
}

// cookies are those of a request that may be of a session.
func cookies(r *http.Request, from origin) []*http.Cookie {
	all := r.CookiesNamed(cookieName(from))
	return all[:min(len(all), maxCookies)]
}

var badToken = &refusal{status: http.StatusBadRequest, Code: string(chat.CodeBadToken), Text: "The token is none. A token has 22 to 128 printable ASCII characters; make one from 128 random bits."}

// session takes the token that a page of an earlier version made and kept
// itself, in {"token": …}, and gives it back as a cookie; or the link to another
// device, in {"invitation": …, "device": …}, and gives a cookie with a new token by
// which the browser is whoever made that.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	from, no := s.refuseSession(r)
	if no != nil {
		no.answer(w)
		return
	}
	var said struct{ Token, Invitation, Device string }
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&said)
	if err == nil && said.Invitation != "" {
		s.become(w, r, from, chat.Hello{Invitation: said.Invitation, Device: said.Device})
		return
	}
	if err != nil || said.Token == "" || chat.CheckToken(said.Token) != nil || strings.ContainsAny(said.Token, "\",;\\") { // RFC 6265 §4.1.1
		badToken.answer(w)
		return
	}
	if !s.hub.Knows(said.Token) && !s.moved.add(said.Token, movedFor) {
		(&refusal{status: http.StatusServiceUnavailable, retry: 30, Code: "full", Text: "Too many sessions move here at once. Try again later."}).answer(w)
		return
	}
	setCookie(w, from, said.Token)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

// become has a browser be somebody else, by a link of theirs.
func (s *Server) become(w http.ResponseWriter, r *http.Request, from origin, said chat.Hello) {
	hello, fault := chat.CleanHello(said)
	if fault != nil {
		(&refusal{status: http.StatusBadRequest, Code: string(fault.Code), Text: fault.Text}).answer(w)
		return
	}
	instead := ""
	for _, c := range cookies(r, from) {
		if s.hub.Knows(c.Value) {
			instead = c.Value
			break
		}
	}
	token := rand.Text() // 130 random bits
	fault, err := s.hub.Become(hub.Visit{Hello: hello, Token: token, Address: addressOf(r.RemoteAddr)}, instead)
	switch {
	case err != nil:
		(&refusal{status: http.StatusServiceUnavailable, retry: 5, Code: "full", Text: "The server could not do this now. Try again in a moment."}).answer(w)
		return
	case fault != nil:
		(&refusal{status: http.StatusForbidden, Code: string(fault.Code), Text: fault.Text}).answer(w)
		return
	}
	setCookie(w, from, token)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
}

// refuseSession returns the origin of the page that brings a session, or why it
// may not. A browser always says where such a request comes from, and no other
// page than ours may choose who somebody is.
func (s *Server) refuseSession(r *http.Request) (from origin, no *refusal) {
	from, ok := s.gate.ownPage(r)
	if !ok {
		return from, &refusal{status: http.StatusForbidden, Code: "bad_origin", Text: "Only a page of this server brings a session here."}
	}
	if fault := s.hub.Banned(addressOf(r.RemoteAddr)); fault != nil {
		return from, &refusal{status: http.StatusForbidden, Code: string(fault.Code), Text: fault.Text}
	}
	if !s.sockets.allow(r.RemoteAddr) {
		return from, &refusal{status: http.StatusTooManyRequests, retry: 1, Code: string(chat.CodeTooFast), Text: "Too much comes from your address. Wait a moment and try again."}
	}
	return from, nil
}

const (
	// movedFor is how long a token is expected that was brought, and givenFor how
	// long one that was made for a browser: its second tab, or its second try after
	// a line that broke, comes before there is a session.
	movedFor, givenFor = 10 * time.Minute, time.Minute
	// maxExpected is how many are expected.
	maxExpected = 10_000
)

// An expected knows tokens of which there may be no session yet. Its methods may
// be called from any goroutine.
type expected struct {
	mu     sync.Mutex
	until  map[[sha256.Size]byte]time.Time
	looked time.Time // when it was last looked for those whose time is over
}

// add has a token be expected for a time. It reports whether there was room.
func (e *expected) add(token string, lasts time.Duration) bool {
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.until) >= maxExpected && now.Sub(e.looked) >= time.Second {
		e.looked = now
		for hash, until := range e.until {
			if !until.After(now) {
				delete(e.until, hash)
			}
		}
	}
	if len(e.until) >= maxExpected {
		return false
	}
	if e.until == nil {
		e.until = make(map[[sha256.Size]byte]time.Time)
	}
	e.until[sha256.Sum256([]byte(token))] = now.Add(lasts)
	return true
}

func (e *expected) has(token string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.until[sha256.Sum256([]byte(token))].After(time.Now())
}

// drop has a token be expected no more, because there is a session with it: when
// that is ended, it is nobody's.
func (e *expected) drop(token string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.until) > 0 {
		delete(e.until, sha256.Sum256([]byte(token)))
	}
}
