package ui

import (
	"sync"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// What comes or goes above what is read must not move it. Browsers see to that
// (overflow-anchor), even in the middle of a movement of the reader's, but not
// all of them, and none at the very top. There we do it ourselves, which ends
// such a movement.
//
// A browser does it when it draws. Between a change and that, what can be
// measured is not what will be seen: [frame] waits for it.

// anchors tells whether the browser holds what is read.
var anchors = sync.OnceValue(func() bool {
	return app.Window().Get("CSS").Call("supports", "overflow-anchor", "auto").Bool()
})

// newAnchor returns what is in sight if it is ours to hold, nil otherwise.
func newAnchor(log app.Value) *sight {
	if anchors() && log.Get("scrollTop").Float() > 0 {
		return nil
	}
	if s := lookAt(log); s.first > 0 {
		return &s
	}
	return nil
}

// hold scrolls the log so that what was in sight first is where it was.
func (s *sight) hold(log app.Value) {
	row := rowOf(log, s.first)
	if !row.Truthy() {
		return
	}
	if moved := topOf(row) - topOf(log) - s.top; moved <= -0.5 || moved >= 0.5 {
		log.Set("scrollTop", log.Get("scrollTop").Float()+moved)
	}
}

// A frame knows whether the browser has drawn what was changed.
type frame struct {
	changes int
	drawn   int // how many of them it has drawn
	asked   bool
	begins  app.Func // called when it draws
	done    app.Func // called after that
	begun   int      // the changes there were when it began
}

// listen has f called after each time the browser has drawn what was changed.
func (f *frame) listen(call func()) {
	f.begins = app.FuncOf(func(app.Value, []app.Value) any {
		f.begun = f.changes
		app.Window().Call("setTimeout", f.done)
		return nil
	})
	f.done = app.FuncOf(func(app.Value, []app.Value) any {
		f.asked = false
		if f.begun == f.changes {
			f.drawn = f.changes
			call()
		} else {
			f.ask()
		}
		return nil
	})
}

// changed says that something has changed.
func (f *frame) changed() {
	f.changes++
	f.ask()
}

// pending tells whether something has changed that was not drawn.
func (f *frame) pending() bool { return f.drawn != f.changes }

func (f *frame) ask() {
	if !f.asked {
		f.asked = true
		app.Window().Call("requestAnimationFrame", f.begins)
	}
}

// stop has nothing called any more.
func (f *frame) stop() {
	if f.asked || f.begins == nil {
		return // if asked, it is called once more; the page ends anyway
	}
	f.begins.Release()
	f.done.Release()
}
