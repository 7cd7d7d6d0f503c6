package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/link"
)

// doubtAfter is how many tries to connect fail before a page from a file doubts
// itself. Browsers do not tell a page whether it was refused or nobody was there.
const doubtAfter = 3

// countFailure takes in a change of the status.
func (c *Chat) countFailure() {
	switch c.status.Phase {
	case link.Open:
		c.failed = 0
	case link.Waiting:
		c.failed++
	}
}

// notices are what the person should know or decide, most important first.
func (c *Chat) notices() []app.UI {
	var ns []app.UI
	if c.status.Phase == link.Stopped {
		why := c.status.Reason
		if why == "" {
			why = "The server ended the connection."
		}
		ns = append(ns, notice("stopped", why,
			app.Button().ID("reload").Type("button").Class("button", "small").OnClick(func(app.Context, app.Event) { reload() }).Text("Reload")))
	}
	if c.page.file && c.failed >= doubtAfter {
		ns = append(ns, notice("file", "If the server is running, this file may be too old for it. Take a new one from there:",
			app.A().ID("new-file").Href(c.page.download()).Attr("download", "cyberchat.html").Text(c.page.download())))
	}
	if c.newer() {
		if c.page.file {
			ns = append(ns, notice("build", "A newer version of this file is available.",
				app.A().Class("button", "small").Href(c.page.download()).Attr("download", "cyberchat.html").Text("Download it")))
		} else {
			ns = append(ns, notice("build", "A new version of Cyber Chat is ready.",
				app.Button().ID("reload-build").Type("button").Class("button", "small").OnClick(c.update).Text("Reload")))
		}
	}
	choose := func(label string) app.UI {
		return app.Button().Type("button").Class("button", "small").
			OnClick(func(app.Context, app.Event) { c.openName() }).Text(label)
	}
	ignore := app.Button().Type("button").Class("button", "small", "quiet").
		OnClick(func(app.Context, app.Event) { c.ignoreName(); focusComposer(false) }).Text("Not now")
	you := c.model.You.Name
	switch refused := c.model.Refused; {
	case c.naming.open:
	case c.naming.asked != "" && c.status.Phase != link.Open:
		ns = append(ns, notice("name", "You will be "+c.naming.wanted+" as soon as there is a line, if that name is free."))
	case you == "":
	case refused != nil && refused != c.naming.seen:
		ns = append(ns, notice("name", refused.Text+" For now you are "+you+".", choose("Choose a name"), ignore))
	case c.naming.hinted:
		ns = append(ns, notice("name", "For now you are "+you+".", choose("Choose a name"), ignore))
	}
	if c.answer != "" {
		ns = append(ns, notice("answer", c.answer, app.Button().Type("button").Class("button", "small", "quiet").
			OnClick(func(app.Context, app.Event) { c.answer = ""; focusComposer(false) }).Text("Close")))
	}
	return ns
}

// pastText answers /history: here the log itself goes back.
const pastText = "Scroll up to read earlier messages."

func notice(kind, text string, actions ...app.UI) app.UI {
	return app.Div().Class("notice").DataSet("notice", kind).Body(
		app.P().Text(text),
		app.Div().Class("notice-actions").Body(actions...),
	)
}
