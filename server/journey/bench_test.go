package journey

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// BenchmarkNavigationToConnected is what a first visitor waits: from the start
// of the navigation, with nothing cached, until the heading says that the page
// is connected. It needs the bundle that `make wasm` builds.
func BenchmarkNavigationToConnected(b *testing.B) {
	p := start(b)
	var first, connected float64
	for b.Loop() {
		tab := open(b, "about:blank")
		tab.evaluateOnNew(`new MutationObserver(() => {
			if (document.title.startsWith("Connected")) window.connectedAt ??= performance.now();
		}).observe(document, { subtree: true, childList: true, characterData: true })`)
		tab.do(chromedp.Navigate(p.url()))
		tab.connected()
		connected += js[float64](tab, `window.connectedAt`)
		first += js[float64](tab, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
		chromedp.Cancel(tab.ctx)
	}
	b.ReportMetric(first/float64(b.N), "ms-to-first-content")
	b.ReportMetric(connected/float64(b.N), "ms-to-connected")
	b.ReportMetric(0, "ns/op") // the browser's own start is not of interest
}
