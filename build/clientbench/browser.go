package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take.
const patience = time.Minute

// A browser is one Chromium without a window.
type browser struct {
	ctx  context.Context
	free []context.CancelFunc
}

func openBrowser() (*browser, error) {
	path, err := chromium()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("no-sandbox", true), // it may run as root, and opens only our own page
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-component-update", true),
	)
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	b := &browser{ctx: ctx, free: []context.CancelFunc{stop, free}}
	if err := chromedp.Do(ctx); err != nil {
		b.close()
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	return b, nil
}

// chromium finds it.
func chromium() (string, error) {
	for _, name := range []string{"headless_shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium is there; make test installs it where there is apt")
}

func (b *browser) close() {
	for _, free := range b.free {
		free()
	}
}

// A page is a tab in a profile of its own.
type page struct {
	ctx   context.Context
	close context.CancelFunc

	mu     sync.Mutex
	trace  []event       // of the main thread and others, while it is traced
	traced chan struct{} // receives when that is complete
}

// open opens an empty page.
func (b *browser) open() (*page, error) {
	p := &page{traced: make(chan struct{}, 1)}
	p.ctx, p.close = chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.notice))
	if err := chromedp.Do(p.ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, p.do(chromedp.EmulateViewport(1280, 800))
}

// notice takes what is traced. It is called by chromedp's reader.
func (p *page) notice(e any) {
	switch e := e.(type) {
	case *tracing.EventDataCollected:
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, raw := range e.Value {
			p.trace = append(p.trace, parseEvent(raw)...)
		}
	case *tracing.EventTracingComplete:
		p.traced <- struct{}{}
	}
}

func (p *page) do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// script has a script run in each document before anything else.
func (p *page) script(source string) error {
	_, err := call(p, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: source})
	return err
}

// call sends one command of the browser's protocol.
func call[P, R any](p *page, c cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Call(ctx, c, params)
}

// js returns the value of an expression, which may be a promise.
func js[T any](p *page, expression string, args ...any) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](fmt.Sprintf(expression, args...), func(e *cdpruntime.EvaluateParams) {
		e.AwaitPromise = new(true)
		e.UserGesture = new(true)
	}))
}

// wait waits until an expression holds, looking once a frame.
func (p *page) wait(condition string, args ...any) error {
	condition = fmt.Sprintf(condition, args...)
	held, err := js[bool](p, `new Promise((done) => {
		const begin = Date.now();
		const look = () => {
			let holds = false;
			try { holds = (%s) } catch {}
			if (holds) return done(true);
			if (Date.now() - begin > %d) return done(false);
			requestAnimationFrame(look);
		};
		look();
	})`, condition, (patience - 10*time.Second).Milliseconds())
	if err == nil && !held {
		err = fmt.Errorf("it never came to %s", condition)
	}
	return err
}

// enter opens the chat, and puts the question for a name aside.
func (p *page) enter(url string) error {
	if err := p.do(chromedp.Navigate(url)); err != nil {
		return err
	}
	if err := p.wait(`document.title.startsWith("Connected") && document.querySelector("#log [data-seq]")`); err != nil {
		return err
	}
	return p.wait(`(() => { const d = document.querySelector("#name-dialog"); if (d.open) { document.querySelector("#later").click(); return false } return true })()`)
}
