package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// installable tells whether the browser offers to install the page as an app.
func installable() bool {
	return hasOffline() && offlineAPI().Call("installable").Bool()
}

// install lets the browser ask the person whether to install the page. It must
// be called while a press on a button is handled; the offer is then used up.
func install(app.Context, app.Event) {
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

// deviceEntries are what can be done about this device: install the page, if
// that is offered, and have messages kept or not. keeps tells whether they are.
func (c *Chat) deviceEntries(offered, keeps bool) []app.UI {
	var entries []app.UI
	if offered {
		entries = append(entries, app.Button().ID("install").Type("button").Class("button", "small", "quiet").
			OnClick(install).Text("Install as an app"))
	}
	if !c.page.file {
		label := "Keep messages on this device"
		if keeps {
			label = "Keep no messages on this device"
		}
		entries = append(entries, app.Button().ID("keep").Type("button").Class("button", "small", "quiet").
			OnClick(func(app.Context, app.Event) { c.setKeep(!keeps) }, keeps).Text(label))
	}
	return entries
}
