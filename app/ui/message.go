package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// A chunkView draws a chunk. Because a chunk is never changed, one that is
// still the same is passed over.
type chunkView struct {
	app.Compo
	Chunk *chunk // nil when it is gone
	You   string // the reader's id
}

func (v *chunkView) Render() app.UI {
	if v.Chunk == nil {
		return app.Div().Class("chunk")
	}
	rows := make([]app.UI, 0, len(v.Chunk.lines)+2)
	for _, l := range v.Chunk.lines {
		if l.day != "" {
			rows = append(rows, dayRow(l))
		}
		switch {
		case l.row.Message != nil:
			rows = append(rows, messageRow(l))
		case l.row.Presence != nil:
			rows = append(rows, newsRow(l, sentence(presenceParts(l.row.Presence, v.You))))
		case l.row.Missed != nil:
			rows = append(rows, newsRow(l, []app.UI{app.Span().Text(missedText(l.row.Missed.Count))}))
		}
	}
	return app.Div().Class("chunk").Body(rows...)
}

func dayRow(l logLine) app.UI {
	return app.P().Class("day").Body(
		app.Time().DateTime(l.time.Format(time.DateOnly)).Text(l.day),
	)
}

func messageRow(l logLine) app.UI {
	m := l.row.Message
	row := app.Div().Class("message").DataSet("seq", strconv.FormatInt(m.Seq, 10))
	if l.follows {
		row = row.Class("follows")
	}
	if l.mine {
		row = row.Class("mine")
	}
	if l.emoji {
		row = row.Class("emoji")
	}
	return row.Body(messageBody(m.Author, m.Text, l.time)...)
}

// messageBody draws who said what and when.
func messageBody(author chat.Person, text string, at time.Time) []app.UI {
	return []app.UI{
		face(author),
		app.P().Class("byline").Body(
			app.Bdi().Class("author").Text(author.Name),
			clock(at),
		),
		app.Div().Class("text").Dir("auto").Text(text),
	}
}

func clock(at time.Time) app.UI {
	return app.Time().
		DateTime(at.Format(time.RFC3339)).
		Title(fullText(at)).
		Text(clockText(at))
}

func newsRow(l logLine, said []app.UI) app.UI {
	row := app.Div().Class("news")
	text := app.P().Body(said...)
	if l.time.IsZero() {
		return row.Body(text)
	}
	return row.Body(text, clock(l.time))
}

// pendingRow draws a message of ours that the server has not placed yet.
func pendingRow(c *Chat, you chat.Person, p state.Pending, follows bool) app.UI {
	row := app.Div().Class("message", "mine", "pending")
	if follows {
		row = row.Class("follows")
	}
	body := messageBody(you, p.Text, p.Time.Local())
	if p.Fault == nil {
		return row.Body(append(body, app.P().Class("pending-state").Body(
			icon(iconClock),
			app.Span().Text("Sending…"),
		))...)
	}
	return row.Class("refused").Body(append(body, app.Div().Class("pending-state").Body(
		icon(iconAlert),
		app.Span().Class("pending-fault").Text(p.Fault.Text),
		// A handler is told from another one by its scope, not by what it
		// holds; the row that it is for stands in the document.
		app.Button().Type("button").Class("button", "small").DataSet("id", p.ID).OnClick(c.retry).Text("Retry"),
		app.Button().Type("button").Class("button", "small", "quiet").DataSet("id", p.ID).OnClick(c.discard).Text("Discard"),
	))...)
}
