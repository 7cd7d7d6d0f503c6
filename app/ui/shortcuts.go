package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// A shortcut is a key that does something anywhere in the page. Those of one
// character work only while nothing is being written, and not at all for who
// has switched them off: somebody who speaks to their computer would press them
// unawares (WCAG 2.1.4). The others stay clear of what browsers and screen
// readers take for themselves.
type shortcut struct {
	key     string // as the browser calls it
	command bool   // with Ctrl, or ⌘ on a Mac
	does    string // for the help sheet
	do      func(*Chat)
}

var shortcuts = []shortcut{
	{key: "/", does: "Write a message", do: func(c *Chat) { focus("message") }},
	{key: "End", does: "To the latest message", do: (*Chat).toEnd},
	{key: "Escape", does: "Close what is open, or back to writing", do: func(c *Chat) { focus("message") }},
	{key: "k", command: true, does: "Go to a room or a person", do: func(c *Chat) { c.openErrand(errand{kind: errandSwitch}) }},
	{key: "r", does: "To the list of rooms", do: (*Chat).showRooms},
	{key: "d", does: "To another day", do: func(c *Chat) { c.openDays("") }},
	{key: "p", does: "Show or hide the people", do: func(c *Chat) { c.showPeople(!c.peopleShown()) }},
	{key: ",", command: true, does: "Settings", do: func(c *Chat) { c.settingsOpen = true }},
	{key: "/", command: true, does: "This help", do: func(c *Chat) { c.openHelp("keys") }},
	{key: "?", does: "This help", do: func(c *Chat) { c.openHelp("keys") }},
}

// single tells whether the shortcut is one character alone.
func (s shortcut) single() bool { return !s.command && len(s.key) == 1 }

// A press is a key as it was pressed.
type press struct {
	key                    string
	ctrl, meta, alt, shift bool
	mac                    bool // there ⌘ stands for Ctrl
	writing                bool // the focus is where text is written
}

// shortcutFor finds what a press is for, nil if it is for nothing here. Where
// singles is false there are no single keys.
func shortcutFor(p press, singles bool) *shortcut {
	command, other := p.ctrl, p.meta
	if p.mac {
		command, other = p.meta, p.ctrl
	}
	if other || p.alt {
		return nil
	}
	for i := range shortcuts {
		s := &shortcuts[i]
		switch {
		case !strings.EqualFold(s.key, p.key) || s.command != command:
		case !s.command && p.writing:
		case s.single() && !singles:
		case p.shift && !strings.ContainsAny(s.key, "/?,"): // which need it on some keyboards
		default:
			return s
		}
	}
	return nil
}

// keyNames are the keys of a shortcut as they stand on a keyboard.
func (s shortcut) keyNames(mac bool) []string {
	key := s.key
	switch key {
	case "Escape":
		key = "Esc"
	case "d", "k", "p", "r":
		key = strings.ToUpper(key)
	}
	switch {
	case !s.command:
		return []string{key}
	case mac:
		return []string{"⌘", key}
	}
	return []string{"Ctrl", key}
}

// listenForShortcuts makes the keys work.
func (c *Chat) listenForShortcuts(ctx app.Context) {
	document := app.Window().Get("document")
	c.mac = strings.HasPrefix(app.Window().Get("navigator").Get("platform").String(), "Mac")
	c.listeners.add(listen(document, "keydown", func(e app.Value) {
		if e.Get("defaultPrevented").Bool() || e.Get("isComposing").Truthy() || e.Get("repeat").Truthy() {
			return
		}
		s := shortcutFor(press{
			key:     e.Get("key").String(),
			ctrl:    e.Get("ctrlKey").Truthy(),
			meta:    e.Get("metaKey").Truthy(),
			alt:     e.Get("altKey").Truthy(),
			shift:   e.Get("shiftKey").Truthy(),
			mac:     c.mac,
			writing: closest(e, fields).Truthy(),
		}, !c.settings.NoKeys)
		if s == nil || dialogOpen() || closest(e, "[role=menu]").Truthy() {
			return // what is open is answered first, and closes by itself
		}
		e.Call("preventDefault")
		ctx.Dispatch(func(app.Context) {
			s.do(c)
			c.Update()
		})
	}))
}

// fields are where text is written, as a selector.
const fields = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button])"

// toEnd takes the reader to the end of the log.
func (c *Chat) toEnd() {
	c.goToEnd()
	focus("log")
}

// openHelp opens the help sheet at one of its pages, keys or commands.
func (c *Chat) openHelp(page string) { c.helpOpen, c.helpPage = true, page }
