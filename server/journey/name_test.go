package journey

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestNameIsAskedOnceKeptAndChanged(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.do(chromedp.Reload())
	ann.connected()
	ann.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	if js[bool](ann, `document.querySelector("#name-dialog").open`) {
		t.Error("the name is asked for again")
	}
	bob := p.enter(t, "Bob")
	bob.choose("change-name")
	bob.wait(`document.querySelector("#name-dialog").open`)
	bob.do(chromedp.SetValue(chromedp.CSS("#name"), "ANN"), chromedp.Click(chromedp.CSS("#join")))
	bob.wait(`document.querySelector("#name-fault").textContent.includes("taken")`)
	if !js[bool](bob, `document.querySelector("#name-dialog").open && document.querySelector("#you-name").textContent === "Bob"`) {
		t.Error("after the refusal the old name did not stay, or the dialog closed")
	}
	bob.do(chromedp.SetValue(chromedp.CSS("#name"), "Robert"), chromedp.Click(chromedp.CSS("#join")))
	bob.wait(`!document.querySelector("#name-dialog").open && document.querySelector("#you-name").textContent === "Robert"`)
	ann.wait(`/is now\s+Robert|Robert\s+joined/.test(document.querySelector("#log").textContent)`)
	bob.do(chromedp.Reload())
	bob.wait(`document.querySelector("#you-name")?.textContent === "Robert"`)
}

func TestTwoTabsAreOnePerson(t *testing.T) {
	p := start(t)
	one := p.enter(t, "Ann")
	two := openIn(t, one.ctx, p.url())
	two.connected()
	two.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	two.say("from the other tab")
	one.reads("Ann", "from the other tab")
	for _, tab := range []*tab{one, two} {
		tab.wait(`document.querySelector("#people-button").textContent === "1"`)
	}
}
