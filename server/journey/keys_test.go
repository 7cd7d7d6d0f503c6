package journey

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func (p *tab) key(keys string, modifiers ...chromedp.Modifier) {
	p.Helper()
	p.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

func TestShortcuts(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.focus("#message")
	ann.key("a?/p") // while writing they are letters
	ann.wait(`document.querySelector("#message").value === "a?/p" && !document.querySelector("dialog[open]")`)
	ann.key(",", chromedp.ModifierCtrl)
	ann.wait(`document.querySelector("#settings").open`)
	ann.key(kb.Escape)
	ann.wait(`!document.querySelector("#settings").open`)
	ann.focus("#message")

	js[bool](ann, `(document.querySelector("#log").focus(), true)`)
	ann.key("?")
	ann.wait(`document.querySelector("#help").open`)
	ann.focus("#help *")
	js[bool](ann, `(document.querySelector("#help-tabs-keys").focus(), true)`)
	ann.key(kb.ArrowRight)
	ann.wait(`document.querySelector("#help-tabs-commands").getAttribute("aria-selected") === "true" && document.querySelector("#help-tabs-page").textContent.includes("/who")`)
	ann.focus("#help-tabs-commands")
	ann.key(kb.Escape)
	ann.wait(`!document.querySelector("#help").open`)
	ann.focus("#log")

	// As a keyboard does: what the key would write comes with it.
	command(ann, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "/", Code: "Slash", Text: "/", WindowsVirtualKeyCode: 191})
	command(ann, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyUp, Key: "/", Code: "Slash", WindowsVirtualKeyCode: 191})
	ann.focus("#message")
	ann.wait(`document.querySelector("#message").value === "a?/p"`)
	js[bool](ann, `(document.querySelector("#log").focus(), true)`)
	ann.key("p")
	ann.wait(`!document.querySelector("#people").checkVisibility()`)
	ann.key("p")
	ann.wait(`document.querySelector("#people").checkVisibility()`)
	ann.key(kb.Escape)
	ann.focus("#message")

	// Single keys can be switched off; the others go on working.
	ann.choose("open-settings")
	ann.setTo("single-keys")
	ann.key(kb.Escape)
	ann.wait(`!document.querySelector("#settings").open`)
	js[bool](ann, `(document.querySelector("#log").focus(), true)`)
	ann.key("p?/")
	ann.key("/", chromedp.ModifierCtrl)
	ann.wait(`document.querySelector("#help").open && document.querySelector("#help").textContent.includes("are off")`)
	if !js[bool](ann, `document.querySelector("#people").checkVisibility() && document.querySelector("#message").value === "a?/p"`) {
		t.Error("a single key did something although it is switched off")
	}
}

func TestEndLeadsToTheLatestMessage(t *testing.T) {
	p := startBusy(t)
	p.fill(sayings(80))
	ann := p.enter(t, "Ann")
	ann.has(31, 80)
	ann.focus("#message")
	ann.key(kb.PageUp) // from the field, while it holds one line
	ann.key(kb.PageUp)
	const fromEnd = `(document.querySelector("#log").scrollHeight - document.querySelector("#log").scrollTop - document.querySelector("#log").clientHeight)`
	ann.wait(fromEnd + ` > 300`)
	ann.focus("#message")
	js[bool](ann, `(document.querySelector("#people-button").focus(), true)`)
	ann.key(kb.End)
	ann.wait(fromEnd + ` < 2`)
	ann.focus("#log")
}

func TestSkipLinks(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	const first = `document.querySelector("a[href], button, input, textarea, [tabindex='0']")`
	js[bool](ann, `(%s.focus(), true)`, first)
	ann.wait(`document.activeElement.textContent === "Skip to the messages" && document.activeElement.getBoundingClientRect().width > 80`)
	ann.key("\r")
	ann.focus("#log")
	js[bool](ann, `(document.querySelectorAll(".skip")[1].focus(), true)`)
	ann.key("\r")
	ann.focus("#message")
	if at := js[string](ann, `location.href`); at != p.url() {
		t.Errorf("the address is %s now", at)
	}
	if !js[bool](ann, `[...document.querySelectorAll(".skip")].every((s) => s.getBoundingClientRect().width <= 1)`) {
		t.Error("the links are seen by who does not need them")
	}
}

func TestMenuByKeyboard(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	const open = `document.querySelector("#you-menu").matches(":popover-open")`
	js[bool](ann, `(document.querySelector("#you").focus(), true)`)
	ann.key(kb.ArrowDown)
	ann.wait(open + ` && document.querySelector("#you").getAttribute("aria-expanded") === "true"`)
	ann.focus("#open-self")
	for _, step := range []struct{ key, to string }{
		{kb.ArrowDown, "#open-devices"}, {kb.End, "#open-help"}, {kb.ArrowDown, "#open-self"},
		{kb.ArrowUp, "#open-help"}, {kb.Home, "#open-self"}, {"s", "#open-settings"}, {"x", "#open-settings"},
	} {
		ann.key(step.key)
		ann.focus(step.to)
	}
	ann.key(kb.Escape)
	ann.wait(`!` + open + ` && document.querySelector("#you").getAttribute("aria-expanded") === "false"`)
	ann.focus("#you")
	ann.key(kb.ArrowUp)
	ann.wait(open)
	ann.focus("#open-help")
	ann.do(chromedp.Click(chromedp.CSS("#log")))
	ann.wait(`!` + open)
	ann.do(chromedp.Click(chromedp.CSS("#you")))
	ann.wait(open)
	ann.do(chromedp.Click(chromedp.CSS("#you")))
	ann.wait(`!` + open)
	ann.do(chromedp.Click(chromedp.CSS("#you")))
	ann.wait(open)
	ann.do(chromedp.Click(chromedp.CSS("#you-menu .menu-about"))) // which is nothing to do
	ann.key(kb.ArrowDown)
	ann.focus("#open-devices")
	ann.key(kb.Escape)
	ann.wait(`!` + open)
	js[bool](ann, `(document.querySelector("#you").focus(), true)`)
	ann.key("\r")
	ann.wait(open)
	ann.focus("#open-self")
	ann.key(kb.ArrowDown)
	ann.key(kb.ArrowDown)
	ann.focus("#change-name")
	ann.key("\r")
	ann.wait(`document.querySelector("#name-dialog").open`)
	ann.key(kb.Escape)
	ann.wait(`!document.querySelector("#name-dialog").open`)
	ann.focus("#you")
}

func TestPeopleAreOneStopOfTab(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	bob := p.enter(t, "Bob")
	bob.say("hello") // as long as nothing has been said, the panel ends with the people
	ann.reads("Bob", "hello")
	ann.wait(`document.querySelectorAll("#people .person").length === 2`)
	const at = `[...document.querySelectorAll("#people .person")].indexOf(document.activeElement)`
	js[bool](ann, `(document.querySelector("#send").focus(), true)`)
	ann.key("\t")
	ann.wait(at + ` === 0`)
	ann.key(kb.ArrowDown)
	ann.wait(at + ` === 1`)
	ann.key("\t")
	ann.wait(at + ` === -1 && document.activeElement !== document.body`)
	ann.key("\t", chromedp.ModifierShift)
	ann.wait(at + ` === 1`) // where it was
	ann.key("\t", chromedp.ModifierShift)
	ann.focus("#send")
}

func TestWhatCanBeDoneWithAMessage(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.say("first")
	ann.say("second <b>")
	ann.reads("Ann", "second <b>")
	js[bool](ann, `(Object.defineProperty(navigator, "clipboard", { value: { writeText: (t) => { window.copied = t; return Promise.resolve() } } }), true)`)
	const open = `document.querySelector("#message-menu").matches(":popover-open")`

	// With the mouse, by the button.
	ann.wait(`document.querySelector("#message-more").hidden`)
	x, y := center(ann, `[data-seq="1"] .text`)
	ann.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
	ann.wait(`!document.querySelector("#message-more").hidden`)
	ann.do(chromedp.Click(chromedp.CSS("#message-more")))
	ann.wait(open)
	ann.do(chromedp.Click(chromedp.CSS("#copy-text")))
	ann.wait(`!` + open + ` && window.copied === "first"`)
	ann.wait(`document.querySelector("#toasts").textContent.includes("Copied.")`)
	ann.do(chromedp.Click(chromedp.CSS("#toasts .button")))
	ann.wait(`!document.querySelector(".toast")`)

	// With the keys, where the focus is.
	js[bool](ann, `((m) => { m.tabIndex = -1; m.focus(); return true })(document.querySelector('[data-seq="2"]'))`)
	ann.key(kb.F10, chromedp.ModifierShift)
	ann.wait(open)
	ann.focus("#copy-text")
	ann.key(kb.ArrowDown)
	ann.key("\r")
	ann.wait(`!` + open + ` && /^Ann, \d+ \w+ \d{4}, [\d:apm ]+\nsecond <b>$/.test(window.copied)`)
	ann.focus(`[data-seq="2"]`)

	// With a finger that rests.
	command(ann, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true})
	ann.wait(`matchMedia("(pointer: coarse)").matches && document.querySelector("#send").getBoundingClientRect().height === 44`)
	x, y = center(ann, `[data-seq="1"] .text`) // all is larger now
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
		command(ann, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: append([]*input.TouchPoint{}, points...)})
	}
	touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: x, Y: y})
	begin := time.Now()
	ann.wait(open)
	if took := time.Since(begin); took < 300*time.Millisecond {
		t.Errorf("the menu came after %v, as for a tap", took)
	}
	touch(input.DispatchTouchEventTypeTouchEnd)
	if !js[bool](ann, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(%s))))`, open) {
		t.Error("lifting the finger closed the menu")
	}
	ann.key("\r")
	ann.wait(`!` + open)
	if got := js[string](ann, `window.copied`); got != "first" {
		t.Errorf("what was copied is %q", got)
	}
}

// center is the middle of what the selector finds, in CSS pixels.
func center(p *tab, selector string) (x, y float64) {
	p.Helper()
	at := js[[]float64](p, `(({ left, top, height }) => [left + 8, top + height / 2])(document.querySelector(%q).getBoundingClientRect())`, selector)
	return at[0], at[1]
}

func TestPeopleComeInADrawerWhereThereIsNoRoom(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	for _, size := range [][2]int64{{320, 568}, {390, 844}, {820, 1180}} {
		ann.do(chromedp.EmulateViewport(size[0], size[1]))
		ann.do(chromedp.Click(chromedp.CSS("#people-button")))
		ann.wait(`document.querySelector("#people-dialog").open && document.querySelector("#people-dialog .person")`)
		ann.wait(`((box) => Math.abs(box.right - innerWidth) < 1 && box.left >= 40 && Math.abs(box.height - innerHeight) < 1)(document.querySelector("#people-dialog").getBoundingClientRect())`)
		ann.key(kb.Escape)
		ann.wait(`!document.querySelector("#people-dialog").open && document.querySelector("#people-button").ariaExpanded === "false"`)
		ann.focus("#people-button")
	}
}
