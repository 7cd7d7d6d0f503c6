package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// maxWriting is how many of those who write are named.
const maxWriting = 2

// A typing is what is told of who writes: of us to others, and of others here.
type typing struct {
	told time.Time   // when they were last told of us
	room string      // in which room
	over *time.Timer // ends what is shown of others
}

// writes takes in that something was typed in the open room, and tells the
// others of it now and then. A line that asks for something is told to nobody.
func (c *Chat) writes(text string, now time.Time) {
	t, room := &c.typing, c.model.Room.ID
	if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "//") {
		return
	}
	if room == t.room && now.Sub(t.told) < chat.TypingEvery {
		return
	}
	if c.status.Phase != link.Open {
		return // nobody hears it; they are told when there is a line
	}
	t.told, t.room = now, room
	c.line.Send(chat.Typing{Room: room}) // is not answered, nor refused
}

// othersWrite takes in who writes in a room, which is over after a while.
func (c *Chat) othersWrite(e chat.Writing) {
	if e.Room != c.model.Room.ID || e.Count == 0 || app.IsServer {
		return
	}
	if c.typing.over != nil {
		c.typing.over.Stop()
	}
	c.typing.over = time.AfterFunc(chat.TypingFor, func() {
		c.dispatch(func() { c.model = c.model.Silent(e.Room) })
	})
}

// A typingLine says who writes, below the log, in a place that is always there.
// It is not read out: it changes too often, and what is written will be.
type typingLine struct {
	app.Compo
	Who chat.Crowd
}

func (l *typingLine) Render() app.UI {
	line := app.Div().ID("writing").Class("writing")
	parts := writingParts(l.Who)
	if len(parts) == 0 {
		return line
	}
	return line.Body(
		app.Span().Class("writing-dots").Aria("hidden", "true").Body(app.Span(), app.Span(), app.Span()),
		app.P().Body(sentence(parts)...),
	)
}

// writingParts says who writes, as in "Ada and Ben are writing…".
func writingParts(who chat.Crowd) []part {
	if who.Count <= 0 {
		return nil
	}
	names := who.People[:min(len(who.People), maxWriting)]
	if rest := who.Count - len(names); rest == 0 && len(names) == 1 {
		return []part{{text: names[0].Name, name: true}, {text: " is writing…"}}
	} else if len(names) == 0 || rest > 0 && who.Count > maxWriting+1 {
		if who.Count == 1 {
			return []part{{text: "Somebody is writing…"}}
		}
		return []part{{text: strconv.Itoa(who.Count) + " people are writing…"}}
	} else {
		var s []part
		for i, p := range names {
			switch {
			case i > 0 && i == len(names)-1 && rest == 0:
				s = append(s, part{text: " and "})
			case i > 0:
				s = append(s, part{text: ", "})
			}
			s = append(s, part{text: p.Name, name: true})
		}
		if rest > 0 {
			s = append(s, part{text: " and " + strconv.Itoa(rest) + " more"})
		}
		return append(s, part{text: " are writing…"})
	}
}
