package ui

import (
	"fmt"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// An earlier is how it stands with what was said before the first row of the
// log. One page is asked for at a time.
type earlier struct {
	asked  string // the id of the question that was not answered
	failed bool   // the last one brought nothing
	news   string // for screen readers
}

// askEarlier asks for the page before the first row, if there may be one and
// none is on its way.
func (c *Chat) askEarlier() {
	if c.earlier.asked != "" || c.coming() || c.status.Phase != link.Open || !c.model.Earlier || c.model.Full() {
		return
	}
	question := chat.History{ID: link.NewID(), Room: chat.Lobby, Before: c.model.First(), Limit: chat.PageSize}
	if c.line.Send(question) != nil {
		c.earlierFailed()
		return
	}
	c.earlier = earlier{asked: question.ID, news: "Loading earlier messages."}
	c.Update()
}

// coming tells whether messages that follow the welcome are still on their way.
func (c *Chat) coming() bool {
	last := c.model.First() - 1
	if m := lastMessage(c.model.Rows); m != nil {
		last = m.Seq
	}
	return last < c.model.Head
}

// earlierAnswered takes in an answer, and reports whether it is one to the
// question that was asked last.
func (c *Chat) earlierAnswered(e chat.Event) bool {
	switch e := e.(type) {
	case chat.Page:
		if e.ID != c.earlier.asked {
			return false
		}
		before := c.model.First()
		c.model = c.model.Apply(e)
		c.earlier = earlier{news: earlierNews(before-c.model.First(), c.model.Earlier)}
		c.quiet = true
		if len(e.Messages) == 0 && c.model.Earlier {
			c.earlierFailed()
		}
		return true
	case chat.Reject:
		if e.ID != c.earlier.asked || e.ID == "" {
			return false
		}
		c.earlierFailed()
		return true
	}
	return false
}

func (c *Chat) earlierFailed() {
	c.earlier = earlier{failed: true, news: "Earlier messages could not be loaded."}
	c.Update()
}

// dropEarlier gives up the question that was asked: on another line it may be
// asked again.
func (c *Chat) dropEarlier() {
	if c.earlier.asked != "" {
		c.line.Forget(c.earlier.asked)
	}
	c.earlier = earlier{}
}

// earlierNews says that n messages were loaded, and whether there are more.
func earlierNews(n int64, more bool) string {
	news := strconv.FormatInt(n, 10) + " earlier messages loaded."
	if n == 1 {
		news = "1 earlier message loaded."
	}
	if !more {
		news += " " + beginning
	}
	return news
}

const beginning = "This is the beginning of the conversation."

// nearTop is how far from the first row, in CSS pixels, a reader is when the
// page before it is asked for.
const nearTop = 400

// A past is what stands above the first row as long as there are earlier ones.
type past struct {
	Earlier bool // there are
	Full    bool // but the page holds no more
	Asked   bool // they are on their way, or even later ones
	Failed  bool
	Line    bool // there is one
}

// past is how it stands now.
func (c *Chat) past() past {
	return past{
		Earlier: c.model.Earlier,
		Full:    c.model.Full(),
		Asked:   c.earlier.asked != "" || c.coming(),
		Failed:  c.earlier.failed,
		Line:    c.status.Phase == link.Open,
	}
}

// wanted tells whether the next page is to be asked for when the reader comes
// near.
func (p past) wanted() bool { return p.Earlier && p.Line && !p.Full && !p.Asked && !p.Failed }

// draw draws it; ask is called to ask for the next page.
func (p past) draw(ask app.EventHandler) app.UI {
	said := func(text string) app.UI { return app.P().Text(text) }
	button := app.Button().ID("earlier").Type("button").Class("button", "small").OnClick(ask)
	slot := app.Div().Class("past").Aria("live", "off")
	switch {
	case p.Full:
		return slot.Body(said(fmt.Sprintf("This page shows the latest %d messages at the most.", state.MaxHeld)))
	case p.Asked:
		return slot.Body(said("Loading earlier messages…"))
	case !p.Line:
		return slot.Body(said("Earlier messages come when there is a line."))
	case p.Failed:
		return slot.Body(said("Could not load earlier messages."), button.Text("Try again"))
	}
	// Not on the way of Tab: that would take a reader at the end to the top, and
	// by keys one gets there by scrolling. For screen readers it is there.
	return slot.Body(button.Class("quiet").TabIndex(-1).Text("Earlier messages"))
}
