package journey

import (
	"strings"
	"testing"

	"cyberchat/app/chat"
)

func TestHostileTextIsShownNotRun(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	for _, text := range []string{
		`<script>window.pwned = 1</script>`,
		`<img src=x onerror="window.pwned = 1">`,
		`<svg/onload=window.pwned=1>`,
		`</div></main><h1>Disconnected</h1>`,
		`<iframe src="javascript:parent.pwned=1"></iframe>`,
		`javascript:window.pwned=1`,
		`&lt;b&gt;&amp;&#x3c;`,
		`{{.}} ${7*7} %s %d \u003cscript\u003e`,
		`"><style>*{display:none}</style>`,
		"\u202eexe.txt",
		strings.Repeat("w", 3000),
	} {
		shown, _ := chat.CleanText(text)
		js[bool](ann, `(() => { // pasted: not every character has a key
			const field = document.querySelector("#message");
			field.value = %q;
			return field.dispatchEvent(new Event("input", { bubbles: true }));
		})()`, text)
		ann.say("")
		bob.reads("Ann", shown)
	}
	for _, tab := range []*tab{ann, bob} {
		if js[bool](tab, `"pwned" in window || !!document.querySelector("#log script, #log img, #log iframe, #log style") || document.querySelectorAll("h1").length !== 1`) {
			t.Error("a message became part of the page")
		}
		if js[bool](tab, `document.documentElement.scrollWidth > innerWidth`) {
			t.Error("a message made the page scroll sideways")
		}
	}
}

func TestHostileNameIsShownNotRun(t *testing.T) {
	p := start(t)
	name := `<b onclick=x>"&amp;'`
	ann := p.enter(t, name)
	bob := p.enter(t, "Bob")
	ann.say("hi")
	bob.reads(name, "hi")
	bob.wait(`document.querySelector("#people").textContent.includes(%q)`, name)
	if js[bool](bob, `!!document.querySelector("#log b[onclick], #people b[onclick]")`) {
		t.Error("a name became part of the page")
	}
}
