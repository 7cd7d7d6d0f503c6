package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// awayAfter is how long nobody touches the page before they count as away.
const awayAfter = 5 * time.Minute

// An attention is whether somebody is at the page: it can be seen, and was
// touched not long ago. It is used on the goroutine of the browser's calls, see
// dom.go.
type attention struct {
	gone    bool // what the server was told last
	touched time.Time
	timer   *time.Timer
}

// away tells whether nobody is at the page, and if somebody is, how long that
// lasts if nothing happens.
func (a attention) away(hidden bool, now time.Time) (away bool, left time.Duration) {
	left = awayAfter - now.Sub(a.touched)
	if hidden || left <= 0 {
		return true, 0
	}
	return false, left
}

// watchAttention tells the server when nobody is at the page, and when somebody
// is again.
func (c *Chat) watchAttention() {
	a := &c.attention
	a.touched = time.Now()
	a.timer = time.AfterFunc(awayAfter, c.attend)
	touch := func(app.Value) {
		a.touched = time.Now()
		if a.gone {
			c.attend()
		}
	}
	window := app.Window()
	for _, event := range []string{"pointerdown", "pointermove", "keydown", "wheel", "touchmove", "focus"} {
		c.listeners.add(listen(window, event, touch))
	}
	c.listeners.add(listen(window.Get("document"), "visibilitychange", func(e app.Value) {
		if hidden() {
			c.attend()
		} else {
			touch(e)
		}
	}))
	if hidden() {
		c.attend()
	}
}

// attend tells the server what has changed.
func (c *Chat) attend() {
	a := &c.attention
	gone, left := a.away(hidden(), time.Now())
	if gone != a.gone {
		a.gone = gone
		c.line.Send(chat.Away{On: gone}) // is not answered, nor refused
	}
	if !gone {
		a.timer.Reset(left)
	}
}

// attendAnew tells the server after a welcome, which begins with somebody there.
func (c *Chat) attendAnew() {
	if c.attention.gone {
		c.line.Send(chat.Away{On: true})
	}
}

func (a *attention) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
}
