package ui

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// renewWithin is how long, in milliseconds, a reload waits for the worker to
// have the newer build.
const renewWithin = 3000

// newer tells whether the server delivers another build than this one.
func (c *Chat) newer() bool {
	return c.model.Build != "" && c.page.build != "" && c.model.Build != c.page.build
}

// updatedKey names the build for which a page of this tab was loaded anew by
// itself: it is done once for each, whatever comes of it.
func (c *Chat) updatedKey() string { return c.page.key("updated") }

// update loads the newer build: the person asked for it.
func (c *Chat) update(app.Context, app.Event) { renew(reload) }

// updateUnseen loads a newer build by itself when nobody would notice: nobody
// looks, nothing is typed or on its way, and they were not in the middle of
// reading or of doing anything else.
func (c *Chat) updateUnseen(ctx app.Context) {
	if !c.newer() || c.page.file || !c.idle() {
		return
	}
	if done, _ := c.session.get(c.updatedKey()); done == c.model.Build || c.renewing {
		return
	}
	build := c.model.Build
	c.renewing = true
	renew(func() {
		ctx.Dispatch(func(app.Context) {
			c.renewing = false
			if c.model.Build == build && c.idle() { // meanwhile they may have come back
				c.session.set(c.updatedKey(), build)
				reload()
			}
		})
	})
}

// idle tells whether the page is out of sight and nothing would be lost or moved
// if it were loaded anew.
func (c *Chat) idle() bool {
	return hidden() && len(c.model.Pending) == 0 && !c.reader.away && c.naming.asked == "" && !writing() && !dialogOpen()
}

// writing tells whether something stands in the field for messages.
func writing() bool {
	field := element("message")
	return field.Truthy() && field.Get("value").String() != ""
}

// renew waits until the next loading of the page gets the newer build and then
// calls done. Where there is no worker that is so at once.
func renew(done func()) {
	if !hasOffline() {
		done()
		return
	}
	await(offlineAPI().Call("update", renewWithin), func(bool) { done() })
}

// reload loads the page anew.
func reload() { app.Window().Get("location").Call("reload") }
