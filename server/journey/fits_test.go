package journey

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"cyberchat/app/chat"
)

// seen finds the elements of a kind that can be seen and used: where a dialog is
// open, those in it.
const seen = `const seen = (kind) => {
	const within = document.querySelector("dialog[open]:modal") ?? document;
	return [...within.querySelectorAll(kind)].filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getBoundingClientRect().width > 1);
};`

// misfits are what does not fit into the window: it must not scroll sideways
// (WCAG 1.4.10), nothing is cut off but names that are too long, and what can be
// pressed or written in can be reached.
func (s *stage) misfits() []string {
	s.Helper()
	return js[[]string](s.tab, `(() => { %s
		const wrong = [];
		const name = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + (e.className.baseVal ?? (e.className && "." + e.className)) + " " + JSON.stringify(e.textContent.slice(0, 30));
		if (document.documentElement.scrollWidth > innerWidth) wrong.push("the page is " + document.documentElement.scrollWidth + " wide in a window of " + innerWidth);
		for (const e of seen("*")) {
			const style = getComputedStyle(e);
			if (style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && e.scrollWidth > e.clientWidth + 1 && !e.matches("textarea, input, .face")) wrong.push(name(e) + " holds more than is seen: " + e.scrollWidth + " > " + e.clientWidth);
		}
		// Whatever is not within something that scrolls is in the window.
		for (const e of seen("button, a[href], input, textarea, [tabindex='0']")) {
			let scroller = e.parentElement;
			while (scroller && !(/auto|scroll/.test(getComputedStyle(scroller).overflowY) && scroller.scrollHeight > scroller.clientHeight)) scroller = scroller.parentElement;
			const box = e.getBoundingClientRect();
			if (box.left < -1 || box.right > innerWidth + 1) wrong.push(name(e) + " goes from " + box.left + " to " + box.right);
			if (!scroller && (box.top < -1 || box.bottom > innerHeight + 1)) wrong.push(name(e) + " is from " + box.top + " to " + box.bottom + " in a window of " + innerHeight);
		}
		const log = document.querySelector("#log");
		if (log?.checkVisibility() && log.clientHeight < 48) wrong.push("the log has " + log.clientHeight + " pixels");
		return wrong;
	})()`, seen)
}

// cutWhenSpaced are the texts that are cut off when a person spaces text out as
// WCAG 1.4.12 says. A name that does not fit may be: it is cut without that too.
func (s *stage) cutWhenSpaced() []string {
	s.Helper()
	return js[[]string](s.tab, `(async () => { %s
		const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		const cut = (e) => {
			const style = getComputedStyle(e);
			return style.overflowX !== "visible" && !/auto|scroll/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1
				|| style.overflowY !== "visible" && !/auto|scroll/.test(style.overflowY) && e.scrollHeight > e.clientHeight + 1;
		};
		const texts = seen("body *").filter((e) => !e.matches("svg *, .status-host, .name, .author, .face, textarea, html, body"));
		const before = new Set(texts.filter(cut));
		const spaced = new CSSStyleSheet();
		spaced.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
		document.adoptedStyleSheets.push(spaced);
		await drawn();
		const wrong = texts.filter((e) => e.isConnected && !before.has(e) && cut(e)).map((e) => "with spaced text, cut off: " + e.tagName + "." + e.className + " " + JSON.stringify(e.textContent.slice(0, 60)));
		if (document.documentElement.scrollWidth > innerWidth) wrong.push("with spaced text, the page is " + document.documentElement.scrollWidth + " wide in a window of " + innerWidth);
		document.adoptedStyleSheets.pop();
		await drawn();
		return wrong;
	})()`, seen)
}

// smallTargets are the controls that are too small for a finger: under 44 pixels.
func (s *stage) smallTargets() []string {
	s.Helper()
	return js[[]string](s.tab, `(() => { %s
		if (!matchMedia("(pointer: coarse)").matches) return ["this is no phone"];
		return seen("button, a[href], input, textarea, select, [role=button], [role=menuitem], [role=tab], [role=switch]")
			.map((e) => ({ e, box: (e.closest("label") ?? e).getBoundingClientRect() }))
			.filter(({ box }) => box.width < 43.5 || box.height < 43.5)
			.map(({ e, box }) => "too small for a finger: " + Math.round(box.width) + " by " + Math.round(box.height) + ": " + e.outerHTML.slice(0, 80));
	})()`, seen)
}

// motions are the animations that run although less motion was asked for.
func (s *stage) motions() []string {
	s.Helper()
	return js[[]string](s.tab, runningMotions)
}

const runningMotions = `document.getAnimations().filter((a) => a.playState === "running" && a.effect.getComputedTiming().duration > 0)
	.map((a) => "it moves: " + (a.animationName ?? a.transitionProperty) + " of " + a.effect.target.tagName + "." + (a.effect.target.className.baseVal ?? a.effect.target.className))`

// lostInForcedColours are controls that cannot be told from text where the
// system takes all colours of the page: they need an edge, or a line under them.
func (s *stage) lostInForcedColours() []string {
	s.Helper()
	return js[[]string](s.tab, `(() => { %s
		if (!matchMedia("(forced-colors: active)").matches) return ["colours are not forced"];
		const edged = (e) => parseFloat(getComputedStyle(e).borderTopWidth) > 0 && getComputedStyle(e).borderTopStyle !== "none";
		const wrong = seen("button, input, textarea")
			.filter((e) => !edged(e) && !edged(e.closest(".composer-box, .choice") ?? e) && !e.matches(".link, [role=menuitem]"))
			.map((e) => "in forced colours no edge shows that this is a control: " + e.tagName + "." + e.className + " " + JSON.stringify(e.textContent));
		for (const e of seen("svg.icon")) {
			const style = getComputedStyle(e), ground = getComputedStyle(document.documentElement).backgroundColor;
			if (style.stroke === ground) wrong.push("in forced colours an icon has the colour of the page: " + e.parentElement.className);
		}
		return wrong;
	})()`, seen)
}

// Those who have not asked for less motion get some, or the test for less would
// prove nothing.
func TestMotionIsThereForThoseWhoWantIt(t *testing.T) {
	s := onStage(t, start(t))
	s.connecting()
	if moves := s.motions(); len(moves) > 0 {
		t.Errorf("with less motion: %q", moves)
	}
	command(s.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	s.wait(`%s.length > 0`, runningMotions)
}

func TestEveryScreenFits(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann "+strings.Repeat("W", chat.MaxName-4))
	ann.say(strings.Repeat("long", 300))
	ann.say("and a sentence with words that wrap where they should")
	ann.wait(`document.querySelectorAll("#log .message[data-seq]").length === 2`)
	for _, scheme := range []string{"light", "dark"} {
		command(ann, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		for _, size := range [][2]int64{{320, 568}, {390, 844}, {768, 1024}, {1280, 800}, {2560, 1200}} {
			ann.do(chromedp.EmulateViewport(size[0], size[1]))
			wrong := js[string](ann, `(() => {
				const wrong = [];
				if (document.documentElement.scrollWidth > innerWidth) wrong.push("it scrolls sideways");
				if (document.documentElement.scrollHeight > innerHeight) wrong.push("the page scrolls, not the log: " + document.documentElement.scrollHeight + " > " + innerHeight + [...document.querySelectorAll("body *")].filter((e) => !e.closest("#log") && e.getBoundingClientRect().bottom > innerHeight + 1).map((e) => " " + e.tagName + "." + e.className + " " + e.getBoundingClientRect().bottom));
				for (const id of ["message", "send", "you", "people-button"]) {
					const box = document.getElementById(id).getBoundingClientRect();
					if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight || !box.width) wrong.push(id + " is not in sight");
				}
				return wrong.join(", ");
			})()`)
			if wrong != "" {
				t.Errorf("%s at %dx%d: %s", scheme, size[0], size[1], wrong)
			}
		}
	}
}
