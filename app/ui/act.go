package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A deed is what a moderator does to somebody.
type deed string

const (
	mute    deed = "mute"
	remove  deed = "remove"
	ban     deed = "ban"
	appoint deed = "appoint"
)

var deeds = []deed{appoint, mute, remove, ban}

func (d deed) title() string {
	return map[deed]string{mute: "Mute", remove: "Remove", ban: "Ban", appoint: "Change the role"}[d]
}

// is is the deed that [chat.May] knows, and change what it makes of them.
func (d deed) is() chat.Deed {
	return map[deed]chat.Deed{mute: chat.ToMute, remove: chat.ToRemove, ban: chat.ToBan, appoint: chat.ToAppoint}[d]
}

func (d deed) change() chat.Change {
	return map[deed]chat.Change{mute: chat.Muted, remove: chat.Removed, ban: chat.Banned, appoint: chat.Appointed}[d]
}

// lastings are how long a mute or a ban may last.
var lastings = []option{{"1h", "An hour"}, {"24h", "A day"}, {"168h", "A week"}, {"forever", "For good"}}

// end is when something that begins now ends.
func end(lasting string, now time.Time) time.Time {
	d, err := time.ParseDuration(lasting)
	if err != nil {
		return chat.Forever
	}
	return now.Add(d)
}

// An act is what a moderator is about to do, and where.
type act struct {
	deed    deed
	room    string // chat.Place, or a room
	lasting string
	role    chat.Role
}

// wheres are where a deed may be done to whom the card shows: in the place, and
// in the room that was open.
func (c *Chat) wheres(d deed) (rooms []string) {
	k := &c.folk.card
	if k.place != nil && c.mayIn(d.is(), chat.Place) {
		rooms = append(rooms, chat.Place)
	}
	if k.room != chat.Lobby && k.room != chat.Place && k.inRoom != nil && c.mayIn(d.is(), k.room) {
		rooms = append(rooms, k.room)
	}
	if d == remove { // only who is there can be
		for i := 0; i < len(rooms); i++ {
			if !k.in(rooms[i]).Here {
				rooms = append(rooms[:i], rooms[i+1:]...)
				i--
			}
		}
	}
	return rooms
}

// beginAct opens the page on which something is done to whom the card shows.
func (c *Chat) beginAct(d deed) {
	rooms := c.wheres(d)
	if len(rooms) == 0 {
		return
	}
	c.folk.act = act{deed: d, room: rooms[len(rooms)-1], lasting: lastings[1].value}
	c.folk.act.role = c.folk.card.in(c.folk.act.room).Role
	c.goFolk(actPage)
}

// whereText names a room in which something is done.
func (c *Chat) whereText(room string) string {
	if room == chat.Place {
		return "Everywhere"
	}
	if r := c.model.Find(room); r != nil && r.Title != "" {
		return r.Title
	}
	return "This room"
}

type actBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *actBody) Render() app.UI {
	c, a := b.Chat, &b.Chat.folk.act
	k := &c.folk.card
	var fields []app.UI
	rooms := c.wheres(a.deed)
	if len(rooms) > 1 {
		var where []option
		for _, r := range rooms {
			where = append(where, option{r, c.whereText(r)})
		}
		fields = append(fields, choiceField("act-where", "Where", where, a.room, func(room string) {
			a.room, a.role = room, k.in(room).Role
			c.Update()
		}))
	}
	is := k.in(a.room)
	now := time.Now()
	submit, over := a.deed.title(), false
	switch a.deed {
	case appoint:
		submit = "Give the role"
		var roles []option
		for r := chat.RoleGuest; r <= chat.RoleOwner; r++ {
			roles = append(roles, option{r.String(), r.String()})
		}
		fields = append(fields, choiceField("act-role", "Role", roles, a.role.String(), func(word string) {
			a.role.UnmarshalText([]byte(word))
			c.Update()
		}), app.P().Class("hint").Text("A moderator deletes, mutes, removes and bans. An owner also gives roles."))
	case mute:
		over = is.Muted.After(now)
		fields = append(fields, app.P().Class("hint").Text("They can read, and not speak."))
	case ban:
		over = is.Banned.After(now)
		fields = append(fields, app.P().Class("hint").Text("They are out at once, on all their devices, and do not come in again before it is over."))
	case remove:
		fields = append(fields, app.P().Class("hint").Text("They are out at once. An invitation leads back in."))
	}
	if a.deed == mute || a.deed == ban {
		fields = append(fields, choiceField("act-lasting", "For how long", lastings, a.lasting, func(v string) {
			a.lasting = v
			c.Update()
		}))
	}
	if a.deed != appoint {
		fields = append(fields, textField{ID: "act-reason", Label: "Reason", Hint: "May be empty. It stands in the log, for everybody who reads that."}.draw())
	}
	buttons := []app.UI{}
	if over {
		buttons = append(buttons, app.Button().ID("act-over").Type("button").Class("button").
			OnClick(func(app.Context, app.Event) { c.commit(time.Time{}) }, a.room).Text(map[deed]string{mute: "Let them speak again", ban: "Lift the ban"}[a.deed]))
	}
	buttons = append(buttons, c.submitButton("act-do", submit, a.deed != appoint))
	return form("act", func() { c.commit(end(c.folk.act.lasting, time.Now())) }, append(fields, actions(buttons...))...)
}

// commit does what the page says; until is when it ends, zero to end it now.
func (c *Chat) commit(until time.Time) {
	a, p := c.folk.act, c.folk.card.person
	change := chat.ChangeMember{ID: link.NewID(), Room: a.room, Change: a.deed.change(), Person: p.ID, Reason: fieldText("act-reason")}
	said := nameOf(p) + " "
	switch a.deed {
	case appoint:
		change.Role = a.role
		said += "is now a" + article(a.role) + " " + a.role.String() + "."
	case remove:
		said += "was removed."
	case mute, ban:
		change.Until = until
		switch {
		case !until.IsZero():
			said += map[deed]string{mute: "is muted ", ban: "is banned "}[a.deed] + untilText(until, timeHere()) + "."
		case a.deed == mute:
			said += "may speak again."
		default:
			said += "may come in again."
		}
	}
	c.do(change, func(chat.Ack) {
		if c.folk.page == actPage {
			c.backFolk()
			if c.folk.page == cardPage {
				c.askCard()
			}
		}
		c.toast(said)
	})
}

// aboutMessage is a message that is to be deleted or reported.
type aboutMessage struct {
	room    string
	message chat.Message
	report  bool
	mine    bool
}

func (a aboutMessage) title() string {
	if a.report {
		return "Report a message"
	}
	return "Delete a message"
}

// beginDelete asks whether a message is to be deleted, and beginReport whether it
// is to be brought before the moderators.
func (c *Chat) beginDelete(m chat.Message) {
	c.folk.about = aboutMessage{room: m.Room, message: m, mine: m.Author.ID == c.model.You.ID}
	c.showFolk(messagePage)
}

func (c *Chat) beginReport(m chat.Message) {
	c.folk.about = aboutMessage{room: m.Room, message: m, report: true}
	c.showFolk(messagePage)
}

type messageBodyPage struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *messageBodyPage) Render() app.UI {
	c, a := b.Chat, b.Chat.folk.about
	hint, does := "It is gone for everybody, and cannot be brought back.", "Delete"
	if a.report {
		hint, does = "The moderators see it, and who reported it.", "Report"
	}
	fields := []app.UI{quoteOf(a.message.Author, a.message.Text), app.P().Class("hint").Text(hint)}
	if !a.mine {
		fields = append(fields, textField{ID: "about-reason", Label: "Reason", Hint: "May be empty."}.draw())
	}
	return form("about", func() { c.aboutDone(c.folk.about) }, append(fields, actions(c.submitButton("about-do", does, true)))...)
}

// quoteOf draws what somebody said, beside what is done about it.
func quoteOf(who chat.Person, text string) app.UI {
	return app.Blockquote().Class("quote").Body(
		app.P().Class("quote-author").Body(app.Bdi().Text(nameOf(who))),
		app.P().Class("quote-text").Dir("auto").Text(text),
	)
}

func (c *Chat) aboutDone(a aboutMessage) {
	reason := fieldText("about-reason")
	if a.report {
		c.do(chat.Report{ID: link.NewID(), Room: a.room, Message: a.message.Seq, Reason: reason}, func(chat.Ack) {
			c.closeFolk()
			c.toast("The moderators were told.")
		})
		return
	}
	c.do(chat.Delete{ID: link.NewID(), Room: a.room, Message: a.message.Seq, Reason: reason}, func(chat.Ack) {
		c.closeFolk()
		c.toast("Message " + strconv.FormatInt(a.message.Seq, 10) + " was deleted.")
	})
}
