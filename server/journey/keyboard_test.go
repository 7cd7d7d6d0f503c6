package journey

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focusFault says what is wrong with the focus: it is lost, it cannot be seen
// (WCAG 2.4.7), or something lies over what has it (WCAG 2.4.11).
const focusFault = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "` + focusLost + `";
	const ring = (e) => {
		const style = getComputedStyle(e);
		return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 && !/, 0\)$|transparent/.test(style.outlineColor);
	};
	if (!ring(e) && !(e.matches("textarea") && ring(e.parentElement))) return "the focus cannot be seen on " + e.outerHTML.slice(0, 80);
	const box = e.getBoundingClientRect();
	const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
	const top = document.elementFromPoint(x, y);
	if (!e.contains(top)) return "something lies over " + e.outerHTML.slice(0, 80) + ": " + top?.outerHTML.slice(0, 80);
	return "";
})()`

const (
	focusLost = "nothing has the focus"
	tabKey    = "\t"
	enterKey  = "\r"
	escapeKey = "\u001b"
)

// press presses keys, and looks that the focus can be seen afterwards.
func (p *tab) press(keys string, options ...chromedp.KeyOption) {
	p.Helper()
	p.do(chromedp.KeyEvent(keys, options...))
	p.rest()
	if fault := js[string](p, focusFault); fault != "" {
		p.Errorf("after %q: %s", keys, fault)
	}
}

var backwards = chromedp.KeyModifiers(chromedp.ModifierShift)

// focus waits until something that the selector finds has the focus.
func (p *tab) focus(selector string) {
	p.Helper()
	p.wait(`document.activeElement?.matches(%q)`, selector)
}

// goTo presses Tab until what the selector finds has the focus. Once on the way,
// at the end of the page, it may leave for the controls of the browser.
func (p *tab) goTo(selector string, options ...chromedp.KeyOption) {
	p.Helper()
	left := false
	for range 30 {
		if js[bool](p, `document.activeElement?.matches(%q)`, selector) {
			return
		}
		p.do(chromedp.KeyEvent(tabKey, options...))
		p.rest()
		if fault := js[string](p, focusFault); fault == focusLost && !left {
			left = true
		} else if fault != "" {
			p.Errorf("on the way to %s: %s", selector, fault)
		}
	}
	p.Fatalf("Tab never comes to %s", selector)
}

// opens presses Enter until a dialog is open: it may stand in a menu, somewhere
// below its first item.
func (p *tab) opens(dialog string) {
	p.Helper()
	for range 2 {
		if dialog == "#name-dialog" && js[bool](p, `document.activeElement.matches("[role=menuitem]")`) {
			for !js[bool](p, `document.activeElement.id === "change-name"`) {
				p.press(kb.ArrowDown)
			}
		}
		p.press(enterKey)
		p.wait(`document.querySelector(%q).open || document.activeElement.matches("[role=menuitem]")`, dialog)
		if js[bool](p, `document.querySelector(%q).open`, dialog) {
			return
		}
	}
	p.Fatalf("%s does not open", dialog)
}

// askForName opens the dialog for another name from the button that has the
// focus.
func (p *tab) askForName() {
	p.Helper()
	p.opens("#name-dialog")
	p.focus("#name")
}

// A day in the chat without a mouse.
func TestDayByKeyboard(t *testing.T) {
	p := startBusy(t)
	p.fill(sayings(60))
	ann := open(t, p.url())
	ann.expect("WebSocket connection to")
	ann.expect("ERR_CONNECTION_REFUSED")

	// She comes and says who she is.
	ann.connected()
	ann.focus("#name")
	ann.press("Ann" + enterKey)
	ann.focus("#message")

	// She says something, and something of two lines.
	ann.press("by keys alone" + enterKey)
	ann.reads("Ann", "by keys alone")
	ann.focus("#message")

	// She reads back, and comes to the end again.
	ann.goTo("#log", backwards)
	ann.wait(atTheEnd)
	ann.press(kb.PageUp)
	ann.wait(resting)
	ann.wait(`!%s`, atTheEnd)
	ann.press(kb.Home)
	ann.wait(`document.querySelector("#log .message[data-seq='1']")`)
	ann.focus("#log")
	ann.wait(resting)
	ann.press(kb.End)
	ann.wait(atTheEnd)

	// She hides the people, and shows them again.
	ann.goTo("#people-button", backwards)
	for _, shown := range []bool{false, true} {
		ann.press(enterKey)
		ann.wait(`document.querySelector("#people").checkVisibility() === %t && document.querySelector("#people-button").ariaExpanded === "%[1]t"`, shown)
		ann.focus("#people-button")
	}

	// She changes her mind about another name, and then does take one.
	ann.goTo("#you")
	ann.askForName()
	ann.press(escapeKey)
	ann.focus("#you")
	ann.askForName()
	ann.press("Anna" + enterKey) // what stood there was selected
	ann.wait(`document.querySelector("#you-name").textContent === "Anna"`)
	ann.focus("#you")

	// The line is lost. She tries again before the page does.
	ann.goTo("#message")
	p.stop()
	ann.disconnected()
	ann.focus("#message")
	ann.press("said to nobody" + enterKey)
	ann.focus("#message")
	p.again()
	ann.connected()
	ann.reads("Anna", "said to nobody")
	ann.focus("#message")

	// She comes back another day.
	ann.do(chromedp.Reload())
	ann.connected()
	ann.focus("#message")
	ann.wait(`document.querySelector("#you-name").textContent === "Anna"`)
}

func TestTryNowByKeyboard(t *testing.T) {
	s := onStage(t, start(t))
	s.room()
	s.nobody()
	s.disconnected()
	s.wait(`document.querySelector("#retry") && (document.querySelector("#retry").focus({ focusVisible: true }), document.activeElement.id === "retry")`)
	s.press(enterKey)
	s.wait(`document.activeElement.id === "message"`)
	s.play(func(p *part) { p.away = false })
	s.connected()
	s.focus("#message")

	// The button goes by itself too, and must not take the focus with it.
	s.nobody()
	s.disconnected()
	s.wait(`document.querySelector("#retry") && (document.querySelector("#retry").focus(), document.activeElement.id === "retry")`)
	s.play(func(p *part) { p.away = false })
	s.connected()
	s.focus("#message")
}

// What can be reached, and in which order: as it is read.
func TestOrderOfTab(t *testing.T) {
	s := onStage(t, start(t))
	s.do(chromedp.EmulateViewport(1440, 900))
	s.room()
	s.goTo("#people-button")
	var order []string
	for range 40 {
		at := js[string](s.tab, `((e) => e === document.body ? "" : e.id || e.ariaLabel || e.closest("[role=group]")?.ariaLabel || e.textContent)(document.activeElement)`)
		if at == "" || len(order) > 0 && at == order[0] {
			break
		}
		if fault := js[string](s.tab, focusFault); fault != "" {
			t.Error(fault)
		}
		order = append(order, at)
		s.do(chromedp.KeyEvent(tabKey))
	}
	rest := order
	for _, want := range []string{"people-button", "you", "Conversations", "Create a room", "Browse rooms", "New message", "room-more", "log", "message", "send", "People", "Copy the link", "Copy the command", "Take it as a file"} {
		i := slices.Index(rest, want)
		if i < 0 {
			t.Fatalf("Tab does not come to %q where it should; it goes %q", want, order)
		}
		rest = rest[i+1:]
	}
	if n := js[int](s.tab, `document.querySelectorAll("[tabindex]:not([tabindex='0'], [tabindex='-1'])").length`); n > 0 {
		t.Errorf("%d elements have a place in the order of their own", n)
	}
}

// A dialog keeps the focus until it is closed, and gives it back.
func TestDialogsKeepTheFocus(t *testing.T) {
	s := onStage(t, start(t))
	s.do(chromedp.EmulateViewport(360, 740))
	s.room()
	for _, d := range []struct{ button, dialog string }{
		{"#people-button", "#people-dialog"},
		{"#you", "#name-dialog"},
	} {
		s.goTo(d.button)
		s.opens(d.dialog)
		reached := make(map[string]bool)
		for i := range 16 {
			at := js[string](s.tab, `((e) => e === document.body ? "" : e.closest(%q) ? e.outerHTML : "outside: " + e.outerHTML)(document.activeElement)`, d.dialog)
			if len(at) > 8 && at[:8] == "outside:" {
				t.Fatalf("from %s the focus went %.200s", d.dialog, at)
			}
			if at != "" { // it may pass through the browser's own controls
				reached[at] = true
			}
			if i < 8 {
				s.do(chromedp.KeyEvent(tabKey))
			} else {
				s.do(chromedp.KeyEvent(tabKey, backwards))
			}
		}
		if len(reached) < 2 {
			t.Errorf("in %s only %d controls can be reached", d.dialog, len(reached))
		}
		s.do(chromedp.KeyEvent(escapeKey))
		s.wait(`!document.querySelector(%q).open`, d.dialog)
		s.focus(d.button)
	}
}
