package ui

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// A menu is a list of things to do that lies over the page as long as it is
// open: the menu button of the ARIA Authoring Practices. The arrow keys, Home,
// End and the first letters of a word move in it; Escape, Tab and a press
// elsewhere close it, and the focus is where it was.
//
// Whatever has the attributes of [opens] opens it, and so does [openMenu]. It
// lies in the top layer of the browser as a popover, but is not closed by the
// browser: that would take the finger that opened it by a long press, once it
// is lifted, for a press elsewhere.
type menu struct {
	app.Compo
	ID    string
	Label string // for screen readers
	About string // stands above the items; may be empty
	Items []menuItem

	typed     typed
	listeners listeners
}

// A menuItem is one thing to do.
type menuItem struct {
	ID, Label string
	Icon      string // see icon.go
	Key       string // the shortcut that does the same, if there is one
	Count     string // of what waits there; empty for nothing
	Danger    bool
	Do        func()
}

func (m *menu) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	el := element(m.ID)
	if !el.Get("showPopover").Truthy() {
		return // a browser that is too old shows no menus; see menu.css
	}
	document := app.Window().Get("document")
	opener := `[aria-controls="` + m.ID + `"]`
	m.listeners.add(listen(el, "keydown", func(e app.Value) { m.key(el, e) }))
	// A press beside the items would take the focus from them, and the keys with it.
	m.listeners.add(listen(el, "mousedown", func(e app.Value) { e.Call("preventDefault") }))
	m.listeners.add(listen(el, "pointermove", func(e app.Value) { // the keys go on where the mouse is
		if item := closest(e, "[role=menuitem]"); item.Truthy() && e.Get("pointerType").String() == "mouse" {
			item.Call("focus", map[string]any{"preventScroll": true})
		}
	}))
	m.listeners.add(listen(el, "toggle", func(e app.Value) {
		if button := document.Call("querySelector", opener); button.Truthy() {
			button.Call("setAttribute", "aria-expanded", strconv.FormatBool(e.Get("newState").String() == "open"))
		}
	}))
	m.listeners.add(listen(document, "click", func(e app.Value) {
		if button := closest(e, opener); button.Truthy() {
			if menuOpen(el) {
				closeMenu(m.ID)
			} else {
				openMenu(m.ID, boxOf(button), false)
			}
		}
	}))
	m.listeners.add(listen(document, "keydown", func(e app.Value) {
		key := e.Get("key").String()
		if key != "ArrowDown" && key != "ArrowUp" || modified(e) {
			return
		}
		if button := closest(e, opener); button.Truthy() {
			e.Call("preventDefault")
			openMenu(m.ID, boxOf(button), key == "ArrowUp")
		}
	}))
	m.listeners.add(listen(document, "pointerdown", func(e app.Value) {
		if menuOpen(el) && !closest(e, "#"+m.ID+", "+opener).Truthy() {
			closeMenu(m.ID)
		}
	}))
	// What it stands beside is elsewhere then; a keyboard that goes changes the
	// height alone.
	wide := app.Window().Get("innerWidth").Int()
	m.listeners.add(listen(app.Window(), "resize", func(app.Value) {
		if now := app.Window().Get("innerWidth").Int(); now != wide {
			wide = now
			closeMenu(m.ID)
		}
	}))
}

func (m *menu) OnDismount() { m.listeners.stop() }

// opens makes a button open the menu with the id.
func opens(button app.HTMLButton, id string) app.HTMLButton {
	return button.Aria("haspopup", "menu").Aria("controls", id).Aria("expanded", "false")
}

func (m *menu) key(el, e app.Value) {
	if modified(e) {
		return
	}
	items := el.Call("querySelectorAll", "[role=menuitem]")
	n := items.Get("length").Int()
	at := -1
	for i := range n {
		if items.Index(i).Equal(e.Get("target")) {
			at = i
		}
	}
	key := e.Get("key").String()
	to, ok := moved(key, max(at, 0), n, false, true)
	switch {
	case key == "Escape":
		closeMenu(m.ID)
		e.Call("preventDefault")
		e.Call("stopPropagation")
		return
	case key == "Tab": // leads on from where the menu was opened
		closeMenu(m.ID)
		return
	case !ok:
		labels := make([]string, len(m.Items))
		for i, item := range m.Items {
			labels[i] = item.Label
		}
		if to, ok = m.typed.find(key, labels, at, time.Now()); !ok {
			return
		}
	}
	e.Call("preventDefault")
	e.Call("stopPropagation")
	items.Index(to).Call("focus")
}

// do does what was chosen and closes the menu: in this order, as the focus that
// goes back may change what the menu is for.
func (m *menu) do(i int) {
	if i < len(m.Items) {
		m.Items[i].Do()
	}
	closeMenu(m.ID)
}

func (m *menu) Render() app.UI {
	var rows []app.UI
	if m.About != "" {
		rows = append(rows, app.P().Class("menu-about").Aria("hidden", "true").Body(app.Bdi().Text(m.About)))
	}
	for i, item := range m.Items {
		parts := []app.UI{app.Span().Text(item.Label)}
		if item.Icon != "" {
			parts = append([]app.UI{icon(item.Icon)}, parts...)
		}
		button := app.Button().Type("button").Role("menuitem").Class("menu-item").TabIndex(-1).
			OnClick(func(app.Context, app.Event) { m.do(i) }, m.ID, i)
		if item.ID != "" {
			button = button.ID(item.ID)
		}
		if item.Danger {
			button = button.Class("danger")
		}
		if item.Count != "" {
			parts = append(parts, badge(item.Count, true))
		}
		if item.Key != "" {
			parts = append(parts, app.Kbd().Class("key").Aria("hidden", "true").Text(item.Key))
		}
		rows = append(rows, button.Body(parts...))
	}
	return app.Div().ID(m.ID).Class("menu").Role("menu").Aria("label", m.Label).Attr("popover", "manual").Body(rows...)
}

// openMenu opens the menu with the id beside a box, in CSS pixels from the upper
// left corner of the window, and takes the focus to its first item, or to its
// last.
func openMenu(id string, beside box, last bool) {
	el := element(id)
	if !el.Truthy() || !el.Get("showPopover").Truthy() || menuOpen(el) {
		return
	}
	menuFrom = app.Window().Get("document").Get("activeElement")
	el.Call("showPopover")
	window := app.Window()
	size := el.Call("getBoundingClientRect")
	x, y := beside.place(size.Get("width").Float(), size.Get("height").Float(),
		window.Get("innerWidth").Float(), window.Get("innerHeight").Float())
	style := el.Get("style")
	style.Set("left", strconv.FormatFloat(x, 'f', 1, 64)+"px")
	style.Set("top", strconv.FormatFloat(y, 'f', 1, 64)+"px")
	items := el.Call("querySelectorAll", "[role=menuitem]")
	if n := items.Get("length").Int(); n > 0 {
		at := 0
		if last {
			at = n - 1
		}
		items.Index(at).Call("focus", map[string]any{"preventScroll": true})
	}
}

// menuFrom had the focus when a menu was opened: there is one open at a time.
var menuFrom app.Value

func menuOpen(el app.Value) bool { return el.Call("matches", ":popover-open").Bool() }

// closeMenu closes the menu with the id, if it is open, and puts the focus back
// if the menu has it.
func closeMenu(id string) {
	el := element(id)
	if !el.Truthy() || !el.Get("hidePopover").Truthy() || !menuOpen(el) {
		return
	}
	had := el.Call("contains", app.Window().Get("document").Get("activeElement")).Bool()
	el.Call("hidePopover")
	if had && menuFrom != nil && menuFrom.Get("isConnected").Truthy() {
		menuFrom.Call("focus", map[string]any{"preventScroll": true})
	}
	menuFrom = nil
}

// A box is a part of the window, in CSS pixels.
type box struct{ left, top, right, bottom float64 }

func boxOf(el app.Value) box {
	r := el.Call("getBoundingClientRect")
	return box{r.Get("left").Float(), r.Get("top").Float(), r.Get("right").Float(), r.Get("bottom").Float()}
}

// place returns where something of this size is to lie in a window: below the
// box and with its right edges in line, as far as it fits; else above it, else
// wherever it can be seen whole.
func (b box) place(width, height, windowWidth, windowHeight float64) (x, y float64) {
	const gap, margin = 4, 8
	x = b.right - width
	if x < margin {
		x = b.left
	}
	y = b.bottom + gap
	if y+height > windowHeight-margin {
		y = b.top - gap - height
	}
	return max(margin, min(x, windowWidth-width-margin)), max(margin, min(y, windowHeight-height-margin))
}

// typedFor is how long letters count as the beginning of one word.
const typedFor = 700 * time.Millisecond

// typed are the letters typed in a list, to find an item by.
type typed struct {
	letters string
	at      time.Time
}

// find returns the next item after the one at that begins with what has been
// typed, now that key is too. The same letter again and again goes through all
// that begin with it.
func (t *typed) find(key string, labels []string, at int, now time.Time) (to int, ok bool) {
	r := []rune(key)
	if len(r) != 1 || !unicode.IsPrint(r[0]) || key == " " && t.letters == "" {
		return 0, false
	}
	if now.Sub(t.at) > typedFor {
		t.letters = ""
	}
	t.at = now
	t.letters += strings.ToLower(key)
	word, from := t.letters, at
	if strings.Trim(word, strings.ToLower(key)) == "" {
		word = strings.ToLower(key) // the same letter again
	} else {
		from-- // more of a word may be what is there already
	}
	for i := range labels {
		if n := (from + 1 + i + len(labels)) % len(labels); strings.HasPrefix(strings.ToLower(labels[n]), word) {
			return n, true
		}
	}
	return 0, false
}
