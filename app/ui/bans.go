package ui

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A barred is somebody, or an address, that is banned from the place or a room.
type barred struct{ chat.MemberChanged }

// bansIn finds the bans of people that hold now in a log whose latest events are
// first.
func bansIn(log []chat.Durable, now time.Time) (bans []barred) {
	type whose struct{ room, person string }
	seen := make(map[whose]bool)
	for _, e := range log {
		m, ok := e.(chat.MemberChanged)
		if !ok || m.Change != chat.Banned || m.Address != "" {
			continue
		}
		w := whose{m.In, m.Person.ID}
		if !seen[w] && m.Until.After(now) {
			bans = append(bans, barred{m})
		}
		seen[w] = true
	}
	return bans
}

// room is where the ban holds.
func (b barred) room() string {
	if b.In != "" {
		return b.In
	}
	return chat.Place
}

// moreAddresses asks for the addresses that are banned.
func (c *Chat) moreAddresses() {
	more(c, &c.folk.keeping.addresses, chat.List{What: chat.ListAddresses}, func(l chat.Listing) []chat.BannedAddress { return l.Addresses })
	c.Update()
}

// withAddress returns the addresses that are banned after one more event about one.
func withAddress(rows []chat.BannedAddress, e chat.MemberChanged) []chat.BannedAddress {
	rows = slices.DeleteFunc(slices.Clone(rows), func(a chat.BannedAddress) bool { return a.Address == e.Address })
	if e.Until.IsZero() {
		return rows
	}
	return append(rows, chat.BannedAddress{Address: e.Address, Until: e.Until})
}

// addressBans are the bans of addresses, with what the log says of why, as far as
// it was read.
func (k *keeping) addressBans() []barred {
	var bans []barred
	for _, a := range k.addresses.rows {
		b := barred{chat.MemberChanged{Stamp: chat.Stamp{Room: chat.Place}, Change: chat.Banned, Address: a.Address, Until: a.Until}}
		for _, e := range k.log {
			if m, ok := e.(chat.MemberChanged); ok && m.Address == a.Address && m.Until.Equal(a.Until) {
				b.MemberChanged = m
				break
			}
		}
		bans = append(bans, b)
	}
	return bans
}

// banRows draw the bans that hold now.
func (c *Chat) banRows() []app.UI {
	k, now := &c.folk.keeping, timeHere()
	row := func(b barred) app.UI {
		who, key := nameOf(b.Person), b.room()+" "+b.Person.ID
		if b.Address != "" {
			who, key = b.Address, b.Address
		}
		text := untilText(b.Until, now) + ", " + c.titleOf(b.In)
		if b.Reason != "" {
			text += ": " + b.Reason
		}
		return item([]app.UI{app.Bdi().Text(who)}, app.P().Dir("auto").Text(text),
			app.Button().Type("button").Class("button", "small").
				OnClick(func(app.Context, app.Event) { c.lift(b) }, key).Text("Lift"))
	}
	var addresses, people []app.UI
	for _, b := range k.addressBans() {
		addresses = append(addresses, row(b))
	}
	for _, b := range bansIn(k.log, now) {
		people = append(people, row(b))
	}
	l := &k.addresses
	return []app.UI{
		app.Ul().Class("items").Body(addresses...),
		moreOf("addresses-more", l.asked, l.got, l.next, l.fault, c.moreAddresses),
		app.Ul().Class("items").Body(people...),
		c.moreLogUI(len(people) == 0 && len(addresses) == 0 && l.got, "Nobody is banned", "Bans that hold now are listed here."),
		actions(app.Button().ID("ban-address").Type("button").Class("button").
			OnClick(func(app.Context, app.Event) {
				k.address = lastings[1].value
				c.goFolk(addressPage)
			}).Text("Ban an address…")),
	}
}

// lift ends a ban.
func (c *Chat) lift(b barred) {
	change := chat.ChangeMember{ID: link.NewID(), Room: b.room(), Change: chat.Banned, Person: b.Person.ID, Address: b.Address}
	c.do(change, func(chat.Ack) {
		c.toast("The ban is over.")
		// The event that says so comes, or has come.
	})
}

type addressBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *addressBody) Render() app.UI {
	c, k := b.Chat, &b.Chat.folk.keeping
	return form("address-form", func() {
		until := end(k.address, time.Now())
		change := chat.ChangeMember{ID: link.NewID(), Room: chat.Place, Change: chat.Banned, Address: fieldText("address"), Until: until, Reason: fieldText("address-reason")}
		c.do(change, func(chat.Ack) {
			c.backFolk()
			c.toast("Nobody comes in from that address " + untilText(until, timeHere()) + ".")
		})
	},
		textField{ID: "address", Label: "Address", Hint: "An IPv4 address, or an IPv6 address, with which its network of 64 bits is banned."}.draw(),
		choiceField("address-lasting", "For how long", lastings, k.address, func(v string) { k.address = v; c.Update() }),
		textField{ID: "address-reason", Label: "Reason", Hint: "May be empty."}.draw(),
		actions(c.submitButton("address-do", "Ban the address", true)),
	)
}
