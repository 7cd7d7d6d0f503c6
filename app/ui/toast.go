package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// toastFor is how long a toast stays that nobody is looking at, and maxToasts
// how many there are at a time: then the oldest goes.
const (
	toastFor  = 6 * time.Second
	maxToasts = 3
)

// A toast says what has just been done. Nothing depends on it: it goes by
// itself.
type toast struct {
	id   int
	text string
	from time.Time // its time runs from here
}

// toasts are what is being said, the latest last. It is a value.
type toasts struct {
	said  []toast
	count int  // how many there ever were
	held  bool // somebody is looking: none goes by itself
}

// say adds a toast at the time now. What is being said already is said anew.
func (t toasts) say(text string, now time.Time) toasts {
	t.count++
	next := make([]toast, 0, maxToasts)
	for _, old := range t.said {
		if old.text != text {
			next = append(next, old)
		}
	}
	next = append(next, toast{t.count, text, now})
	t.said = next[max(len(next)-maxToasts, 0):]
	return t
}

// without takes a toast away.
func (t toasts) without(id int) toasts {
	var next []toast
	for _, old := range t.said {
		if old.id != id {
			next = append(next, old)
		}
	}
	t.said = next
	return t
}

// hold stops the time of all toasts, and starts it anew when nobody looks any
// more.
func (t toasts) hold(held bool, now time.Time) toasts {
	if t.held == held {
		return t
	}
	t.held = held
	next := make([]toast, len(t.said))
	for i, old := range t.said {
		old.from = now
		next[i] = old
	}
	t.said = next
	return t
}

// at lets those go whose time is over, and says how long it is until the next
// one goes (0 if none does).
func (t toasts) at(now time.Time) (left toasts, change time.Duration) {
	if t.held {
		return t, 0
	}
	var next []toast
	for _, old := range t.said {
		rest := toastFor - now.Sub(old.from)
		if rest <= 0 {
			continue
		}
		next = append(next, old)
		if change == 0 || rest < change {
			change = rest
		}
	}
	t.said = next
	return t, change
}

// A toaster shows toasts. They are read out as they come; time stops as long as
// the pointer or the focus is with them.
type toaster struct {
	app.Compo
	Chat   *Chat
	Toasts toasts

	timer     *time.Timer
	listeners listeners
}

func (t *toaster) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	el := element("toasts")
	for event, held := range map[string]bool{"mouseenter": true, "mouseleave": false, "focusin": true, "focusout": false} {
		t.listeners.add(listen(el, event, func(app.Value) {
			ctx.Dispatch(func(app.Context) {
				t.Chat.toasts = t.Chat.toasts.hold(held, time.Now())
				t.Chat.Update()
			})
		}))
	}
}

func (t *toaster) OnDismount() {
	t.listeners.stop()
	if t.timer != nil {
		t.timer.Stop()
	}
}

// OnUpdate wakes up when the next toast goes.
func (t *toaster) OnUpdate(ctx app.Context) {
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if _, change := t.Toasts.at(time.Now()); change > 0 {
		t.timer = time.AfterFunc(change, func() {
			ctx.Dispatch(func(app.Context) {
				t.Chat.toasts, _ = t.Chat.toasts.at(time.Now())
				t.Chat.Update()
			})
		})
	}
}

func (t *toaster) Render() app.UI {
	var rows []app.UI
	for _, said := range t.Toasts.said {
		rows = append(rows, toastRow(said, func() {
			t.Chat.toasts = t.Chat.toasts.without(said.id).hold(false, time.Now())
			t.Chat.Update()
			focusComposer(false)
		}))
	}
	return app.Div().Class("toaster").Body(
		app.Div().ID("toasts").Class("toasts").Role("status").Body(rows...),
	)
}

func toastRow(t toast, dismiss func()) app.UI {
	return app.Div().Class("toast").Body(
		app.P().Text(t.text),
		app.Button().Type("button").Class("button", "quiet", "square").Aria("label", "Dismiss").Title("Dismiss").
			OnClick(func(app.Context, app.Event) { dismiss() }, t.id).Body(icon(iconClose)),
	)
}

// toast says what has just been done.
func (c *Chat) toast(text string) {
	c.toasts = c.toasts.say(text, time.Now())
	c.Update()
}
