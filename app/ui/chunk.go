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

// draw puts each message in a place of its own too, which its seq says, and what
// stands between two messages in another one. So a message stays the same element
// whatever comes around it, in a chunk that is not all there yet.
func (v *chunkView) draw() app.UI {
	lines := v.Chunk.lines
	var between [chunkRows + 1][]app.UI
	var said [chunkRows]app.UI
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if m := l.row.Message; m != nil {
			k := int((m.Seq - 1) % chunkRows)
			between[k] = append(between[k], v.above(l)...)
			said[k] = messageRow(l)
			continue
		}
		if l.row.Event != nil {
			k := int((l.row.Seq() - 1) % chunkRows)
			between[k] = append(between[k], v.above(l)...)
			if parts := toldParts(l.row.Event, v.You, l.time); len(parts) > 0 && !(i > 0 && toldWith(lines[i-1], l)) {
				said[k] = newsRow(l, parts)
			}
			continue
		}
		k := behind(l)
		between[k] = append(between[k], v.above(l)...)
		told := []*chat.Presence{l.row.Presence}
		for i+1 < len(lines) && tellsOn(lines[i], lines[i+1]) {
			i++
			told = append(told, lines[i].row.Presence)
		}
		if parts := presenceParts(told, v.You); len(parts) > 0 {
			between[k] = append(between[k], newsRow(lines[i], parts))
		}
	}
	places := make([]app.UI, 0, 2*chunkRows+1)
	for k, what := range between {
		place := app.Div()
		if len(what) > 0 {
			place = place.Class("between").Body(what...)
		}
		if places = append(places, place); k == chunkRows {
			break
		}
		if said[k] == nil {
			said[k] = app.Div()
		}
		places = append(places, said[k])
	}
	return app.Div().Class("chunk").Body(places...)
}

// toldWith tells whether an event goes without saying behind the one before it:
// who makes a room is in it.
func toldWith(before, l logLine) bool {
	made, ok := before.row.Event.(chat.RoomChanged)
	joined, is := l.row.Event.(chat.MemberChanged)
	return ok && is && made.Created != "" && joined.Change == chat.Joined && joined.Person.ID == made.Author.ID
}

// behind is the place of news between the messages of its chunk: that behind
// the message with the number less by one.
func behind(l logLine) int {
	after := l.row.Presence.After
	if after == 0 {
		return 0
	}
	return int((after-1)%chunkRows) + 1
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
// presences of one day behind the same message.
func tellsOn(before, l logLine) bool {
	return before.row.Presence != nil && l.row.Presence != nil && l.day == "" && behind(before) == behind(l)
}

// dayRow draws the day that begins, from which one goes to others.
func (v *chunkView) dayRow(l logLine) app.UI {
	day := l.time.Format(time.DateOnly)
	return app.P().Class("day").Body(
		app.Button().Type("button").Class("day-button").TabIndex(-1).Title("Go to another day").
			OnClick(func(app.Context, app.Event) { v.Chat.openDays(day) }, day).
			Body(app.Time().DateTime(day).Text(l.day)),
	)
}
