package ui

import (
	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// A naming is the question for a name and where it stands.
type naming struct {
	open   bool        // the dialog is
	first  bool        // asked because there is none yet
	fault  string      // why the name was not given, for the dialog
	asked  string      // id of the rename that the server has not answered
	wanted string      // the name in that
	hinted bool        // a notice asks instead of the dialog
	seen   *chat.Fault // a refusal that needs no notice any more
}

// nameAsked tells whether the question was answered on this or an earlier
// visit, be it with "not now".
func (c *Chat) nameAsked() bool {
	_, asked := c.local.get(c.page.key("name"))
	return asked
}

// keepName remembers a name for the next visit; an empty one says that the
// question was answered.
func (c *Chat) keepName(name string) { c.local.set(c.page.key("name"), name) }

// askFirst asks for a name on the first visit: in a dialog, or, so as not to
// take the keys from somebody who is writing already, in a notice.
func (c *Chat) askFirst() {
	c.naming.first = true
	if el := element("message"); el.Truthy() && el.Get("value").String() != "" {
		c.naming.hinted = true
		return
	}
	c.naming.open = true
}

// openName opens the dialog.
func (c *Chat) openName() {
	c.naming.open, c.naming.first, c.naming.hinted = true, !c.nameAsked(), false
	c.naming.fault = ""
	c.naming.seen = c.model.Refused
}

// closeName closes the dialog without a change: what was asked for is taken
// back.
func (c *Chat) closeName() {
	if !c.naming.open {
		return
	}
	if c.naming.asked != "" {
		c.line.Forget(c.naming.asked)
	}
	c.naming.open, c.naming.fault, c.naming.asked = false, "", ""
	if !c.nameAsked() {
		c.keepName("")
	}
}

// ignoreName takes away the notice about the name.
func (c *Chat) ignoreName() {
	c.naming.hinted = false
	c.naming.seen = c.model.Refused
}

// rename asks for the name in the dialog.
func (c *Chat) rename(name string) {
	c.naming.fault = c.askName(name)
	if c.naming.fault == "" && c.naming.asked == "" {
		c.closeName()
	}
}

// askName asks the server for a name. If that cannot be, fault is a sentence on
// why. To have the name already is an answer.
func (c *Chat) askName(name string) (fault string) {
	name, wrong := chat.CleanName(name)
	if wrong != nil {
		return wrong.Text
	}
	if c.naming.asked != "" {
		c.line.Forget(c.naming.asked)
		c.naming.asked = ""
	}
	if name == c.model.You.Name {
		c.keepName(name)
		return ""
	}
	ask := chat.Rename{ID: link.NewID(), Name: name}
	if err := c.line.Send(ask); err != nil {
		return whyNotSent(err)
	}
	c.naming.asked, c.naming.wanted = ask.ID, name
	c.model = c.model.Rename(ask.ID)
	return ""
}

// nameAnswered takes in the server's answer to a command; fault is nil if it
// was carried out. A refusal is told in the dialog if it is open, and else in
// a notice.
func (c *Chat) nameAnswered(id string, fault *chat.Fault) {
	switch {
	case id == "" || id != c.naming.asked:
		return
	case fault == nil:
		c.naming.open = false
		c.naming.fault = ""
	case c.naming.open:
		c.naming.fault = fault.Text
		c.naming.seen = c.model.Refused
	}
	c.naming.asked = ""
}

// nameStopped takes in that no answer will come.
func (c *Chat) nameStopped() {
	if c.naming.asked != "" {
		c.naming.asked = ""
		c.naming.fault = whyNotSent(link.ErrStopped)
	}
}

// nameElsewhere takes in that another tab was given a name, or the answer "not
// now". The next hello must not ask for the old one.
func (c *Chat) nameElsewhere(name string) {
	if name != "" {
		c.line.UseName(name)
	}
	c.naming.hinted = false
	if c.naming.open && c.naming.first {
		c.closeName()
	}
	c.naming.first = false
}
