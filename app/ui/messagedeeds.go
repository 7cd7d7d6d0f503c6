package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// messageItems are what can be done with a message and with whoever said it, by
// who reads it.
func (c *Chat) messageItems(m chat.Message) (items []menuItem) {
	mine := m.Author.ID == c.model.You.ID
	if m.Author.ID != "" && m.Author.Name != "" {
		label := "About " + m.Author.Name
		if mine {
			label = "About you"
		}
		items = append(items, menuItem{ID: "message-author", Label: label, Icon: iconPerson, Do: func() { c.showCard(m.Author) }})
	}
	if m.Gone || !c.model.Welcomed() {
		return items
	}
	now := time.Now()
	if !mine && c.model.You.Known && c.model.May(chat.ToReport, now) == nil {
		items = append(items, menuItem{ID: "message-report", Label: "Report to the moderators", Icon: iconFlag, Do: func() { c.beginReport(m) }})
	}
	deed := chat.ToDelete
	if mine {
		deed = chat.ToTakeBack
	}
	if c.model.May(deed, now) == nil {
		items = append(items, menuItem{ID: "message-delete", Label: "Delete", Icon: iconDelete, Danger: true, Do: func() { c.beginDelete(m) }})
	}
	return items
}

// watchAuthors opens the card of whoever said something, from their face or name
// in the log. By keys the menu of the message does.
func (c *Chat) watchAuthors(ctx app.Context) {
	c.listeners.add(listen(app.Window().Get("document"), "click", func(e app.Value) {
		if !closest(e, "#log .message > .face, #log .message > .author").Truthy() {
			return
		}
		row := messageOf(e)
		if !row.Truthy() {
			return
		}
		if said := c.model.Said(seqOf(row)); said != nil {
			author := said.Author
			ctx.Dispatch(func(app.Context) { c.showCard(author) })
		}
	}))
}
