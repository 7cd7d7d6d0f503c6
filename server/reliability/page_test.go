package reliability

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cyberchat/server/journey/browse"
)

// The browser is the one Chromium of all pages here. It is started when it is
// first needed.
var chromium struct {
	sync.Once
	ctx  context.Context
	stop func()
	err  error
}

func startBrowser() {
	chromium.ctx, chromium.stop, chromium.err = browse.Start()
}

func stopBrowser() {
	if chromium.stop != nil {
		chromium.stop()
	}
}

// A page is the real client in a browser profile of its own.
type page struct {
	testing.TB
	ctx  context.Context
	name string
	sent []string // texts, in order
}

// openPage opens the url and joins with a name.
func openPage(t *testing.T, url, name string) *page {
	t.Helper()
	chromium.Do(startBrowser)
	if chromium.err == browse.ErrMissing && os.Getenv("CI") == "" && os.Getenv("CYBERCHAT_NEED_BROWSER") == "" {
		lacks(t, "%v", chromium.err)
	}
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	ctx, cancel := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &page{TB: t, ctx: ctx, name: name}
	if err := chromedp.Do(ctx); err != nil { // the page lives as long as this context
		t.Fatal(err)
	}
	p.do(chromedp.Navigate(url))
	p.connected()
	p.wait(`document.querySelector("#name-dialog").open`)
	p.types("#name", name+"\r")
	p.wait(`!document.querySelector("#name-dialog").open`)
	return p
}

// types presses keys in the field that the selector finds.
func (p *page) types(selector, keys string) {
	p.Helper()
	if err := browse.Type(p.ctx, patience, selector, keys); err != nil {
		p.Fatal(err)
	}
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := browse.Do(p.ctx, patience, steps...); err != nil {
		p.Fatalf("%s: %v", p.name, err)
	}
}

// js returns the value of an expression, which may be a promise.
func js[T any](p *page, expression string, args ...any) T {
	p.Helper()
	v, err := browse.JS[T](p.ctx, patience, fmt.Sprintf(expression, args...))
	if err != nil {
		p.Fatalf("%s: %v", p.name, err)
	}
	return v
}

// wait waits until the condition, a JavaScript expression, holds.
func (p *page) wait(condition string, args ...any) {
	p.Helper()
	condition = fmt.Sprintf(condition, args...)
	held, err := browse.Wait(p.ctx, patience, condition)
	if err != nil {
		p.Fatalf("%s: %v", p.name, err)
	}
	if !held {
		p.Fatalf("%s never came to %s\nThe page:\n%s", p.name, condition, js[string](p, "document.body.innerText"))
	}
}

func (p *page) connected() { p.Helper(); p.wait(`document.title === "Connected to Cyber Chat"`) }
func (p *page) disconnected() {
	p.Helper()
	p.wait(`document.title === "Disconnected"`)
}

// hurry presses the button that tries again, for as long as it is there, until
// the page is connected.
func (p *page) hurry() {
	p.Helper()
	p.wait(`document.title === "Connected to Cyber Chat" || (document.querySelector("#retry")?.click(), false)`)
}

func (p *page) reload() {
	p.Helper()
	p.do(chromedp.Reload())
	p.connected()
}

// say writes a message and presses Enter.
func (p *page) say(text string) {
	p.Helper()
	p.types("#message", text+"\r")
	p.sent = append(p.sent, text)
}

// pending waits until so many messages are shown as on their way.
func (p *page) pending(n int) {
	p.Helper()
	p.wait(`document.querySelectorAll("#log .pending").length === %d`, n)
}

// shows waits until so many messages are in the log and none is on its way.
func (p *page) shows(n int) {
	p.Helper()
	p.wait(`document.querySelectorAll("#log .message[data-seq]").length >= %d && document.querySelectorAll("#log .pending").length === 0`, n)
}

// A shown is one message as the page shows it.
type shown struct {
	Seq  int64  `json:"seq"`
	Text string `json:"text"`
}

func (p *page) log() []shown {
	p.Helper()
	return js[[]shown](p, `[...document.querySelectorAll("#log .message[data-seq]")].map((m) => ({ seq: +m.dataset.seq, text: m.querySelector(".text").textContent }))`)
}

// checkPages compares what pages show with what is stored: everything that was
// written is there once, in the order in which each has written it, and every
// page shows all of it in the same order.
func checkPages(t *testing.T, s *server, pages ...*page) {
	t.Helper()
	sent := 0
	for _, p := range pages {
		sent += len(p.sent)
	}
	var want []shown
	awaited(10*time.Second, func() bool {
		want = nil
		for _, m := range storedAt(t, s.addr) {
			want = append(want, shown{m.seq, m.text})
		}
		return len(want) >= sent
	})
	for _, p := range pages {
		var kept []string
		for _, m := range want {
			if slices.Contains(p.sent, m.Text) {
				kept = append(kept, m.Text)
			}
		}
		if !slices.Equal(kept, p.sent) {
			t.Errorf("%s wrote %q; stored is %q", p.name, p.sent, kept)
		}
	}
	if len(want) != sent {
		t.Errorf("%d messages were written, %d are stored: %v", sent, len(want), want)
	}
	for _, p := range pages {
		p.shows(len(want))
		if got := p.log(); !slices.Equal(got, want) {
			t.Errorf("%s sees %v; stored is %v", p.name, got, want)
		}
	}
}
