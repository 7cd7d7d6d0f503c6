package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// choose opens the menu at one's own name and takes an item of it.
func (p *tab) choose(item string) {
	p.Helper()
	p.do(chromedp.Click(chromedp.CSS("#you")))
	p.wait(`document.querySelector("#you-menu").matches(":popover-open")`)
	p.do(chromedp.Click(chromedp.CSS("#" + item)))
	p.wait(`!document.querySelector("#you-menu").matches(":popover-open")`)
}

// setTo chooses a word in the settings, which are open.
func (p *tab) setTo(id string) {
	p.Helper()
	p.wait(`document.querySelector("#settings").open && document.querySelector("#%s")`, id)
	js[bool](p, `(document.querySelector("#%s").click(), true)`, id)
}

// colourOf is a function in the page: the colour that a name of the design has.
const colourOf = `((name) => {
	const probe = document.createElement("span");
	probe.style.color = "var(--" + name + ")";
	document.body.append(probe);
	const colour = getComputedStyle(probe).color;
	probe.remove();
	return colour;
})`

func TestSettingsAreAtOnceInAllTabsAndKept(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.say("hello")
	ann.reads("Ann", "hello")
	two := openIn(t, ann.ctx, p.url())
	two.connected()
	two.reads("Ann", "hello")
	ann.choose("open-settings")
	ann.setTo("theme-dark")
	for _, tab := range []*tab{ann, two} {
		tab.wait(`document.documentElement.dataset.theme === "dark" && getComputedStyle(document.documentElement).backgroundColor === "rgb(16, 20, 26)"`)
		tab.wait(`[...document.querySelectorAll("meta[name=theme-color]")].every((m) => m.content === "#10141a")`)
	}
	ann.setTo("density-compact")
	ann.setTo("motion-reduced")
	for _, tab := range []*tab{ann, two} {
		tab.wait(`getComputedStyle(document.body).fontSize === "14px"`)
		tab.wait(`getComputedStyle(document.documentElement).getPropertyValue("--easy").trim() === "0s"`)
	}
	const time = `document.querySelector("#log .message[data-seq] time").title` // in short it is "just now"
	ann.setTo("clock-12")
	for _, tab := range []*tab{ann, two} {
		tab.wait(`/ \d{1,2}:\d\d:\d\d [ap]m$/.test(` + time + `)`)
	}
	ann.setTo("clock-24")
	for _, tab := range []*tab{ann, two} {
		tab.wait(`/ \d\d:\d\d:\d\d$/.test(` + time + `)`)
	}
	// What another tab chose is chosen here: one changes nothing of the other.
	two.choose("open-settings")
	two.wait(`document.querySelector("#theme-dark").checked && document.querySelector("#density-compact").checked`)
	two.setTo("theme-contrast")
	ann.wait(`document.querySelector("#theme-contrast").checked && document.documentElement.dataset.contrast === "more" && !document.documentElement.dataset.theme`)
	if kept := js[string](ann, `localStorage.getItem("cyberchat.settings")`); kept != `{"theme":"contrast","density":"compact","clock":"24","motion":"reduced"}` {
		t.Errorf("what is kept: %s", kept)
	}
	two.setTo("theme-light")

	// On the next visit the page has its looks before the client is there, and
	// before anything of it is drawn.
	ann.wait(`document.documentElement.dataset.theme === "light"`)
	ann.evaluateOnNew(`new MutationObserver((_, o) => {
		if (!document.body) return;
		window.looks = { ...document.documentElement.dataset };
		o.disconnect();
	}).observe(document, { childList: true, subtree: true })`)
	ann.do(chromedp.Reload())
	if at := js[string](ann, `window.looks.theme + " " + window.looks.density + " " + window.looks.motion`); at != "light compact reduced" {
		t.Errorf("when the body began, the page was %s", at)
	}
	ann.connected()
	command(ann, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	ann.wait(`getComputedStyle(document.documentElement).backgroundColor === "rgb(250, 248, 243)"`)
}

func TestThemeFollowsTheSystemUntilOneIsChosen(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	for _, system := range []struct{ scheme, contrast, ground string }{
		{"light", "no-preference", "rgb(250, 248, 243)"},
		{"dark", "no-preference", "rgb(16, 20, 26)"},
		{"dark", "more", "rgb(0, 0, 0)"},
		{"light", "more", "rgb(255, 255, 255)"},
	} {
		command(ann, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: system.scheme}, {Name: "prefers-contrast", Value: system.contrast}},
		})
		ann.wait(`getComputedStyle(document.documentElement).backgroundColor === %q`, system.ground)
		ann.wait(`(() => {
			const meta = [...document.querySelectorAll("meta[name=theme-color]")].find((m) => matchMedia(m.media).matches);
			return %s("paper") === (meta.style.color = meta.content, meta.style.color);
		})()`, colourOf)
	}
	// With the colours of the system, what is chosen can still be told.
	ann.choose("open-settings")
	command(ann, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}},
	})
	ann.wait(`(() => {
		const ground = (id) => getComputedStyle(document.querySelector(id).closest("label")).backgroundColor;
		return ground("#theme-system") !== ground("#theme-dark");
	})()`)
}

func TestAMessageIsHeardWhileThePageIsHidden(t *testing.T) {
	p := start(t)
	ann := open(t, "about:blank")
	ann.evaluateOnNew(`
		window.notes = 0;
		const param = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
		window.AudioContext = class {
			state = "running"; currentTime = 0; destination = {};
			createOscillator() { return { frequency: {}, connect() {}, start() { window.notes++ }, stop() {} } }
			createGain() { return { gain: param, connect() {} } }
			resume() {}
		};
		Object.defineProperty(document, "visibilityState", { get: () => window.away ? "hidden" : "visible" });`)
	ann.do(chromedp.Navigate(p.url()))
	ann.join("Ann")
	bob := p.enter(t, "Bob")
	hears := func(text string) int {
		t.Helper()
		bob.say(text)
		ann.reads("Bob", text)
		return js[int](ann, `window.notes`)
	}
	js[bool](ann, `(window.away = true)`)
	if n := hears("while it is off"); n != 0 {
		t.Errorf("%d notes without having asked for any", n)
	}
	js[bool](ann, `(window.away = false, true)`)
	ann.choose("open-settings")
	ann.setTo("sound")
	ann.wait(`window.notes === 2`) // how it sounds
	ann.do(chromedp.KeyEvent("\u001b"))
	ann.wait(`!document.querySelector("#settings").open`)
	if n := hears("while Ann is here"); n != 2 {
		t.Errorf("%d notes for a message that Ann sees come", n-2)
	}
	js[bool](ann, `(window.away = true)`)
	ann.wait(`performance.now() > %f`, js[float64](ann, `performance.now() + 1000`)) // it rings once a second at most
	if n := hears("while Ann is away"); n != 4 {
		t.Errorf("%d notes for a message while the page is hidden, not 2", n-2)
	}
	ann.say("one's own")
	ann.reads("Ann", "one's own")
	if n := js[int](ann, `window.notes`); n != 4 {
		t.Errorf("%d notes for a message of one's own", n-4)
	}
}

// All files share one storage, whichever server they are from.
func TestAFileHasSettingsOfItsOwn(t *testing.T) {
	p := start(t)
	file := open(t, saved(t, p.addr, func(page string) string { return page }))
	file.join("Ann")
	file.choose("open-settings")
	file.setTo("theme-dark")
	file.wait(`document.documentElement.dataset.theme === "dark"`)
	if keys := js[string](file, `Object.keys(localStorage).filter((k) => k.startsWith("cyberchat.settings")).join()`); keys != "cyberchat.settings@"+strings.TrimSuffix(strings.TrimPrefix(p.url(), "http://"), "/") {
		t.Errorf("the settings are kept as %s", keys)
	}
	file.do(chromedp.Reload())
	file.wait(`document.documentElement.dataset.theme === "dark"`)
	file.connected()
}
