package ui

import (
	"testing"
	"time"

	"cyberchat/app/chat"
)

func TestAMessageIsQuotedWithNameAndTime(t *testing.T) {
	m := chat.Message{Author: chat.Person{ID: "b", Name: "Ben"}, Text: "first\nsecond", Time: time.Date(2025, time.March, 5, 23, 30, 0, 0, time.UTC)}
	if got, want := quoted(m, time.FixedZone("", 3600)), "Ben, 6 March 2025, 00:30\nfirst\nsecond"; got != want {
		t.Errorf("quoted: %q, want %q", got, want)
	}
}

func TestAMessageIsFoundByItsNumber(t *testing.T) {
	c, _ := mounted(t)
	c.take(opened(welcome(ada), chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ben, Text: "hi", Time: noon}))
	if m := c.model.Said(1); m == nil || m.Text != "hi" {
		t.Errorf("message 1 is %v", m)
	}
	if m := c.model.Said(2); m != nil {
		t.Errorf("message 2 is %v", m)
	}
}
