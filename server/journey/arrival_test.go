package journey

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// watch records, from the start of the page on, what shifts in it, and where
// things stand in the shell, at its first drawing.
const watch = `
	window.shifts = [];
	new PerformanceObserver((list) => {
		for (const e of list.getEntries()) window.shifts.push({ value: e.value, of: e.sources.map((s) => s.node?.id || s.node?.className || s.node?.nodeName) });
	}).observe({ type: "layout-shift", buffered: true });
	window.boxes = () => Object.fromEntries([".bar", ".bar > .mark", ".room", ".panel", "#log", "#composer", ".composer-box", "#message", "#send"].map((s) => {
		const box = document.querySelector(s)?.getBoundingClientRect();
		return [s, box ? [box.left, box.top, box.width, box.height] : []];
	}).concat([["h1", (({ left, top, height }) => [left, top, height])(document.querySelector("h1").getBoundingClientRect())]])); // its width is what the rest leaves
	document.addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => {
		window.shell = { boxes: boxes(), running: !!document.querySelector("#app-wasm-loader") };
	}));`

// TestHandOverMovesNothing looks at the page before and after the client has
// taken it over, on a first visit and on the next, in three windows.
func TestHandOverMovesNothing(t *testing.T) {
	p := start(t)
	p.fill(sayings(40))
	for _, size := range [][2]int64{{360, 740}, {820, 1180}, {1440, 900}} {
		ann := open(t, "about:blank")
		ann.do(chromedp.EmulateViewport(size[0], size[1]))
		ann.evaluateOnNew(watch)
		for _, visit := range []string{"first", "next"} {
			ann.do(chromedp.Navigate(p.url()))
			ann.connected()
			ann.wait(`document.querySelectorAll("#log .message[data-seq]").length >= 40`)
			// What a person asks for, as the notice that follows, is no shift.
			ann.rest()
			if shift := js[float64](ann, `window.shifts.reduce((sum, s) => sum + s.value, 0)`); shift >= 0.02 {
				t.Errorf("%v, %s visit: the layout shifts by %v: %s", size, visit, shift, js[string](ann, `JSON.stringify(window.shifts)`))
			}
			if visit == "first" {
				ann.do(chromedp.Click(chromedp.CSS("#later")))
				ann.wait(`!document.querySelector("#name-dialog").open`)
			}
			// Two drawings later nothing is on its way any more.
			js[bool](ann, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
			var shell struct {
				Boxes   map[string][]float64
				Running bool
			}
			if err := json.Unmarshal([]byte(js[string](ann, `JSON.stringify(window.shell)`)), &shell); err != nil {
				t.Fatal(err)
			}
			if !shell.Running {
				t.Errorf("%v, %s visit: the shell was not seen", size, visit)
			}
			now := js[map[string][]float64](ann, `boxes()`)
			for _, name := range slices.Sorted(maps.Keys(now)) {
				if len(now[name]) == 0 || !slices.Equal(now[name], shell.Boxes[name]) {
					t.Errorf("%v, %s visit: %s goes from %v to %v", size, visit, name, shell.Boxes[name], now[name])
				}
			}
		}
		chromedp.Cancel(ann.ctx)
	}
}

// BenchmarkArrival is what people wait on this machine: until something is
// drawn, until the room can be read, and until the page is connected, on a first
// visit and on those after it, which open from the cache. It fails where the
// promises are not kept: 0.5 s, and 1 s for the first connection. It needs the
// bundle that `make wasm` builds.
func BenchmarkArrival(b *testing.B) {
	p := start(b)
	p.fill(sayings(40))
	sums := map[string]float64{}
	const visits = 3 // of one person, beside the first
	for b.Loop() {
		tab := open(b, "about:blank")
		tab.evaluateOnNew(`new MutationObserver(() => {
			if (document.title.startsWith("Connected")) window.connectedAt ??= performance.now();
			if (document.querySelector("#log .message[data-seq]")) window.readableAt ??= performance.now();
		}).observe(document, { subtree: true, childList: true, characterData: true })`)
		for visit := range 1 + visits {
			name, share := "next", 1.0/visits
			if visit == 0 {
				name, share = "first", 1
			}
			tab.do(chromedp.Navigate(p.url()))
			tab.connected()
			tab.wait(`window.readableAt`)
			sums["ms-to-content-"+name] += share * js[float64](tab, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
			sums["ms-to-read-"+name] += share * js[float64](tab, `window.readableAt`)
			sums["ms-to-connected-"+name] += share * js[float64](tab, `window.connectedAt`)
			if visit == 0 {
				tab.do(chromedp.Click(chromedp.CSS("#later")))
			}
			tab.worked()
			tab.leave()
		}
		chromedp.Cancel(tab.ctx)
	}
	for name, sum := range sums {
		b.ReportMetric(sum/float64(b.N), name)
		b.Logf("%s: %.0f", name, sum/float64(b.N)) // which is told also if it fails
	}
	b.ReportMetric(0, "ns/op") // the browser's own start is not of interest
	for name, bound := range map[string]float64{"ms-to-content-first": 500, "ms-to-connected-first": 1000, "ms-to-content-next": 500, "ms-to-read-next": 500} {
		if got := sums[name] / float64(b.N); got >= bound {
			b.Errorf("%s is %.0f, and must be below %.0f", name, got, bound)
		}
	}
}
