package ui

import (
	"context"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// invitationKey names the secret of an invitation in the tab's own storage, where
// boot.js has put it: it took it out of the address at once. It is kept until
// there is a welcome, so that a page which is loaded again meanwhile has it.
func (c *Chat) invitationKey() string { return c.page.key("invitation") }

// invitationIn finds the secret of an invitation in what somebody has pasted: the
// whole address, what stands behind its #, or the secret.
func invitationIn(text string) (secret string, ok bool) {
	text = strings.TrimSpace(text)
	if _, behind, found := strings.Cut(text, "#invite="); found {
		text = behind
	} else {
		text = strings.TrimPrefix(text, "invite=")
	}
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	return text, text != "" && chat.CheckToken(text) == nil
}

// come begins to come in: as whoever the browser's cookie says, or, in a page
// from a file, with a token that it keeps itself. What an earlier version has kept
// in a page of the server becomes the cookie first; if that cannot be now, it is shown
// as it was, and tried again on the next visit.
func (c *Chat) come(ctx app.Context) {
	token, kept := c.local.get(c.page.key("token"))
	kept = kept && token != "" && chat.CheckToken(token) == nil
	switch {
	case c.page.file && !kept:
		token = link.NewID()
		c.local.set(c.page.key("token"), token)
	case !c.page.file && kept:
		c.dial(ctx, token)
		go func() { // ends with the request, which the browser bounds
			if status, _ := postSession(map[string]any{"token": token}); status == 204 || status == 400 { // a cookie has it, or nobody will take it
				ctx.Dispatch(func(app.Context) { c.local.remove(c.page.key("token")) })
			}
			c.run()
		}()
		return
	case !kept:
		token = ""
	}
	c.dial(ctx, token)
	if _, came := c.local.get(c.cameKey()); came || token != "" || !hasOffline() || !offlineAPI().Get("alone").Truthy() {
		c.run()
		return
	}
	c.runAlone(ctx)
}

// cameKey names what says that there was a welcome in this browser, and so that it
// has a session.
func (c *Chat) cameKey() string { return c.page.key("came") }

// runAlone opens the line of a first visit when no other tab is about to: the server
// gives the first one a session, and the others have its cookie then, or they would
// be somebody else.
func (c *Chat) runAlone(ctx app.Context) {
	offlineAPI().Call("alone", app.FuncOf(func(_ app.Value, args []app.Value) any { // stays, as the page does
		done := args[0]
		ctx.Dispatch(func(app.Context) {
			c.alone = done
			c.run()
		})
		return nil
	}))
}

// tried takes in that the first try to connect is over: the next tab's turn.
func (c *Chat) tried() {
	if c.alone != nil {
		c.alone.Invoke()
		c.alone = nil
	}
}

// postSession sends the server what makes a cookie: a token, or the link to another
// device. It waits for the answer, and returns its status, 0 if there was none, and
// its text.
func postSession(body map[string]any) (status int, text string) {
	answered := make(chan struct{}, 1)
	otherwise := app.FuncOf(func(app.Value, []app.Value) any {
		answered <- struct{}{}
		return nil
	})
	read := app.FuncOf(func(_ app.Value, args []app.Value) any {
		text = args[0].String()
		answered <- struct{}{}
		return nil
	})
	then := app.FuncOf(func(_ app.Value, args []app.Value) any {
		status = args[0].Get("status").Int()
		args[0].Call("text").Call("then", read, otherwise)
		return nil
	})
	defer then.Release()
	defer read.Release()
	defer otherwise.Release()
	app.Window().Call("fetch", "/session", map[string]any{
		"method":  "POST",
		"headers": map[string]any{"Content-Type": "application/json"},
		"body":    app.Window().Get("JSON").Call("stringify", body),
	}).Call("then", then, otherwise)
	<-answered
	return status, text
}

// dial makes the line, of whoever has the token; none if a cookie says who. A
// cookie counts more.
func (c *Chat) dial(ctx app.Context, token string) {
	name, _ := c.local.get(c.page.key("name"))
	invitation, _ := c.session.get(c.invitationKey())
	c.line = link.New(link.Config{
		URL:        c.page.socket,
		Token:      token,
		Name:       name,
		Build:      c.page.build,
		Invitation: invitation,
		Device:     deviceHere(),
		Resume:     c.model.Resume(),
		Deliver: func(b link.Batch) {
			ctx.Dispatch(func(ctx app.Context) {
				c.take(b)
				c.cacheSoon(ctx)
				c.updateUnseen(ctx)
			})
		},
	})
	c.adoptPosts()
	c.calling, c.stop = context.WithCancel(context.Background())
}

// run opens the line and keeps it open, until hangUp.
func (c *Chat) run() {
	go c.line.Run(c.calling) // what it has to say comes as a status
}

// hangUp ends the line.
func (c *Chat) hangUp() {
	if c.stop != nil {
		c.stop()
	}
}

// cameIn takes in a welcome: an invitation has done what it is for, and whoever
// has a name here already is not asked for one on a new device.
func (c *Chat) cameIn(w chat.Welcome) {
	if w.Becomes != nil {
		c.askBecome(*w.Becomes)
	}
	c.session.remove(c.invitationKey())
	if w.You.Known {
		c.local.set(c.cameKey(), "yes")
	}
	if w.You.Known && !strings.HasPrefix(w.You.Name, "guest-") && !c.nameAsked() {
		c.keepName(w.You.Name)
		c.naming.open, c.naming.hinted = false, false
	}
	c.attendAnew()
	c.askReports()
}

// watchInvitations comes in anew when another invitation is opened in this page:
// the browser loads nothing then, as only what stands behind the # is another.
func (c *Chat) watchInvitations() {
	c.listeners.add(listen(app.Window(), "hashchange", func(app.Value) {
		if strings.HasPrefix(app.Window().Get("location").Get("hash").String(), "#invite=") {
			reload() // boot.js takes it from there
		}
	}))
}
