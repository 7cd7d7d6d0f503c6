package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// installable tells whether the browser offers to install the page as an app.
func installable() bool {
	return hasOffline() && offlineAPI().Call("installable").Bool()
}

// install lets the browser ask the person whether to install the page. It must
// be called while a press on a button is handled; the offer is then used up.
func install() {
	if installable() {
		offlineAPI().Call("install")
	}
}

// watchInstallable draws the page again when the browser makes the offer or
// takes it back.
func (c *Chat) watchInstallable(ctx app.Context) {
	c.listeners.add(listen(app.Window(), "cyberchat-installable", func(app.Value) {
		ctx.Dispatch(func(app.Context) { c.installable = installable() })
	}))
	c.installable = installable()
}
