package ui

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func (d *errandDialog) Render() app.UI {
	title, shape := "", "sheet"
	var page app.UI
	c, e := d.Chat, d.Errand
	var name string
	if room := c.model.Find(e.room); room != nil {
		name = roomTitle(room)
	}
	switch e.kind {
	case errandSwitch:
		title, shape = "Go to", "sheet wide high"
		page = &finder{ID: "finder", Label: "A room or a person", Hint: "A room or a person",
			Finds: d.places(), None: "Nothing is called like that.", News: d.news(len(d.places())),
			Find: c.findPeople, Take: d.goTo}
	case errandBrowse:
		title, shape = "Browse rooms", "sheet wide high"
		page = d.browse()
	case errandDirect:
		title, shape = "New message", "sheet wide high"
		page = d.picking("Who is it for?", "Open the conversation")
	case errandAdd:
		title, shape = "Add people to "+name, "sheet wide high"
		page = d.picking("Who is to come in?", "Add")
	case errandCreate:
		title, shape = "Create a room", "sheet wide"
		page = d.creating()
	case errandDescribe:
		title, shape = "Rename or describe", "sheet wide"
		page = d.form("Save", false,
			textField{ID: "describe-title", Label: "Title", Fault: d.faultOf("describe-title")}.draw(),
			textField{ID: "describe-about", Label: "What it is about", Hint: "One line. It may be empty.", Fault: d.faultOf("describe-about")}.draw())
	case errandSlow:
		title, shape = "Slow mode", "sheet wide"
		page = d.form("Save", false, choiceField("slow", "Between two messages of one person", slows, e.slow, func(value string) {
			d.Chat.errand.slow = value
			d.Chat.Update()
		}), app.P().Class("hint").Text("Moderators do not wait."))
	case errandArchive:
		title = "Archive " + name + "?"
		page = d.form("Archive", true, app.P().Text("Everything in it can be read, and nothing more is said in it. It can be opened again."))
	case errandLeave:
		title = "Leave " + name + "?"
		text := "You can join it again at any time."
		if room := c.model.Find(e.room); room != nil && room.Access == chat.Private {
			text = "It is private: only somebody who is in it can bring you back."
		}
		page = d.form("Leave", true, app.P().Text(text))
	}
	var body []app.UI
	if page != nil {
		body = append(body, page)
	}
	return dialog("errand", app.Bdi().Text(title), shape, func() { d.Chat.closeErrand() }, body...)
}

func (d *errandDialog) faultOf(field string) string {
	if d.Errand.field == field {
		return d.Errand.fault
	}
	return ""
}

// form draws fields, and below them what is done with them.
func (d *errandDialog) form(does string, danger bool, fields ...app.UI) app.UI {
	fault := d.Errand.fault
	if d.Errand.field != "" {
		fault = ""
	}
	submit := app.Button().ID("errand-go").Type("submit").Class("button").Text(does)
	if danger {
		submit = submit.Class("danger")
	} else {
		submit = submit.Class("primary")
	}
	if d.Errand.busy {
		submit = submit.Class("busy")
	}
	body := append(fields,
		app.P().Class("fault").Role("alert").Text(fault),
		app.Div().Class("dialog-actions").Body(
			app.Button().Type("button").Class("button", "quiet").OnClick(func(app.Context, app.Event) { d.Chat.closeErrand() }).Text("Cancel"),
			submit,
		))
	return app.Form().Class("errand-form").Attr("novalidate", "").OnSubmit(d.submit).Body(body...)
}

func (d *errandDialog) creating() app.UI {
	access := []option{{string(chat.Public), "Public"}, {string(chat.Private), "Private"}}
	hint := "Everybody here can find it, read it and join."
	if d.Errand.access == chat.Private {
		hint = "Only those who are added see that it is there."
	}
	title := textField{ID: "create-title", Label: "Title", Hint: "What people talk about in it.", Fault: d.faultOf("create-title")}
	address := textField{ID: "create-address", Label: "Address", Hint: d.Chat.page.roomLink("…", 0), Fault: d.faultOf("create-address")}
	about := textField{ID: "create-about", Label: "What it is about", Hint: "One line. It may be empty.", Fault: d.faultOf("create-about")}
	return d.form("Create", false,
		app.Div().OnInput(d.titled).Body(title.draw()),
		app.Div().Body(
			choiceField("access", "Who can come in", access, string(d.Errand.access), func(value string) {
				d.Chat.errand.access = chat.Access(value)
				d.Chat.Update()
			}),
			app.P().Class("hint", "access-hint").Role("status").Text(hint),
		),
		app.Div().OnInput(func(app.Context, app.Event) { d.edited = true }).
			Hidden(d.Errand.access != chat.Public).Body(address.draw()),
		about.draw(),
	)
}

// news says how many there are once something was written.
func (d *errandDialog) news(n int) string {
	if d.Errand.query == "" {
		return ""
	}
	return foundText(n)
}

// A way is where a finding of the switcher leads.
type way struct {
	finding
	room   string
	person chat.Person
}

func (d *errandDialog) places() []finding {
	ways := d.ways()
	places := make([]finding, len(ways))
	for i, w := range ways {
		places[i] = w.finding
	}
	return places
}

func (d *errandDialog) goTo(i int) {
	ways := d.ways()
	if i >= len(ways) {
		return
	}
	switch w := ways[i]; {
	case w.room != "":
		d.Chat.closeErrand()
		d.Chat.goRoom(w.room, 0)
		focusComposer(false)
	case w.person.ID != "":
		d.Chat.talkTo(w.person)
	default:
		d.Chat.openErrand(errand{kind: errandCreate, query: d.Errand.query})
	}
}

// maxWays is how many findings there are at the most.
const maxWays = 30

// ways are the rooms and people that fit what is written: those that fit best
// first, and among them those in which something is new, or was said last.
func (d *errandDialog) ways() []way {
	c, query := d.Chat, d.Errand.query
	around := c.model.Around()
	type ranked struct {
		way
		fit fit
	}
	var all []ranked
	talked := map[string]bool{c.model.You.ID: true}
	for _, r := range c.model.Recent() {
		if r.ID == c.model.Room.ID && query == "" {
			continue // one is there
		}
		w := way{room: r.ID, finding: finding{Key: r.ID, Label: roomTitle(r), Detail: r.About, Sign: iconRoom, Unread: r.Unread, Quiet: r.Quiet}}
		best := fits(query, w.Label)
		switch {
		case r.Access == chat.Direct:
			if w.Sign, w.Detail = "", ""; len(r.With) == 1 {
				w.Who, w.State = r.With[0], around.State(r.With[0].ID)
				talked[r.With[0].ID] = true
			} else {
				w.Who = chat.Person{ID: r.ID, Name: strconv.Itoa(len(r.With))}
			}
		case r.Access == chat.Private:
			w.Sign = iconPrivate
		default:
			best = max(best, fits(query, r.ID))
		}
		if r.Archived {
			w.Sign, w.Detail = iconShelf, "archived"
		}
		if best > noFit {
			all = append(all, ranked{w, best})
		}
	}
	for _, p := range d.known() {
		if best := fits(query, p.Name); best > noFit && !talked[p.ID] {
			all = append(all, ranked{way{person: p.Person, finding: finding{Key: p.ID, Label: p.Name, Detail: p.About, Who: p.Person, State: p.State}}, best})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(b.fit, a.fit) })
	ways := make([]way, 0, maxWays)
	for _, r := range all[:min(len(all), maxWays)] {
		ways = append(ways, r.way)
	}
	if query != "" && c.mayInPlace(chat.ToCreate) {
		ways = append(ways, way{finding: finding{Key: "+", Label: "Create the room “" + query + "”", Sign: iconPlus}})
	}
	return ways
}

// known are the people who can be found: those who are around and those whom the
// server has found, without us.
func (d *errandDialog) known() []chat.Profiled {
	c := d.Chat
	around := c.model.Around()
	seen := map[string]bool{c.model.You.ID: true}
	var all []chat.Profiled
	for _, p := range d.Errand.people {
		if !seen[p.ID] && !c.model.Hides(p.ID) {
			seen[p.ID] = true
			p.State = around.State(p.ID)
			all = append(all, p)
		}
	}
	for _, p := range around.People {
		if !seen[p.ID] && !c.model.Hides(p.ID) {
			all = append(all, chat.Profiled{Person: p, State: around.State(p.ID)})
		}
	}
	slices.SortStableFunc(all, func(a, b chat.Profiled) int {
		return cmp.Or(cmp.Compare(absent(a.State), absent(b.State)), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// absent orders people by whether they are around.
func absent(s chat.State) int {
	switch s {
	case chat.Online:
		return 0
	case chat.StateAway:
		return 1
	}
	return 2
}

// browse draws the public rooms.
func (d *errandDialog) browse() app.UI {
	c := d.Chat
	rooms := d.listed()
	finds := make([]finding, len(rooms))
	for i, r := range rooms {
		finds[i] = finding{Key: r.ID, Label: r.Title, Detail: r.About, Sign: iconRoom, Taken: c.isIn(r.ID)}
		if r.Archived {
			finds[i].Sign, finds[i].Detail = iconShelf, "archived"
		}
	}
	none := "There are no rooms yet but the lobby. Create one."
	switch {
	case !d.Errand.got && c.status.Phase != link.Open:
		none = "The rooms are listed when there is a line."
	case !d.Errand.got:
		none = "Looking for rooms…"
	case d.Errand.query != "":
		none = "No room is called like that."
	}
	return app.Div().Class("errand-find").Body(
		&finder{ID: "finder", Label: "Public rooms", Hint: "Find a room", Finds: finds, None: none, News: d.news(len(finds)),
			Find: func(query string) { d.Chat.errand.query = query },
			Take: func(i int) {
				rooms := d.listed()
				if i >= len(rooms) || d.Chat.errand.busy {
					return
				}
				if id := rooms[i].ID; d.Chat.isIn(id) {
					d.Chat.closeErrand()
					d.Chat.goRoom(id, 0)
					focusComposer(false)
				} else {
					d.Chat.join(id)
				}
			}},
		app.P().Class("fault").Role("alert").Text(d.Errand.fault),
		app.P().Class("hint").Text("Enter joins a room, or opens one that you are in."),
	)
}

// isIn tells whether we are in a room.
func (c *Chat) isIn(id string) bool {
	room := c.model.Find(id)
	return room != nil && room.Entered()
}

// listed are the public rooms that fit what is written, those that can be spoken
// in first. The lobby is not among them: everybody is in it.
func (d *errandDialog) listed() []chat.Room {
	type ranked struct {
		chat.Room
		fit fit
	}
	var all []ranked
	for _, r := range d.Chat.errand.rooms {
		if best := max(fits(d.Chat.errand.query, r.Title), fits(d.Chat.errand.query, r.ID)); best > noFit && r.ID != chat.Lobby {
			all = append(all, ranked{r, best})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int {
		shelved := func(r ranked) int {
			if r.Archived {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(shelved(a), shelved(b)), cmp.Compare(b.fit, a.fit), cmp.Compare(a.Title, b.Title))
	})
	rooms := make([]chat.Room, len(all))
	for i, r := range all {
		rooms[i] = r.Room
	}
	return rooms
}

// picking draws the choice of one or several people.
func (d *errandDialog) picking(label, does string) app.UI {
	people := d.picked()
	finds := make([]finding, len(people))
	for i, p := range people {
		finds[i] = finding{Key: p.ID, Label: p.Name, Detail: p.About, Who: p.Person, State: p.State, Taken: d.has(p.ID)}
	}
	chips := make([]app.UI, len(d.Errand.chosen))
	for i, p := range d.Errand.chosen {
		chips[i] = app.Li().Body(app.Button().Type("button").Class("button", "small", "chip").
			Aria("label", "Without "+p.Name).
			OnClick(func(app.Context, app.Event) { d.toggle(p); focus("finder") }, p.ID).
			Body(face(p), app.Bdi().Text(p.Name), icon(iconClose)))
	}
	none := "Nobody is called like that."
	if d.Errand.query == "" {
		none = "Nobody else is here yet."
	}
	return d.form(does, false,
		app.Ul().Class("chips").Aria("label", "Chosen").Body(chips...),
		&finder{ID: "finder", Label: label, Hint: "A name", Finds: finds, Several: true, None: none, News: d.news(len(finds)),
			Find: d.Chat.findPeople,
			Take: func(i int) {
				if people := d.picked(); i < len(people) {
					d.toggle(people[i].Person)
				}
			},
			Back: func() {
				if n := len(d.Chat.errand.chosen); n > 0 {
					d.Chat.errand.chosen = slices.Clone(d.Chat.errand.chosen[:n-1])
				}
			}},
	)
}

// picked are the people who fit what is written.
func (d *errandDialog) picked() []chat.Profiled {
	people := d.known()
	return slices.DeleteFunc(people, func(p chat.Profiled) bool { return fits(d.Chat.errand.query, p.Name) == noFit })
}

func (d *errandDialog) has(id string) bool {
	return slices.ContainsFunc(d.Chat.errand.chosen, func(p chat.Person) bool { return p.ID == id })
}

// toggle chooses somebody, or does not any more.
func (d *errandDialog) toggle(p chat.Person) {
	e := &d.Chat.errand
	if d.has(p.ID) {
		e.chosen = slices.DeleteFunc(slices.Clone(e.chosen), func(q chat.Person) bool { return q.ID == p.ID })
	} else if len(e.chosen) < chat.MaxDirect {
		e.chosen = append(slices.Clip(e.chosen), p)
	}
	d.Chat.Update()
}
