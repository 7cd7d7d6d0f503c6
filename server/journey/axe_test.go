package journey

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe is the source of axe-core, which build/prepare.sh fetches; it is empty
// where that was not run.
var axe = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile(filepath.Join("..", "..", "build", "out", "axe.min.js"))
	if errors.Is(err, fs.ErrNotExist) && os.Getenv("CYBERCHAT_NEED_TOOLS") == "" {
		return "", nil
	}
	return string(source), err
})

// judged are the rules that pages keep: WCAG 2.0 to 2.2, levels A and AA, and
// what axe-core calls the best practice.
const judged = `{ type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }`

// inColour are those that depend on the colour scheme.
const inColour = `{ type: "rule", values: ["color-contrast", "link-in-text-block"] }`

// violations are what axe-core finds wrong with the page as it is now, a line
// for each rule and element. There are none where there is no axe-core.
func (p *tab) violations(rules string) []string {
	p.Helper()
	source, err := axe()
	if err != nil {
		p.Fatalf("axe-core is missing: make prepare fetches it with npm: %v", err)
	}
	if source == "" {
		p.Log("axe-core is missing, so the page was not judged by it. make prepare fetches it with npm.")
		return nil
	}
	if !js[bool](p, `typeof axe === "object"`) {
		js[bool](p, "%s\n;true", source) // the page's policy does not hold for us
	}
	return js[[]string](p, `axe.run(document, { runOnly: %s, resultTypes: ["violations"], preload: false }).then((found) =>
		found.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + v.help + ": " + n.target + ": " + n.failureSummary.replace(/\s+/g, " "))))`, rules)
}

// A judge that finds nothing is of no use.
func TestAxeFindsFaults(t *testing.T) {
	if source, err := axe(); err == nil && source == "" {
		t.Log("axe-core is missing. make prepare fetches it with npm.")
		return
	}
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.do(chromedp.Navigate("about:blank"))
	js[bool](ann, `(document.documentElement.lang = "en", document.title = "Faults", document.body.innerHTML =
		'<main><h1>Faults</h1><img src="data:,"><p style="color: #aaa; background: #fff">faint</p><button></button></main>', true)`)
	found := strings.Join(ann.violations(judged), "\n")
	for _, rule := range []string{"image-alt", "color-contrast", "button-name"} {
		if !strings.Contains(found, rule+":") {
			t.Errorf("the fault for %s was not found:\n%s", rule, found)
		}
	}
}
