package ui

import (
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func lost() link.Batch {
	return link.Batch{Status: &link.Status{Phase: link.Waiting, RetryAt: time.Now().Add(time.Hour)}}
}

func TestClosingTheDialogTakesTheWishBack(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	c.take(lost())
	c.openName()
	c.rename("Bea")
	if html := draw(); !strings.Contains(html, "You get the name as soon as it is back") {
		t.Error("the dialog does not say what it waits for")
	}
	asked := c.naming.asked
	c.closeName()
	if c.naming.asked != "" || c.naming.open {
		t.Errorf("the wish stands: %+v", c.naming)
	}
	c.take(opened(welcome(ada), chat.Reject{ID: asked, Fault: *chat.NameTaken("Bea")}))
	if html := draw(); c.naming.open || strings.Count(html, "The name Bea is taken. Choose another one. For now you are Ada.") != 1 {
		t.Error("a late refusal is not told in a notice alone")
	}
}

func TestANameAskedForWithoutALineIsAnnounced(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	c.take(lost())
	c.say("/name Bea")
	if !strings.Contains(draw(), "You will be Bea as soon as there is a line") {
		t.Error("nothing tells of the name that was asked for")
	}
}

func TestANameOfAnotherTabIsTakenOver(t *testing.T) {
	c, _ := mounted(t)
	c.naming.open, c.naming.first = true, true
	c.keepName("Bea") // as the other tab did
	c.nameElsewhere("Bea")
	if name, _ := c.local.get(c.page.key("name")); c.naming.open || name != "Bea" {
		t.Errorf("open %t, kept %q", c.naming.open, name)
	}
	c.openName()
	c.nameElsewhere("Cleo")
	if !c.naming.open {
		t.Error("a dialog that the person opened was closed")
	}
}

func TestNothingIsSentOverAStoppedLine(t *testing.T) {
	c, draw := mounted(t)
	c.openName()
	c.rename("Bea")
	c.take(link.Batch{Status: &link.Status{Phase: link.Stopped, Reason: "Bad."}})
	if c.naming.asked != "" || !strings.Contains(draw(), whyNotSent(link.ErrStopped)) {
		t.Errorf("the dialog waits for an answer: %+v", c.naming)
	}
}
