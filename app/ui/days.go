package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// days is the dialog from which one goes to a day.
type days struct {
	open bool
	day  string // to begin with, as in 2026-03-14
}

// openDays opens the dialog at a day, or at the one that is read if it is empty.
func (c *Chat) openDays(day string) {
	if day == "" {
		at := timeHere()
		if m := c.model.Said(c.reader.sight.first); m != nil && c.reader.away {
			at = m.Time.In(at.Location())
		}
		day = at.Format(time.DateOnly)
	}
	c.reader.days = days{open: true, day: day}
	c.Update()
}

// closeDays closes it.
func (c *Chat) closeDays() { c.reader.days.open = false }

// goToDay takes the reader to the first message of a day, which begins at a
// time in milliseconds since 1970, or later.
func (c *Chat) goToDay(at int64) {
	c.closeDays()
	c.dropQuestion()
	c.ask(chat.History{At: max(at, 1), Limit: jumpRows}, true)
}

// A dayDialog asks for a day to go to.
type dayDialog struct {
	app.Compo
	Chat *Chat
	Open bool
	Day  string
}

func (d *dayDialog) OnMount(app.Context)  { d.sync() }
func (d *dayDialog) OnUpdate(app.Context) { d.sync() }

func (d *dayDialog) sync() {
	if syncDialog("days", d.Open) {
		field := element("day")
		field.Set("value", d.Day)
		field.Call("focus")
	}
}

func (d *dayDialog) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	year, month, day, ok := parseDay(element("day").Get("value").String())
	if !ok {
		return
	}
	// The browser knows when a day began here, also in another summer.
	midnight := app.Window().Get("Date").New(year, month-1, day).Call("getTime").Float()
	d.Chat.goToDay(int64(midnight))
	focus("log")
}

// parseDay reads the value of a field for a date.
func parseDay(value string) (year, month, day int, ok bool) {
	parts := strings.Split(value, "-")
	if len(parts) != 3 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		var err error
		if n[i], err = strconv.Atoi(p); err != nil {
			return 0, 0, 0, false
		}
	}
	return n[0], n[1], n[2], n[0] >= 1000
}

func (d *dayDialog) closed(app.Context, app.Event) {
	d.Chat.closeDays()
	if nothingFocused() {
		focus("log")
	}
}

func (d *dayDialog) Render() app.UI {
	first := func(app.Context, app.Event) {
		d.Chat.closeDays()
		d.Chat.goTo(1)
		focus("log")
	}
	field := app.Input().ID("day").Name("day").Type("date").Class("input").
		Attr("required", "").
		Attr("aria-labelledby", "days-title").
		Attr("aria-describedby", "days-hint")
	if d.Open {
		field = field.Attr("max", timeHere().Format(time.DateOnly))
	}
	return app.Dialog().ID("days").Class("dialog").Attr("aria-labelledby", "days-title").
		On("close", d.closed).
		Body(
			app.Form().Class("dialog-body").Attr("novalidate", "").OnSubmit(d.submit).Body(
				app.H2().ID("days-title").Text("Go to a day"),
				app.P().ID("days-hint").Class("dialog-hint").Text("To the first message that was said then, or after it."),
				field,
				app.Div().Class("dialog-actions", "days-actions").Body(
					app.Button().ID("days-first").Type("button").Class("button", "quiet").OnClick(first).Text("Beginning"),
					app.Button().Type("button").Class("button", "quiet").
						OnClick(func(app.Context, app.Event) { d.Chat.closeDays() }).Text("Cancel"),
					app.Button().ID("days-go").Type("submit").Class("button", "primary").Text("Go"),
				),
			),
		)
}
