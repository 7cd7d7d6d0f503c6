package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A helpSheet says what the keys do and what a line that begins with a slash
// asks for.
type helpSheet struct {
	app.Compo
	Chat  *Chat
	Open  bool
	Page  string // keys or commands
	Keys  bool   // single keys are on
	IsMac bool
}

var helpPages = []option{{"keys", "Keyboard"}, {"commands", "Commands"}}

func (d *helpSheet) OnUpdate(app.Context) { syncDialog("help", d.Open) }

func (d *helpSheet) Render() app.UI {
	var page []app.UI
	if d.Open {
		body := commandsHelp()
		if d.Page == "keys" {
			body = keysHelp(d.IsMac, d.Keys)
		}
		page = []app.UI{
			&tabList{ID: "help-tabs", Label: "Help", Tabs: helpPages, Chosen: d.Page,
				Choose: func(page string) { d.Chat.helpPage = page; d.Chat.Update() }},
			tabPage("help-tabs", d.Page, body),
		}
	}
	return dialog("help", app.Span().Text("Help"), "sheet wide", func() { d.Chat.helpOpen = false }, page...)
}

// A keyLine is what one or the other key does, on the help sheet.
type keyLine struct {
	does string
	keys [][]string // pressed together; one or the other
}

// fixedKeys are those that are not shortcuts of the whole page.
var fixedKeys = []struct {
	about string
	lines []keyLine
}{
	{"While writing", []keyLine{
		{"Send", [][]string{{"Enter"}}},
		{"Break the line", [][]string{{"Shift", "Enter"}}},
		{"Scroll the messages", [][]string{{"Page up"}, {"Page down"}}},
	}},
	{"In lists and menus", []keyLine{
		{"To the next or the one before", [][]string{{"↓"}, {"↑"}}},
		{"To the first or the last", [][]string{{"Home"}, {"End"}}},
		{"What can be done with a message", [][]string{{"Shift", "F10"}, {"Menu"}}},
	}},
}

// keysHelp draws what the keys do.
func keysHelp(mac, singles bool) app.UI {
	var lines []keyLine
	at := map[string]int{}
	for _, s := range shortcuts {
		if s.single() && !singles {
			continue
		}
		i, known := at[s.does]
		if !known {
			i = len(lines)
			at[s.does] = i
			lines = append(lines, keyLine{does: s.does})
		}
		lines[i].keys = append(lines[i].keys, s.keyNames(mac))
	}
	rows := keyRows("Anywhere", lines)
	for _, group := range fixedKeys {
		rows = append(rows, keyRows(group.about, group.lines)...)
	}
	body := []app.UI{app.Div().Class("keys").Body(rows...)}
	if !singles {
		body = append(body, app.P().Class("hint", "keys-off").Text("Single-key shortcuts are off. They can be switched on in the settings."))
	}
	return app.Div().Body(body...)
}

func keyRows(about string, lines []keyLine) []app.UI {
	rows := []app.UI{app.H3().Text(about)}
	for _, l := range lines {
		var keys []app.UI
		for i, together := range l.keys {
			if i > 0 {
				keys = append(keys, app.Span().Class("or").Text(" or "))
			}
			for j, key := range together {
				if j > 0 {
					keys = append(keys, app.Span().Class("or").Text(" + "))
				}
				keys = append(keys, app.Kbd().Class("key").Text(key))
			}
		}
		rows = append(rows, app.P().Text(l.does), app.P().Class("keys-of").Body(keys...))
	}
	return rows
}

// commandsHelp draws what a line with a slash asks for. What is only for a
// terminal is not in it.
func commandsHelp() app.UI {
	rows := []app.UI{app.H3().Text("A line that begins with / asks for something")}
	for _, c := range []struct{ line, does string }{
		{"/name NAME", "Gives you another name"},
		{"/join ROOM", "Opens a room, and joins it if you are not in it"},
		{"/leave", "Leaves the room"},
		{"/rooms", "Shows the public rooms"},
		{"/msg NAME TEXT", "Says something to one person alone"},
		{"/who", "Shows who is here"},
		{"/help", "Says what a line can ask for"},
		{"//", "Begins a message that begins with /"},
	} {
		rows = append(rows, app.P().Text(c.does), app.P().Class("keys-of").Body(app.Code().Class("key").Text(c.line)))
	}
	return app.Div().Body(app.Div().Class("keys").Body(rows...))
}
