package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// people shows who is here and how others get here.
type people struct {
	app.Compo
	Online int
	People []chat.Person // those known by name, sorted
	You    string        // the reader's id
	Page   page
}

func (p *people) Render() app.UI {
	rows := make([]app.UI, 0, len(p.People)+1)
	for _, who := range p.People {
		row := []app.UI{face(who), app.Bdi().Class("name").Text(who.Name)}
		if who.ID == p.You {
			row = append(row, app.Span().Class("tag").Text("you"))
		}
		rows = append(rows, app.Li().Class("person").Body(row...))
	}
	if more := p.Online - len(p.People); more > 0 {
		rows = append(rows, app.Li().Class("person-more").Text("and "+strconv.Itoa(more)+" more"))
	}
	body := []app.UI{
		app.Div().Class("people-here").Role("group").Aria("label", "Here now").TabIndex(0).Body(
			app.Ul().Class("people-list").Body(rows...),
		),
	}
	if p.Page.host != "" {
		body = append(body, &invite{Page: p.Page})
	}
	return app.Div().Class("people").Body(body...)
}

// invite says how others get here.
type invite struct {
	app.Compo
	Page page
}

func (i *invite) Render() app.UI {
	body := []app.UI{
		app.H3().Text("Bring somebody in"),
		&copyLine{Label: "the link", Text: i.Page.origin},
	}
	if i.Page.local() {
		body = append(body, app.P().Class("hint").Text("This link works on this computer only."))
	}
	body = append(body,
		app.H3().Text("From a terminal"),
		&copyLine{Label: "the command", Text: i.Page.terminal()},
	)
	if !i.Page.file {
		body = append(body, app.A().
			Class("file-link").
			Href("/cyberchat.html").
			Attr("download", "cyberchat.html").
			Body(icon(iconFile), app.Span().Text("Take it as a file")))
	}
	return app.Div().Class("invite").Body(body...)
}

// A peopleDialog shows the same where there is no room beside the log.
type peopleDialog struct {
	app.Compo
	Chat   *Chat
	Open   bool
	Online int
	People []chat.Person
	You    string
	Page   page
}

func (d *peopleDialog) OnUpdate(app.Context) { syncDialog("people-dialog", d.Open) }

func (d *peopleDialog) close(app.Context, app.Event) { d.Chat.peopleOpen = false }

func (d *peopleDialog) Render() app.UI {
	body := []app.UI{
		app.Div().Class("sheet-head").Body(
			app.H2().ID("people-title").Text("Here now"),
			app.Button().Type("button").Class("button", "quiet", "square").Aria("label", "Close").
				OnClick(d.close).Body(icon(iconClose)),
		),
	}
	if d.Open { // or else everybody would be in the document twice
		body = append(body, &people{Online: d.Online, People: d.People, You: d.You, Page: d.Page})
	}
	return app.Dialog().ID("people-dialog").Class("dialog", "sheet").
		Attr("aria-labelledby", "people-title").
		Attr("closedby", "any"). // a click beside it, where browsers know this
		On("close", d.close).
		Body(app.Div().Class("sheet-body").Body(body...))
}
