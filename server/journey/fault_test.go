package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestClientThatStopsKeepsTheDraft(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.say("said before")
	ann.reads("Ann", "said before")
	for _, part := range []string{"the client stopped", "panic", "JavaScript error", "goroutine", "exit code", "already exited", "exception"} {
		ann.expect(part)
	}
	ann.types("#message", "half a thought")
	js[bool](ann, `(() => { // the next time the client looks for an element, it fails
		window.still = true;
		document.getElementById = () => {
			delete document.getElementById;
			throw new Error("a fault");
		};
		return true;
	})()`)
	ann.do(chromedp.Click(chromedp.CSS("#you")))
	ann.wait(`/stopped because of a fault/.test(document.querySelector("#app-wasm-loader-label")?.textContent)`)
	ann.disconnected()
	if said := js[string](ann, `document.querySelector("#app-wasm-loader-label").role + " " + document.querySelector(".status").textContent`); said != "alert " {
		t.Errorf("the page says %q", said)
	}
	if got := ann.texts(); len(got) != 1 {
		t.Errorf("the log holds %q", got)
	}
	// Neither the key nor the button takes the page away, or the draft.
	ann.types("#message", " more\r")
	ann.do(chromedp.Click(chromedp.CSS("#send")))
	if !js[bool](ann, `window.still === true && location.search === ""`) {
		t.Error("the form was submitted")
	}
	if got := js[string](ann, `document.querySelector("#message").value`); got != "half a thought more" {
		t.Errorf("the field holds %q", got)
	}
	ann.do(chromedp.Click(chromedp.CSS("#app-wasm-loader-reload")))
	ann.wait(`window.still === undefined`)
	ann.connected()
	ann.wait(`document.querySelector("#message").value === "half a thought more"`)
}

// A page that loses its line must not jump under the finger.
func TestHeaderStaysAsHighAsItIs(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.expect("WebSocket connection to")
	sizes := [][2]int64{{320, 568}, {390, 844}, {768, 1024}, {1280, 800}}
	height := func(size [2]int64) float64 {
		ann.do(chromedp.EmulateViewport(size[0], size[1]))
		return js[float64](ann, `document.querySelector(".bar").getBoundingClientRect().height`)
	}
	before := map[[2]int64]float64{}
	for _, size := range sizes {
		before[size] = height(size)
	}
	p.stop()
	ann.disconnected()
	ann.wait(`document.querySelector("#retry")`)
	for _, size := range sizes {
		if got := height(size); got != before[size] {
			t.Errorf("at %dx%d the header goes from %v to %v", size[0], size[1], before[size], got)
		}
		if js[bool](ann, `(() => { const retry = document.querySelector("#retry"); if (!retry) return false; // it is trying
			const box = retry.getBoundingClientRect(); return box.right > innerWidth || box.width === 0 })()`) {
			t.Errorf("at %dx%d the button to try now is out of sight", size[0], size[1])
		}
	}
}

func TestStackedMarksStayInTheirRow(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.say("before")
	ann.reads("Ann", "before")
	ann.do(chromedp.SetValue(chromedp.CSS("#message"), "Z"+strings.Repeat("\u030d", 200)))
	ann.say("")
	ann.wait(`document.querySelectorAll("#log .message[data-seq]").length === 2`)
	if how := js[string](ann, `getComputedStyle([...document.querySelectorAll("#log .text")].at(-1)).overflow`); how != "clip" {
		t.Errorf("what does not fit into the row is %s", how)
	}
}

func TestShortWindowShowsTheGreeting(t *testing.T) {
	p := start(t)
	ann := open(t, "about:blank")
	ann.do(chromedp.EmulateViewport(320, 480), chromedp.Navigate(p.url()))
	ann.join("Ann")
	const inSight = `(() => {
		const log = document.querySelector("#log").getBoundingClientRect();
		const it = [...document.querySelectorAll(%q)].at(-1)?.getBoundingClientRect();
		return !!it && it.top >= log.top && it.bottom <= log.bottom;
	})()`
	ann.wait(inSight, "#log .greeting")
	ann.say("hello")
	ann.reads("Ann", "hello")
	ann.wait(inSight, "#log .message")
}
