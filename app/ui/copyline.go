package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// copiedFor is how long a copy button says that it did.
const copiedFor = 2 * time.Second

// A copyLine shows a line to be taken elsewhere, with a button that copies it.
type copyLine struct {
	app.Compo
	Label string // what the line is, for the button's name
	Text  string

	copied int // how many copies are still being told of
}

func (c *copyLine) Render() app.UI {
	said := "Copy"
	if c.copied > 0 {
		said = "Copied"
	}
	return app.Div().Class("copyline").Body(
		app.Code().Dir("ltr").Text(c.Text),
		app.Button().Type("button").Class("button", "small").
			Aria("label", said+" "+c.Label).
			OnClick(c.copy).
			Text(said),
	)
}

func (c *copyLine) copy(ctx app.Context, _ app.Event) {
	code := c.JSValue().Get("firstElementChild")
	if clipboard := app.Window().Get("navigator").Get("clipboard"); clipboard.Truthy() {
		clipboard.Call("writeText", c.Text)
	} else { // no clipboard without a secure context: the older way
		selection := app.Window().Call("getSelection")
		selection.Call("selectAllChildren", code)
		app.Window().Get("document").Call("execCommand", "copy")
	}
	c.copied++
	time.AfterFunc(copiedFor, func() {
		ctx.Dispatch(func(app.Context) { c.copied-- })
	})
}
