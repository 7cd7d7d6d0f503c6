package ui

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// A member is somebody in the list of people.
type member struct {
	chat.Person
	Role chat.Role
}

// A company is those of the open room, as far as they are known by name. It is a
// value.
type company struct {
	Online []member // around and at the page
	Away   []member // around and not at it
	Out    []member // not around, as far as they were asked for
	Count  int      // how many are around, named or not
	// Known says that there is a list at all, Asks that those who are not around
	// can be asked for, and Asked that they are on their way.
	Known, Asks, Asked bool
	Fault              string
}

// members are those of a room by the server's list, as far as they were asked for.
type members struct {
	room string
	listed[chat.Profiled]
	out bool // those who are not around were asked for
}

// companyNow is who is in the open room. In the lobby that is the place, whose
// presences say who is around; in another room it is those of its members who
// are.
func (c *Chat) companyNow() company {
	m := &c.folk.members
	around := c.model.Around()
	list := make(map[string]chat.Profiled)
	if m.room == c.model.Room.ID {
		for _, p := range m.rows {
			list[p.ID] = p
		}
	}
	with := company{Count: around.Online, Known: c.model.Welcomed() || len(around.People) > 0}
	add := func(p chat.Person, s chat.State) {
		q := member{p, list[p.ID].Member.Role}
		switch s {
		case chat.Online:
			with.Online = append(with.Online, q)
		case chat.StateAway:
			with.Away = append(with.Away, q)
		}
	}
	if c.roomIsPlace() {
		for _, p := range youFirst(around.People, c.model.You.Person) {
			s := around.State(p.ID)
			if p.ID == c.model.You.ID {
				s = chat.Online
			}
			add(p, s)
		}
	} else {
		with.Count, with.Known = 0, m.got
		for _, p := range m.rows {
			if !p.Member.Here {
				continue
			}
			s := c.stateOf(p.ID, p.State)
			if p.ID == c.model.You.ID {
				s = chat.Online
			}
			if s != chat.Offline {
				with.Count++
			}
			add(c.callNow(p.Person), s)
		}
	}
	if m.room == c.model.Room.ID && (m.out || !c.roomIsPlace()) {
		for _, p := range m.rows {
			if p.Member.Here && p.ID != c.model.You.ID && c.stateOf(p.ID, p.State) == chat.Offline {
				with.Out = append(with.Out, member{p.Person, p.Member.Role})
			}
		}
	}
	with.Asked, with.Fault = m.asked, m.fault
	with.Asks = c.model.Welcomed() && (m.room != c.model.Room.ID || !m.out && c.roomIsPlace() || m.next != "" || m.fault != "")
	return with
}

// roomIsPlace tells whether those around in the open room are told by presences.
func (c *Chat) roomIsPlace() bool {
	return c.model.Room.ID == chat.Lobby || c.model.Find(chat.Lobby) == nil || !c.model.Find(chat.Lobby).Entered()
}

// askMembers asks for the first of the people of the open room where they are
// shown: that has their roles.
func (c *Chat) askMembers() {
	m := &c.folk.members
	if !c.model.Welcomed() || !c.peopleShown() || m.room == c.model.Room.ID && (m.got || m.asked || m.fault != "") {
		return
	}
	if m.room != c.model.Room.ID {
		*m = members{room: c.model.Room.ID}
	}
	c.moreMembers()
}

// moreMembers asks for more of them; whoever does wants to see those too who are
// not around.
func (c *Chat) moreMembers() {
	m := &c.folk.members
	room := c.model.Room.ID
	if m.room != room {
		*m = members{room: room}
	}
	more(c, &m.listed, chat.List{What: chat.ListPeople, Room: room}, func(l chat.Listing) []chat.Profiled { return l.People })
}

// showOut has those listed who are not around.
func (c *Chat) showOut() {
	m := &c.folk.members
	if m.out || !m.got {
		c.moreMembers()
	}
	m.out = true
	c.Update()
}

// people shows who is here and how others get here.
type people struct {
	app.Compo
	Chat *Chat
	With company
	You  chat.Person // the reader; zero before the first welcome
	Page page
	In   waysIn

	rover *rover
}

func (p *people) OnMount(app.Context) {
	if here := p.JSValue(); app.IsClient && here.Truthy() {
		p.rover = rove(here.Call("querySelector", ".people-here"), ".person, .person-out button", rovings{})
	}
	p.Chat.askMembers()
}

func (p *people) OnUpdate(app.Context) { p.Chat.askMembers() }

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
	w := p.With
	here := app.Div().Class("people-here").Role("group").Aria("label", "People")
	if !w.Known && p.You.ID == "" && len(w.Online) == 0 {
		here = here.Body(bones(3))
	} else {
		var rows []app.UI
		rows = append(rows, p.rows(w.Online, chat.Online)...)
		if more := w.Count - len(w.Online) - len(w.Away); more > 0 {
			rows = append(rows, app.Li().Class("person-more").Text("and "+strconv.Itoa(more)+" more"))
		}
		rows = append(rows, p.group("Away", w.Away, chat.StateAway)...)
		rows = append(rows, p.group("Not here", w.Out, chat.Offline)...)
		if w.Asks {
			text := "Show who is not here"
			if w.Asked {
				text = "Loading…"
			}
			rows = append(rows, app.Li().Class("person-out").Body(app.Button().ID(p.id("people-out")).Type("button").Class("button", "small", "quiet").TabIndex(-1).
				OnClick(func(app.Context, app.Event) { p.Chat.showOut() }).Text(text)))
		}
		here = here.TabIndex(0).Body(app.Ul().Class("people-list").Body(rows...))
	}
	body := []app.UI{here}
	if p.Page.host != "" {
		body = append(body, &invite{Chat: p.Chat, Page: p.Page, In: p.In})
	}
	return app.Div().Class("people").Body(body...)
}

// id makes an id of its own, as the panel and the dialog may both be there.
func (p *people) id(name string) string {
	if p.Chat != nil && !p.Chat.wide {
		return name + "-dialog"
	}
	return name
}

// group draws some of the people under a heading.
func (p *people) group(title string, who []member, s chat.State) []app.UI {
	if len(who) == 0 {
		return nil
	}
	heading := app.Li().Class("people-group").Body(app.Span().Text(title), app.Span().Class("count").Text(" "+strconv.Itoa(len(who))))
	return append([]app.UI{heading}, p.rows(who, s)...)
}

func (p *people) rows(who []member, s chat.State) []app.UI {
	rows := make([]app.UI, len(who))
	for i, m := range who {
		row := []app.UI{faceIn(m.Person, s), app.Bdi().Class("name").Text(nameOf(m.Person))}
		if m.ID == p.You.ID {
			row = append(row, app.Span().Class("tag").Text("you"))
		}
		row = append(row, roleTag(m.Role)...)
		rows[i] = app.Li().Body(app.Button().Type("button").Class("person", string(s)).TabIndex(-1).
			OnClick(func(app.Context, app.Event) { p.Chat.showCard(m.Person) }, m.ID).Body(row...))
	}
	return rows
}

// hereNow is the heading of the list of people, with their number.
func hereNow(online int) []app.UI {
	heading := []app.UI{app.Span().Text("Here now")}
	if online > 0 {
		heading = append(heading, app.Span().Class("count").Text(" "+strconv.Itoa(online)))
	}
	return heading
}

// The waysIn are those by which the reader can bring others here. It is a value;
// before the first welcome none is known.
type waysIn struct {
	Link  bool // the place is open: its address is one
	Makes bool // the reader may make invitations
	Asks  bool // it takes an invitation, and somebody else makes it
}

// waysIn are those there are now.
func (c *Chat) waysIn() waysIn {
	if !c.model.Welcomed() {
		return waysIn{}
	}
	makes := len(c.invitePlaces()) > 0
	return waysIn{Link: c.model.Public, Makes: makes, Asks: !c.model.Public && !makes}
}

// invite says how others get here.
type invite struct {
	app.Compo
	Chat *Chat
	Page page
	In   waysIn
}

func (i *invite) Render() app.UI {
	var body []app.UI
	if i.In != (waysIn{}) {
		body = append(body, app.H3().Text("Bring somebody in"))
	}
	if i.In.Link {
		body = append(body, &copyLine{Label: "the link", Text: i.Page.origin})
		if i.Page.local() {
			body = append(body, app.P().Class("hint").Text("This link works on this computer only."))
		}
	}
	if i.In.Makes {
		body = append(body, app.Button().Type("button").Class("button", "small", "invite-button").
			OnClick(func(app.Context, app.Event) {
				i.Chat.closeFolk()
				i.Chat.beginInvite()
			}).Text("Make an invitation"))
	}
	if i.In.Asks {
		body = append(body, app.P().Class("hint").Text("It takes an invitation to come in. A moderator can make one."))
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
	Chat *Chat
	Open bool
	With company
	You  chat.Person
	Page page
	In   waysIn
}

func (d *peopleDialog) OnUpdate(app.Context) { syncDialog("people-dialog", d.Open) }

func (d *peopleDialog) Render() app.UI {
	var page []app.UI
	if d.Open { // or else everybody would be in the document twice
		page = append(page, &people{Chat: d.Chat, With: d.With, You: d.You, Page: d.Page, In: d.In})
	}
	return dialog("people-dialog", app.Span().Body(hereNow(d.With.Count)...), "drawer",
		func() { d.Chat.peopleOpen = false }, page...)
}
