package ui

import (
	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A wish is a command whose answer somebody waits for. It is granted once, on
// the UI goroutine: with the [chat.Ack], [chat.Listing] or [chat.Page] that
// answers it, or with a fault that says why not, and no event. While there is no
// line it waits; when the line has stopped, it is refused.
type wish = func(e chat.Event, fault *chat.Fault)

// want sends a command and calls done with what became of it.
func (c *Chat) want(command chat.Identified, done wish) {
	if err := c.line.Send(command); err != nil {
		done(nil, &chat.Fault{Text: whyNotSent(err)})
		return
	}
	if c.wishes == nil {
		c.wishes = make(map[string]wish)
	}
	c.wishes[command.CommandID()] = done
}

// grant takes in an event and reports whether it was the answer to a wish. The
// model wants to know of an Ack or a Reject too.
func (c *Chat) grant(e chat.Event) bool {
	var id string
	var fault *chat.Fault
	switch e := e.(type) {
	case chat.Ack:
		id = e.ID
	case chat.Reject:
		id, fault = e.ID, &e.Fault
	case chat.Listing:
		id = e.ID
	case chat.Page:
		id = e.ID
	}
	done := c.wishes[id]
	if done == nil {
		return false
	}
	delete(c.wishes, id)
	if fault != nil {
		e = nil
	}
	done(e, fault)
	return true
}

// grantNone takes in that no answer will come any more.
func (c *Chat) grantNone() {
	wishes := c.wishes
	c.wishes = nil
	for _, done := range wishes {
		done(nil, &chat.Fault{Text: whyNotSent(link.ErrStopped)})
	}
}

// A listed is a list of the server's as far as it was asked for.
type listed[T any] struct {
	rows  []T
	got   bool   // the first page is there
	asked bool   // the next one is on its way
	next  string // of the page that follows; empty if there is none
	fault string // why there was none
}

// more asks for the first page of a list, or for the next one.
func more[T any](c *Chat, l *listed[T], ask chat.List, rows func(chat.Listing) []T) {
	if l.asked || l.got && l.next == "" {
		return
	}
	l.asked, l.fault = true, ""
	ask.ID, ask.After = link.NewID(), l.next
	was := l.next
	c.want(ask, func(e chat.Event, fault *chat.Fault) {
		l.asked = false
		page, ok := e.(chat.Listing)
		if !ok {
			if l.fault = "The server did not answer with a list."; fault != nil {
				l.fault = fault.Text
			}
			return
		}
		if l.next != was {
			return // it was begun anew
		}
		l.got, l.next = true, page.Next
		l.rows = append(l.rows[:len(l.rows):len(l.rows)], rows(page)...)
	})
}
