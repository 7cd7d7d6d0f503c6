package httpd

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

// uninvited is the error of a visit that takes an invitation, or another one;
// nil if it is not that.
func uninvited(err error) *hub.Refused {
	var no *hub.Refused
	if errors.As(err, &no) && no.Code == chat.CloseNotInvited {
		return no
	}
	return nil
}

// knock has somebody in plain mode, whom it takes an invitation to let in, show
// one. They are told the token of their session, to come back with. The error is
// errNotIn if the connection has been closed, or else that of enter.
func (c *connection) knock(otherwise hub.Close) error {
	late := time.AfterFunc(chat.EnterWithin, func() { c.end(otherwise) })
	defer late.Stop()
	stay := context.AfterFunc(c.server.untilStop, func() { c.end(goingAway) })
	defer stay()
	c.Send(hub.Lines(chat.Greeting, chat.AskInvitation))
	for tries := 0; ; {
		message, reason, err := c.next()
		if err != nil && reason == nil {
			return errNotIn
		}
		if reason != nil {
			c.end(*reason)
			return errNotIn
		}
		command, fault := chat.ParseLine(string(message), chat.Lobby)
		show, _ := command.(chat.Enter)
		switch {
		case command == chat.Quit{}:
			c.end(hub.Close{Code: chat.CloseNormal})
			return errNotIn
		case fault != nil:
			c.Send(hub.Frame(hub.Plain, chat.Reject{Fault: *fault}))
			continue
		case show.Secret == "":
			c.Send(hub.Lines(chat.AskInvitation))
			continue
		case c.from != nil && !c.from.Allow():
			c.Send(hub.Frame(hub.Plain, chat.Reject{Fault: *chat.TooFast(time.Second)}))
			continue
		}
		token := c.who.shown
		if token == "" {
			token = rand.Text() // 130 random bits
		}
		err = c.enter(chat.Hello{Invitation: show.Secret, Name: show.Name, Device: "Terminal"}, token)
		no := uninvited(err)
		if tries++; no != nil && tries < chat.MaxTries {
			c.Send(hub.Lines("! " + no.Text))
			continue
		}
		if !late.Stop() || !stay() {
			c.end(goingAway) // once: this waits for whoever says why
			if err == nil {
				c.place.Load().Leave()
			}
			return errNotIn
		}
		if err == nil && c.who.shown == "" {
			c.place.Load().TellLines(chat.TokenLine(token))
		}
		return err
	}
}

// comeBy has somebody in plain mode who is in come by an invitation that leads
// further. Whoever has a session uses it with that. A guest without one gets one,
// with the name they have unless they say another, and is told its token.
func (c *connection) comeBy(show chat.Enter) {
	was := c.place.Load()
	if was.Known() {
		was.Do(show)
		return
	}
	if fault := was.MayEnter(show); fault != nil {
		was.Refuse("", fault)
		return
	}
	token, hello := rand.Text(), chat.Hello{Invitation: show.Secret, Device: "Terminal"}
	name, own := was.Name()
	if own = own && (show.Name == "" || show.Name == name); !own {
		hello.Name = show.Name
	}
	if err := c.enter(hello, token); err != nil {
		text := goingAway.Text
		if no := new(hub.Refused); errors.As(err, &no) {
			text = no.Text
		}
		c.Send(hub.Lines("! " + text))
		return
	}
	was.Leave()
	is := c.place.Load()
	if own { // it is free now
		is.Do(chat.Rename{Name: name})
	}
	is.TellLines(chat.TokenLine(token))
}
