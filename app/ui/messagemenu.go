package ui

import (
	"slices"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

const (
	// longPress is how long a finger rests on a message to open its menu, and
	// longPressSlip how far it may slip meanwhile, in CSS pixels.
	longPress     = 500 * time.Millisecond
	longPressSlip = 10
)

// A messageMenu holds what can be done with a message: one button and one menu
// for the whole log, so that rows stay plain and few nodes stay few. The button
// stands at the message that the mouse is over or the focus is on; a long press
// and the context key open the menu without it. A message is any element in the
// log with a data-seq, and has a tabindex if the focus is to come to it.
type messageMenu struct {
	app.Compo
	Chat *Chat

	seq       int64       // of the message that the button stands at; 0 for none
	press     *time.Timer // runs while a finger rests
	x, y      float64     // where that is
	byKey     bool        // the context key has opened the menu already
	pressed   bool        // so has a finger
	dispatch  func(func(app.Context))
	listeners listeners
}

func (m *messageMenu) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	m.dispatch = ctx.Dispatch
	log, button := element("log"), element("message-more")
	m.listeners.add(listen(log, "pointerover", func(e app.Value) {
		if e.Get("pointerType").String() != "mouse" || m.open() {
			return
		}
		if row := messageOf(e); row.Truthy() {
			m.show(row)
		} else {
			m.hide()
		}
	}))
	leave := func(e app.Value) {
		if to := e.Get("relatedTarget"); !m.open() && !(to.Truthy() && (log.Call("contains", to).Bool() || button.Call("contains", to).Bool())) {
			m.hide()
		}
	}
	for _, el := range []app.Value{log, button} {
		m.listeners.add(listen(el, "pointerleave", func(e app.Value) {
			if e.Get("pointerType").String() == "mouse" && !button.Call("matches", ":focus-visible").Bool() {
				leave(e)
			}
		}))
		m.listeners.add(listen(el, "focusout", leave))
	}
	m.listeners.add(listen(log, "focusin", func(e app.Value) {
		if row := messageOf(e); row.Truthy() && row.Call("matches", ":focus-visible").Bool() {
			m.show(row)
		}
	}))
	m.listeners.add(listen(log, "scroll", func(app.Value) { // a finger that scrolls is told of as pointercancel
		if m.seq != 0 && !m.open() {
			m.follow(log)
		}
	}))
	m.listeners.add(listen(log, "keydown", func(e app.Value) {
		key := e.Get("key").String()
		if key != "ContextMenu" && !(key == "F10" && e.Get("shiftKey").Bool()) {
			return
		}
		if row := messageOf(e); row.Truthy() {
			e.Call("preventDefault")
			m.byKey = true
			m.openAt(row)
		}
	}))
	m.listeners.add(listen(log, "contextmenu", func(e app.Value) {
		if row := messageOf(e); m.press != nil && row.Truthy() { // the browser finds that it is long enough
			m.lift()
			m.pressed = true
			m.openAt(row)
		}
		if m.byKey || m.pressed { // the browser's own menu would cover ours
			e.Call("preventDefault")
		}
		m.byKey = false
	}))
	m.listeners.add(listen(log, "pointerdown", func(e app.Value) {
		m.lift()
		m.byKey, m.pressed = false, false
		if e.Get("pointerType").String() != "touch" || !e.Get("isPrimary").Bool() {
			return
		}
		row := messageOf(e)
		if !row.Truthy() || closest(e, "a, button").Truthy() {
			return
		}
		m.x, m.y = e.Get("clientX").Float(), e.Get("clientY").Float()
		m.press = time.AfterFunc(longPress, func() {
			ctx.Dispatch(func(app.Context) {
				if m.press != nil && row.Get("isConnected").Bool() {
					m.press, m.pressed = nil, true
					m.openAt(row)
				}
			})
		})
	}))
	m.listeners.add(listen(log, "pointermove", func(e app.Value) {
		if m.press == nil {
			return
		}
		dx, dy := e.Get("clientX").Float()-m.x, e.Get("clientY").Float()-m.y
		if dx*dx+dy*dy > longPressSlip*longPressSlip {
			m.lift()
		}
	}))
	m.listeners.add(listen(log, "selectstart", func(e app.Value) {
		if m.press != nil || m.pressed { // a finger that rests would select a word
			e.Call("preventDefault")
		}
	}))
	m.listeners.add(listen(log, "touchend", func(e app.Value) {
		if m.pressed { // or it would come as a click too, and take the focus from the menu
			e.Call("preventDefault")
		}
	}))
	for _, end := range []string{"pointerup", "pointercancel"} {
		m.listeners.add(listen(log, end, func(app.Value) { m.lift() }))
	}
}

func (m *messageMenu) OnDismount() {
	m.lift()
	m.listeners.stop()
}

// messageOf is the message that an event is in.
func messageOf(e app.Value) app.Value { return closest(e, "[data-seq]") }

// lift takes in that the finger rests no more.
func (m *messageMenu) lift() {
	if m.press != nil {
		m.press.Stop()
		m.press = nil
	}
}

func (m *messageMenu) open() bool {
	el := element("message-menu")
	return el.Get("showPopover").Truthy() && menuOpen(el)
}

// show puts the button at the upper end of a message.
func (m *messageMenu) show(row app.Value) {
	if seq := seqOf(row); seq != m.seq {
		m.seq = seq
		m.dispatch(func(app.Context) { m.Update() }) // it holds other things
	}
	button := element("message-more")
	button.Set("hidden", false)
	m.stand(button, row)
}

// stand moves the button to where the message is, and hides it where that is
// out of sight.
func (m *messageMenu) stand(button, row app.Value) {
	at, frame := boxOf(row), boxOf(element("log"))
	if at.bottom <= frame.top || at.top >= frame.bottom {
		m.hide()
		return
	}
	style := button.Get("style")
	style.Set("top", strconv.FormatFloat(max(at.top, frame.top), 'f', 1, 64)+"px")
	style.Set("right", strconv.FormatFloat(app.Window().Get("innerWidth").Float()-at.right, 'f', 1, 64)+"px")
}

// follow keeps the button at its message while the log scrolls.
func (m *messageMenu) follow(log app.Value) {
	if row := rowOf(log, m.seq); row.Truthy() {
		m.stand(element("message-more"), row)
	} else {
		m.hide()
	}
}

func (m *messageMenu) hide() {
	m.seq = 0
	element("message-more").Set("hidden", true)
}

// openAt opens the menu at a message.
func (m *messageMenu) openAt(row app.Value) {
	m.show(row)
	box := boxOf(row).end()
	m.dispatch(func(ctx app.Context) {
		m.Update()
		ctx.Defer(func(app.Context) { openMenu("message-menu", box, false) }) // once it holds what is for this message
	})
}

// end is the upper end of a box, where a button would be.
func (b box) end() box {
	const button = 40
	return box{max(b.left, b.right-button), b.top, b.right, min(b.bottom, b.top+button)}
}

func (m *messageMenu) copy(text func(chat.Message) string) {
	said := m.Chat.model.Said(m.seq)
	if said == nil {
		return
	}
	words := text(*said)
	copyText(words, func() bool { return copyInField(words) }, func(copied bool) {
		if copied {
			m.Chat.toast("Copied.")
		} else {
			m.Chat.toast("The browser did not let it be copied.")
		}
	})
}

func (m *messageMenu) Render() app.UI {
	return app.Div().Class("actions").Body(
		opens(app.Button().ID("message-more").Type("button"), "message-menu").
			Class("button", "quiet", "square", "small", "actions-more").
			Aria("label", "What can be done with this message").
			Title("More").
			Hidden(true).
			Body(icon(iconMore)),
		&menu{ID: "message-menu", Label: "Message", Items: m.items()},
	)
}

// items are what can be done with the message.
func (m *messageMenu) items() []menuItem {
	items := []menuItem{
		{ID: "copy-text", Label: "Copy the text", Icon: iconCopy, Do: func() {
			m.copy(func(said chat.Message) string { return said.Text })
		}},
		{ID: "copy-quote", Label: "Copy with name and time", Icon: iconQuote, Do: func() {
			m.copy(func(said chat.Message) string { return quoted(said, timeHere().Location()) })
		}},
	}
	said := m.Chat.model.Said(m.seq)
	if said == nil {
		return items
	}
	return slices.Concat(items, m.Chat.placeItems(*said), m.Chat.messageItems(*said))
}

// quoted is a message with who said it and when, for somewhere else.
func quoted(m chat.Message, zone *time.Location) string {
	return nameOf(m.Author) + ", " + m.Time.In(zone).Format("2 January 2006, ") + clockText(m.Time.In(zone)) + "\n" + m.Text
}
