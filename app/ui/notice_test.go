package ui

import (
	"strings"
	"testing"
	"time"

	"cyberchat/app/link"
)

// The browser tells a page from a file nothing of a server that refuses it.
func TestAFileThatCannotConnectOffersANewOne(t *testing.T) {
	c, draw := mounted(t)
	fail := func(times int) {
		for range times {
			c.take(link.Batch{Status: &link.Status{Phase: link.Connecting}})
			c.take(link.Batch{Status: &link.Status{Phase: link.Waiting, RetryAt: time.Now().Add(time.Hour)}})
		}
	}
	const offer = `href="http://localhost:3000/cyberchat.html"`
	fail(doubtAfter - 1)
	if strings.Contains(draw(), offer) {
		t.Error("the file doubts itself too early")
	}
	fail(1)
	if html := draw(); strings.Count(html, offer) != 1 || !strings.Contains(html, "this file may be too old") {
		t.Error("the file does not say where a new one is")
	}
	c.take(opened(welcome(ada)))
	if strings.Contains(draw(), offer) {
		t.Error("the file doubts itself although it is connected")
	}
	c.page.file = false
	fail(doubtAfter)
	if strings.Contains(draw(), "this file") {
		t.Error("a page from the server calls itself a file")
	}
}

func TestWhyTheLineStoppedIsToldInFull(t *testing.T) {
	c, draw := mounted(t)
	for reason, want := range map[string]string{
		"This page is too old. Reload it.": "This page is too old. Reload it.",
		"":                                 "The server ended the connection.",
	} {
		c.take(link.Batch{Status: &link.Status{Phase: link.Stopped, Reason: reason}})
		if html := draw(); strings.Count(html, want) != 1 || !strings.Contains(html, `id="reload"`) {
			t.Errorf("reason %q is not told once, with what to do", reason)
		}
	}
}
