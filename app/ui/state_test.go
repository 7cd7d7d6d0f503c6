package ui

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

func TestAFieldSaysWhatIsWrongWithIt(t *testing.T) {
	field := textField{ID: "room", Label: "Room", Hint: "Up to 40 characters."}
	if html := app.HTMLString(field.draw()); !strings.Contains(html, "Up to 40 characters.") || strings.Contains(html, "aria-invalid") {
		t.Errorf("a field that is right: %s", html)
	}
	field.Fault = "There is such a room."
	html := app.HTMLString(field.draw())
	for _, part := range []string{field.Fault, `for="room"`, `id="room"`, `aria-describedby="room-note"`, `id="room-note"`, `role="alert"`, "aria-invalid"} {
		if !strings.Contains(html, part) {
			t.Errorf("a field that is wrong has no %s: %s", part, html)
		}
	}
	if strings.Contains(html, field.Hint) {
		t.Error("the hint stands beside the fault")
	}
}

func TestStatesSayWhatCanBeDone(t *testing.T) {
	again := app.Button().Text("Try again")
	if html := app.HTMLString(faultState("Not loaded", "The line is lost.", again)); !strings.Contains(html, `role="alert"`) || !strings.Contains(html, "Try again") {
		t.Errorf("a fault: %s", html)
	}
	if html := app.HTMLString(emptyState(iconPeople, "Nobody", "Bring somebody in.")); strings.Contains(html, "alert") || !strings.Contains(html, "Nobody") {
		t.Errorf("nothing: %s", html)
	}
	if html := app.HTMLString(bones(3)); strings.Count(html, "bone-row") != 3 {
		t.Errorf("on its way: %s", html)
	}
	if html := app.HTMLString(badge("3", true)); !strings.Contains(html, "strong") || !strings.Contains(html, ">3<") {
		t.Errorf("a badge: %s", html)
	}
}

func TestAnOpenDialogAloneHasAPage(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	for name, open := range map[string]*bool{"Single-key shortcuts": &c.settingsOpen, "Show or hide the people": &c.helpOpen} {
		c.helpPage = "keys"
		if strings.Contains(draw(), name) {
			t.Errorf("a closed dialog has %q in it", name)
		}
		*open = true
		if !strings.Contains(draw(), name) {
			t.Errorf("an open dialog has no %q in it", name)
		}
		*open = false
	}
}

func TestTheHelpSheetTellsOfSingleKeysOnlyWhenTheyWork(t *testing.T) {
	if html := app.HTMLString(keysHelp(false, true)); !strings.Contains(html, ">?<") || !strings.Contains(html, ">Ctrl<") {
		t.Errorf("with single keys: %s", html)
	}
	html := app.HTMLString(keysHelp(true, false))
	if strings.Contains(html, ">?<") || !strings.Contains(html, ">⌘<") || !strings.Contains(html, "are off") {
		t.Errorf("without, on a Mac: %s", html)
	}
}
