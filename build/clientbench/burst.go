package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/input"
	"nhooyr.io/websocket"
)

// A burst is how the page did while many messages came and somebody typed.
type burst struct {
	sent   int
	keys   []time.Duration // from each key until the browser has drawn, in order of length
	tasks  []time.Duration // of the main thread, of a millisecond or more
	frames []time.Duration
	behind time.Duration // from the last message until it was drawn
}

const (
	// senders is how many connections the messages come from.
	senders = 10
	// keyEvery is the time between two keys.
	keyEvery = 120 * time.Millisecond
)

// keys notes how long after each key the browser has drawn.
const keys = `(() => {
	window.typed = [];
	document.querySelector("#message").addEventListener("keydown", (e) => {
		requestAnimationFrame(() => {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = () => window.typed.push(performance.now() - e.timeStamp);
			port2.postMessage(0);
		});
	}, true);
	return true;
})()`

func measureBurst(b browser, p *place, o options) (r burst, err error) {
	tab, err := b.open()
	if err != nil {
		return r, err
	}
	defer tab.close()
	if err := tab.enter(p.url()); err != nil {
		return r, err
	}
	for _, script := range []string{keys, record, `(document.querySelector("#message").focus(), true)`} {
		if _, err := js[bool](tab, "%s", script); err != nil {
			return r, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), o.burst+patience)
	defer cancel()
	var typed string
	r.tasks, err = tasksOf(tab, func() error {
		sent := make(chan error, 1)
		go func() {
			var err error
			r.sent, err = sendMany(ctx, p, o)
			sent <- err
		}()
		every := time.NewTicker(keyEvery)
		defer every.Stop()
		for i := 0; ; i++ {
			select {
			case err := <-sent:
				if err != nil {
					return err
				}
				ended := time.Now()
				err = tab.wait(`[...document.querySelectorAll("#log [data-seq]")].at(-1).dataset.seq === %q`, fmt.Sprint(o.messages+r.sent))
				r.behind = time.Since(ended)
				return err
			case <-every.C:
			}
			key := string(rune('a' + i%26))
			if err := press(tab, key); err != nil {
				return err
			}
			typed += key
		}
	})
	if err != nil {
		return r, err
	}
	type found struct {
		Keys, Frames []float64
		Text         string
	}
	f, err := js[found](tab, `({ Keys: window.typed, Frames: window.recorded.frames, Text: document.querySelector("#message").value })`)
	if err != nil {
		return r, err
	}
	for _, ms := range f.Keys {
		r.keys = append(r.keys, millis(ms))
	}
	for _, ms := range f.Frames {
		r.frames = append(r.frames, millis(ms))
	}
	slices.Sort(r.keys)
	slices.Sort(r.frames)
	if f.Text != typed {
		return r, fmt.Errorf("typed was %q, and the field holds %q", typed, f.Text)
	}
	return r, nil
}

// press presses a key that stands for itself.
func press(tab *page, key string) error {
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		params := input.DispatchKeyEventParams{Type: kind, Key: key}
		if kind == input.DispatchKeyEventTypeKeyDown {
			params.Text = key
		}
		if _, err := call(tab, input.DispatchKeyEvent, params); err != nil {
			return err
		}
	}
	return nil
}

// sendMany says as much as the options want, from several terminals, and
// returns how many messages were sent.
func sendMany(ctx context.Context, p *place, o options) (sent int, err error) {
	conns := make([]*websocket.Conn, senders)
	for i := range conns {
		conn, _, err := websocket.Dial(ctx, "ws://"+p.addr, nil)
		if err != nil {
			return 0, err
		}
		defer conn.CloseNow()
		conn.SetReadLimit(1 << 20)
		go func() { // reads until the connection ends
			for {
				if _, _, err := conn.Read(ctx); err != nil {
					return
				}
			}
		}()
		conns[i] = conn
	}
	begin := time.Now()
	every := time.NewTicker(10 * time.Millisecond)
	defer every.Stop()
	for now := range every.C {
		due := int(min(now.Sub(begin), o.burst).Seconds() * float64(o.rate))
		for ; sent < due; sent++ {
			if err := conns[sent%senders].Write(ctx, websocket.MessageText, []byte(saying(sent))); err != nil {
				return sent, err
			}
		}
		if now.Sub(begin) >= o.burst {
			return sent, nil
		}
	}
	return sent, nil
}
