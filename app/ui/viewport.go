package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// A viewport keeps the page as high as what can be seen of it while the
// keyboard of a phone covers the rest, so that the composer stands on the
// keyboard. Where the browser makes the page smaller by itself there is nothing
// to do; not all do so for interactive-widget=resizes-content.
type viewport struct {
	listeners listeners
}

// watch begins to keep the page's height, until stop.
func (v *viewport) watch() {
	visual := app.Window().Get("visualViewport")
	if !visual.Truthy() {
		return
	}
	fit := func(app.Value) {
		style := app.Window().Get("document").Get("documentElement").Get("style")
		height, fits := viewHeight(visual.Get("height").Float(), visual.Get("scale").Float(), app.Window().Get("innerHeight").Float())
		if fits {
			style.Call("removeProperty", "--view")
			return
		}
		style.Call("setProperty", "--view", strconv.FormatFloat(height, 'f', 1, 64)+"px")
		app.Window().Call("scrollTo", 0, 0) // some push the page up to show the field
	}
	v.listeners.add(listen(visual, "resize", fit))
	fit(nil)
}

func (v *viewport) stop() { v.listeners.stop() }

// viewHeight tells how high the page is to be, given what can be seen of it and
// how high the window is, all in CSS pixels: as high as it wants (fits), or less.
// Who has zoomed in sees a part of the page, not a smaller page.
func viewHeight(seen, scale, window float64) (height float64, fits bool) {
	if scale > 1.01 || seen >= window-1 {
		return 0, true
	}
	return seen, false
}
