package ui

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// showDevices opens the list of one's own devices, and goDevices goes to it from
// another page.
func (c *Chat) showDevices() {
	c.closeFolk()
	c.goDevices()
}

func (c *Chat) goDevices() {
	c.folk.devices = listed[chat.Device]{}
	c.goFolk(devicesPage)
	c.moreDevices()
}

func (c *Chat) moreDevices() {
	more(c, &c.folk.devices, chat.List{What: chat.ListDevices}, func(l chat.Listing) []chat.Device { return l.Devices })
	c.Update()
}

type devicesBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *devicesBody) Render() app.UI {
	c, l := b.Chat, &b.Chat.folk.devices
	now := timeHere()
	var rows []app.UI
	for _, d := range l.rows {
		name := d.Name
		if name == "" {
			name = "A device"
		}
		title := []app.UI{app.Bdi().Text(name)}
		if d.This {
			title = append(title, app.Span().Class("tag").Text("this one"))
		}
		seen := "last seen " + seenText(d.Seen, now)
		if d.This {
			seen = "here now"
		}
		rows = append(rows, item(title, app.P().Text("Since "+dateText(d.Since, now)+", "+seen),
			app.Button().Type("button").Class("button", "small").Aria("label", "Sign out "+name).
				OnClick(func(app.Context, app.Event) { c.signOut(d) }, d.ID).Text("Sign out")))
	}
	return app.Div().Body(
		app.Ul().Class("items").Body(rows...),
		moreOf("devices-more", l.asked, l.got, l.next, l.fault, c.moreDevices),
		actions(app.Button().ID("device-link").Type("button").Class("button", "primary").
			OnClick(func(app.Context, app.Event) { c.linkDevice() }).Text("Add another device")),
	)
}

// signOut ends the session of a device. That of this one closes the line.
func (c *Chat) signOut(d chat.Device) {
	c.do(chat.SignOut{ID: link.NewID(), Device: d.ID}, func(chat.Ack) {
		l := &c.folk.devices
		l.rows = slices.DeleteFunc(slices.Clone(l.rows), func(o chat.Device) bool { return o.ID == d.ID })
		if !d.This {
			c.toast("That device was signed out.")
		}
	})
}

// A secretLink is an address with a secret, and until when it is good.
type secretLink struct {
	secret  string
	expires time.Time
}

// address is where the link leads.
func (c *Chat) address(l secretLink) string { return c.page.origin + "/#invite=" + l.secret }

// linkDevice makes the link to another device, and shows it.
func (c *Chat) linkDevice() {
	l := secretLink{link.NewID(), time.Now().Add(chat.DeviceLinkFor)}
	c.do(chat.Invite{ID: link.NewID(), Secret: l.secret, Device: true}, func(chat.Ack) {
		c.folk.link = l
		if c.folk.page != linkPage {
			c.goFolk(linkPage)
		}
	})
}

// linkBody shows the link to another device, which counts its minutes.
type linkBody struct {
	app.Compo
	Chat *Chat
	Draw func()

	timer *time.Timer
}

func (b *linkBody) OnMount(ctx app.Context)  { b.tick(ctx) }
func (b *linkBody) OnUpdate(ctx app.Context) { b.tick(ctx) }

func (b *linkBody) OnDismount() {
	if b.timer != nil {
		b.timer.Stop()
	}
}

// tick draws the page again when there is another number to show.
func (b *linkBody) tick(ctx app.Context) {
	if b.timer != nil {
		b.timer.Stop()
	}
	if _, change := goodFor(b.Chat.folk.link.expires, time.Now()); change > 0 {
		b.timer = time.AfterFunc(change, func() { ctx.Dispatch(b.tick) })
	}
}

// goodFor says how long something is good still, and when that will be another
// sentence; 0 if it is over.
func goodFor(until, now time.Time) (text string, change time.Duration) {
	left := until.Sub(now)
	if left <= 0 {
		return "", 0
	}
	minutes := (left + time.Minute - 1) / time.Minute
	return counted(int(minutes), "more minute"), left - (minutes-1)*time.Minute
}

func (b *linkBody) Render() app.UI {
	c := b.Chat
	l := c.folk.link
	again := app.Button().ID("link-again").Type("button").Class("button").
		OnClick(func(app.Context, app.Event) { c.linkDevice() }).Text("Make another one")
	left, _ := goodFor(l.expires, time.Now())
	if left == "" {
		return app.Div().Body(emptyState(iconClock, "This link is too old", "A link to another device is good for 10 minutes.", again))
	}
	address := c.address(l)
	body := []app.UI{
		app.P().Text("Open this on the other device: there it is you, with everything you have here. Show it to nobody else."),
		qrCode("QR code of the link", address),
		&copyLine{Label: "the link", Text: address},
		app.P().Class("hint").ID("link-left").Text("Good once, for " + left + "."),
	}
	if c.page.local() {
		body = append(body, app.P().Class("hint").Text("This link works on this computer only."))
	}
	return app.Div().Class("folk-form").Body(body...)
}

// titleOf names where an invitation leads.
func (c *Chat) titleOf(room string) string {
	if room == chat.Place || room == "" {
		return "The place"
	}
	if r := c.model.Find(room); r != nil && strings.TrimSpace(r.Title) != "" {
		return r.Title
	}
	return "A room"
}
