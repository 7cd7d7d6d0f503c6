package ui

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// An errand is what somebody is about to do with rooms, in the one dialog there
// is for that. It is a value; the zero errand is none.
type errand struct {
	kind   errandKind
	room   string // that it is about
	access chat.Access
	slow   string // in milliseconds, as chosen
	query  string
	busy   bool   // the server has been asked
	fault  string // why it was not done
	field  string // the id of the field that the fault is about, if it is one

	rooms  []chat.Room // that can be found
	got    bool        // all of them are there
	people []chat.Profiled
	chosen []chat.Person
}

type errandKind string

const (
	errandSwitch   errandKind = "switch"
	errandCreate   errandKind = "create"
	errandBrowse   errandKind = "browse"
	errandDirect   errandKind = "direct"
	errandAdd      errandKind = "add"
	errandDescribe errandKind = "describe"
	errandSlow     errandKind = "slow"
	errandArchive  errandKind = "archive"
	errandLeave    errandKind = "leave"
)

// openErrand begins an errand.
func (c *Chat) openErrand(e errand) {
	c.roomsOpen = false
	if e.access == "" {
		e.access = chat.Public
	}
	switch c.errand = e; e.kind {
	case errandBrowse:
		c.listRooms("")
	case errandSwitch, errandDirect, errandAdd:
		c.findPeople("")
	}
	c.Update()
}

// closeErrand ends it.
func (c *Chat) closeErrand() { c.errand = errand{} }

// comeInto opens a room to speak in it.
func (c *Chat) comeInto(room string) {
	c.went = c.errand.kind != "" || c.roomsOpen
	c.closeErrand()
	c.roomsOpen = false
	c.goRoom(room, 0)
	focusComposer(false)
}

// errandDone takes in what became of an errand of that kind: it is over, and
// then done is called, or the dialog says why not.
func (c *Chat) errandDone(kind errandKind, done func(chat.Event)) wish {
	return func(e chat.Event, fault *chat.Fault) {
		here := c.errand.kind == kind
		switch {
		case fault == nil:
			done(e)
			if here {
				c.closeErrand()
			}
		case here:
			c.errand.busy, c.errand.fault = false, fault.Text
			c.errand.field = ""
			if fault.Code == chat.CodeRoomTaken || fault.Code == chat.CodeBadValue {
				c.errand.field = "create-address"
			}
		default:
			c.toast(fault.Text)
		}
		c.Update()
	}
}

// runErrand sends the command of the errand.
func (c *Chat) runErrand(command chat.Identified, done func(chat.Event)) {
	if c.status.Phase != link.Open {
		c.errand.fault, c.errand.field = "There is no line. Try again when it is back.", ""
		return
	}
	c.errand.busy, c.errand.fault, c.errand.field = true, "", ""
	c.want(command, c.errandDone(c.errand.kind, done))
}

// create makes a room and opens it.
func (c *Chat) create(title, id, about string) {
	e := &c.errand
	wrong := func(field, text string) { e.fault, e.field = text, field }
	title, about = strings.TrimSpace(title), strings.TrimSpace(about)
	command := chat.Create{ID: link.NewID(), Title: title, About: about, Access: e.access}
	switch {
	case title == "":
		wrong("create-title", "A room needs a title.")
		return
	case utf8.RuneCountInString(title) > chat.MaxTitle:
		wrong("create-title", "This title is too long. Shorten it.")
		return
	case utf8.RuneCountInString(about) > chat.MaxAbout:
		wrong("create-about", "This line is too long. Shorten it.")
		return
	}
	if e.access == chat.Public {
		if command.Room = strings.TrimSpace(id); chat.CheckRoomID(command.Room) != nil {
			wrong("create-address", "An address has 1 to 32 of a to z, 0 to 9 and - between them.")
			return
		}
	}
	c.runErrand(command, c.openMade)
}

// openMade opens the room that was made, or found.
func (c *Chat) openMade(e chat.Event) {
	if ack, ok := e.(chat.Ack); ok && ack.Room != "" {
		c.comeInto(ack.Room)
	}
}

// describeRoom gives a room another title and another line about it.
func (c *Chat) describeRoom(title, about string) {
	title, about = strings.TrimSpace(title), strings.TrimSpace(about)
	if title == "" {
		c.errand.fault, c.errand.field = "A room needs a title.", "describe-title"
		return
	}
	c.runErrand(chat.ChangeRoom{ID: link.NewID(), Room: c.errand.room, Title: &title, About: &about}, func(chat.Event) { c.setTitle() })
}

// join goes into a public room and opens it.
func (c *Chat) join(room string) {
	join := chat.ChangeMember{ID: link.NewID(), Room: room, Change: chat.Joined}
	opened := func(chat.Event) {
		c.comeInto(room)
	}
	if c.errand.kind != "" {
		c.runErrand(join, opened)
		return
	}
	c.want(join, func(e chat.Event, fault *chat.Fault) {
		if fault != nil {
			c.toast(fault.Text)
			return
		}
		opened(e)
	})
}

// leave goes out of a room, and to the lobby if it was open.
func (c *Chat) leave(room string) {
	c.runErrand(chat.ChangeMember{ID: link.NewID(), Room: room, Change: chat.Left}, func(chat.Event) {
		if c.model.Room.ID == room {
			c.comeInto(chat.Lobby)
		}
	})
}

// talkTo opens the direct conversation with somebody, or begins it.
func (c *Chat) talkTo(people ...chat.Person) {
	if len(people) == 1 {
		for _, r := range c.model.Rooms() {
			if r.Access == chat.Direct && len(r.With) == 1 && r.With[0].ID == people[0].ID {
				c.comeInto(r.ID)
				return
			}
		}
	}
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	command := chat.Create{ID: link.NewID(), Access: chat.Direct, With: ids}
	if c.errand.kind != "" {
		c.runErrand(command, c.openMade)
		return
	}
	c.want(command, func(e chat.Event, fault *chat.Fault) {
		if fault != nil {
			c.toast(fault.Text)
			return
		}
		c.openMade(e)
	})
}

// addPeople brings the chosen into a room.
func (c *Chat) addPeople() {
	room, left := c.errand.room, len(c.errand.chosen)
	for _, p := range c.errand.chosen {
		c.want(chat.ChangeMember{ID: link.NewID(), Room: room, Change: chat.Added, Person: p.ID}, func(_ chat.Event, fault *chat.Fault) {
			if left--; fault != nil {
				c.toast(p.Name + ": " + fault.Text)
			} else {
				c.toast(p.Name + " was added.")
			}
			if left == 0 && c.errand.kind == errandAdd {
				c.closeErrand()
				c.Update()
			}
		})
	}
	c.errand.busy = left > 0
}

// mostRooms is how many rooms are looked through.
const mostRooms = 2000

// listRooms asks for the public rooms, page by page.
func (c *Chat) listRooms(after string) {
	c.want(chat.List{ID: link.NewID(), What: chat.ListRooms, After: after}, func(e chat.Event, fault *chat.Fault) {
		page, ok := e.(chat.Listing)
		if c.errand.kind != errandBrowse {
			return
		}
		if !ok {
			if c.errand.got = true; fault != nil {
				c.errand.fault = fault.Text
			}
			return
		}
		c.errand.rooms = append(c.errand.rooms[:len(c.errand.rooms):len(c.errand.rooms)], page.Rooms...)
		if c.errand.got = page.Next == "" || len(c.errand.rooms) >= mostRooms; !c.errand.got {
			c.listRooms(page.Next)
		}
	})
}

// findPeople asks for the people whose names begin so.
func (c *Chat) findPeople(query string) {
	c.errand.query = query
	if c.status.Phase != link.Open {
		return
	}
	kind := c.errand.kind
	c.want(chat.List{ID: link.NewID(), What: chat.ListPeople, Find: query}, func(e chat.Event, _ *chat.Fault) {
		if page, ok := e.(chat.Listing); ok && c.errand.kind == kind && c.errand.query == query {
			c.errand.people = page.People
		}
	})
}

// slugMarks are letters with marks that an address has without them.
var slugMarks = strings.NewReplacer(
	"ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "æ", "ae", "ø", "o", "å", "a", "œ", "oe", "ł", "l",
	"à", "a", "á", "a", "â", "a", "ã", "a", "ç", "c", "č", "c", "ć", "c", "è", "e", "é", "e", "ê", "e", "ë", "e", "ě", "e", "ę", "e", "ą", "a",
	"ì", "i", "í", "i", "î", "i", "ï", "i", "ñ", "n", "ń", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ř", "r", "š", "s", "ś", "s",
	"ù", "u", "ú", "u", "û", "u", "ý", "y", "ž", "z", "ź", "z", "ż", "z", "'", "", "’", "",
)

// slug is the address that a title suggests: what of it can stand in one.
func slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range slugMarks.Replace(strings.ToLower(title)) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(r)
		} else {
			gap = gap || unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), chat.MaxRoomID)], "-")
}

// slows are how long slow mode may ask somebody to wait.
var slows = []option{{"0", "Off"}, {"10000", "10 seconds"}, {"30000", "30 seconds"}, {"60000", "1 minute"}, {"300000", "5 minutes"}, {"3600000", "1 hour"}}

// slowDown sets slow mode as it was chosen.
func (c *Chat) slowDown() {
	wait, err := time.ParseDuration(c.errand.slow + "ms")
	if err != nil {
		return
	}
	ms := wait.Milliseconds()
	c.runErrand(chat.ChangeRoom{ID: link.NewID(), Room: c.errand.room, Slow: &ms}, func(chat.Event) {})
}

// archive ends a room.
func (c *Chat) archive() {
	yes := true
	c.runErrand(chat.ChangeRoom{ID: link.NewID(), Room: c.errand.room, Archived: &yes}, func(chat.Event) {})
}

// An errandDialog is where errands are done.
type errandDialog struct {
	app.Compo
	Chat   *Chat
	Errand errand

	edited bool   // the address was written by hand
	shown  errand // as of the last update
}

func (d *errandDialog) OnMount(app.Context) { d.sync() }

func (d *errandDialog) OnUpdate(app.Context) { d.sync() }

// sync opens or closes the dialog, and takes the focus to where one begins, or to
// what is wrong.
func (d *errandDialog) sync() {
	opened := syncDialog("errand", d.Errand.kind != "")
	before := d.shown
	d.shown = d.Errand
	switch {
	case d.Errand.kind == "":
		if before.kind != "" && d.Chat.went {
			d.Chat.went = false
			focusComposer(false) // not before: behind an open dialog nothing takes it
		}
	case opened || before.kind != d.Errand.kind:
		d.edited = false
		d.begin()
	case d.Errand.field != "" && before.fault != d.Errand.fault:
		focus(d.Errand.field)
	}
}

// begin fills what is to be changed into the fields.
func (d *errandDialog) begin() {
	put := func(id, text string) {
		field := element(id)
		field.Set("value", text)
		field.Call("select")
	}
	switch d.Errand.kind {
	case errandSwitch, errandBrowse, errandDirect, errandAdd:
		focus("finder")
	case errandCreate:
		put("create-title", d.Errand.query)
		put("create-address", slug(d.Errand.query))
		put("create-about", "")
		focus("create-title")
	case errandDescribe:
		if room := d.Chat.model.Find(d.Errand.room); room != nil {
			put("describe-about", room.About)
			put("describe-title", room.Title)
			focus("describe-title")
		}
	case errandSlow:
		if focus("slow-" + d.Errand.slow); !focused("slow-" + d.Errand.slow) { // as another client may have set it
			focus("errand-go")
		}
	default:
		focus("errand-go")
	}
}

// titled suggests an address for the title that is written.
func (d *errandDialog) titled(app.Context, app.Event) {
	if !d.edited {
		element("create-address").Set("value", slug(element("create-title").Get("value").String()))
	}
}

func (d *errandDialog) submit(_ app.Context, e app.Event) {
	e.PreventDefault()
	if d.Chat.errand.busy {
		return
	}
	value := func(id string) string { return element(id).Get("value").String() }
	switch d.Chat.errand.kind {
	case errandCreate:
		d.Chat.create(value("create-title"), value("create-address"), value("create-about"))
	case errandDescribe:
		d.Chat.describeRoom(value("describe-title"), value("describe-about"))
	case errandDirect:
		if len(d.Chat.errand.chosen) > 0 {
			d.Chat.talkTo(d.Chat.errand.chosen...)
		}
	case errandAdd:
		if len(d.Chat.errand.chosen) > 0 {
			d.Chat.addPeople()
		}
	case errandSlow:
		d.Chat.slowDown()
	case errandArchive:
		d.Chat.archive()
	case errandLeave:
		d.Chat.leave(d.Chat.errand.room)
	}
}
