package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"

	"cyberchat/server/journey/browse"
)

// patience is how long one step may take.
const patience = time.Minute

// A browser is one Chromium without a window.
type browser struct {
	ctx   context.Context
	close func()
}

func openBrowser() (b browser, err error) {
	b.ctx, b.close, err = browse.Start()
	return b, err
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
func (b browser) open() (*page, error) {
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
	return browse.Do(p.ctx, patience, steps...)
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
	return browse.JS[T](p.ctx, patience, fmt.Sprintf(expression, args...))
}

// wait waits until an expression holds.
func (p *page) wait(condition string, args ...any) error {
	condition = fmt.Sprintf(condition, args...)
	held, err := browse.Wait(p.ctx, patience, condition)
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
