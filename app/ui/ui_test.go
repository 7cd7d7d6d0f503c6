package ui

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func TestTheShellCanBeReadAndWrittenIn(t *testing.T) {
	shell := Shell()
	for _, part := range []string{
		`<h1>Disconnected</h1>`, `id="log"`, `role="log"`, `aria-live="polite"`,
		`<form `, `id="composer"`, `<textarea `, `id="message"`, `id="send"`, `role="status"`,
	} {
		if !strings.Contains(shell, part) {
			t.Errorf("the shell has no %s", part)
		}
	}
	if n := strings.Count(shell, "<h1"); n != 1 {
		t.Errorf("%d first headings", n)
	}
}

// The page's policy allows no inline styles and handlers, and what is drawn on
// the server is one page for everybody.
func TestTheShellIsPlainHTMLAboutNobody(t *testing.T) {
	shell := Shell()
	for _, never := range []string{` style=`, `<script`, `<style`, `javascript:`, `class="person"`, `class="message`, `id="you-name"`, `disabled`} {
		if strings.Contains(shell, never) {
			t.Errorf("the shell has %s", never)
		}
	}
	if on := regexp.MustCompile(` on[a-z]+=`).FindString(shell); on != "" {
		t.Errorf("the shell has a handler:%s", on)
	}
	// go-app leaves "true" out, and ARIA without a value means nothing.
	if aria := regexp.MustCompile(` aria-[a-z]+[ >]`).FindString(shell); aria != "" {
		t.Errorf("the shell has%swithout a value", aria)
	}
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(shell+Loader(), -1) {
		if ids[id[1]] {
			t.Errorf("the id %s is there twice", id[1])
		}
		ids[id[1]] = true
	}
}

func TestTheLoaderHasWhatBootLooksFor(t *testing.T) {
	for _, part := range []string{
		`<aside id="app-wasm-loader"`, `<progress id="app-wasm-progress"`, `max="100"`,
		`<p id="app-wasm-loader-label" role="status">`, `id="app-wasm-loader-reload"`, `<noscript>`,
	} {
		if !strings.Contains(Loader(), part) {
			t.Errorf("the loader has no %s", part)
		}
	}
}

// mounted returns a chat in a page without a browser, with a line that is never
// opened, and a function that draws it.
func mounted(t *testing.T) (c *Chat, draw func() string) {
	t.Helper()
	c = &Chat{}
	page := app.NewClientTester(c)
	t.Cleanup(page.Close)
	c.line = link.New(link.Config{URL: "ws://localhost:0/ws", Token: link.NewID()})
	c.page = newPage(app.Window().URL(), "b1", "ws://localhost:3000/ws", "")
	return c, func() string {
		c.Update()
		page.Consume()
		return app.HTMLString(c)
	}
}

func opened(events ...chat.Event) link.Batch {
	return link.Batch{Status: &link.Status{Phase: link.Open}, Events: events}
}

func welcome(you chat.Person) chat.Welcome {
	return chat.Welcome{Text: chat.Greeting, You: chat.Self{Person: you}, Epoch: "e", Build: "b1", Rooms: []chat.RoomStatus{
		{Room: chat.FirstRoom(chat.Lobby), Roll: &chat.Roll{Online: 2, People: []chat.Person{ada, ben}}},
	}}
}

func TestTheHeadingFollowsTheLine(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	if html := draw(); !strings.Contains(html, "<h1>Connected to Cyber Chat</h1>") || !strings.Contains(html, chat.Greeting) {
		t.Error("an open line is not shown")
	}
	for phase, said := range map[link.Phase]string{
		link.Connecting: "Connecting…",
		link.Waiting:    "Try now",
		link.Stopped:    "This page is too old.",
	} {
		c.take(link.Batch{Status: &link.Status{Phase: phase, RetryAt: time.Now().Add(time.Hour), Reason: "This page is too old."}})
		if html := draw(); !strings.Contains(html, "<h1>Disconnected</h1>") || !strings.Contains(html, said) {
			t.Errorf("phase %d is not shown", phase)
		}
	}
}

func TestWhatWasSaidIsShownAsText(t *testing.T) {
	c, draw := mounted(t)
	m := chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ben, Text: "<img src=x onerror=alert(1)>", Time: noon}
	c.take(opened(welcome(ada), m))
	html := draw()
	if strings.Contains(html, "<img") || !strings.Contains(html, "&lt;img src=x") {
		t.Error("a text is not shown as text")
	}
	if !strings.Contains(html, `data-seq="1"`) {
		t.Error("the message has no number")
	}
	if !strings.Contains(html, `title="`+fullText(noon.In(timeHere().Location()))+`"`) {
		t.Error("the message does not say when exactly it was said")
	}
}

func TestAMessageIsShownAtOnceAndReplacedByItsEcho(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	if sent, fault := c.say("  hello\n"); !sent || fault != "" {
		t.Fatalf("not sent: %q", fault)
	}
	if html := draw(); !strings.Contains(html, "Sending…") || strings.Contains(html, "Nothing has been said yet") {
		t.Error("the pending message is not shown")
	}
	c.take(link.Batch{Events: []chat.Event{chat.Message{
		Room: chat.Lobby, Seq: 1, ID: c.model.Pending[0].ID, Author: ada, Text: "hello", Time: noon,
	}}})
	if html := draw(); strings.Contains(html, "Sending…") || strings.Count(html, ">hello<") != 1 {
		t.Error("the echo did not take its place")
	}
}

func TestARefusedMessageStaysWithItsReason(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	c.say("hello")
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.model.Pending[0].ID, Fault: *chat.TooFast(time.Second)}}})
	html := draw()
	for _, part := range []string{"You are sending too fast.", ">Retry<", ">Discard<", ">hello<"} {
		if !strings.Contains(html, part) {
			t.Errorf("the refused message has no %s", part)
		}
	}
}

func TestWhatCannotBeSentIsToldWhy(t *testing.T) {
	c, _ := mounted(t)
	if sent, fault := c.say(" \n "); sent || fault != "" {
		t.Errorf("nothing: sent %t, %q", sent, fault)
	}
	if sent, fault := c.say(strings.Repeat("x", chat.MaxText+1)); sent || !strings.Contains(fault, "at most 8000") {
		t.Errorf("too much: sent %t, %q", sent, fault)
	}
	for n, want := range map[int]string{0: "", 7499: "", 7500: "500 left", 8000: "0 left", 8001: "1 too many"} {
		if got, over := leftText(n); got != want || over != (n > chat.MaxText) {
			t.Errorf("leftText(%d) = %q, %t", n, got, over)
		}
	}
}

func TestANameIsKeptWhenTheServerGaveIt(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(chat.Person{ID: "a", Name: "guest-1"})))
	c.naming.open, c.naming.first = true, true
	if html := draw(); !strings.Contains(html, ">guest-1</bdi>") {
		t.Error("the dialog does not offer the name one has")
	}
	c.rename("Ben:")
	if c.naming.fault == "" || c.naming.asked != "" {
		t.Error("a name that cannot be one was asked for")
	}
	c.rename("Ben")
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.naming.asked, Fault: *chat.NameTaken("Ben")}}})
	if html := draw(); !c.naming.open || strings.Count(html, "The name Ben is taken.") != 1 {
		t.Error("the refusal is not told in the dialog alone")
	}
	if name, ok := c.local.get(c.page.key("name")); ok {
		t.Errorf("the refused name is kept: %q", name)
	}
	c.rename("Ada")
	c.take(link.Batch{Events: []chat.Event{chat.Ack{ID: c.naming.asked, Name: "Ada"}}})
	if name, _ := c.local.get(c.page.key("name")); c.naming.open || name != "Ada" {
		t.Errorf("open %t, kept %q", c.naming.open, name)
	}
}

func TestNobodyIsAskedForANameTwice(t *testing.T) {
	c, _ := mounted(t)
	c.naming.open = true
	c.closeName()
	if name, asked := c.local.get(c.page.key("name")); name != "" || !asked {
		t.Errorf("name %q, asked %t", name, asked)
	}
}

func TestANewBuildIsOffered(t *testing.T) {
	c, draw := mounted(t)
	w := welcome(ada)
	c.take(opened(w))
	if strings.Contains(draw(), "data-notice") {
		t.Error("a notice about nothing")
	}
	w.Build = "b2"
	c.take(opened(w))
	if !strings.Contains(draw(), "A newer version of this file is available.") {
		t.Error("a file does not tell of a newer one")
	}
	c.page.file = false
	if !strings.Contains(draw(), "A new version of Cyber Chat is ready.") {
		t.Error("a page does not tell of a new build")
	}
}
