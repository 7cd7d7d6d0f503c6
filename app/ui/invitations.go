package ui

import (
	"slices"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// inviting is an invitation that is about to be made.
type inviting struct {
	room  string
	role  chat.Role
	uses  string
	goods string // how long it is good
}

var (
	useOptions  = []option{{"1", "One"}, {"10", "10 people"}, {"100", "100 people"}}
	goodOptions = []option{{"1h", "An hour"}, {"24h", "A day"}, {"168h", "A week"}, {"720h", "30 days"}}
)

// invitePlaces are where somebody may invite to: the place, and the room that is
// open.
func (c *Chat) invitePlaces() (rooms []string) {
	if !c.model.Welcomed() || !c.model.You.Known {
		return nil
	}
	if c.mayIn(chat.ToInvite, chat.Place) {
		rooms = append(rooms, chat.Place)
	}
	if room := c.model.Room.ID; room != chat.Lobby && room != chat.Place && c.mayIn(chat.ToAdd, room) {
		rooms = append(rooms, room)
	}
	return rooms
}

// beginInvite opens the page on which an invitation is made: to the room that is
// open, if it takes one to be there.
func (c *Chat) beginInvite() {
	rooms := c.invitePlaces()
	if len(rooms) == 0 {
		return
	}
	c.folk.invite = inviting{room: rooms[0], role: chat.RoleMember, uses: "10", goods: "168h"}
	if slices.Contains(rooms, c.model.Room.ID) && c.model.Access == chat.Private {
		c.folk.invite.room = c.model.Room.ID
	}
	c.goFolk(invitePage)
}

type inviteBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *inviteBody) Render() app.UI {
	c, i := b.Chat, &b.Chat.folk.invite
	var fields []app.UI
	if rooms := c.invitePlaces(); len(rooms) > 1 {
		var where []option
		for _, r := range rooms {
			where = append(where, option{r, c.titleOf(r)})
		}
		fields = append(fields, choiceField("invite-where", "Where it leads", where, i.room, func(v string) { i.room = v; c.Update() }))
	}
	if i.room == chat.Place {
		roles := []option{{"guest", "Guest"}, {"member", "Member"}}
		if c.mayIn(chat.ToAppoint, chat.Place) {
			roles = append(roles, option{"moderator", "Moderator"}, option{"owner", "Owner"})
		}
		fields = append(fields, choiceField("invite-role", "They come as", roles, i.role.String(), func(v string) {
			i.role.UnmarshalText([]byte(v))
			c.Update()
		}))
	}
	fields = append(fields,
		choiceField("invite-uses", "For how many", useOptions, i.uses, func(v string) { i.uses = v; c.Update() }),
		choiceField("invite-for", "Good for", goodOptions, i.goods, func(v string) { i.goods = v; c.Update() }),
		actions(
			app.Button().ID("invite-list").Type("button").Class("button", "quiet").
				OnClick(func(app.Context, app.Event) { c.goInvitations() }).Text("Open invitations"),
			c.submitButton("invite-do", "Make the invitation", false)))
	return form("invite", c.invite, fields...)
}

// invite makes the invitation and shows it.
func (c *Chat) invite() {
	i := c.folk.invite
	uses, _ := strconv.Atoi(i.uses)
	lasts, _ := time.ParseDuration(i.goods)
	made := chat.Invite{ID: link.NewID(), Secret: link.NewID(), Room: i.room, Uses: uses, For: lasts.Milliseconds()}
	if i.room == chat.Place {
		made.Role = i.role
	}
	l := secretLink{made.Secret, time.Now().Add(lasts)}
	c.do(made, func(chat.Ack) {
		c.folk.link = l
		if c.folk.page == invitePage {
			c.turnTo(invitedPage)
		}
	})
}

type invitedBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *invitedBody) Render() app.UI {
	c := b.Chat
	l, address := c.folk.link, c.address(c.folk.link)
	uses := "Good once, "
	if n := c.folk.invite.uses; n != "1" {
		uses = "Good for " + n + " people, "
	}
	body := []app.UI{
		app.P().Text("Whoever opens this is let in. It is shown only now."),
		qrCode("QR code of the invitation", address),
		&copyLine{Label: "the invitation", Text: address},
		app.P().Class("hint").Text(uses + untilText(l.expires, timeHere()) + "."),
	}
	if c.page.local() {
		body = append(body, app.P().Class("hint").Text("This link works on this computer only."))
	}
	return app.Div().Class("folk-form").Body(body...)
}

// showInvitations opens the list of the invitations that are open, and
// goInvitations goes to it from another page.
func (c *Chat) showInvitations() {
	c.closeFolk()
	c.goInvitations()
}

func (c *Chat) goInvitations() {
	c.folk.invitations = listed[chat.Invitation]{}
	c.goFolk(invitesPage)
	c.moreInvitations()
}

func (c *Chat) moreInvitations() {
	more(c, &c.folk.invitations, chat.List{What: chat.ListInvitations}, func(l chat.Listing) []chat.Invitation { return l.Invitations })
	c.Update()
}

type invitesBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *invitesBody) Render() app.UI {
	c, l := b.Chat, &b.Chat.folk.invitations
	now := timeHere()
	var rows []app.UI
	for _, i := range l.rows {
		title := c.titleOf(i.Room)
		if i.Room == chat.Place && i.Role != chat.RoleMember {
			title += ", as " + i.Role.String()
		}
		by := []app.UI{app.Span().Text(counted(i.Uses, "use") + " left, " + untilText(i.Expires, now) + ", by ")}
		switch {
		case i.Author.ID == c.model.You.ID:
			by = append(by, app.Span().Text("you"))
		case i.Author.ID == "":
			by = append(by, app.Span().Text("the server"))
		default:
			by = append(by, app.Bdi().Text(nameOf(i.Author)))
		}
		rows = append(rows, item([]app.UI{app.Bdi().Text(title)}, app.P().Body(by...),
			app.Button().Type("button").Class("button", "small").
				OnClick(func(app.Context, app.Event) { c.revoke(i) }, i.ID).Text("Take back")))
	}
	end := moreOf("invitations-more", l.asked, l.got, l.next, l.fault, c.moreInvitations)
	if l.got && len(rows) == 0 && l.fault == "" {
		end = emptyState(iconPeople, "None is open", "An invitation is a link that lets people in, for a while.")
	}
	buttons := []app.UI{}
	if len(c.invitePlaces()) > 0 && !slices.Contains(c.folk.back, invitePage) {
		buttons = append(buttons, app.Button().ID("invite-new").Type("button").Class("button", "primary").
			OnClick(func(app.Context, app.Event) { c.beginInvite() }).Text("Make an invitation"))
	}
	return app.Div().Body(app.Ul().Class("items").Body(rows...), end, actions(buttons...))
}

// revoke takes an invitation back.
func (c *Chat) revoke(i chat.Invitation) {
	c.do(chat.Revoke{ID: link.NewID(), Invitation: i.ID}, func(chat.Ack) {
		l := &c.folk.invitations
		l.rows = slices.DeleteFunc(slices.Clone(l.rows), func(o chat.Invitation) bool { return o.ID == i.ID })
		c.toast("Nobody comes in by that link any more.")
	})
}
