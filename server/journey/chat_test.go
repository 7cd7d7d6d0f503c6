package journey

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

func TestTwoPeopleTalk(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.wait(`document.querySelector("#log").textContent.includes(%q)`, chat.Greeting)
	bob := p.enter(t, "Bob")
	ann.say("Hello Bob")
	bob.reads("Ann", "Hello Bob")
	ann.reads("Ann", "Hello Bob") // the author's own screen too
	bob.types("#message", "Hello Ann")
	bob.do(chromedp.Click(chromedp.CSS("#send")))
	ann.reads("Bob", "Hello Ann")
	bob.reads("Bob", "Hello Ann")
	if a, b := ann.texts(), bob.texts(); !slices.Equal(a, b) || len(a) != 2 {
		t.Errorf("Ann reads %q, Bob reads %q", a, b)
	}
	ann.wait(`document.querySelector("#people-button").textContent === "2"`)
	ann.wait(`document.querySelector("#people").textContent.includes("Bob")`)
}

func TestFieldIsReadyForTheNextMessage(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	for _, text := range []string{"one", "two", "three"} {
		ann.say(text)
		ann.wait(`document.querySelector("#message").value === "" && document.activeElement.id === "message"`)
	}
	ann.reads("Ann", "three")
	if got := ann.texts(); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("the log: %q", got)
	}
	if pending := js[int](ann, `document.querySelectorAll(".pending").length`); pending != 0 {
		t.Errorf("%d messages are still pending", pending)
	}
	// With Shift, Enter breaks the line.
	ann.types("#message", "first line")
	ann.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent("second line\r"))
	ann.reads("Ann", "first line\nsecond line")
	// A command is none of what is said, and one that is not there stays.
	ann.say("/nobody")
	ann.wait(`document.querySelector("#composer-fault").textContent.includes("/nobody") && document.querySelector("#message").value === "/nobody"`)
	js[string](ann, `document.querySelector("#message").value = ""`)
	ann.say("//nobody")
	ann.reads("Ann", "/nobody")
	// By the mouse, the field is ready just the same.
	ann.types("#message", "four")
	ann.do(chromedp.Click(chromedp.CSS("#send")))
	ann.wait(`document.querySelector("#message").value === "" && document.activeElement.id === "message"`)
}

func TestTypingIsKeptWhileMessagesCome(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.types("#message", "half a sen")
	for range 20 {
		bob.say("noise")
	}
	ann.wait(`document.querySelectorAll("#log .message[data-seq]").length === 20`)
	ann.types("#message", "tence")
	if got := js[string](ann, `document.querySelector("#message").value`); got != "half a sentence" {
		t.Errorf("the field holds %q", got)
	}
}

func TestBrowserAndTerminalShareTheRoom(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	write := func(line string) {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	write("/name Terminal")
	write("hello from a terminal")
	ann.reads("Terminal", "hello from a terminal")
	ann.say("hello from a browser")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for first := true; ; first = false {
		_, line, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if first && string(line) != chat.Greeting {
			t.Errorf("the first line is %q", line)
		}
		if string(line) == "Ann: hello from a browser" {
			return
		}
	}
}

func TestServerStopsAndComesBack(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	bob := p.enter(t, "Bob")
	for _, tab := range []*tab{ann, bob} {
		tab.expect("WebSocket connection to") // the browser reports each try that fails
		tab.expect("ERR_CONNECTION_REFUSED")
	}
	ann.types("#message", "a draft")
	begin := time.Now()
	stopped := make(chan struct{})
	go func() { p.stop(); close(stopped) }()
	ann.disconnected()
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the page showed it after %v", took)
	}
	<-stopped
	ann.wait(`/Trying again|Connecting/.test(document.querySelector("#status").parentElement.textContent)`)
	ann.wait(`document.querySelector("#retry")`)
	if got := js[string](ann, `document.querySelector("#message").value`); got != "a draft" {
		t.Errorf("what was typed is %q now", got)
	}
	bob.disconnected()
	bob.say("written while there is no line")
	bob.wait(`document.querySelectorAll("#log .pending").length === 1`)
	p.again()
	ann.triesAgain()
	bob.connected() // by itself
	ann.reads("Bob", "written while there is no line")
	bob.wait(`document.querySelectorAll("#log .pending").length === 0`)
	ann.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	ann.wait(`document.querySelector("#status").textContent === "Connected again."`)
	if got := js[string](ann, `document.querySelector("#message").value`); got != "a draft" {
		t.Errorf("what was typed is %q after the return", got)
	}
	ann.types("#message", "\r")
	bob.reads("Ann", "a draft")
}

func TestWhatWasSaidOutlivesThePage(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	for _, tab := range []*tab{ann, bob} {
		tab.expect("WebSocket connection to")
	}
	p.stop()
	ann.disconnected()
	ann.say("said while the server was away")
	ann.say("and then this")
	ann.wait(`[...document.querySelectorAll("#log .pending .pending-state")].filter((e) => e.textContent === "Waiting for the line").length === 2`)
	ann.do(chromedp.Navigate("about:blank")) // the page is closed
	p.again()
	bob.connected()
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	bob.reads("Ann", "and then this")
	ann.reads("Ann", "and then this")
	ann.wait(`document.querySelectorAll("#log .pending").length === 0 && !Object.keys(localStorage).some((k) => k.startsWith("cyberchat.post"))`)
	want := []string{"said while the server was away", "and then this"}
	if got := bob.texts(); !slices.Equal(got, want) {
		t.Errorf("Bob reads %q", got)
	}
	if got := ann.texts(); !slices.Equal(got, want) {
		t.Errorf("Ann reads %q", got)
	}
}
