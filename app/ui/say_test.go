package ui

import (
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func TestALineThatBeginsWithASlashIsNotSaid(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	obeyed := func(line string) {
		t.Helper()
		if done, fault := c.say(line); !done || fault != "" {
			t.Errorf("%s: done %t, %q", line, done, fault)
		}
	}
	obeyed("/name Grace Hopper")
	if c.naming.asked == "" || c.naming.wanted != "Grace Hopper" || c.naming.open {
		t.Errorf("/name: %+v", c.naming)
	}
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.naming.asked, Fault: *chat.NameTaken("Grace Hopper")}}})
	if html := draw(); c.naming.open || strings.Count(html, "The name Grace Hopper is taken.") != 1 {
		t.Error("the refusal is not told in a notice")
	}
	obeyed("/NAME")
	if !c.naming.open {
		t.Error("/name alone does not ask for a name")
	}
	c.closeName()
	obeyed(" /who ")
	if !c.peopleShown() {
		t.Error("/who shows nobody")
	}
	obeyed("/help")
	if html := draw(); !c.helpOpen || !strings.Contains(html, "/name NAME") {
		t.Error("/help does not help")
	}
	c.helpOpen = false
	obeyed("/history 5")
	if html := draw(); strings.Count(html, pastText) != 1 {
		t.Error("/history does not say how to read it")
	}
	for line, part := range map[string]string{
		"/nmae Ada":    "There is no command /nmae.",
		"/etc/passwd":  "begin it with //",
		"/name Ada:":   "colon",
		"/quit":        "close this page",
		"/* a comment": "begin it with //",
	} {
		if done, fault := c.say(line); done || !strings.Contains(fault, part) {
			t.Errorf("%s: done %t, %q", line, done, fault)
		}
	}
	if len(c.model.Pending) != 0 {
		t.Fatalf("%q was said", c.model.Pending[0].Text)
	}
	obeyed("//etc/passwd")
	if got := texts(c.model.Pending); len(got) != 1 || got[0] != "/etc/passwd" {
		t.Errorf("said %q", got)
	}
}

func TestPendingMessagesSayWhatTheyWaitFor(t *testing.T) {
	c, draw := mounted(t)
	c.say("hello")
	for phase, want := range map[link.Phase]string{
		link.Connecting: "Waiting for the line",
		link.Open:       "Sending…",
		link.Waiting:    "Waiting for the line",
		link.Stopped:    "Not sent yet. Reload the page to send it.",
	} {
		c.take(link.Batch{Status: &link.Status{Phase: phase, RetryAt: time.Now().Add(time.Hour)}})
		if html := draw(); strings.Count(html, want) != 1 {
			t.Errorf("in phase %d: no %q", phase, want)
		}
	}
}
