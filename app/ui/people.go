package ui

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// people shows who is here and how others get here.
type people struct {
	app.Compo
	Online int
	People []chat.Person // those known by name, sorted
	You    chat.Person   // the reader; zero before the first welcome
	Page   page

	rover *rover
}

func (p *people) OnMount(app.Context) {
	if here := p.JSValue(); app.IsClient && here.Truthy() {
		p.rover = rove(here.Call("querySelector", ".people-here"), ".person", rovings{})
	}
}

func (p *people) OnDismount() {
	if p.rover != nil {
		p.rover.stop()
	}
}

// youFirst puts the reader before all others, who stay in their order; also
// where a crowd is so large that it does not name them.
func youFirst(people []chat.Person, you chat.Person) []chat.Person {
	if you.ID == "" {
		return people
	}
	rest := slices.DeleteFunc(slices.Clone(people), func(p chat.Person) bool { return p.ID == you.ID })
	return slices.Insert(rest, 0, you)
}

func (p *people) Render() app.UI {
	all := youFirst(p.People, p.You)
	rows := make([]app.UI, 0, len(all)+1)
	for _, who := range all {
		row := []app.UI{face(who), app.Bdi().Class("name").Text(who.Name)}
		if who.ID == p.You.ID {
			row = append(row, app.Span().Class("tag").Text("you"))
		}
		rows = append(rows, app.Li().Class("person").TabIndex(-1).Body(row...))
	}
	if more := p.Online - len(all); more > 0 {
		rows = append(rows, app.Li().Class("person-more").Text("and "+strconv.Itoa(more)+" more"))
	}
	here := app.Div().Class("people-here").Role("group").Aria("label", "Here now")
	if p.You.ID == "" && len(rows) == 0 {
		here = here.Body(bones(3))
	} else {
		here = here.TabIndex(0).Body(app.Ul().Class("people-list").Body(rows...))
	}
	body := []app.UI{here}
	if p.Page.host != "" {
		body = append(body, &invite{Page: p.Page})
	}
	return app.Div().Class("people").Body(body...)
}

// hereNow is the heading of the list of people, with their number.
func hereNow(online int) []app.UI {
	heading := []app.UI{app.Span().Text("Here now")}
	if online > 0 {
		heading = append(heading, app.Span().Class("count").Text(" "+strconv.Itoa(online)))
	}
	return heading
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
	You    chat.Person
	Page   page
}

func (d *peopleDialog) OnUpdate(app.Context) { syncDialog("people-dialog", d.Open) }

func (d *peopleDialog) Render() app.UI {
	var page []app.UI
	if d.Open { // or else everybody would be in the document twice
		page = append(page, &people{Online: d.Online, People: d.People, You: d.You, Page: d.Page})
	}
	return dialog("people-dialog", app.Span().Body(hereNow(d.Online)...), "drawer",
		func() { d.Chat.peopleOpen = false }, page...)
}
