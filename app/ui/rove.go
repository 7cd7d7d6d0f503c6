package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A rover moves the focus among the items of a list with the arrow keys, so
// that a list of any length is one stop of the Tab key: roving focus, as in the
// ARIA Authoring Practices. It needs nothing of the items but a tabindex of -1
// and works for those that come later too; the list itself has a tabindex of 0,
// which is taken from it as long as the focus is inside, or Shift and Tab would
// lead back in.
//
// The keys that move are those of [moved]. A rover lives in the document only
// and draws nothing. Whoever starts it stops it.
type rover struct {
	list  app.Value
	items string // a selector
	last  app.Value
	rovings
	listeners listeners
}

// rovings are how a list is roved through.
type rovings struct {
	across bool // the items stand beside each other, not below
	round  bool // after the last comes the first
	// stays lets the list keep a focus that comes by Tab, as to be scrolled;
	// otherwise it goes on to the item that had it last, or to the first.
	stays bool
	// fromEnd begins at the last item, not at the first.
	fromEnd bool
}

// rove starts a rover in the list, for its items that match the selector.
func rove(list app.Value, items string, how rovings) *rover {
	r := &rover{list: list, items: items, rovings: how}
	if app.IsServer || !list.Truthy() {
		return r
	}
	r.listeners.add(listen(list, "keydown", r.key))
	r.listeners.add(listen(list, "focusin", func(e app.Value) {
		target := e.Get("target")
		if !target.Equal(list) {
			list.Set("tabIndex", -1)
			if item := closest(e, items); item.Truthy() {
				r.last = item
			}
			return
		}
		// A press of the mouse goes where it goes; Tab is seen.
		if !r.stays && list.Call("matches", ":focus-visible").Bool() {
			r.enter()
		}
	}))
	leave := func(to app.Value) {
		if !to.Truthy() || !list.Call("contains", to).Bool() {
			list.Set("tabIndex", 0)
		}
	}
	r.listeners.add(listen(list, "focusout", func(e app.Value) { leave(e.Get("relatedTarget")) }))
	// An item that goes with the focus says nothing of it.
	r.listeners.add(listen(app.Window().Get("document"), "focusin", func(e app.Value) { leave(e.Get("target")) }))
	return r
}

func (r *rover) stop() { r.listeners.stop() }

// enter focuses the item that had the focus last, if it is still there, or
// the one to begin with.
func (r *rover) enter() {
	if r.last != nil && r.list.Call("contains", r.last).Bool() {
		focusItem(r.last)
		return
	}
	items := r.all()
	n := items.Get("length").Int()
	switch {
	case n == 0:
	case r.fromEnd:
		focusItem(items.Index(n - 1))
	default:
		focusItem(items.Index(0))
	}
}

func (r *rover) all() app.Value { return r.list.Call("querySelectorAll", r.items) }

func (r *rover) key(e app.Value) {
	if e.Get("defaultPrevented").Bool() || modified(e) {
		return
	}
	target := e.Get("target")
	onList := target.Equal(r.list)
	key := e.Get("key").String()
	if onList {
		// From the list itself the arrows lead in; the other keys scroll it.
		if before, after := r.arrows(); key == before || key == after {
			e.Call("preventDefault")
			r.enter()
		}
		return
	}
	items := r.all()
	n := items.Get("length").Int()
	at := -1
	for i := range n {
		if items.Index(i).Equal(target) {
			at = i
			break
		}
	}
	if at < 0 {
		return // something within an item has the focus, and the keys
	}
	if to, ok := moved(key, at, n, r.across, r.round); ok {
		e.Call("preventDefault")
		focusItem(items.Index(to))
	}
}

func (r *rover) arrows() (before, after string) {
	if r.across {
		return "ArrowLeft", "ArrowRight"
	}
	return "ArrowUp", "ArrowDown"
}

// focusItem takes the focus to an item, and as much of it into sight as fits.
func focusItem(item app.Value) {
	item.Call("focus", map[string]any{"preventScroll": true})
	item.Call("scrollIntoView", map[string]any{"block": "nearest", "inline": "nearest"})
}

// modified tells whether a key was pressed together with Ctrl, Alt or Meta.
func modified(e app.Value) bool {
	return e.Get("ctrlKey").Truthy() || e.Get("altKey").Truthy() || e.Get("metaKey").Truthy()
}

// moved returns where a key leads from item at of n, and whether it is a key
// that leads anywhere: the arrows, Home and End. Across, the arrows are those
// to the sides. Round, the last and the first are neighbours; otherwise who
// stands at an end stays there.
func moved(key string, at, n int, across, round bool) (to int, ok bool) {
	if n == 0 {
		return 0, false
	}
	step := 0
	switch {
	case key == "Home":
		return 0, true
	case key == "End":
		return n - 1, true
	case across && key == "ArrowRight", !across && key == "ArrowDown":
		step = 1
	case across && key == "ArrowLeft", !across && key == "ArrowUp":
		step = -1
	default:
		return at, false
	}
	if round {
		return (at + step + n) % n, true
	}
	return min(max(at+step, 0), n-1), true
}
