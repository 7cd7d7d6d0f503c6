// Package journey holds the tests that go through the chat as people do: a real
// server, the real client, a real browser.
package journey

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"cyberchat/server/httpd"
	"cyberchat/server/journey/browse"
	"cyberchat/web"
)

// patience is how long a thing may take before a test gives up waiting for it.
// It is for a busy machine: what has a time of its own is measured.
const patience = 30 * time.Second

// browser is the one Chromium of all tests; each page has a profile of its own.
var browser context.Context

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var stop func()
	var err error
	browser, stop, err = browse.Start()
	switch {
	case err == browse.ErrMissing && os.Getenv("CI") == "" && os.Getenv("CYBERCHAT_NEED_BROWSER") == "":
		fmt.Println("No journey was made:", err)
		return 0
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	return m.Run()
}

func TestThePreparationLooksForTheSameBrowsers(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "..", "build", "prepare.sh"))
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, name := range browse.Names {
		app, _, _ := strings.Cut(name, "/Contents/")
		i := strings.Index(string(script[at:]), app)
		if i < 0 {
			t.Fatalf("build/prepare.sh does not look for %s, or not in this place", app)
		}
		at += i + len(app)
	}
}

// static is the web folder with a client in it: the one that `make wasm` built,
// or else one that is built here.
var static = sync.OnceValues(func() (fs.FS, error) {
	client, err := browse.Client()
	if err != nil || len(client) == 0 {
		return web.Static(), err
	}
	files := copied(web.Static())
	for name, data := range client {
		files[name] = &fstest.MapFile{Data: data}
	}
	return files, nil
})

// copied is a file system in memory that can be changed.
func copied(from fs.FS) fstest.MapFS {
	files := fstest.MapFS{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		panic(err) // what is embedded or in memory can be read
	}
	return files
}

// A place is a server that can be stopped and started again at its address.
type place struct {
	t    testing.TB
	addr string // host:port
	key  string
	data string // the folder of the log
	rate int    // see httpd.Config
	// byInvitation says that nobody is let in without an invitation.
	byInvitation bool
	from         *callers // where those who connect come from; nil for this machine
	server       *httpd.Server
	again        func() // starts it again
	stop         func()
}

func start(t testing.TB) *place {
	t.Helper()
	return startOn(t, "127.0.0.1:0")
}

// startOn starts a server that listens on addr, of IPv4.
func startOn(t testing.TB, addr string) *place {
	t.Helper()
	p := newPlace(t, addr)
	p.begin()
	return p
}

// begin starts the server with the client, for as long as the test takes.
func (p *place) begin() {
	p.t.Helper()
	files, err := static()
	if err != nil {
		p.t.Fatal(err)
	}
	p.again = func() { p.start(files) }
	p.again()
	p.t.Cleanup(func() { p.stop() })
}

func newPlace(t testing.TB, addr string) *place {
	return &place{t: t, addr: addr, key: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", data: t.TempDir()}
}

// start starts the server at p.addr.
func (p *place) start(files fs.FS) {
	p.t.Helper()
	l, err := net.Listen("tcp4", p.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.addr = l.Addr().String()
	if p.from != nil {
		p.from.Listener, l = l, p.from
	}
	s, err := httpd.New(httpd.Config{
		Listeners: []net.Listener{l},
		Open:      !p.byInvitation,
		Static:    files,
		Data:      p.data,
		Rate:      p.rate,
		FileKey:   p.key,
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		p.t.Fatal(err)
	}
	p.server = s
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("the server ended with %v", err)
		}
	})
}

func (p *place) url() string { return "http://" + p.addr + "/" }

// A tab is one page in a browser profile of its own, unless it shares another
// tab's.
type tab struct {
	testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string // errors on the console, exceptions, violations of the policy
	requests []string // URLs asked for, sockets too
	expected []string // parts of problems that belong to the test
}

// open opens the url in a new profile.
func open(t testing.TB, url string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	return openIn(t, browser, url, append(options, chromedp.WithNewBrowserContext())...)
}

func openIn(t testing.TB, parent context.Context, url string, options ...chromedp.ContextOption) *tab {
	t.Helper()
	p := &tab{TB: t}
	ctx, cancel := chromedp.NewContext(parent, append(options, chromedp.WithListener(p.notice))...)
	t.Cleanup(cancel)
	p.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // the target lives as long as this context
		t.Fatal(err)
	}
	command(p, network.Enable, network.EnableParams{})
	command(p, cdplog.Enable, cdp.Empty{})
	p.do(chromedp.EmulateViewport(1280, 800))
	// What the policy forbids is counted, whether or not the console says so.
	p.evaluateOnNew(`addEventListener("securitypolicyviolation", (e) => console.error("policy: " + e.violatedDirective + " " + e.blockedURI))`)
	// The browser looks for the worker by itself, also while a test's server is away.
	p.expect("An unknown error occurred when fetching the script")
	p.do(chromedp.Navigate(url))
	t.Cleanup(p.check)
	return p
}

// notice keeps what must not happen. It is called by chromedp's reader.
func (p *tab) notice(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *cdpruntime.EventConsoleAPICalled:
		if e.Type == cdpruntime.ConsoleAPICalledTypeError || e.Type == cdpruntime.ConsoleAPICalledTypeWarning {
			text := string(e.Type)
			for _, arg := range e.Args {
				text += " " + string(arg.Value) + " " + arg.Description
			}
			p.problems = append(p.problems, text)
		}
	case *cdpruntime.EventExceptionThrown:
		p.problems = append(p.problems, "exception "+e.ExceptionDetails.Text)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Level == cdplog.EntryLevelWarning {
			p.problems = append(p.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		p.requests = append(p.requests, e.Request.URL)
	case *network.EventWebSocketCreated:
		p.requests = append(p.requests, e.URL)
	}
}

// expect says that a problem with this in it belongs to the test.
func (p *tab) expect(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, part)
}

func (p *tab) check() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, problem := range p.problems {
		if !slices.ContainsFunc(p.expected, func(part string) bool { return strings.Contains(problem, part) }) {
			p.Errorf("the browser reports: %s", problem)
		}
	}
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := browse.Do(p.ctx, patience, steps...); err != nil {
		p.Fatal(err)
	}
}

// command sends one command of the browser's protocol to the tab.
func command[P, R any](p *tab, c cdp.Command[P, R], params P) R {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, c, params)
	if err != nil {
		p.Fatalf("%s: %v", c.Method, err)
	}
	return result
}

func (p *tab) evaluateOnNew(script string) {
	p.Helper()
	command(p, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// js returns the value of an expression, which may be a promise.
func js[T any](p *tab, expression string, args ...any) T {
	p.Helper()
	v, err := browse.JS[T](p.ctx, patience, fmt.Sprintf(expression, args...))
	if err != nil {
		p.Fatal(err)
	}
	return v
}

// wait waits until the condition, a JavaScript expression, holds, in this page or
// in one that takes its place meanwhile.
func (p *tab) wait(condition string, args ...any) {
	p.Helper()
	condition = fmt.Sprintf(condition, args...)
	held, err := browse.Wait(p.ctx, patience, condition)
	if err != nil {
		p.Fatal(err)
	}
	if !held {
		_, file, line, _ := runtime.Caller(1)
		p.Fatalf("%s:%d: it never came to %s\nFocus: %s, field: %q\nThe page:\n%s", filepath.Base(file), line, condition, js[string](p, "document.activeElement.id"), js[string](p, `document.querySelector("#message")?.value ?? ""`), js[string](p, "document.body.innerText"))
	}
}

// heading waits for the text of the h1, and that the title is the same.
func (p *tab) heading(text string) {
	p.Helper()
	p.wait(`document.querySelector("h1").textContent === %q && document.title === %[1]q`, text)
}

func (p *tab) connected()    { p.Helper(); p.heading("Connected to Cyber Chat") }
func (p *tab) disconnected() { p.Helper(); p.heading("Disconnected") }

// triesAgain presses what tries again at once, as often as it is offered, until
// there is a line.
func (p *tab) triesAgain() {
	p.Helper()
	p.wait(`document.querySelector("#retry") ? (document.querySelector("#retry").click(), false) : document.title.startsWith("Connected")`)
	p.connected()
}

// join answers the question for a name.
func (p *tab) join(name string) {
	p.Helper()
	p.connected()
	p.wait(`document.querySelector("#name-dialog").open`)
	p.types("#name", name+"\r")
	p.wait(`!document.querySelector("#name-dialog").open && document.querySelector("#you-name").textContent === %q`, name)
	p.wait(`document.activeElement.matches("#message, #log")`) // where it goes after that
}

// enter opens the chat as somebody.
func (p *place) enter(t testing.TB, name string) *tab {
	t.Helper()
	tab := open(t, p.url())
	tab.join(name)
	return tab
}

// types presses keys in the field that the selector finds.
func (p *tab) types(selector, keys string) {
	p.Helper()
	if err := browse.Type(p.ctx, patience, selector, keys); err != nil {
		p.Fatal(err)
	}
}

// say writes a message and presses Enter.
func (p *tab) say(text string) {
	p.Helper()
	p.types("#message", text+"\r")
}

// reads waits for the text of a message of somebody in the log.
func (p *tab) reads(author, text string) {
	p.Helper()
	p.wait(`[...document.querySelectorAll("#log .message[data-seq]")].some((m) =>
		m.querySelector(".author").textContent === %q && m.querySelector(".text").textContent === %q)`, author, text)
}

// texts returns those of all messages in the log, in order.
func (p *tab) texts() []string {
	p.Helper()
	return js[[]string](p, `[...document.querySelectorAll("#log .message[data-seq] .text")].map((m) => m.textContent)`)
}

// block makes requests for URLs of this pattern fail, until unblock.
func (p *tab) block(pattern string) {
	p.Helper()
	command(p, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: pattern, Block: true}}})
}

func (p *tab) unblock() {
	p.Helper()
	command(p, network.SetBlockedURLs, network.SetBlockedURLsParams{})
}
