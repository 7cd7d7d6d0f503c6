package journey

import (
	"net/url"
	"strings"
	"testing"

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
