package ui

import (
	"errors"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// say sends a message, or does what a line that begins with "/" asks for. If it
// cannot be sent or done, fault is a sentence on why; it is empty when there
// was nothing to say.
func (c *Chat) say(text string) (done bool, fault string) {
	text, wrong := chat.CleanText(text)
	if wrong != nil {
		if wrong.Code == chat.CodeEmpty {
			return false, ""
		}
		return false, wrong.Text
	}
	if rest, ok := strings.CutPrefix(text, "/"); ok {
		if !strings.HasPrefix(rest, "/") {
			fault = c.obey(text)
			return fault == "", fault
		}
		text = rest
	}
	post := chat.Post{ID: link.NewID(), Room: c.model.Room.ID, Text: text}
	if err := c.line.Send(post); err != nil {
		return false, whyNotSent(err)
	}
	c.model = c.model.Post(post, time.Now())
	c.keepPosts()
	c.readOver()
	return true, ""
}

// obey does what a line that begins with "/" asks for, as in plain mode. If it
// cannot, fault is a sentence on why.
func (c *Chat) obey(line string) (fault string) {
	defer c.Update()
	if strings.EqualFold(line, "/name") {
		c.openName()
		return ""
	}
	command, wrong := chat.ParseLine(line, chat.Lobby)
	if wrong != nil {
		if wrong.Code == chat.CodeUnknownType {
			return wrong.Text + " To say a line that begins with /, begin it with //."
		}
		return wrong.Text
	}
	switch command := command.(type) {
	case chat.Rename:
		return c.askName(command.Name)
	case chat.Who:
		c.showPeople(true)
	case chat.Help:
		c.openHelp("commands")
	case chat.Past:
		c.answer = pastText
	case chat.Quit:
		return "To leave, close this page."
	default:
		return "This is for terminals: the page has other means for it."
	}
	return ""
}

// whyNotSent says why the line did not take a command.
func whyNotSent(err error) string {
	if fault, ok := errors.AsType[*chat.Fault](err); ok {
		return fault.Text
	}
	if errors.Is(err, link.ErrStopped) {
		return "The server has ended the line, so this was not sent. Reload the page to connect again; what you wrote is kept."
	}
	return "Too much is waiting to be sent already. Wait until there is a line again."
}

// retry sends a refused message again.
func (c *Chat) retry(id string) {
	for _, p := range c.model.Unsent() {
		if p.ID != id || p.Fault == nil {
			continue
		}
		post := chat.Post{ID: link.NewID(), Room: p.Room, Text: p.Text}
		switch err := c.line.Send(post); err {
		case nil:
			c.line.Forget(id)
			c.model = c.model.Retry(id, post.ID, time.Now())
		default:
			c.model = c.model.Apply(chat.Reject{ID: id, Fault: chat.Fault{Code: p.Fault.Code, Text: whyNotSent(err), Retry: true}})
		}
		c.keepPosts()
		break
	}
	focusComposer(false)
}

// discard gives a refused message up.
func (c *Chat) discard(id string) {
	c.line.Forget(id)
	c.model = c.model.Discard(id)
	c.keepPosts()
	focusComposer(false)
}
