package ui

import (
	"slices"
	"time"

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
	Past     past
	News     string // of earlier messages, for screen readers
	Quiet    bool   // what comes is not read out
	You      chat.Person
	Page     page
	Chunks   []*chunk
	Pending  []state.Pending
	Line     link.Phase
	Last     *chat.Message // the latest, nil if there is none
	// Returns counts what takes the reader to the end: sending, and rows that
	// all are others.
	Returns int

	unseen    bool          // the reader is away from the end and has not seen the latest messages
	last      *chat.Message // Last as of the last update, and so on
	returns   int
	chunks    []*chunk
	past      past
	stood     float64     // where the log was scrolled to when it was last at its end
	anchor    *anchor     // what the reader sees first, between drawing and update
	hush      *time.Timer // ends the quiet
	resize    app.Value
	onResize  app.Func
	listeners listeners
}

func (l *messageLog) OnMount(ctx app.Context) {
	l.updated()
	if app.IsServer {
		return
	}
	el := element("log")
	l.listeners.add(listen(el, "scroll", func(app.Value) {
		if l.Past.wanted() && el.Get("scrollTop").Float() < nearTop {
			ctx.Dispatch(func(app.Context) { l.Chat.askEarlier() })
		}
		away := !l.Empty && !atEnd(el)
		if !away {
			l.stood = el.Get("scrollTop").Float()
		}
		if away == l.Chat.away {
			return
		}
		l.Chat.away = away
		ctx.Dispatch(func(app.Context) {
			if !l.Chat.away {
				l.unseen = false
			}
			l.Chat.show()
			l.Chat.Update()
		})
	}))
	// The log changes its size when the composer grows or a keyboard opens.
	if observer := app.Window().Get("ResizeObserver"); observer.Truthy() {
		l.onResize = app.FuncOf(func(app.Value, []app.Value) any {
			if !l.leaves(el) {
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
	if l.hush != nil {
		l.hush.Stop()
	}
	if l.resize != nil {
		l.resize.Call("disconnect")
		l.onResize.Release()
	}
}

// quietFor is how long what was drawn is kept from being read out: browsers
// look for news some time after a change.
const quietFor = time.Second

// OnUpdate runs when the rows have changed, before the browser shows them.
func (l *messageLog) OnUpdate(ctx app.Context) {
	if l.Returns != l.returns {
		l.Chat.away = false
	}
	if l.Chat.away && isAnother(l.last, l.Last) {
		l.unseen = true
	}
	el := element("log")
	if !l.Chat.away {
		l.unseen = false
		l.place(el)
	} else if l.anchor != nil {
		l.anchor.hold(el)
	}
	l.updated()
	if l.Past.wanted() && el.Truthy() && el.Get("scrollTop").Float() < nearTop {
		l.Chat.askEarlier()
	}
	if l.Chat.quiet {
		if l.hush != nil {
			l.hush.Stop()
		}
		l.hush = time.AfterFunc(quietFor, func() {
			ctx.Dispatch(func(app.Context) {
				l.Chat.quiet = false
				l.Chat.Update()
			})
		})
	}
}

// updated remembers what is shown.
func (l *messageLog) updated() {
	l.last, l.returns, l.chunks, l.past, l.anchor = l.Last, l.Returns, l.Chunks, l.Past, nil
}

// isAnother tells whether a message has come since before. Numbers do not tell:
// they start anew when the server does.
func isAnother(before, now *chat.Message) bool {
	return now != nil && (before == nil || before.ID != now.ID || before.Author.ID != now.Author.ID)
}

// place takes a reader who has not gone elsewhere to the end, or to the
// greeting as long as there is nothing else to read.
func (l *messageLog) place(el app.Value) {
	switch {
	case !el.Truthy():
		return
	case l.Empty:
		el.Set("scrollTop", 0)
	default:
		el.Set("scrollTop", el.Get("scrollHeight").Float())
	}
	l.stood = el.Get("scrollTop").Float()
}

// leaves tells whether the reader is away from the end, or about to be: the
// browser tells of their scrolling only when it draws.
func (l *messageLog) leaves(el app.Value) bool {
	if !l.Chat.away && !l.Empty && el.Get("scrollTop").Float() != l.stood && !atEnd(el) {
		l.Chat.away = true
	}
	return l.Chat.away
}

// atEnd tells whether the end of the log is in sight.
func atEnd(el app.Value) bool {
	return el.Get("scrollHeight").Float()-el.Get("scrollTop").Float()-el.Get("clientHeight").Float() <= nearEnd
}

func (l *messageLog) jump(app.Context, app.Event) {
	l.Chat.away, l.unseen = false, false
	l.Chat.show()
	l.Chat.Update()
	l.place(element("log"))
	focusComposer(false)
}

// Render looks first where the reader is: OnUpdate follows when rows or what
// stands above them have changed.
func (l *messageLog) Render() app.UI {
	if app.IsClient && l.Mounted() && l.Returns == l.returns {
		el := element("log")
		if l.leaves(el) && l.anchor == nil && (l.Past != l.past || !slices.Equal(l.Chunks, l.chunks)) {
			l.anchor = newAnchor(el)
		}
	}
	live := "polite"
	if l.Quiet {
		live = "off"
	}
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
			Aria("live", live).
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
	body = append(body, app.P().ID("log-news").Class("unseen").Role("status").Text(l.News))
	if l.unseen {
		body = append(body, app.Button().ID("to-end").Type("button").Class("to-end").OnClick(l.jump).
			Body(app.Span().Text("New messages"), icon(iconDown)))
	}
	return app.Div().Class("log-frame").Body(body...)
}

// ask asks for earlier messages. The button that did it goes.
func (l *messageLog) ask(app.Context, app.Event) {
	l.Chat.askEarlier()
	focus("log")
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
	case l.Past.Earlier:
		return intro.Class("begun").Body(
			app.H2().Class("greeting", "unseen").Text(l.Greeting),
			l.Past.draw(l.ask),
		)
	case !l.Empty:
		return intro.Class("begun").Body(
			app.Raw(mark),
			app.Div().Body(
				app.H2().Class("greeting").Text(l.Greeting),
				app.P().Class("intro-text").Text(beginning),
			),
		)
	}
	return intro.Body(
		app.Raw(mark),
		app.H2().Class("greeting").Text(l.Greeting),
		app.P().Class("intro-text").Text("Nothing has been said yet. Say hello, or bring somebody in."),
		&invite{Page: l.Page},
	)
}
