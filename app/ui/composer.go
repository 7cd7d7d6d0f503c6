package ui

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

const (
	// tellLeftFrom is the length from which the composer says how much still
	// fits.
	tellLeftFrom = 7500
	// maxDraft is the longest text, in UTF-16 units, that is kept for the next
	// time with each key: much more than can be sent, and little enough not to
	// be felt.
	maxDraft = 1 << 17
	// pasteWhole is the length, in bytes, from which a text that is pasted
	// is put into the field as a whole: as if it were typed, many lines take some
	// browsers minutes. It cannot be undone, only cut again.
	pasteWhole = 4 * chat.MaxText
)

// draftKey names the draft of the open room in the session's storage. boot.js
// keeps what is typed before the client runs under the same key.
func (c *Chat) draftKey() string {
	if c.model.Room.ID == chat.Lobby {
		return c.page.key("draft")
	}
	return c.page.key("draft/" + c.model.Room.ID)
}

// stowDraft keeps what stands in the field for the room that is left.
func (c *Chat) stowDraft() {
	if app.IsServer {
		return
	}
	if field := element("message"); field.Truthy() {
		text := field.Get("value").String()
		c.session.set(c.draftKey(), text)
		c.drafts[c.model.Room.ID] = strings.TrimSpace(text) != ""
	}
}

// readDrafts finds out in which rooms there are drafts.
func (c *Chat) readDrafts() {
	c.drafts = make(map[string]bool)
	for _, key := range c.session.keys(c.page.key("draft")) {
		text, _ := c.session.get(key)
		room := chat.Lobby
		if _, rest, ok := strings.Cut(key, "draft/"); ok {
			room, _, _ = strings.Cut(rest, "@")
		}
		c.drafts[room] = strings.TrimSpace(text) != ""
	}
}

// takeDraft puts the draft of the open room into the field.
func (c *Chat) takeDraft() {
	if app.IsServer {
		return
	}
	if field := element("message"); field.Truthy() {
		text, _ := c.session.get(c.draftKey())
		field.Set("value", text)
		field.Call("dispatchEvent", app.Window().Get("Event").New("draft"))
	}
}

// A composer is the form in which a message is written. It is a component of
// its own so that typing draws nothing else again; and the field belongs to
// the browser: no drawing ever sets its value.
type composer struct {
	app.Compo
	Chat    *Chat
	Silence silence // why nothing can be written; zero if something can

	until     *time.Timer // ends a silence
	held      bool        // the field that goes has the focus
	fault     string      // why the text was not taken
	left      string      // how much still fits, when that is of interest
	leftNews  string      // what of that is read out
	over      bool        // more than fits
	taken     field       // what stood in the page before the client ran
	fits      bool        // the browser grows the field by itself
	breaks    bool        // the key just pressed is to break the line
	listeners listeners
}

// A field is the state of a text field.
type field struct {
	text       string
	focused    bool
	start, end int  // of the selection, in UTF-16 units
	send       bool // it was to be sent
}

// OnInit takes over what was typed into the pre-rendered field, which the
// client is about to replace.
func (c *composer) OnInit() {
	if app.IsServer {
		return
	}
	el := element("message")
	if !el.Truthy() {
		return
	}
	c.taken.text = el.Get("value").String()
	c.taken.send = element("composer").Get("dataset").Get("send").Truthy()
	if el.Equal(app.Window().Get("document").Get("activeElement")) {
		c.taken.focused = true
		c.taken.start = el.Get("selectionStart").Int()
		c.taken.end = el.Get("selectionEnd").Int()
	}
}

func (c *composer) OnMount(ctx app.Context) {
	if app.IsServer {
		return
	}
	el := element("message")
	text := c.taken.text
	if text == "" {
		text, _ = c.Chat.session.get(c.Chat.draftKey())
	}
	el.Set("value", text)
	if c.taken.focused {
		focusComposer(true)
		el.Call("setSelectionRange", c.taken.start, c.taken.end)
	}
	css := app.Window().Get("CSS")
	c.fits = css.Truthy() && css.Call("supports", "field-sizing", "content").Bool()
	c.measure(ctx, el)
	if c.taken.send {
		ctx.Dispatch(c.send) // when the chat has opened its line
	}

	changed := func(app.Value) {
		if el.Get("textLength").Int() <= maxDraft {
			c.Chat.session.set(c.Chat.draftKey(), el.Get("value").String())
		}
		c.measure(ctx, el)
		if el.Get("textLength").Int() <= maxDraft {
			c.Chat.writes(el.Get("value").String(), time.Now())
		}
	}
	c.listeners.add(listen(el, "input", changed))
	c.listeners.add(listen(el, "draft", func(app.Value) { c.measure(ctx, el) })) // of another room
	c.listeners.add(listen(el, "paste", func(e app.Value) {
		clipboard := e.Get("clipboardData")
		if !clipboard.Truthy() {
			return
		}
		text := clipboard.Call("getData", "text/plain").String()
		if len(text) < pasteWhole {
			return
		}
		e.Call("preventDefault")
		el.Call("setRangeText", text, el.Get("selectionStart"), el.Get("selectionEnd"), "end")
		changed(e)
	}))
	c.listeners.add(listen(el, "keydown", func(e app.Value) {
		if page, ok := pages[e.Get("key").String()]; ok && !modified(e) && !e.Get("shiftKey").Bool() && !scrolls(el) {
			e.Call("preventDefault")
			log := element("log")
			log.Call("scrollBy", 0, page*log.Get("clientHeight").Float())
		}
	}))
	c.listeners.add(listen(el, "keydown", func(e app.Value) {
		// 229 is what browsers report that forget isComposing on the Enter
		// which ends a composition.
		if e.Get("key").String() != "Enter" || e.Get("isComposing").Bool() || e.Get("keyCode").Int() == 229 {
			return
		}
		if c.breaks = e.Get("shiftKey").Bool(); c.breaks {
			return
		}
		e.Call("preventDefault")
		ctx.Dispatch(c.send)
	}))
	// A line break that no such key announced: the Enter of some keyboards on
	// phones. It sends too; if the key has sent already, there is nothing left.
	c.listeners.add(listen(el, "beforeinput", func(e app.Value) {
		if e.Get("inputType").String() != "insertLineBreak" || c.breaks || e.Get("isComposing").Bool() {
			c.breaks = false
			return
		}
		e.Call("preventDefault")
		ctx.Dispatch(c.send)
	}))
	// A press on the button must not take the focus from the field, or the
	// keyboard of a phone would go down with each message.
	c.listeners.add(listen(element("send"), "mousedown", func(e app.Value) { e.Call("preventDefault") }))
}

// OnUpdate sees to it that a silence ends when it does, and where the focus is.
func (c *composer) OnUpdate(ctx app.Context) {
	if c.until != nil {
		c.until.Stop()
		c.until = nil
	}
	if over := c.Silence.over; !over.IsZero() {
		// The longest wait is one that a timer can have.
		c.until = time.AfterFunc(min(max(time.Until(over), time.Second), 24*time.Hour), func() { ctx.Dispatch(func(app.Context) { c.Chat.Update() }) })
	}
	if c.held && nothingFocused() {
		focus("log")
	}
}

func (c *composer) OnDismount() {
	c.listeners.stop()
	if c.until != nil {
		c.until.Stop()
	}
}

// measure fits the field to its text and says how much is left, drawing only
// when there is something else to say.
func (c *composer) measure(ctx app.Context, el app.Value) {
	if !c.fits {
		style := el.Get("style")
		style.Set("height", "auto")
		style.Set("height", strconv.Itoa(el.Get("scrollHeight").Int())+"px")
	}
	var left string
	var over bool
	if el.Get("textLength").Int() >= tellLeftFrom { // UTF-16 units, never fewer than characters
		left, over = leftText(utf8.RuneCountInString(el.Get("value").String()))
	}
	if left == c.left && c.fault == "" {
		return
	}
	ctx.Dispatch(func(app.Context) {
		c.leftNews = leftNews(left, over)
		c.left, c.over, c.fault = left, over, ""
	})
}

// pages are the keys that scroll the log from the field, and by how many of its
// heights: who writes can look up what was said.
var pages = map[string]float64{"PageUp": -0.9, "PageDown": 0.9}

// scrolls tells whether there is more in the field than can be seen of it, so
// that the same keys are its own.
func scrolls(el app.Value) bool {
	return el.Get("scrollHeight").Int() > el.Get("clientHeight").Int()+1
}

// leftNews is what is read out of how much is left: the same words with every
// key, which are heard when the end comes near and when it is passed.
func leftNews(left string, over bool) string {
	const near, passed = "The message is near its greatest length.", "The message is too long to be sent."
	switch {
	case left == "":
		return ""
	case over:
		return passed
	}
	return near
}

// leftText says how much of the longest message is left after n characters, or
// nothing while that is of no interest.
func leftText(n int) (text string, over bool) {
	switch left := chat.MaxText - n; {
	case n < tellLeftFrom:
		return "", false
	case left < 0:
		return strconv.Itoa(-left) + " too many", true
	default:
		return strconv.Itoa(left) + " left", false
	}
}

func (c *composer) submit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	c.send(ctx)
}

// send hands the text to the chat. The field is emptied if it was taken.
func (c *composer) send(ctx app.Context) {
	el := element("message")
	defer focusComposer(true)
	sent, fault := c.Chat.say(el.Get("value").String())
	c.fault = fault
	if !sent {
		return
	}
	el.Set("value", "")
	c.Chat.session.set(c.Chat.draftKey(), "")
	c.measure(ctx, el)
}

func (c *composer) Render() app.UI {
	left := app.P().ID("composer-left").Class("composer-left").Text(c.left)
	field := app.Textarea().
		ID("message").
		Name("message").
		Rows(1).
		Attr("autocomplete", "off").
		Attr("enterkeyhint", "send").
		Attr("dir", "auto").
		Attr("aria-describedby", "composer-fault composer-left").
		Placeholder("Write a message")
	if c.over {
		left = left.Class("over")
		field = field.Attr("aria-invalid", "true")
	}
	silent := c.Silence.why != ""
	c.held = app.IsClient && silent && focused("message")
	var why []app.UI
	if silent {
		why = append(why, c.Silence.draw(c.Chat))
	}
	box := app.Div().Class("composer-box")
	if silent {
		box = box.Class("silent") // what is written in it stays
	}
	return app.Form().ID("composer").Class("composer").Attr("novalidate", "").OnSubmit(c.submit).Body(
		app.Div().Body(why...),
		box.Body(
			icon(iconPrompt),
			app.Label().For("message").Class("unseen").Text("Message"),
			field,
			app.Button().
				ID("send").
				Type("submit").
				Class("send").
				Aria("label", "Send").
				Title("Send (Enter)").
				Body(icon(iconSend)),
		),
		app.Div().Class("composer-note").Body(
			app.P().ID("composer-fault").Class("fault").Role("alert").Text(c.fault),
			left,
			app.P().ID("composer-news").Class("unseen").Role("status").Text(c.leftNews),
		),
	)
}
