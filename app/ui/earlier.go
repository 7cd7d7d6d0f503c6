package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// pageRows is how many messages are asked for at a time while reading, and
// aheadRows how far from what is held the next ones are asked for. A jump asks
// for fewer, which are there sooner.
const pageRows, aheadRows, jumpRows = 100, 120, 64

// A question is one for messages that are not held. One is asked at a time: a
// jump takes the place of whatever was asked before.
type question struct {
	ask    chat.History // its ID is empty when nothing is asked
	failed bool         // the last one brought nothing
	loud   bool         // somebody asked for it: they are told what became of it
}

// asked tells whether an answer is on its way.
func (q question) asked() bool { return q.ask.ID != "" }

// askEarlier shows more in front of the window, or asks for the page before what
// is held: for who pressed a button.
func (c *Chat) askEarlier() {
	first, _ := c.model.Window()
	held, _, before, _ := c.model.Held()
	switch {
	case first > held:
		c.reach(first)
	case c.mayAsk() && before > 0:
		c.ask(chat.History{Before: before, Limit: pageRows}, true)
	}
}

// askLater does the same behind the window.
func (c *Chat) askLater() {
	_, last := c.model.Window()
	_, held, _, after := c.model.Held()
	switch {
	case last < held:
		c.reach(last)
	case c.mayAsk() && after > 0:
		c.ask(chat.History{After: after, Limit: pageRows}, true)
	}
}

// reach has more shown around a message at an end of the window.
func (c *Chat) reach(seq int64) {
	c.model.Room = c.model.Look(seq, seq)
	c.reader.away, c.reader.urgent = true, true
	c.Update()
}

// fill has more shown for a reader at the end whose screen has room for it.
func (c *Chat) fill() {
	if c.reader.drawn.Last() != c.model.Last() {
		return // there is more to draw first
	}
	first, _ := c.model.Window()
	held, _, before, _ := c.model.Held()
	switch {
	case first > held:
		c.model.Room, c.reader.urgent = c.model.Stretch(), true
		c.Update()
	case before > 0 && !c.reader.question.failed && c.mayAsk():
		c.ask(chat.History{Before: before, Limit: pageRows}, false)
	}
}

// fetch asks for the next page where the reader comes near the last that is
// held.
func (c *Chat) fetch() {
	s := c.reader.sight
	if c.reader.question.failed || s.first == 0 || !c.mayAsk() {
		return
	}
	first, last, before, after := c.model.Held()
	switch {
	case before > 0 && s.first-first < aheadRows:
		c.ask(chat.History{Before: before, Limit: pageRows}, false)
	case after > 0 && last-s.last < aheadRows:
		c.ask(chat.History{After: after, Limit: pageRows}, false)
	}
}

// mayAsk tells whether a page may be asked for now.
func (c *Chat) mayAsk() bool {
	return !c.reader.question.asked() && c.status.Phase == link.Open && !c.coming()
}

// ask sends a question; loud is set if somebody waits for the answer.
func (c *Chat) ask(h chat.History, loud bool) {
	h.ID, h.Room = link.NewID(), c.model.Room.ID
	c.reader.question = question{ask: h, loud: loud}
	if c.status.Phase != link.Open || c.line.Send(h) != nil {
		c.askFailed()
		return
	}
	if loud {
		c.reader.news = "Loading messages."
	}
	c.reader.urgent = true
	c.Update()
}

// coming tells whether messages that follow the welcome are still on their way.
func (c *Chat) coming() bool { return c.model.Last() < c.model.Head }

// answered takes in an answer, and reports whether it is one to the question
// that was asked last.
func (c *Chat) answered(e chat.Event) bool {
	q := c.reader.question
	switch e := e.(type) {
	case chat.Page:
		if e.ID != q.ask.ID || !q.asked() {
			return false
		}
		c.reader.question = question{}
		c.model = c.model.Apply(e)
		if len(e.Events) == 0 && (q.ask.Before > 0 && c.model.Earlier() || q.ask.After > 0) {
			c.reader.question = q
			c.askFailed()
			return true
		}
		c.arrived(q, e)
		return true
	case chat.Reject:
		if e.ID != q.ask.ID || !q.asked() {
			return false
		}
		c.askFailed()
		return true
	}
	return false
}

// arrived goes on with what a page was asked for.
func (c *Chat) arrived(q question, page chat.Page) {
	r := &c.reader
	r.moving, r.urgent = true, true
	if q.loud {
		r.news = pageNews(len(page.Events), c.model.Earlier())
	}
	switch {
	case len(page.Events) == 0:
	case q.ask.Around > 0:
		first, last := page.Events[0].Stamped(), page.Events[len(page.Events)-1].Stamped()
		c.goHeld(min(max(q.ask.Around, first.Seq), last.Seq))
	case q.ask.At > 0:
		to := page.Events[len(page.Events)-1].Stamped()
		for _, e := range page.Events {
			if at := e.Stamped(); at.Time.UnixMilli() >= q.ask.At {
				to = at
				break
			}
		}
		c.goHeld(to.Seq)
	default:
		c.fetch()
	}
}

// askFailed says that the question brought nothing. Reading can be tried again
// where the page ends; of a jump one is told.
func (c *Chat) askFailed() {
	q := c.reader.question
	c.reader.question = question{failed: q.ask.Before > 0 || q.ask.After > 0}
	c.reader.news = "The messages could not be loaded."
	if !c.reader.question.failed {
		c.answer = "These messages could not be loaded. Try again in a moment."
	}
	c.reader.urgent = true
	c.Update()
}

// dropQuestion gives up what was asked: on another line it may be asked again.
func (c *Chat) dropQuestion() {
	if q := c.reader.question; q.asked() {
		c.line.Forget(q.ask.ID)
	}
	c.reader.question, c.reader.news = question{}, ""
}

// pageNews says that n messages were loaded, and whether there are more before
// them.
func pageNews(n int, more bool) string {
	news := strconv.Itoa(n) + " messages loaded."
	if n == 1 {
		news = "1 message loaded."
	}
	if !more {
		news += " " + beginning
	}
	return news
}

const beginning = "This is the beginning of the conversation."

// An edge is what stands where the messages that are drawn end, as long as there
// are more.
type edge struct {
	More   bool // there are
	Held   bool // and they are drawn as soon as the reader comes near
	Asked  bool // they are on their way
	Failed bool
	Line   bool // there is one
}

// edges is how it stands at both ends of the window.
func (c *Chat) edges() (above, below edge) {
	q := c.reader.question
	first, last := c.model.Window()
	from, to, _, _ := c.model.Held()
	both := edge{Asked: q.asked() || c.coming(), Failed: q.failed, Line: c.status.Phase == link.Open}
	above, below = both, both
	above.More, above.Held = c.model.Earlier(), first > from
	below.More, below.Held = c.model.Later(), last < to
	return above, below
}

// draw draws it; ask is called to ask for the next page, with the name of the
// button that does.
func (e edge) draw(id, name string, ask app.EventHandler) app.UI {
	slot := app.Div().Class("edge").Aria("live", "off")
	said := func(text string) app.UI { return app.P().Text(text) }
	button := app.Button().ID(id).Type("button").Class("button", "small").OnClick(ask)
	// Not on the way of Tab: that would take a reader at the end to the top, and
	// by keys one gets there by scrolling. For screen readers it is there.
	quiet := func() app.UI { return button.Class("quiet").TabIndex(-1).Text(name) }
	switch {
	case e.Held:
		return slot.Body(quiet())
	case e.Asked:
		return slot.Body(said("Loading messages…"))
	case !e.Line:
		return slot.Body(said(name + " come when there is a line."))
	case e.Failed:
		return slot.Body(said("Could not load them."), button.Text("Try again"))
	}
	return slot.Body(quiet())
}
