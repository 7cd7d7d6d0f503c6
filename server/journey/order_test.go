package journey

import (
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cyberchat/app/chat"
)

// does does something to whom the card shows: the deed's page is opened, changed
// and done.
func (p *tab) does(deed string, set func()) {
	p.Helper()
	p.pushes("#card-" + deed)
	p.wait(`document.querySelector("#act-do")`)
	if set != nil {
		set()
	}
	p.pushes("#act-do")
	p.wait(`document.querySelector("#folk-page")?.dataset.page === "card"`)
}

// closes closes the dialog about people.
func (p *tab) closes() {
	p.Helper()
	p.key(kb.Escape)
	p.wait(`!document.querySelector("#folk").open`)
}

// Somebody who is muted reads and cannot write, is told until when, and speaks
// again when they may.
func TestMutingSomebody(t *testing.T) {
	p := start(t)
	ann, bob := p.owner(t, "Ann"), p.enter(t, "Bob")
	bob.say("I shout")
	ann.card("Bob")
	ann.does("mute", func() { ann.pushes("#act-lasting-168h") })
	bob.wait(`/You are muted until/.test(document.querySelector(".room").innerText) && !document.querySelector("#message")?.checkVisibility()`)
	ann.closes()
	ann.say("quiet now")
	bob.reads("Ann", "quiet now")

	ann.card("Bob")
	ann.pushes("#card-mute")
	ann.pushes("#act-over")
	bob.wait(`document.querySelector("#message").checkVisibility()`)
	bob.say("thank you")
	ann.reads("Bob", "thank you")
}

// Somebody who is removed from a room is out of it at once, and comes back if the
// room is public.
func TestRemovingSomebodyFromARoom(t *testing.T) {
	p := start(t)
	ann, bob := p.owner(t, "Ann"), p.enter(t, "Bob")
	ann.makes("Design", chat.Public)
	bob.joins("Design")
	bob.say("off topic")
	ann.card("Bob")
	ann.does("remove", func() {
		ann.wait(`document.querySelector("#act-where-design").checked`)
	})
	bob.wait(`document.querySelector(".room").innerText.includes("You are not in this room") && !document.querySelector("#message")?.checkVisibility()`)
	ann.closes()
	ann.say("he does not hear this")
	ann.reads("Ann", "he does not hear this")
	if js[bool](bob, `document.querySelector("#log").textContent.includes("he does not hear this")`) {
		t.Error("who was removed hears what is said")
	}
	bob.to("Lobby")
	bob.say("still in the place")
	bob.joins("Design")
	bob.reads("Ann", "he does not hear this")
}

// A member who is made a moderator has what moderators have, at once and without
// loading the page anew, and has it no more when the role is taken.
func TestAppointingAModerator(t *testing.T) {
	p := start(t)
	ann, bob := p.owner(t, "Ann"), p.enter(t, "Bob")
	bob.say("hello")
	if js[bool](bob, `!!document.querySelector("#open-keeping")`) {
		t.Fatal("a member keeps order")
	}
	ann.card("Bob")
	ann.does("appoint", func() { ann.pushes("#act-role-moderator") })
	bob.wait(`document.querySelector("#open-keeping")`)
	ann.closes()
	ann.say("a mistake")
	bob.onMessage("a mistake", "message-delete")
	bob.pushes("#about-do")
	ann.wait(`document.querySelectorAll("#log .gone").length === 1`)

	ann.card("Bob")
	ann.does("appoint", func() { ann.pushes("#act-role-member") })
	bob.wait(`!document.querySelector("#open-keeping")`)
}

// An invitation that was taken back lets nobody in.
func TestTakingAnInvitationBack(t *testing.T) {
	p := newPlace(t, "127.0.0.1:0")
	p.byInvitation = true
	p.begin()
	ann := p.owner(t, "Ann")
	ann.choose("open-invitations")
	ann.pushes("#invite-new")
	ann.pushes("#invite-do")
	ann.wait(`document.querySelector("#folk .copyline code")`)
	link := js[string](ann, `document.querySelector("#folk .copyline code").textContent`)
	ann.closes()
	ann.choose("open-invitations")
	ann.wait(`document.querySelectorAll("#folk .item").length === 1`)
	ann.pushes("#folk .item .button")
	ann.wait(`document.querySelector("#folk .state")?.textContent.includes("None is open")`)
	bob := open(t, link)
	bob.wait(`document.querySelector("#door h2")?.textContent === "This place is by invitation" && document.querySelector("#invitation-note").textContent.includes("does not work")`)
}

// callers are a listener's, and come from an address of the test's choosing: this
// machine's own is never banned.
type callers struct {
	net.Listener
	at   atomic.Value  // a string
	hold chan struct{} // no socket is opened before it is closed; may be nil
}

func (c *callers) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return caller{conn, c.at.Load().(string), c.hold}, nil
}

type caller struct {
	net.Conn
	at   string
	hold chan struct{}
}

func (c caller) Write(p []byte) (int, error) {
	if c.hold != nil && strings.HasPrefix(string(p[:min(len(p), 12)]), "HTTP/1.1 101") {
		<-c.hold
	}
	return c.Conn.Write(p)
}

func (c caller) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(c.at), Port: 1234} }

// Whoever comes from a banned address is told so over the socket, with the code
// that says not to come back: browsers hide why an upgrade is refused.
func TestBannedAddressIsToldSo(t *testing.T) {
	p := newPlace(t, "127.0.0.1:0")
	p.from = new(callers)
	p.from.at.Store("198.51.100.1")
	p.begin()
	ann := p.owner(t, "Ann")
	p.from.at.Store("203.0.113.7")
	bob := p.enter(t, "Bob")
	ann.choose("open-keeping")
	ann.pushes("#keeping-bans")
	ann.pushes("#ban-address")
	ann.fills("#address", "203.0.113.7")
	ann.pushes("#address-do")
	ann.wait(`[...document.querySelectorAll("#folk .item-title")].some((e) => e.textContent === "203.0.113.7")`)
	banned := `document.querySelector("#door h2")?.textContent === "You are banned" && document.querySelector(".door-text").textContent.includes("until")`
	bob.wait(banned)
	js[bool](bob, `(globalThis.before = true)`)
	bob.pushes("#come-in")
	bob.wait("!globalThis.before && %s", banned)
	stranger := open(t, p.url())
	stranger.wait(banned)

	ann.pushes("#folk .item .button")
	ann.wait(`document.querySelector("#folk .state")?.textContent.includes("Nobody is banned")`)
	bob.pushes("#come-in")
	bob.connected()
	bob.wait(`document.querySelector("#you-name")?.textContent === "Bob"`)
}

// A token that an earlier version kept where scripts read it moves into the cookie.
func TestTokenOfAnEarlierVersionMoves(t *testing.T) {
	p := start(t)
	kept := strings.Repeat("k", 26)
	tab := open(t, "about:blank")
	tab.evaluateOnNew(`try {
		if (!localStorage.before) Object.assign(localStorage, { before: "yes", "cyberchat.token": "` + kept + `", "cyberchat.name": "Ann of old" });
	} catch {} // about:blank has no storage`)
	tab.do(chromedp.Navigate(p.url()))
	tab.connected()
	tab.wait(`document.querySelector("#you-name")?.textContent === "Ann of old" && localStorage["cyberchat.token"] === undefined`)
	address, err := url.Parse(p.url())
	if err != nil {
		t.Fatal(err)
	}
	is := func(when string) {
		t.Helper()
		cookies := command(tab, network.GetCookies, network.GetCookiesParams{URLs: []string{p.url()}}).Cookies
		if len(cookies) != 1 || cookies[0].Name != "cyberchat-session-"+address.Port() || cookies[0].Value != kept || !cookies[0].HTTPOnly {
			t.Errorf("%s the cookies are %+v", when, cookies)
		}
	}
	is("then")
	js[bool](tab, `(localStorage["cyberchat.name"] = "Somebody else", true)`)
	tab.do(chromedp.Reload())
	tab.connected()
	tab.wait(`document.querySelector("#you-name")?.textContent === "Ann of old"`)
	is("after a reload")
}

// In a page from a file one signs out of the session that the page itself keeps.
func TestSigningOutOfAPageFromAFile(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	file := open(t, saved(t, p.addr, func(s string) string { return s }))
	file.join("From disk")
	file.say("hello from a file")
	ann.reads("From disk", "hello from a file")
	token := `localStorage["cyberchat.token@` + p.addr + `"]`
	was := js[string](file, "%s", token)
	file.choose("open-devices")
	file.wait(`document.querySelector("#folk .item")?.textContent.includes("this one")`)
	file.pushes("#folk .item .button")
	file.wait(`document.querySelector("#door h2")?.textContent === "This device was signed out"`)
	file.wait(token + ` === undefined`)
	file.pushes("#come-in")
	file.connected()
	file.wait(`document.querySelector("#you-name")?.textContent.startsWith("guest-") || document.querySelector("#name-dialog").open`)
	if is := js[string](file, "%s", token); is == was || len(is) < 22 {
		t.Errorf("the token was %q and is %q", was, is)
	}
	file.wait(`document.querySelector("#you-name").textContent !== "From disk"`)
}
