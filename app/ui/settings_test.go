package ui

import (
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func TestSettingsAreKeptAsTheyAre(t *testing.T) {
	for _, s := range []settings{
		{},
		{Theme: "dark", Density: "compact", Clock: "12", Motion: "reduced", Sound: true, NoKeys: true},
		{Theme: "contrast", Clock: "24"},
	} {
		if got := parseSettings(s.String()); got != s {
			t.Errorf("%v was kept as %s and is %v", s, s, got)
		}
	}
	if (settings{}).String() != "{}" {
		t.Error("what was not chosen is kept")
	}
}

func TestUnknownSettingsAreLeftToTheSystem(t *testing.T) {
	for text, want := range map[string]settings{
		"":                      {},
		"null":                  {},
		"[1]":                   {},
		`{"theme":7}`:           {},
		`{"theme":"sepia"}`:     {},
		`{"later":"something"}`: {},
		`{"theme":"dark","density":"airy","clock":"13","motion":"more","sound":true}`: {Theme: "dark", Sound: true},
	} {
		if got := parseSettings(text); got != want {
			t.Errorf("parseSettings(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestTheTimeIsSaidAsChosen(t *testing.T) {
	c, draw := mounted(t)
	t.Cleanup(func() { clockHours = 24 })
	at := time.Date(2025, time.March, 5, 15, 4, 0, 0, time.UTC)
	c.take(opened(welcome(ada)))
	c.take(link.Batch{Events: []chat.Event{chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ben, Text: "hi", Time: at}}})
	for clock, want := range map[string]string{"12": "3:04 pm", "24": "15:04"} {
		c.set(settings{Clock: clock})
		local := at.In(timeHere().Location())
		if got := clockText(local); local.Hour() == 15 && got != want {
			t.Errorf("with %s hours it is %q, want %q", clock, got, want)
		}
		if html := draw(); !strings.Contains(html, clockText(local)) {
			t.Errorf("with %s hours the log does not say %s", clock, clockText(local))
		}
	}
	if text, _ := c.local.get(c.page.key("settings")); parseSettings(text).Clock == "" {
		t.Errorf("what is kept is %q", text)
	}
}
