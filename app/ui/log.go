package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// nearEnd is how far from the end of the log, in CSS pixels, a reader still
// counts as being there.
const nearEnd = 48

// A messageLog shows what was said. It stays at the end if it was there, and
// otherwise where the reader is.
type messageLog struct {
	app.Compo
	Chat     *Chat
	Greeting string // what the server said first; empty before the first welcome
	Empty    bool   // there is nothing to read
	Late     bool   // but others had spoken before we came
	You      chat.Person
	Page     page
	Chunks   []*chunk
	Pending  []state.Pending
	Line     link.Phase
	// Last is the latest message, nil if there is none, and Sent how many were
	// sent from this page: sending takes the reader to the end.
	Last *chat.Message
	Sent int

	unseen    bool          // the reader is away from the end and has not seen the latest messages
	last      *chat.Message // Last as of the last update
	sent      int
	resize    app.Value
	onResize  app.Func
	listeners listeners
}

func (l *messageLog) OnMount(ctx app.Context) {
	l.last, l.sent = l.Last, l.Sent
	if app.IsServer {
		return
	}
	el := element("log")
	l.listeners.add(listen(el, "scroll", func(app.Value) {
		away := !l.Empty && !atEnd(el)
		if away == l.Chat.away {
			return
		}
		l.Chat.away = away
		if !away && l.unseen {
			ctx.Dispatch(func(app.Context) { l.unseen = false })
		}
	}))
	// The log changes its size when the composer grows or a keyboard opens.
	if observer := app.Window().Get("ResizeObserver"); observer.Truthy() {
		l.onResize = app.FuncOf(func(app.Value, []app.Value) any {
			if !l.Chat.away {
				l.place(el)
			}
			return nil
		})
		l.resize = observer.New(l.onResize)
		l.resize.Call("observe", el)
	}
	l.place(el)
}

func (l *messageLog) OnDismount() {
	l.listeners.stop()
	if l.resize != nil {
		l.resize.Call("disconnect")
		l.onResize.Release()
	}
}

// OnUpdate runs when the rows have changed, before the browser shows them.
func (l *messageLog) OnUpdate(app.Context) {
	if l.Sent != l.sent {
		l.Chat.away = false
	}
	if l.Chat.away && isAnother(l.last, l.Last) {
		l.unseen = true
	}
	l.last, l.sent = l.Last, l.Sent
	if !l.Chat.away {
		l.unseen = false
		l.place(element("log"))
	}
}

// isAnother tells whether a message has come since before. Numbers do not tell:
// they start anew when the server does.
func isAnother(before, now *chat.Message) bool {
	return now != nil && (before == nil || before.ID != now.ID || before.Author.ID != now.Author.ID)
}

// place takes a reader who has not gone elsewhere to the end, or to the
// greeting as long as there is nothing else to read.
func (l *messageLog) place(el app.Value) {
	if l.Empty && el.Truthy() {
		el.Set("scrollTop", 0)
		return
	}
	toEnd(el)
}

// atEnd tells whether the end of the log is in sight.
func atEnd(el app.Value) bool {
	return el.Get("scrollHeight").Float()-el.Get("scrollTop").Float()-el.Get("clientHeight").Float() <= nearEnd
}

func toEnd(el app.Value) {
	if el.Truthy() {
		el.Set("scrollTop", el.Get("scrollHeight").Float())
	}
}

func (l *messageLog) jump(app.Context, app.Event) {
	l.Chat.away, l.unseen = false, false
	toEnd(element("log"))
	focusComposer(false)
}

func (l *messageLog) Render() app.UI {
	rows := make([]app.UI, len(l.Chunks))
	for i, c := range l.Chunks {
		rows[i] = &chunkView{Chunk: c, You: l.You.ID}
	}
	zone := timeHere().Location()
	pending := make([]app.UI, len(l.Pending))
	for i, p := range l.Pending {
		pending[i] = pendingRow(l.Chat, l.You, p, i > 0, l.Line, zone)
	}

	body := []app.UI{
		app.Div().
			ID("log").
			Class("log").
			Role("log").
			Aria("live", "polite").
			Aria("relevant", "additions").
			Aria("label", "Messages").
			TabIndex(0).
			Body(app.Div().Class("log-rows").Body(
				l.intro(),
				app.Div().Class("chunks").Body(rows...),
				// A message of one's own is announced when it has its place.
				app.Div().Class("pending-rows").Aria("live", "off").Body(pending...),
			)),
	}
	if l.unseen {
		body = append(body, app.Button().ID("to-end").Type("button").Class("to-end").OnClick(l.jump).
			Body(app.Span().Text("New messages"), icon(iconDown)))
	}
	return app.Div().Class("log-frame").Body(body...)
}

// intro stands above the first message.
func (l *messageLog) intro() app.UI {
	intro := app.Div().Class("intro")
	switch {
	case l.Greeting == "":
		return intro.Class("quiet").Body(
			app.Raw(mark),
			app.P().Class("intro-text").Text("Connecting to the room. You can write already: it is sent as soon as there is a line."),
		)
	case !l.Empty:
		return intro.Class("begun").Body(
			app.Raw(mark),
			app.H2().Class("greeting").Text(l.Greeting),
		)
	}
	said := "Nothing has been said yet. Say hello, or bring somebody in."
	if l.Late {
		said = "Nothing has been said since you came. Say hello, or bring somebody in."
	}
	return intro.Body(
		app.Raw(mark),
		app.H2().Class("greeting").Text(l.Greeting),
		app.P().Class("intro-text").Text(said),
		&invite{Page: l.Page},
	)
}
