package ui

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

const (
	// nearEnd is how far from the end of the log, in CSS pixels, a reader still
	// counts as being there.
	nearEnd = 48
	// goalAt is where a message stands that somebody went to, as a part of the
	// log's height.
	goalAt = 0.25
)

// A messageLog shows a window of what was said, which [state.Model] moves over
// the room. It stays at the end if it was there, and otherwise where the reader
// is. Five walks through it, as in package state:
//
// One message comes. [Chat.take] puts it into the model; at the next frame, or
// later if drawing takes long, [Chat.cut] cuts the model into chunks, of which
// one is another, and [chunkTree] draws that one. At the end OnUpdate scrolls to
// the new end; elsewhere no chunk is another, and the pill counts.
//
// A page before. The browser tells of scrolling; scrolled sees which messages
// are in sight and tells [Chat.look], which has the model's window follow a
// chunk or two at a time, and asks for a page when the reader comes near the
// first message that is held. When it is there, nothing is drawn of it until the
// window goes on. What is read is held in place; see anchor.go.
//
// A page after: the same, downwards.
//
// A jump. The model has the message, or the page around it is asked for. The
// window is drawn around it, and OnUpdate scrolls to the goal.
//
// A resume. What was missed comes like any message. If all begins anew, the
// reader is taken to the end, and what they did not read is told by the pill.
type messageLog struct {
	app.Compo
	Chat     *Chat
	Greeting string // what the server said first; empty before the first welcome
	Empty    bool   // there is nothing to read
	Room     roomIntro
	Above    edge
	Below    edge
	News     string // of what was asked for, for screen readers
	You      chat.Person
	Page     page
	In       waysIn
	Chunks   []*chunk
	Pending  []state.Pending
	Line     link.Phase
	Pill     pill
	Day      string // that of what is in sight, away from the end
	Goal     int64  // the seq to go to, 0 if there is none
	// Returns counts what takes the reader to the end: sending, and rows that
	// all are others.
	Returns int

	returns   int // Returns as of the last update, and so on
	chunks    []*chunk
	above     edge
	returning int     // drawings in which the reader is to be taken to the end
	stood     float64 // where the log was scrolled to when it was last at its end
	tall      float64 // the height of what it held when the reader was placed there
	anchor    *sight  // what the reader sees, between drawing and update
	size      size    // of the log when the reader was last looked after
	frame     frame
	rover     *rover // along the messages, see key for what else keys do
	resize    app.Value
	onResize  app.Func
	listeners listeners
}

func (l *messageLog) OnMount(app.Context) {
	l.updated()
	if app.IsServer {
		return
	}
	el := element("log")
	scrolled := func() {
		if !l.frame.pending() && l.scrolled(el) {
			l.Chat.Update()
		}
	}
	l.frame.listen(scrolled)
	l.listeners.add(listen(el, "scroll", func(app.Value) { scrolled() }))
	l.listeners.add(listen(el, "keydown", func(e app.Value) {
		if l.key(el, e) {
			e.Call("preventDefault")
		}
	}))
	// On the document, where no browser waits for what a listener says of it.
	for _, own := range []string{"wheel", "touchmove", "pointerdown", "keydown"} {
		l.listeners.add(listen(app.Window().Get("document"), own, func(app.Value) { l.returning = 0 }))
	}
	l.rover = rove(el, "[data-seq], .day-button", rovings{stays: true, fromEnd: true})
	l.Chat.reader.hidden = hidden()
	l.listeners.add(listen(app.Window().Get("document"), "visibilitychange", func(app.Value) {
		l.Chat.reader.hidden = hidden()
		if hidden() {
			l.Chat.mark()
		} else {
			scrolled()
		}
	}))
	l.listeners.add(listen(app.Window(), "pagehide", func(app.Value) { l.Chat.mark() }))
	// The log changes its size when the composer grows or a keyboard opens, and
	// what is in it when the settings say so.
	if observer := app.Window().Get("ResizeObserver"); observer.Truthy() {
		l.onResize = app.FuncOf(func(app.Value, []app.Value) any {
			l.resized(el)
			return nil
		})
		l.resize = observer.New(l.onResize)
		l.resize.Call("observe", el)
		l.resize.Call("observe", el.Get("firstElementChild"))
	}
	l.size = sizeOf(el)
	l.place(el)
}

func (l *messageLog) OnDismount() {
	l.listeners.stop()
	l.frame.stop()
	if l.rover != nil {
		l.rover.stop()
	}
	l.Chat.reader.stop()
	if l.resize != nil {
		l.resize.Call("disconnect")
		l.onResize.Release()
	}
}

// scrolled takes in where the reader is, and reports whether anything is to be
// drawn for it.
func (l *messageLog) scrolled(el app.Value) bool {
	c := l.Chat
	if l.size != sizeOf(el) {
		l.resized(el) // what scrolled was the browser
		return false
	}
	if l.returning > 0 && !c.reader.away {
		l.returning--
		l.place(el)
		l.frame.changed()
	}
	away := !l.Empty && (c.model.Later() || !atEnd(el))
	if !away {
		l.stood = el.Get("scrollTop").Float()
	}
	var s sight
	if away || c.reader.reading.first > 0 && !c.reader.reading.met {
		s = lookAt(el)
	}
	return c.look(away, s)
}

// resized keeps the reader where they are while the log has another size: at the
// end, or at what they read. Lines break elsewhere then.
func (l *messageLog) resized(el app.Value) {
	otherWidth := l.size.wide != sizeOf(el).wide
	l.size = sizeOf(el)
	switch r := &l.Chat.reader; {
	case !otherWidth && l.leaves(el):
	case !r.away:
		l.place(el)
	case r.sight.first > 0 && r.goal == 0:
		r.sight.hold(el)
	}
}

// A size is that of what can be seen of the log, in CSS pixels.
type size struct{ wide, high int }

func sizeOf(el app.Value) size {
	return size{el.Get("clientWidth").Int(), el.Get("clientHeight").Int()}
}

// key does what a key asks for in the log or at one of its messages, and reports
// whether it did anything. The browser scrolls by lines and pages.
func (l *messageLog) key(el, e app.Value) bool {
	target := e.Get("target")
	if modified(e) || e.Get("shiftKey").Bool() || !target.Equal(el) && !target.Call("matches", "[data-seq], .day-button").Bool() {
		return false
	}
	r := &l.Chat.reader
	switch e.Get("key").String() {
	case "End":
		l.Chat.goToEnd()
	case "Home":
		l.Chat.goTo(1)
	case "Escape":
		if !r.pill().shown() {
			return false // it leads back to writing
		}
		l.Chat.readOver()
	default:
		return false
	}
	focus("log") // which may have been with a message that goes
	return true
}

// OnUpdate runs when the rows have changed, before the browser shows them.
func (l *messageLog) OnUpdate(app.Context) {
	c := l.Chat
	el := element("log")
	if !el.Truthy() {
		l.updated()
		return
	}
	if l.Returns != l.returns {
		if l.returning = returnFrames; c.reader.goal == 0 && c.reader.place.first == 0 {
			c.reader.away = false // whatever the browser told of the way there
		}
	}
	switch {
	case c.reader.place.first > 0 && rowOf(el, c.reader.place.first).Truthy():
		c.reader.place.hold(el)
		c.reader.place = sight{}
		c.Update() // what stands around it may have changed with where one is
	case c.reader.goal > 0 && l.show(el, c.reader.goal):
		c.reader.goal, c.reader.calm = 0, false
		c.Update() // so that one may go there again
	case !c.reader.away:
		// Where nothing is longer than before, that would only end a movement of
		// the reader's that has just begun.
		if l.Returns != l.returns || l.tall != el.Get("scrollHeight").Float() {
			l.place(el)
		}
		if l.Above.More && el.Get("scrollHeight").Float() <= el.Get("clientHeight").Float()+nearEnd {
			c.fill()
		}
	case l.anchor != nil:
		l.anchor.hold(el)
	}
	l.updated()
	if el.Get("tabIndex").Int() < 0 && nothingFocused() {
		focus("log") // the message that had it is not drawn any more
	}
	l.frame.changed() // looks again once it is drawn
	c.reader.pace.end(time.Now())
}

// updated remembers what is shown.
func (l *messageLog) updated() {
	l.returns, l.chunks, l.above, l.anchor = l.Returns, l.Chunks, l.Above, nil
}

// show takes the reader to a message, if it is drawn.
func (l *messageLog) show(el app.Value, seq int64) bool {
	row := rowOf(el, seq)
	if !row.Truthy() {
		return false
	}
	to := topOf(row) - topOf(el) - goalAt*el.Get("clientHeight").Float()
	el.Set("scrollTop", el.Get("scrollTop").Float()+to)
	if !l.Chat.reader.calm {
		marks := row.Get("classList")
		marks.Call("remove", "found")
		row.Get("offsetWidth") // so that it begins anew
		marks.Call("add", "found")
	}
	if nothingFocused() {
		focus("log") // what had the focus may have gone
	}
	return true
}

// place takes a reader who has not gone elsewhere to the end, or to the
// greeting as long as there is nothing else to read.
func (l *messageLog) place(el app.Value) {
	switch {
	case !el.Truthy():
		return
	case l.Empty:
		el.Set("scrollTop", 0)
	case fromEnd(el) >= 1: // setting what is there already would end a movement that begins
		el.Set("scrollTop", el.Get("scrollHeight").Float())
	}
	l.stood, l.tall = el.Get("scrollTop").Float(), el.Get("scrollHeight").Float()
}

// leaves tells whether the reader is away from the end, or about to be: the
// browser tells of their scrolling only when it draws, and moves them by and by.
func (l *messageLog) leaves(el app.Value) bool {
	if !l.Chat.reader.away && !l.Empty && l.returning == 0 && l.size == sizeOf(el) && el.Get("scrollTop").Float() < l.stood-1 && fromEnd(el) > 1 {
		l.Chat.reader.away = true
		l.Chat.Update() // what says so is drawn by another component
	}
	return l.Chat.reader.away
}

// returnFrames is in how many drawings after a return to the end what scrolls is
// not the reader, unless they do something: browsers may go on for one or two
// with the movement that they were in the middle of.
const returnFrames = 4

// fromEnd is how far the end of what is drawn is from sight, in CSS pixels.
func fromEnd(el app.Value) float64 {
	return el.Get("scrollHeight").Float() - el.Get("scrollTop").Float() - el.Get("clientHeight").Float()
}

// atEnd tells whether it is in sight.
func atEnd(el app.Value) bool { return fromEnd(el) <= nearEnd }

// follow goes where the pill leads. The button goes, so the focus goes too.
func (l *messageLog) follow(app.Context, app.Event) {
	toEnd := !l.Chat.reader.pill().Line
	l.Chat.follow()
	if toEnd {
		focusComposer(false)
	} else {
		focus("log")
	}
}

// Render looks first where the reader is: OnUpdate follows when rows or what
// stands above them have changed.
func (l *messageLog) Render() app.UI {
	if app.IsClient && l.Mounted() && l.Returns == l.returns && l.Chat.reader.goal == 0 {
		el := element("log")
		if l.leaves(el) && l.anchor == nil && (l.Above != l.above || !slices.Equal(l.Chunks, l.chunks)) {
			l.anchor = newAnchor(el)
		}
	}
	zone := timeHere().Location()
	rows := app.Div().Class("log-rows").Body(
		l.intro(),
		&chunkTree{Chat: l.Chat, Chunks: l.Chunks, You: l.You.ID},
		l.end(zone),
	)
	var day, pill []app.UI
	if l.Day != "" {
		day = append(day, app.Button().ID("log-day").Type("button").Class("log-day").Title("Go to another day (D)").
			OnClick(func(app.Context, app.Event) { l.Chat.openDays("") }).
			Body(app.Span().Text(l.Day)))
	}
	if l.Pill.shown() {
		pill = append(pill, l.Pill.draw(l.follow))
	}
	return app.Div().Class("log-frame").Body(
		// What is read out stands in a region of its own, see heard.go.
		app.Div().
			ID("log").
			Class("log").
			Role("log").
			Aria("live", "off").
			Aria("label", "Messages").
			TabIndex(0).
			Body(rows),
		app.P().ID("log-news").Class("unseen").Role("status").Text(l.News),
		app.Div().Body(day...),
		app.Div().Body(pill...),
	)
}

// end draws what stands behind the last row: what is pending, or, elsewhere
// than at the end of the room, that there is more.
func (l *messageLog) end(zone *time.Location) app.UI {
	if l.Below.More {
		return app.Div().Class("edge-below").Body(l.Below.draw("later", "Later messages", func(app.Context, app.Event) {
			l.Chat.askLater()
			focus("log")
		}))
	}
	pending := make([]app.UI, len(l.Pending))
	for i, p := range l.Pending {
		pending[i] = pendingRow(l.Chat, l.You, p, i > 0, l.Line, zone)
	}
	return app.Div().Class("pending-rows").Body(pending...)
}

// intro stands above the first row.
func (l *messageLog) intro() app.UI {
	intro := app.Div().Class("intro")
	switch {
	case l.Room.outside:
		return intro.Class("apart").Body(l.Chat.elsewhereIntro())
	case l.Greeting == "":
		return intro.Class("quiet").Body(
			app.Raw(mark),
			app.P().Class("intro-text").Text("Connecting to the room. You can write already: it is sent as soon as there is a line."),
		)
	case l.Above.More:
		return intro.Class("begun").Body(
			app.H2().Class("greeting", "unseen").Text(l.Greeting),
			l.Above.draw("earlier", "Earlier messages", func(app.Context, app.Event) {
				l.Chat.askEarlier()
				focus("log") // the button goes
			}),
		)
	case l.Room.id != chat.Lobby:
		return intro.Class("begun").Body(
			l.Room.row.sign(),
			app.Div().Body(
				app.P().Class("greeting").Body(app.Bdi().Text(l.Room.row.Title)),
				app.P().Class("intro-text").Text(l.Room.beginning()),
			),
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
		&invite{Chat: l.Chat, Page: l.Page, In: l.In},
	)
}
