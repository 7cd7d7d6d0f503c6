package ui

import (
	"encoding/json"
	"slices"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// Settings are what a person has chosen about the page, kept in the browser for
// all its tabs. The zero value leaves everything to the system: an empty string
// is always that. boot.js reads theme, density and motion from the same JSON
// before anything is drawn, and writes them on the root for the style sheets.
type settings struct {
	Theme   string `json:"theme,omitempty"`   // light, dark or contrast
	Density string `json:"density,omitempty"` // compact
	Clock   string `json:"clock,omitempty"`   // 12 or 24
	Motion  string `json:"motion,omitempty"`  // reduced
	Sound   bool   `json:"sound,omitempty"`   // for a message while the page is hidden
	NoKeys  bool   `json:"noKeys,omitempty"`  // single keys do nothing (WCAG 2.1.4)
}

// An option is one of the words that a setting may have.
type option struct{ value, label string }

var (
	themes    = []option{{"", "System"}, {"light", "Light"}, {"dark", "Dark"}, {"contrast", "High contrast"}}
	densities = []option{{"", "Comfortable"}, {"compact", "Compact"}}
	clocks    = []option{{"", "System"}, {"12", "12 hours"}, {"24", "24 hours"}}
	motions   = []option{{"", "System"}, {"reduced", "Reduced"}}
)

// parseSettings reads what text keeps. What it does not know is left to the
// system: another version of the page may have written it.
func parseSettings(text string) settings {
	var s settings
	if json.Unmarshal([]byte(text), &s) != nil {
		return settings{}
	}
	known := func(value *string, options []option) {
		if !slices.ContainsFunc(options, func(o option) bool { return o.value == *value }) {
			*value = ""
		}
	}
	known(&s.Theme, themes)
	known(&s.Density, densities)
	known(&s.Clock, clocks)
	known(&s.Motion, motions)
	return s
}

// String is what parseSettings reads.
func (s settings) String() string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings and booleans can be marshalled
	}
	return string(text)
}

// readSettings takes up what is kept.
func (c *Chat) readSettings() {
	text, _ := c.local.get(c.page.key("settings"))
	c.wear(parseSettings(text))
}

// set changes the settings, here and in all other tabs, and keeps them.
func (c *Chat) set(s settings) {
	c.local.set(c.page.key("settings"), s.String())
	if app.IsClient {
		app.Window().Call("cyberchatLook", s.String())
	}
	if s.Sound && !c.settings.Sound {
		c.chime.ring() // this is how it sounds; and a press has allowed it
	}
	c.wear(s)
}

// wear takes settings on. boot.js has already seen to what is for style sheets.
func (c *Chat) wear(s settings) {
	before := clockHours
	c.settings = s
	if clockHours = hoursOf(s.Clock); clockHours != before {
		c.reader.urgent = true // each row says its time in another way
	}
}
