//go:build dev

package ui

import (
	"regexp"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

func TestStyleGuideDrawsEverything(t *testing.T) {
	g := &styleGuide{}
	page := app.NewClientTester(g)
	t.Cleanup(page.Close)
	html := app.HTMLString(g)
	for _, part := range []string{
		`class="button primary"`, `class="button danger"`, `class="choice"`, `role="switch"`, `role="menu"`, `role="tablist"`,
		`class="toast"`, `class="badge strong"`, `class="state wrong"`, `class="bones"`, `class="notice"`, `class="message`, "<dialog",
	} {
		if !strings.Contains(html, part) {
			t.Errorf("there is no %s", part)
		}
	}
	g.chat.discard("0")
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(html, -1) {
		if ids[id[1]] {
			t.Errorf("the id %s is there twice", id[1])
		}
		ids[id[1]] = true
	}
}
