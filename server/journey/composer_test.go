package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cyberchat/app/chat"
)

// paste puts text where the focus is, as the clipboard would: at once.
func (p *tab) paste(text string) {
	p.Helper()
	command(p, input.InsertText, input.InsertTextParams{Text: text})
}

func TestInputMethodsWriteInPeace(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.focus("#message")
	compose := func(text string) {
		t.Helper()
		n := int64(len([]rune(text)))
		command(ann, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: n, SelectionEnd: n})
	}
	js[bool](ann, `(window.ends = 0, document.querySelector("#message").addEventListener("compositionend", () => window.ends++), true)`)
	for _, step := range []string{"n", "に", "にほ", "にほん"} {
		compose(step)
	}
	ann.wait(`document.querySelector("#message").value === "にほん"`)
	// The Enter that takes a suggestion is the input method's, however it is
	// reported: browsers say 229.
	js[bool](ann, `document.querySelector("#message").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))`)
	js[bool](ann, `document.querySelector("#message").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }))`)
	ann.paste("日本") // what it makes of it
	ann.wait(`window.ends === 1 && document.querySelector("#message").value === "日本"`)
	if n := js[int](ann, `document.querySelectorAll("#log .message").length`); n != 0 {
		t.Errorf("%d messages were sent while it was being written", n)
	}
	ann.key("\r")
	ann.reads("Ann", "日本")
	// One that is given up leaves nothing behind.
	compose("ka")
	compose("")
	ann.wait(`document.querySelector("#message").value === ""`)
	ann.say("later")
	ann.reads("Ann", "later")
}

func TestALongTextStaysAndSaysHowMuchTooLongItIs(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.focus("#message")
	const left = `document.querySelector("#composer-left").textContent`
	ann.paste(strings.Repeat("x", chat.MaxText-300))
	ann.wait(left + ` === "300 left" && document.querySelector("#composer-news").textContent !== ""`)
	ann.paste(strings.Repeat("y", 312))
	ann.wait(left + ` === "12 too many" && document.querySelector("#message").getAttribute("aria-invalid") === "true"`)
	ann.key("\r")
	ann.wait(`document.querySelector("#composer-fault").textContent.includes("at most 8000")`)
	ann.wait(`document.querySelector("#message").value.length === %d`, chat.MaxText+12)
	ann.do(chromedp.Reload()) // and it is kept
	ann.connected()
	ann.wait(left+` === "12 too many" && document.querySelector("#message").value.length === %d`, chat.MaxText+12)
	js[bool](ann, `((f) => { f.focus(); f.setSelectionRange(f.value.length, f.value.length); return true })(document.querySelector("#message"))`)
	for range 12 {
		ann.key(kb.Backspace)
	}
	ann.wait(left + ` === "0 left" && !document.querySelector("#message").hasAttribute("aria-invalid")`)
	ann.key("\r")
	want := strings.Repeat("x", chat.MaxText-300) + strings.Repeat("y", 300)
	bob.reads("Ann", want)
	ann.wait(left + ` === "" && document.querySelector("#composer-news").textContent === ""`)

	// A book pasted by mistake harms nothing.
	js[bool](ann, `(() => {
		const clipboardData = new DataTransfer();
		clipboardData.setData("text/plain", "A line of a book.\n".repeat(10_000));
		return document.querySelector("#message").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
	})()`)
	ann.wait(left+` === "%d too many"`, 18*10_000-chat.MaxText)
	ann.wait(`document.documentElement.scrollHeight <= innerHeight && document.querySelector("#message").getBoundingClientRect().height <= innerHeight * 0.41`)
	ann.key("a", chromedp.ModifierCtrl)
	ann.key(kb.Backspace)
	ann.say("a word")
	bob.reads("Ann", "a word")
}

func TestLinesPastedAreLinesSaid(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.focus("#message")
	height := js[float64](ann, `document.querySelector("#message").getBoundingClientRect().height`)
	ann.paste("one\n\ttwo\n\nfour")
	ann.wait(`document.querySelector("#message").getBoundingClientRect().height > %f`, height*2)
	ann.key("\r")
	bob.reads("Ann", "one\n\ttwo\n\nfour")
	ann.wait(`document.querySelector("#message").getBoundingClientRect().height === %f`, height)
}

func TestEachTabHasADraftOfItsOwn(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	two := openIn(t, ann.ctx, p.url())
	two.connected()
	ann.types("#message", "in the first")
	two.types("#message", "in the second")
	for _, tab := range []*tab{ann, two} {
		tab.do(chromedp.Reload())
		tab.connected()
	}
	ann.wait(`document.querySelector("#message").value === "in the first"`)
	two.wait(`document.querySelector("#message").value === "in the second"`)
	two.key("\r") // focus is with the field
	two.reads("Ann", "in the second")
	ann.reads("Ann", "in the second")
	ann.do(chromedp.Reload())
	ann.connected()
	ann.wait(`document.querySelector("#message").value === "in the first"`)
}

func TestComposerStandsOnTheKeyboardOfAPhone(t *testing.T) {
	p := start(t)
	ann := open(t, "about:blank")
	// A browser that covers the page with its keyboard, and tells so.
	ann.evaluateOnNew(`
		const seen = new EventTarget();
		Object.assign(seen, { height: 844, scale: 1 });
		Object.defineProperty(window, "visualViewport", { value: seen });`)
	ann.do(chromedp.EmulateViewport(390, 844), chromedp.Navigate(p.url()))
	ann.join("Ann")
	const bottom = `document.querySelector("#composer").getBoundingClientRect().bottom`
	ann.wait(bottom + ` === 844`)
	js[bool](ann, `(visualViewport.height = 500, visualViewport.dispatchEvent(new Event("resize")))`)
	ann.wait(bottom + ` === 500`)
	js[bool](ann, `(visualViewport.height = 844, visualViewport.dispatchEvent(new Event("resize")))`)
	ann.wait(bottom + ` === 844`)
	// Who zooms in wants to see a part of the page, not a smaller one.
	js[bool](ann, `(Object.assign(visualViewport, { height: 422, scale: 2 }), visualViewport.dispatchEvent(new Event("resize")))`)
	ann.wait(bottom + ` === 844`)
}
