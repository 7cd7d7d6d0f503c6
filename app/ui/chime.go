package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// chimeEvery is how long a chime is silent after it has rung.
const chimeEvery = time.Second

// A chime is the sound of a message: two short notes that the browser makes
// itself. It is used on the UI goroutine.
type chime struct {
	context app.Value // an AudioContext, once there is one
	rung    time.Time
}

// ring plays the notes, if the browser lets it: there must have been a press of
// a key or a button in the page.
func (c *chime) ring() {
	now := time.Now()
	if app.IsServer || now.Sub(c.rung) < chimeEvery {
		return
	}
	window := app.Window()
	if active := window.Get("navigator").Get("userActivation"); active.Truthy() && !active.Get("hasBeenActive").Bool() {
		return
	}
	if c.context == nil {
		made := window.Get("AudioContext")
		if !made.Truthy() {
			return
		}
		c.context = made.New()
	}
	c.rung = now
	if c.context.Get("state").String() == "suspended" {
		c.context.Call("resume")
	}
	at := c.context.Get("currentTime").Float() + 0.02
	c.note(587.33, at)
	c.note(880, at+0.09)
}

// note plays a note of this frequency, in hertz, from a time in seconds.
func (c *chime) note(frequency, at float64) {
	const loud, long = 0.07, 0.35
	tone, level := c.context.Call("createOscillator"), c.context.Call("createGain")
	tone.Get("frequency").Set("value", frequency)
	volume := level.Get("gain")
	volume.Call("setValueAtTime", 0.0001, at)
	volume.Call("exponentialRampToValueAtTime", loud, at+0.015)
	volume.Call("exponentialRampToValueAtTime", 0.0001, at+long)
	tone.Call("connect", level)
	level.Call("connect", c.context.Get("destination"))
	tone.Call("start", at)
	tone.Call("stop", at+long)
}
