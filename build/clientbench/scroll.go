package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/input"
)

// A scroll is how evenly the log moved while it was scrolled.
type scroll struct {
	where  string
	speed  int             // CSS pixels a second
	frames []time.Duration // between one frame and the next, in order of length
	tasks  []time.Duration // of the main thread, of a millisecond or more
	read   int             // messages that went by: from the first in sight to the first in sight at the end
	nodes  int             // in the document, at the most
	shown  int             // messages in the document, at the most
}

// speeds are those of somebody who reads on quickly, and of somebody in search
// of something.
var speeds = []int{1500, 6000}

// still takes a copy of the log in its place, four times as long, that no program
// knows of: what the browser itself makes of it is what the log can be compared
// with. Its messages are counted through. The reader is at its end.
const still = `(() => {
	const log = document.querySelector("#log"), copy = log.cloneNode(true), rows = copy.querySelector(".chunks");
	for (let i = 0; i < 3; i++) rows.after(rows.cloneNode(true));
	copy.querySelectorAll("[data-seq]").forEach((row, i) => { row.dataset.seq = i + 1 });
	log.replaceWith(copy);
	copy.scrollTop = copy.scrollHeight;
})()`

// measureScrolling scrolls up from the end, in the middle, and down from the
// beginning, and then through a still copy, with a mouse wheel as the browser
// takes it in.
func measureScrolling(b browser, p *place, o options) (all []scroll, err error) {
	tab, err := b.open()
	if err != nil {
		return nil, err
	}
	defer tab.close()
	if err := tab.enter(p.url()); err != nil {
		return nil, err
	}
	for _, at := range []struct {
		where string
		jump  string // what takes one there
		there string // is true when it is drawn
		up    bool
	}{
		{"up from the end", `true`, `true`, true},
		{"in the middle", jumpToDay(), `document.querySelector("#log-day") && Math.abs(document.querySelector("#log [data-seq]").dataset.seq - ` + fmt.Sprint(o.messages/2) + `) < ` + fmt.Sprint(o.messages/10), true},
		{"down from the beginning", `(document.querySelector("#log").focus(), document.querySelector("#log").dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true, cancelable: true })), true)`, `document.querySelector("#log [data-seq='1']")`, false},
		{"a still copy of that", still, `document.querySelectorAll("#log .chunks").length === 4`, true},
	} {
		if _, err := js[bool](tab, `new Promise((done) => {
			%s;
			const look = () => { if (%s) setTimeout(() => done(true)); else requestAnimationFrame(look) };
			requestAnimationFrame(look);
		})`, at.jump, at.there); err != nil {
			return nil, fmt.Errorf("%s: %w", at.where, err)
		}
		for _, speed := range speeds {
			s, err := scrollBy(tab, speed, at.up, o.scroll)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", at.where, err)
			}
			s.where = at.where
			all = append(all, s)
		}
	}
	return all, nil
}

// jumpToDay goes to the day in the middle of the room's two months.
func jumpToDay() string {
	day := time.Now().AddDate(0, -1, 0).Format(time.DateOnly)
	return `document.querySelector("#log").dispatchEvent(new KeyboardEvent("keydown", { key: "d", bubbles: true, cancelable: true }));
		const ask = () => {
			if (!document.querySelector("#days").open) return requestAnimationFrame(ask);
			document.querySelector("#day").value = "` + day + `";
			document.querySelector("#days-go").click();
		};
		ask()`
}

// record notes the time of each frame, and what the document holds.
const record = `(() => {
	const r = window.recorded = { frames: [], nodes: 0, shown: 0, on: true };
	let last;
	const frame = (now) => {
		if (last !== undefined) r.frames.push(now - last);
		last = now;
		if (r.frames.length % 30 === 0) {
			r.nodes = Math.max(r.nodes, document.getElementsByTagName("*").length);
			r.shown = Math.max(r.shown, document.querySelectorAll("#log [data-seq]").length);
		}
		if (r.on) requestAnimationFrame(frame);
	};
	requestAnimationFrame(frame);
	return true;
})()`

// inSight is the seq of the first message of which something is in sight.
const inSight = `(() => {
	const log = document.querySelector("#log"), edge = log.getBoundingClientRect().top;
	return +[...log.querySelectorAll("[data-seq]")].find((row) => row.getBoundingClientRect().bottom > edge).dataset.seq;
})()`

// scrollBy scrolls for so long.
func scrollBy(tab *page, speed int, up bool, length time.Duration) (s scroll, err error) {
	from, err := js[int](tab, inSight)
	if err != nil {
		return s, err
	}
	if _, err := js[bool](tab, "%s", record); err != nil {
		return s, err
	}
	distance := float64(speed) * length.Seconds()
	if !up {
		distance = -distance
	}
	s.speed = speed
	s.tasks, err = tasksOf(tab, func() error {
		_, err := call(tab, input.SynthesizeScrollGesture, input.SynthesizeScrollGestureParams{
			X: 500, Y: 400, YDistance: distance, Speed: int64(speed), GestureSourceType: input.GestureSourceTypeMouse,
		})
		return err
	})
	if err != nil {
		return s, err
	}
	type found struct {
		Frames       []float64
		Nodes, Shown int
		Sight        int
	}
	f, err := js[found](tab, `(() => { const r = window.recorded; r.on = false; return { Frames: r.frames, Nodes: r.nodes, Shown: r.shown, Sight: %s } })()`, inSight)
	if err != nil {
		return s, err
	}
	for _, ms := range f.Frames {
		s.frames = append(s.frames, millis(ms))
	}
	slices.Sort(s.frames)
	s.nodes, s.shown, s.read = f.Nodes, f.Shown, max(f.Sight-from, from-f.Sight)
	return s, nil
}
