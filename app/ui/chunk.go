package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// Go-app tells elements apart by their position, so what comes or goes in front
// of others would make it draw those anew. Here a chunk has a place of its own,
// which its index says, digit by digit: the tree has levels of branches, each of
// which has as many places. What comes into the window or falls out of it moves
// nothing else, and the places in front of the window, which are empty elements,
// are fewer than branches on each level, however long the room is.
const (
	branches = 16
	levels   = 6 // the root has one more place for each 268 million messages
)

// A chunkTree draws the chunks of a roll, each in its place.
type chunkTree struct {
	app.Compo
	Chat   *Chat
	Chunks []*chunk
	You    string // the reader's id
}

func (t *chunkTree) Render() app.UI {
	return app.Div().Class("chunks").Body(t.places(levels, t.Chunks)...)
}

// places draws the places of a branch: chunks on level 0, and branches of the
// level below on all others.
func (t *chunkTree) places(level int, chunks []*chunk) []app.UI {
	var places []app.UI
	for len(chunks) > 0 {
		place := chunks[0].index >> (4 * level)
		n := 1
		for n < len(chunks) && chunks[n].index>>(4*level) == place {
			n++
		}
		if level < levels {
			place %= branches
		}
		for int64(len(places)) < place {
			places = append(places, app.Div())
		}
		if level == 0 {
			places = append(places, &chunkView{Chat: t.Chat, Chunk: chunks[0], You: t.You})
		} else {
			places = append(places, app.Div().Class("branch").Body(t.places(level-1, chunks[:n])...))
		}
		chunks = chunks[n:]
	}
	return places
}

// A chunkView draws a chunk. Because a chunk is never changed, one that is
// still the same is passed over.
type chunkView struct {
	app.Compo
	Chunk *chunk
	Chat  *Chat
	You   string // the reader's id

	drawn *chunk // what tree shows
	you   string
	tree  app.UI
}

// Render returns what it returned before if it would be the same: go-app renders
// what it has just mounted once more.
func (v *chunkView) Render() app.UI {
	if v.tree == nil || v.drawn != v.Chunk || v.you != v.You {
		v.tree, v.drawn, v.you = v.draw(), v.Chunk, v.You
	}
	return v.tree
}

func (v *chunkView) draw() app.UI {
	lines := v.Chunk.lines
	// What stands above the first row has an element of its own, which is empty
	// if there is nothing: it may come and go with the rows before.
	above := app.Div()
	if first := lines[0]; first.day != "" || first.unread {
		above = above.Body(v.above(first)...)
	}
	rows := append(make([]app.UI, 0, len(lines)+2), above)
	for i, l := range lines {
		if i > 0 {
			rows = append(rows, v.above(l)...)
		}
		if l.row.Message != nil {
			rows = append(rows, messageRow(l))
			continue
		}
		if i > 0 && tellsOn(lines[i-1], l) {
			continue
		}
		n := i + 1
		for n < len(lines) && tellsOn(lines[n-1], lines[n]) {
			n++
		}
		told := make([]*chat.Presence, 0, n-i)
		for _, l := range lines[i:n] {
			told = append(told, l.row.Presence)
		}
		if parts := presenceParts(told, v.You); len(parts) > 0 {
			rows = append(rows, newsRow(lines[n-1], parts))
		}
	}
	return app.Div().Class("chunk").Body(rows...)
}

// above draws what parts a line from the one before it: the day that begins,
// and what is unread.
func (v *chunkView) above(l logLine) (parts []app.UI) {
	if l.day != "" {
		parts = append(parts, v.dayRow(l))
	}
	if l.unread {
		parts = append(parts, app.Div().Class("unread-line").Role("separator").Aria("label", "New messages").
			Body(app.Span().Text("New")))
	}
	return parts
}

// tellsOn tells whether a line is told in one with the line before it:
// presences of one day with nothing between them.
func tellsOn(before, l logLine) bool {
	return before.row.Presence != nil && l.row.Presence != nil && l.day == ""
}

// dayRow draws the day that begins, from which one goes to others.
func (v *chunkView) dayRow(l logLine) app.UI {
	day := l.time.Format(time.DateOnly)
	return app.P().Class("day").Body(
		app.Button().Type("button").Class("day-button").Title("Go to another day").
			OnClick(func(app.Context, app.Event) { v.Chat.openDays(day) }, day).
			Body(app.Time().DateTime(day).Text(l.day)),
	)
}
