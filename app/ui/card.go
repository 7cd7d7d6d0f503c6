package ui

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A card is whom the dialog shows, as far as the server has told. The zero card
// is nobody's.
type card struct {
	person chat.Person
	room   string         // that was open
	place  *chat.Profiled // what they are in the place; nil until it is told, or if they are not there
	inRoom *chat.Profiled // and in the room, if that is not the lobby
	waits  int            // answers that are on their way
	fault  string         // why there was none
}

// showCard shows somebody, or oneself.
func (c *Chat) showCard(p chat.Person) {
	if p.ID == "" {
		return
	}
	if p.ID == c.model.You.ID {
		c.showSelf()
		return
	}
	c.folk.card = card{person: p, room: c.model.Room.ID}
	c.showFolk(cardPage)
	c.askCard()
}

// askCard asks the server who it is.
func (c *Chat) askCard() {
	k := &c.folk.card
	k.fault = ""
	id := k.person.ID
	ask := func(room string, to func(chat.Profiled)) {
		k.waits++
		c.want(chat.List{ID: link.NewID(), What: chat.ListPeople, Room: room, Find: id}, func(e chat.Event, fault *chat.Fault) {
			if k.person.ID != id {
				return
			}
			k.waits--
			page, ok := e.(chat.Listing)
			if !ok {
				if fault != nil {
					k.fault = fault.Text
				}
				return
			}
			if i := slices.IndexFunc(page.People, func(p chat.Profiled) bool { return p.ID == id }); i >= 0 {
				to(page.People[i])
			}
		})
	}
	ask("", func(p chat.Profiled) { k.place = &p })
	if k.room != chat.Lobby {
		ask(k.room, func(p chat.Profiled) { k.inRoom = &p })
	}
	c.Update()
}

// over is the role that counts of whom something is done to.
func (k *card) over() (r chat.Role) {
	if k.place != nil {
		r = k.place.Member.Role
	}
	if k.inRoom != nil {
		r = max(r, k.inRoom.Member.Role)
	}
	return r
}

// in is what they are in a room.
func (k *card) in(room string) (m chat.Member) {
	switch {
	case room == chat.Place && k.place != nil:
		return k.place.Member
	case room != chat.Place && k.inRoom != nil:
		return k.inRoom.Member
	}
	return chat.Member{}
}

// caseIn is what decides whether something may be done to them in a room, or in
// the place.
func (c *Chat) caseIn(room string) chat.Case {
	now := time.Now()
	var is chat.Case
	if room == chat.Place {
		is = chat.Case{InPlace: c.model.You.Member, InRoom: c.model.You.Member, Room: chat.FirstRoom(chat.Place), Now: now}
	} else if r := c.model.Find(room); r != nil {
		is = c.model.Case(r, now)
	} else {
		is = chat.Case{InPlace: c.model.You.Member, Room: chat.FirstRoom(room), Now: now}
	}
	is.Over = c.folk.card.over()
	return is
}

// mayIn tells whether somebody may do something in a room, or in the place, to
// whom the card shows.
func (c *Chat) mayIn(d chat.Deed, room string) bool {
	if !c.model.Welcomed() || room == chat.Place && !c.model.You.Member.Here {
		return false
	}
	return chat.May(d, c.caseIn(room)) == nil
}

// callNow is somebody as they are called today, as far as they are around.
func (c *Chat) callNow(p chat.Person) chat.Person {
	for _, q := range c.model.Around().People {
		if q.ID == p.ID {
			return q
		}
	}
	if k := c.folk.card; k.person.ID == p.ID && k.place != nil && k.place.Name != "" {
		return k.place.Person
	}
	return p
}

// stateOf is whether somebody is around: what presences tell counts more than
// what a list said once.
func (c *Chat) stateOf(id string, listed chat.State) chat.State {
	around := c.model.Around()
	if s := around.State(id); s != chat.Offline || around.Online <= len(around.People) {
		return s
	}
	return listed
}

// stateText says it.
func stateText(s chat.State) string {
	switch s {
	case chat.Online:
		return "Here now"
	case chat.StateAway:
		return "Away"
	}
	return "Not here"
}

// roleTag draws a role that others should know of.
func roleTag(r chat.Role) []app.UI {
	if r < chat.RoleModerator {
		return nil
	}
	return []app.UI{app.Span().Class("tag", "role").Text(r.String())}
}

type cardBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *cardBody) Render() app.UI {
	c, k := b.Chat, &b.Chat.folk.card
	now := timeHere()
	var listed chat.State
	facts := []app.UI{}
	fact := func(label, text string) {
		facts = append(facts, app.Dt().Text(label), app.Dd().Text(text))
	}
	about := ""
	if p := k.place; p != nil {
		listed, about = p.State, p.About
		if !p.Since.IsZero() {
			fact("Here since", dateText(p.Since, now))
		}
		fact("In the place", p.Member.Role.String())
	}
	if p := k.inRoom; p != nil {
		if listed == chat.Offline {
			listed = p.State
		}
		if p.Member.Here {
			fact("In this room", p.Member.Role.String())
		} else {
			fact("In this room", "not in it")
		}
	}
	for _, m := range []chat.Member{k.in(chat.Place), k.in(k.room)} {
		if m.Banned.After(now) {
			fact("Banned", untilText(m.Banned, now))
		}
		if m.Muted.After(now) {
			fact("Muted", untilText(m.Muted, now))
		}
	}
	state := c.stateOf(k.person.ID, listed)
	head := []app.UI{
		faceIn(c.callNow(k.person), state),
		app.Div().Class("card-head").Body(
			app.P().Class("card-state").Text(stateText(state)),
			app.P().Class("card-about").Dir("auto").Text(about),
		),
	}
	body := []app.UI{app.Div().Class("card").Body(head...), app.Dl().Class("facts").Body(facts...)}
	switch {
	case k.waits > 0 && k.place == nil && k.inRoom == nil:
		body = append(body, bones(1))
	case k.fault != "":
		body = append(body, faultState("It could not be loaded", k.fault, app.Button().Type("button").Class("button", "small").
			OnClick(func(app.Context, app.Event) { c.askCard() }, k.person.ID).Text("Try again")))
	case k.waits == 0 && k.place == nil && k.inRoom == nil && state != chat.Offline:
		body = append(body, app.P().Class("hint").Text("A guest, here for as long as they are connected."))
	case k.waits == 0 && k.place == nil && k.inRoom == nil:
		body = append(body, app.P().Class("hint").Text("They are not here any more."))
	}
	return app.Div().Body(append(body, app.Div().Class("card-actions").Body(c.cardActions()...))...)
}

// cardActions are what can be done with whom the card shows.
func (c *Chat) cardActions() (buttons []app.UI) {
	k := &c.folk.card
	button := func(id, text string, danger bool, do func()) {
		b := app.Button().ID(id).Type("button").Class("button")
		if danger {
			b = b.Class("danger")
		}
		buttons = append(buttons, b.OnClick(func(app.Context, app.Event) { do() }, id, k.person.ID, text).Text(text))
	}
	if k.place != nil && k.place.Member.Here && c.mayIn(chat.ToCreate, chat.Place) {
		button("card-message", "Send a message", false, func() {
			p := k.person
			c.closeFolk()
			c.beginDirect([]string{p.ID})
		})
	}
	if c.model.You.Known {
		if c.model.Hides(k.person.ID) {
			button("card-unhide", "Show their messages again", false, func() { c.hide(k.person, false) })
		} else {
			button("card-hide", "Hide their messages", false, func() { c.hide(k.person, true) })
		}
	}
	for _, d := range deeds {
		if len(c.wheres(d)) > 0 {
			button("card-"+string(d), d.title()+"…", d == remove || d == ban, func() { c.beginAct(d) })
		}
	}
	return buttons
}

// hide has somebody hidden from one's own eyes, or not any more.
func (c *Chat) hide(p chat.Person, on bool) {
	c.do(chat.Hide{ID: link.NewID(), Person: p.ID, On: on}, func(chat.Ack) {
		if on {
			c.toast("What " + nameOf(p) + " says is folded away for you.")
		} else {
			c.toast("You see what " + nameOf(p) + " says.")
		}
	})
}

// beginDirect opens the conversation among oneself and others, which is begun if
// there is none yet.
func (c *Chat) beginDirect(with []string) {
	c.want(chat.Create{ID: link.NewID(), Access: chat.Direct, With: with}, func(e chat.Event, fault *chat.Fault) {
		if ack, ok := e.(chat.Ack); ok && ack.Room != "" {
			c.goRoom(ack.Room, 0)
		} else if fault != nil {
			c.answer = fault.Text
		}
	})
}
