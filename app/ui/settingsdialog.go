package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A settingsDialog shows the settings and changes them at once.
type settingsDialog struct {
	app.Compo
	Chat     *Chat
	Open     bool
	Settings settings
	Keeps    bool // messages are kept on this device
}

func (d *settingsDialog) OnUpdate(app.Context) { syncDialog("settings", d.Open) }

func (d *settingsDialog) Render() app.UI {
	var page []app.UI
	if d.Open {
		var more []app.UI
		if !d.Chat.page.file { // which cannot keep any
			more = append(more, switchField("keep", "Messages on this device",
				"The latest are kept, to open at once and without a network.", d.Keeps, d.Chat.setKeep))
		}
		more = append(more, app.P().Class("hint").Text("Kept in this browser, for all its tabs."))
		page = append(page, settingsFields(d.Settings, d.change, more...))
	}
	return dialog("settings", app.Span().Text("Settings"), "sheet wide", func() { d.Chat.settingsOpen = false }, page...)
}

// change changes the settings as they are now.
func (d *settingsDialog) change(do func(*settings)) {
	s := d.Chat.settings
	do(&s)
	d.Chat.set(s)
}

// settingsFields draws what can be chosen. Each choice calls change with what is
// to be done to the settings: go-app keeps the handlers of the first drawing,
// which must not know what was chosen then. More stands below.
func settingsFields(s settings, change func(func(*settings)), more ...app.UI) app.UI {
	choose := func(field func(*settings) *string) func(string) {
		return func(value string) { change(func(s *settings) { *field(s) = value }) }
	}
	fields := []app.UI{
		choiceField("theme", "Theme", themes, s.Theme, choose(func(s *settings) *string { return &s.Theme })),
		choiceField("density", "Density", densities, s.Density, choose(func(s *settings) *string { return &s.Density })),
		choiceField("clock", "Time", clocks, s.Clock, choose(func(s *settings) *string { return &s.Clock })),
		choiceField("motion", "Motion", motions, s.Motion, choose(func(s *settings) *string { return &s.Motion })),
		switchField("sound", "Sound", "A short one, for a message that comes while this page is hidden.", s.Sound,
			func(on bool) { change(func(s *settings) { s.Sound = on }) }),
		switchField("single-keys", "Single-key shortcuts", "Keys that work alone, like / and ?, while nothing is being written.", !s.NoKeys,
			func(on bool) { change(func(s *settings) { s.NoKeys = !on }) }),
	}
	return app.Div().Class("settings").Body(append(fields, more...)...)
}
