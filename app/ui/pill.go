package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// A pill says what is new and not in sight, and leads there: to the line above
// what is unread, and once that was met, to the end. Without news it is the way
// back to the end.
type pill struct {
	N    int64
	Line bool // leads to the line
	Up   bool // which is above what is in sight
	Away bool
}

func (r *reader) pill() pill {
	n, line := r.reading.ahead()
	if r.unmarked {
		return pill{Away: r.away}
	}
	if n > 0 {
		n = max(n-r.happenings(r.reading.last-n+1, r.reading.last), 1)
	}
	return pill{N: n, Line: line, Up: line && (!r.away || r.sight.first > r.reading.first), Away: r.away}
}

// happenings is how many of these seqs are of what is no message, as far as that
// is held.
func (r *reader) happenings(from, to int64) (n int64) {
	first, last, _, _ := r.drawn.Held()
	for seq := max(from, first); seq <= min(to, last) && seq < from+chat.MaxUnread; seq++ {
		if r.drawn.Said(seq) == nil {
			n++
		}
	}
	return n
}

// shown tells whether there is anything to say.
func (p pill) shown() bool { return p.N > 0 || p.Away }

func (p pill) text() string {
	switch p.N {
	case 0:
		return "Latest messages"
	case 1:
		return "1 new message"
	}
	return strconv.FormatInt(p.N, 10) + " new messages"
}

// draw draws it; follow is called by who takes it.
func (p pill) draw(follow app.EventHandler) app.UI {
	b := app.Button().ID("to-end").Type("button").Class("to-end").OnClick(follow)
	if p.N > 0 {
		b = b.Class("fresh")
	}
	arrow := iconDown
	if p.Up {
		arrow = iconUp
	}
	return b.Body(app.Span().Text(p.text()), icon(arrow))
}

// follow goes where the pill leads.
func (c *Chat) follow() {
	if p := c.reader.pill(); p.Line {
		c.goTo(c.reader.reading.first)
	} else {
		c.goToEnd()
	}
}
