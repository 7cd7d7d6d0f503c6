package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
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
	// Last is the number of the latest message, and Sent how many were sent
	// from this page: sending takes the reader to the end.
	Last int64
	Sent int

	away      bool  // the reader is not at the end
	unseen    bool  // and has not seen the latest messages
	last      int64 // Last as of the last update
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
		away := !atEnd(el)
		if away == l.away {
			return
		}
		l.away = away
		if !away && l.unseen {
			ctx.Dispatch(func(app.Context) { l.unseen = false })
		}
	}))
	// The log changes its size when the composer grows or a keyboard opens.
	if observer := app.Window().Get("ResizeObserver"); observer.Truthy() {
		l.onResize = app.FuncOf(func(app.Value, []app.Value) any {
			if !l.away {
				toEnd(el)
			}
			return nil
		})
		l.resize = observer.New(l.onResize)
		l.resize.Call("observe", el)
	}
	toEnd(el)
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
		l.away = false
	}
	if l.away && l.Last > l.last {
		l.unseen = true
	}
	l.last, l.sent = l.Last, l.Sent
	if !l.away {
		l.unseen = false
		toEnd(element("log"))
	}
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
	l.away, l.unseen = false, false
	toEnd(element("log"))
	focus("message")
}

func (l *messageLog) Render() app.UI {
	rows := make([]app.UI, 0, len(l.Chunks)+2)
	rows = append(rows, l.intro())
	for _, c := range l.Chunks {
		rows = append(rows, &chunkView{Chunk: c, You: l.You.ID})
	}
	pending := make([]app.UI, len(l.Pending))
	for i, p := range l.Pending {
		pending[i] = pendingRow(l.Chat, l.You, p, i > 0)
	}
	rows = append(rows, app.Div().Class("pending-rows").Body(pending...))

	body := []app.UI{
		app.Div().
			ID("log").
			Class("log").
			Role("log").
			Aria("live", "polite").
			Aria("label", "Messages").
			TabIndex(0).
			Body(app.Div().Class("log-rows").Body(rows...)),
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
