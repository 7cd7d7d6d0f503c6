// Package browse is what the tests and the tools that go through the chat in a
// browser have in common: the browser, its pages, and the client.
package browse

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Names are what Chromium may be called, the first that is there counts.
// build/prepare.sh looks for the same.
var Names = []string{
	"headless_shell", "headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
	"google-chrome-beta", "google-chrome-unstable",
	"/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
}

// ErrMissing says that this machine has no Chromium.
var ErrMissing = errors.New("there is no Chromium: make test installs it where there is apt, otherwise install it")

// Path is where Chromium is. The error is [ErrMissing] where there is none.
func Path() (string, error) {
	for _, name := range Names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrMissing
}

// Start starts Chromium. Pages are made with chromedp from the context; stop
// ends all of it. The error is [ErrMissing] where there is none.
func Start() (ctx context.Context, stop func(), err error) {
	path, err := Path()
	if err != nil {
		return nil, nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("no-sandbox", true), // the tests may run as root, and open only our own pages
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	stop = func() {
		end()
		free()
	}
	if err := chromedp.Do(ctx); err != nil {
		stop()
		return nil, nil, fmt.Errorf("the browser does not start: %w", err)
	}
	return ctx, stop, nil
}

// Do takes steps in the page of the context, within a time.
func Do(ctx context.Context, within time.Duration, steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// JS returns the value of an expression in the page of the context, which may be
// a promise, within a time.
func JS[T any](ctx context.Context, within time.Duration, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, func(e *cdpruntime.EvaluateParams) {
		e.AwaitPromise = new(true)
		e.UserGesture = new(true)
	}))
	if err != nil {
		return v, fmt.Errorf("%s: %w", expression, err)
	}
	return v, nil
}

// slack is what a page may need to say that a condition does not hold.
const slack = 5 * time.Second

// Wait waits until the condition, a JavaScript expression, holds in the page of
// the context, or in one that takes its place meanwhile. It reports whether it
// came to that within the time.
func Wait(ctx context.Context, within time.Duration, condition string) (bool, error) {
	for begin := time.Now(); ; {
		left := within - time.Since(begin)
		held, err := JS[bool](ctx, left+slack, fmt.Sprintf(`new Promise((done) => {
			const begin = Date.now();
			const look = () => {
				let holds = false;
				try { holds = (%s) } catch {}
				if (holds) return done(true);
				if (Date.now() - begin > %d) return done(false);
				setTimeout(look, 10);
			};
			look();
		})`, condition, left.Milliseconds()))
		if err == nil || left <= 0 || !strings.Contains(err.Error(), "navigated") {
			return held, err
		}
	}
}

// Type waits for the field that the selector finds and presses keys in it. (What
// chromedp.SendKeys knows of a field is read while it changes.)
func Type(ctx context.Context, within time.Duration, selector, keys string) error {
	there, err := Wait(ctx, within, fmt.Sprintf(`document.querySelector(%q)?.checkVisibility() && (document.querySelector(%[1]q).focus(), true)`, selector))
	if err == nil && !there {
		err = fmt.Errorf("%s is not to be seen", selector)
	}
	if err != nil {
		return err
	}
	return Do(ctx, within, chromedp.KeyEvent(keys))
}
