package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// owner opens the chat as its first owner, by the link of the start.
func (p *place) owner(t testing.TB, name string) *tab {
	t.Helper()
	i, err := p.server.InviteOwner("")
	if err != nil || i == nil {
		t.Fatalf("the link for the owner: %v, %v", i, err)
	}
	tab := open(t, p.url()+"#invite="+i.Secret)
	tab.join(name)
	tab.wait(`location.hash === "" && location.pathname === "/"`)
	return tab
}

// pushes presses what the selector finds, once it is there.
func (p *tab) pushes(selector string) {
	p.Helper()
	p.wait(`document.querySelector(%q)?.checkVisibility()`, selector)
	js[bool](p, `(document.querySelector(%q).click(), true)`, selector)
}

// card opens the card of somebody from their name in the log.
func (p *tab) card(name string) {
	p.Helper()
	p.wait(`[...document.querySelectorAll("#log .message > .author")].some((a) => a.textContent === %q)`, name)
	js[bool](p, `([...document.querySelectorAll("#log .message > .author")].findLast((a) => a.textContent === %q).click(), true)`, name)
	p.wait(`document.querySelector("#folk[open] .card") && document.querySelector("#folk-title").textContent === %q`, name)
}

// fills puts a text into a field of a page.
func (p *tab) fills(selector, text string) {
	p.Helper()
	p.wait(`document.querySelector(%q)`, selector)
	js[bool](p, `(document.querySelector(%q).value = %q, true)`, selector, text)
}

// onMessage opens the menu of the last message that says this, by keys.
func (p *tab) onMessage(text, item string) {
	p.Helper()
	p.wait(`[...document.querySelectorAll("#log [data-seq] .text")].some((m) => m.textContent === %q)`, text)
	js[bool](p, `([...document.querySelectorAll("#log [data-seq]")].findLast((m) => m.querySelector(".text").textContent === %q).focus({ focusVisible: true }), true)`, text)
	p.do(chromedp.KeyEvent(kb.F10, chromedp.KeyModifiers(chromedp.ModifierShift)))
	p.wait(`document.querySelector("#message-menu").matches(":popover-open") && document.querySelector("#%s")`, item)
	js[bool](p, `(document.querySelector("#%s").click(), true)`, item)
}

// Somebody without an invitation is told what to do; with one they are in, and
// it is nowhere to be seen any more.
func TestComingByInvitation(t *testing.T) {
	p := newPlace(t, "127.0.0.1:0")
	p.byInvitation = true
	p.begin()
	ann := p.owner(t, "Ann")

	bob := open(t, p.url())
	bob.wait(`document.querySelector("#door h2")?.textContent === "This place is by invitation"`)
	bob.disconnected()
	bob.fills("#invitation", "https://example.com/")
	bob.pushes("#come-in")
	bob.wait(`document.querySelector("#invitation-note").textContent.includes("no invitation")`)

	ann.choose("open-invitations")
	ann.pushes("#invite-new")
	ann.pushes("#invite-uses-1")
	ann.pushes("#invite-do")
	ann.wait(`document.querySelector("#folk .qr svg") && document.querySelector("#folk .copyline code")`)
	link := js[string](ann, `document.querySelector("#folk .copyline code").textContent`)
	if !strings.HasPrefix(link, p.url()+"#invite=") {
		t.Fatalf("the invitation is %q", link)
	}
	secret := link[strings.Index(link, "=")+1:]

	bob.fills("#invitation", link)
	bob.pushes("#come-in")
	bob.join("Bob")
	if kept := js[string](bob, `location.href + JSON.stringify(sessionStorage) + JSON.stringify(localStorage) + document.cookie`); strings.Contains(kept, secret) {
		t.Errorf("the secret is still in %s", kept)
	}
	bob.say("I am in")
	ann.reads("Bob", "I am in")

	// It was good once.
	eve := open(t, link)
	eve.wait(`document.querySelector("#invitation-note")?.textContent.includes("does not work")`)
	for _, url := range eve.requests {
		if strings.Contains(url, secret) {
			t.Errorf("the secret was sent in %s", url)
		}
	}
	eve.wait(`location.hash === ""`)
}

// A banned person is out of every tab at once, is told until when, and is let in
// again when the ban is lifted.
func TestBanningSomebody(t *testing.T) {
	p := start(t)
	ann := p.owner(t, "Ann")
	bob := p.enter(t, "Bob")
	other := openIn(t, bob.ctx, p.url())
	other.connected()
	bob.say("I misbehave")

	ann.card("Bob")
	ann.pushes("#card-ban")
	ann.pushes("#act-lasting-168h")
	ann.fills("#act-reason", "misbehaving")
	ann.pushes("#act-do")
	for _, tab := range []*tab{bob, other} {
		tab.wait(`document.querySelector("#door h2")?.textContent === "You are banned" && document.querySelector(".door-text").textContent.includes("until")`)
		if js[bool](tab, `document.body.textContent.includes("I misbehave")`) {
			t.Error("what was said in the place can still be read")
		}
	}
	js[bool](bob, `(globalThis.before = true)`)
	bob.pushes("#come-in")
	bob.wait(`!globalThis.before && document.querySelector("#door h2")?.textContent === "You are banned"`)

	ann.wait(`document.querySelector("#folk[open]") === null || !document.querySelector("#act")`)
	ann.key(kb.Escape)
	ann.wait(`!document.querySelector("#folk").open`)
	ann.choose("open-keeping")
	ann.pushes("#keeping-log")
	ann.wait(`[...document.querySelectorAll("#folk .audit")].some((e) => /You banned\s*Bob\s*until .*misbehaving/.test(e.textContent.replace(/\s+/g, " ")))`)
	ann.pushes("#keeping-bans")
	ann.pushes("#folk .item .button")
	ann.wait(`document.querySelector("#folk .state")?.textContent.includes("Nobody is banned")`)
	bob.pushes("#come-in")
	bob.connected()
}

// A device is linked by an address that is shown as a QR code, is the same person
// there, and is signed out from the first.
func TestDevices(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.choose("open-devices")
	ann.wait(`document.querySelectorAll("#folk .item").length === 1 && document.querySelector("#folk .item").textContent.includes("this one")`)
	ann.pushes("#device-link")
	ann.wait(`document.querySelector("#folk .qr svg") && document.querySelector("#link-left").textContent.includes("10 more minutes")`)
	link := js[string](ann, `document.querySelector("#folk .copyline code").textContent`)

	phone := open(t, link)
	phone.connected()
	phone.wait(`document.querySelector("#you-name").textContent === "Ann" && !document.querySelector("#name-dialog").open`)
	phone.say("from the phone")
	ann.reads("Ann", "from the phone")

	ann.pushes("#folk-back")
	ann.key(kb.Escape)
	ann.choose("open-devices")
	ann.wait(`document.querySelectorAll("#folk .item").length === 2`)
	js[bool](ann, `([...document.querySelectorAll("#folk .item")].find((i) => !i.textContent.includes("this one")).querySelector("button").click(), true)`)
	phone.wait(`document.querySelector("#door h2")?.textContent === "This device was signed out"`)
	ann.wait(`document.querySelectorAll("#folk .item").length === 1`)
	ann.connected()
}

// A browser that is somebody follows the link to a device of somebody else's: it is
// asked, stays who it is or becomes the other, and is signed out as the first.
func TestDeviceBecomesSomebodyElse(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	bob.say("I am Bob")
	ann.choose("open-devices")
	ann.pushes("#device-link")
	ann.wait(`document.querySelector("#folk .copyline code")`)
	link := js[string](ann, `document.querySelector("#folk .copyline code").textContent`)

	tab := openIn(t, bob.ctx, link)
	asked := `/You are\s*Bob\s*here. Become\s*Ann\s*on this device/.test(document.querySelector("#become")?.innerText) && document.querySelector("#folk").open`
	tab.wait(asked)
	tab.wait(`document.querySelector("#become").innerText.includes("only device")`)
	tab.pushes("#become-not")
	tab.wait(`!document.querySelector("#folk").open && document.querySelector("#you-name").textContent === "Bob"`)
	tab.say("still Bob")
	ann.reads("Bob", "still Bob")

	tab.do(chromedp.Navigate(link))
	tab.wait(asked)
	tab.pushes("#become-do")
	tab.wait(`document.querySelector("#you-name")?.textContent === "Ann" && !document.querySelector("#folk").open && !document.querySelector("#name-dialog").open`)
	tab.connected()
	bob.wait(`document.querySelector("#door h2")?.textContent === "This device was signed out"`)
	tab.say("now Ann")
	ann.reads("Ann", "now Ann")
	bob.pushes("#come-in") // the same browser
	bob.wait(`document.querySelector("#you-name")?.textContent === "Ann"`)
}

// What is reported reaches the moderators at once, is settled, and what is deleted
// goes from every screen.
func TestReportingAndDeleting(t *testing.T) {
	p := start(t)
	ann := p.owner(t, "Ann")
	bob, cy := p.enter(t, "Bob"), p.enter(t, "Cy")
	bob.say("something bad")
	bob.say("something good")
	cy.onMessage("something bad", "message-report")
	cy.fills("#about-reason", "it hurts")
	cy.pushes("#about-do")
	cy.wait(`document.querySelector(".toast")?.textContent.includes("moderators")`)

	ann.wait(`document.querySelector("#open-keeping .badge")?.textContent === "1"`)
	ann.choose("open-keeping")
	ann.wait(`/Cy.*reported.*it hurts.*something bad/s.test(document.querySelector("#folk .report")?.textContent)`)
	js[bool](ann, `([...document.querySelectorAll("#folk .report button")].find((b) => b.textContent === "Delete the message").click(), true)`)
	ann.wait(`document.querySelector("#folk .state")?.textContent.includes("Nothing is open") && !document.querySelector("#open-keeping .badge")`)
	for _, tab := range []*tab{ann, bob, cy} {
		tab.wait(`document.querySelectorAll("#log .gone").length === 1 && !document.querySelector("#log").textContent.includes("something bad")`)
	}
	ann.key(kb.Escape)

	bob.onMessage("something good", "message-delete")
	bob.pushes("#about-do")
	for _, tab := range []*tab{ann, bob, cy} {
		tab.wait(`document.querySelectorAll("#log .gone").length === 2 && !document.querySelector("#log").textContent.includes("something good")`)
	}
}

// Who writes, who is away and who is hidden.
func TestPresenceTypingAndHiding(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.wait(`[...document.querySelectorAll("#people .person.online")].some((e) => e.textContent.includes("Bob"))`)
	bob.types("#message", "I am just")
	ann.wait(`document.querySelector("#writing").textContent === "Bob is writing…"`)
	bob.do(chromedp.KeyEvent("\r"))
	ann.reads("Bob", "I am just")
	ann.wait(`document.querySelector("#writing").textContent === ""`)

	js[bool](bob, `(Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true }), document.dispatchEvent(new Event("visibilitychange")), true)`)
	ann.wait(`[...document.querySelectorAll("#people .person.away")].some((e) => e.textContent.includes("Bob"))`)
	js[bool](bob, `(Object.defineProperty(document, "visibilityState", { value: "visible", configurable: true }), document.dispatchEvent(new Event("visibilitychange")), true)`)
	ann.wait(`[...document.querySelectorAll("#people .person.online")].some((e) => e.textContent.includes("Bob"))`)

	ann.card("Bob")
	ann.pushes("#card-hide")
	ann.wait(`document.querySelector("#card-unhide") && document.querySelector("#log .folded")`)
	ann.key(kb.Escape)
	bob.say("can you hear me")
	ann.wait(`document.querySelectorAll("#log .folded").length === 2`)
	if js[bool](ann, `document.querySelector("#log").innerText.includes("can you hear me")`) {
		t.Error("what a hidden person says is shown")
	}
	js[bool](ann, `([...document.querySelectorAll("#log .folded summary")].at(-1).click(), true)`)
	ann.wait(`document.querySelector("#log").innerText.includes("can you hear me")`)
	ann.wait(`!document.querySelector("#heard").textContent.includes("can you hear me")`)
}

// Somebody leaves for good, with what they said.
func TestLeavingForGood(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	bob.say("I was here")
	ann.reads("Bob", "I was here")
	bob.choose("open-self")
	bob.pushes("#self-leave")
	bob.pushes("#leave-said-erase")
	bob.pushes("#leave-do")
	bob.wait(`document.querySelector("#leave-word-note").textContent.includes("leave")`)
	bob.fills("#leave-word", "leave")
	bob.pushes("#leave-do")
	bob.wait(`document.querySelector("#door h2")?.textContent === "You have left"`)
	ann.wait(`!document.querySelector("#log").textContent.includes("I was here")`)
	ann.wait(`document.querySelector("#people-button").textContent === "1"`)
	bob.pushes("#come-in")
	bob.join("Robert")
}
