package main

import (
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// An arrival is when somebody who opens the page sees something, is connected,
// and can read what was said, from the start of the navigation.
type arrival struct{ content, connected, readable []time.Duration }

// arrivals are those of first visitors and of those who return.
type arrivals struct{ cold, returning arrival }

// watch notes when the page is connected and when the first message is drawn.
const watch = `
	const look = () => {
		if (document.title.startsWith("Connected")) window.connectedAt ??= performance.now();
		if (!window.readableAt && document.querySelector("#log [data-seq]")) {
			window.readableAt = -1;
			requestAnimationFrame(() => setTimeout(() => { window.readableAt = performance.now() }));
		}
	};
	new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });`

func measureArrivals(b browser, p *place, rounds int) (a arrivals, err error) {
	for range rounds {
		if err := a.measure(b, p); err != nil {
			return a, err
		}
	}
	return a, nil
}

// measure opens the page twice in a new profile.
func (a *arrivals) measure(b browser, p *place) error {
	tab, err := b.open()
	if err != nil {
		return err
	}
	defer tab.close()
	if err := tab.script(watch); err != nil {
		return err
	}
	for _, arrival := range []*arrival{&a.cold, &a.returning} {
		if err := tab.do(chromedp.Navigate(p.url())); err != nil {
			return err
		}
		if err := tab.wait(`window.readableAt > 0 && window.connectedAt`); err != nil {
			return fmt.Errorf("the messages: %w", err)
		}
		type times struct{ Content, Connected, Readable float64 }
		t, err := js[times](tab, `({
			Content: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
			Connected: connectedAt,
			Readable: readableAt,
		})`)
		if err != nil {
			return err
		}
		if t.Content == 0 {
			return fmt.Errorf("nothing was painted")
		}
		arrival.content = append(arrival.content, millis(t.Content))
		arrival.connected = append(arrival.connected, millis(t.Connected))
		arrival.readable = append(arrival.readable, millis(t.Readable))
		// If there is a service worker, it takes the page over for the next time.
		if _, err := js[bool](tab, `navigator.serviceWorker.getRegistration().then((there) => there ? navigator.serviceWorker.ready.then(() => true) : true)`); err != nil {
			return fmt.Errorf("the service worker: %w", err)
		}
		if err := tab.do(chromedp.Navigate("about:blank")); err != nil {
			return err
		}
	}
	return nil
}

// millis is a time in milliseconds, as pages measure them.
func millis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
