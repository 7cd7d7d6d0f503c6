package journey

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestBrowserHasASessionThatThePageDoesNotSee has a browser keep what came with
// the answer to an upgrade, and the page bring a session that it kept itself.
func TestBrowserHasASessionThatThePageDoesNotSee(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	address, err := url.Parse(p.url())
	if err != nil {
		t.Fatal(err)
	}
	session := func() *network.Cookie {
		t.Helper()
		cookies := command(ann, network.GetCookies, network.GetCookiesParams{URLs: []string{p.url()}}).Cookies
		if len(cookies) != 1 || cookies[0].Name != "cyberchat-session-"+address.Port() {
			t.Fatalf("the cookies are %+v", cookies)
		}
		return cookies[0]
	}
	if c := session(); !c.HTTPOnly || c.SameSite != network.CookieSameSiteLax || c.Session {
		t.Errorf("the cookie is %+v", c)
	}
	if seen := js[string](ann, `document.cookie`); seen != "" {
		t.Errorf("the page sees %q", seen)
	}
	kept := strings.Repeat("k", 26)
	if status := js[int](ann, `fetch("/session", { method: "POST", body: JSON.stringify({ token: %q }) }).then((r) => r.status)`, kept); status != 204 {
		t.Errorf("the page brings a session: %d", status)
	}
	if c := session(); c.Value != kept || !c.HTTPOnly {
		t.Errorf("then the cookie is %+v", c)
	}
	ann.do(chromedp.Reload())
	ann.connected()
	if c := session(); c.Value != kept {
		t.Errorf("after a reload the cookie is %+v", c)
	}
}

// TestTwoTabsOfAFirstVisitAreOnePerson has the second tab there before the first is
// answered, and so before the browser has a cookie.
func TestTwoTabsOfAFirstVisitAreOnePerson(t *testing.T) {
	p := newPlace(t, "127.0.0.1:0")
	p.from = &callers{hold: make(chan struct{})}
	p.from.at.Store("127.0.0.1")
	p.begin()
	release := sync.OnceFunc(func() { close(p.from.hold) })
	t.Cleanup(release)
	one := open(t, p.url())
	two := openIn(t, one.ctx, p.url())
	for _, tab := range []*tab{one, two} {
		comes := func() bool { // it has asked for a socket, or waits to
			return slices.ContainsFunc(tab.asked(), func(url string) bool { return strings.HasPrefix(url, "ws:") }) ||
				js[bool](tab, `navigator.locks.query().then((all) => all.pending.length > 0)`)
		}
		for begin := time.Now(); !comes(); {
			if time.Since(begin) > patience {
				t.Fatal("a tab does not come")
			}
		}
	}
	release()
	one.connected()
	two.connected()
	name := `document.querySelector("#you-name")?.textContent ?? ""`
	one.wait(name + ` !== ""`)
	two.wait(name + ` !== ""`)
	if a, b := js[string](one, "%s", name), js[string](two, "%s", name); a != b {
		t.Errorf("one tab is %q and the other %q", a, b)
	}
	two.wait(`document.querySelector("#people-button").textContent === "1"`)
}
