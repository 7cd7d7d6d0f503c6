package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// copiedFor is how long a copy button says what it did.
const copiedFor = 2 * time.Second

// A copyLine shows a line to be taken elsewhere, with a button that copies it.
type copyLine struct {
	app.Compo
	Label string // what the line is, for the button's name
	Text  string

	done  string // what is said of the last copy
	times int    // how many copies are still being told of
}

func (c *copyLine) Render() app.UI {
	said := "Copy"
	if c.times > 0 {
		said = c.done
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
	copyText(c.Text, c.copySelected, func(copied bool) {
		ctx.Dispatch(func(ctx app.Context) { c.tell(ctx, copied) })
	})
}

// copySelected selects the line and copies that. If it is refused the line stays
// selected, for the person to copy it.
func (c *copyLine) copySelected() (copied bool) {
	selection := app.Window().Call("getSelection")
	selection.Call("selectAllChildren", c.JSValue().Get("firstElementChild"))
	return app.Window().Get("document").Call("execCommand", "copy").Truthy()
}

// tell says for a while what became of the copy.
func (c *copyLine) tell(ctx app.Context, copied bool) {
	c.done = "Selected"
	if copied {
		c.done = "Copied"
	}
	c.times++
	time.AfterFunc(copiedFor, func() {
		ctx.Dispatch(func(app.Context) { c.times-- })
	})
}
