package journey

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// network switches the tab's network on or off, and what the browser tells the
// page of it.
func (p *tab) network(on bool) {
	p.Helper()
	conditions := []*network.Conditions{{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}}
	command(p, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		EmulateOfflineServiceWorker: new(!on), MatchedNetworkConditions: conditions,
	})
	command(p, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
}

// worked waits until the worker has all that the page needs to open again.
func (p *tab) worked() {
	p.Helper()
	p.wait(`navigator.serviceWorker.controller?.state === "activated"`)
}

// kept returns the text that the browser keeps of the messages, empty if none.
func (p *tab) kept() string {
	p.Helper()
	return js[string](p, keptText)
}

const keptText = `new Promise((done, failed) => {
	const request = indexedDB.open("cyberchat", 1);
	request.onerror = () => failed(request.error);
	request.onsuccess = () => {
		const get = request.result.transaction("kept").objectStore("kept").get("lobby");
		get.onsuccess = () => { request.result.close(); done(get.result ?? ""); };
		get.onerror = () => failed(get.error);
	};
})`

// leave closes the page, as far as it can tell.
func (p *tab) leave() {
	p.Helper()
	p.do(chromedp.Navigate("about:blank"))
}

// statusText is what stands under the heading.
const statusText = `document.querySelector(".status").textContent`

// expectNoNetwork says that the browser will report requests that fail.
func (p *tab) expectNoNetwork() {
	for _, part := range []string{"WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "ERR_CACHE_MISS"} {
		p.expect(part)
	}
}

func TestOpensReadsAndWritesWithoutANetwork(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.expectNoNetwork()
	bob.expectNoNetwork()
	bob.say("to be read without a network")
	ann.reads("Bob", "to be read without a network")
	ann.worked()
	ann.leave()
	p.stop()
	ann.network(false)

	ann.do(chromedp.Navigate(p.url()))
	ann.reads("Bob", "to be read without a network")
	ann.disconnected()
	ann.wait(statusText + `.includes("Offline.") && /Messages up to \d?\d:\d\d( [ap]m)?\./.test(` + statusText + `)`)
	if js[bool](ann, `document.querySelector("#you-name").textContent !== "Ann" || document.querySelector("#name-dialog").open`) {
		t.Error("it does not know any more who we are")
	}
	ann.say("written without a network")
	ann.wait(`[...document.querySelectorAll("#log .pending .pending-state")].some((e) => e.textContent === "Waiting for the line")`)
	ann.types("#message", "half a thought")

	// And once more: nothing of it is in that page alone.
	ann.do(chromedp.Reload())
	ann.reads("Bob", "to be read without a network")
	ann.wait(`document.querySelectorAll("#log .pending").length === 1 && document.querySelector("#message").value === "half a thought"`)

	p.again()
	ann.network(true)
	ann.triesAgain()
	bob.connected()
	bob.reads("Ann", "written without a network")
	ann.reads("Ann", "written without a network")
	ann.wait(`document.querySelectorAll("#log .pending").length === 0 && !` + statusText + `.includes("Messages up to")`)
	want := []string{"to be read without a network", "written without a network"}
	for _, tab := range []*tab{ann, bob} {
		if got := tab.texts(); !slices.Equal(got, want) {
			t.Errorf("the log holds %q", got)
		}
	}
	if got := js[string](ann, `document.querySelector("#message").value`); got != "half a thought" {
		t.Errorf("the field holds %q", got)
	}
}

// A room's address is the same page: also where that was never asked for before.
func TestRoomsAddressOpensWithoutANetwork(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.expectNoNetwork()
	ann.say("to be found again")
	ann.reads("Ann", "to be found again")
	ann.worked()
	ann.leave()
	p.stop()
	ann.network(false)
	for _, path := range []string{"room/lobby", "room/lobby/1"} {
		ann.do(chromedp.Navigate(p.url() + path))
		ann.wait(statusText + `.includes("Offline.")`)
		if got := js[string](ann, `location.pathname`); got != "/"+path {
			t.Errorf("%s opens as %s", path, got)
		}
	}
}

// What was said meanwhile follows what was kept, without a hole, and nothing
// that was read moves.
func TestReturningVisitorReadsBeforeTheLineIsOpen(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	p.fill(sayings(30))
	ann.wait(`document.querySelectorAll("#log .message[data-seq]").length === 30`)
	ann.worked()
	ann.leave()
	p.fill([]string{"said meanwhile"})
	ann.evaluateOnNew(`{
		const Real = WebSocket;
		window.WebSocket = function (...args) {
			window.readable = document.querySelectorAll("#log .message[data-seq]").length;
			window.placed = document.querySelector("#log .message[data-seq='25']")?.getBoundingClientRect().bottom;
			return new Real(...args);
		};
	}`)
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	ann.wait(`[...document.querySelectorAll("#log .message[data-seq] .text")].at(-1).textContent === "said meanwhile"`)
	if n := js[int](ann, `window.readable`); n != 30 {
		t.Errorf("%d messages could be read when the line was dialed", n)
	}
	if got := ann.texts(); len(got) != 31 {
		t.Errorf("the log holds %d messages", len(got))
	}
	if !js[bool](ann, `(() => { const log = document.querySelector("#log"); return log.scrollHeight - log.scrollTop - log.clientHeight < 2 })()`) {
		t.Error("the log is not at its end")
	}
}

// A machine that slept has the line still open when it wakes, and no message of
// the hours in between.
func TestMessagesAreUpToWhenTheServerWasHeard(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.expectNoNetwork()
	ann.evaluateOnNew(`{
		const Real = WebSocket, time = Date.prototype.getTime;
		window.WebSocket = class extends Real {
			constructor(...args) {
				super(...args);
				this.addEventListener("message", (e) => { if (window.slept) e.stopImmediatePropagation(); });
			}
		};
		Date.prototype.getTime = function () { return time.call(this) + (window.slept ?? 0); };
	}`)
	ann.do(chromedp.Reload())
	ann.connected()
	ann.say("before the night")
	ann.reads("Ann", "before the night")
	ann.worked()
	js[int](ann, `window.slept = 14 * 3600e3`)
	heard := func(when string) {
		t.Helper()
		var kept struct{ Heard time.Time }
		text := js[string](ann, `(async () => { for (;;) { const text = await %s; if (text.includes("before the night")) return text; } })()`, keptText)
		if err := json.Unmarshal([]byte(text), &kept); err != nil {
			t.Fatal(err)
		}
		if ago := time.Since(kept.Heard); ago < 0 || ago > time.Hour {
			t.Errorf("%s, the server was last heard %v ago", when, ago)
		}
	}
	ann.hide()
	heard("with the line still open")
	p.stop()
	ann.disconnected()
	ann.hide()
	ann.leave()
	ann.do(chromedp.Navigate(p.url()))
	heard("with the line lost")
}

// A server whose data is another one has nothing of what was kept.
func TestAnotherEpochTakesThePlaceOfWhatWasKept(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.expectNoNetwork()
	ann.say("of the old data")
	ann.reads("Ann", "of the old data")
	ann.worked()
	ann.leave()
	p.stop()
	p.data = t.TempDir()
	p.again()
	p.fill([]string{"of the new data"})
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	ann.wait(`document.querySelector("#log").textContent.includes("of the new data")`)
	if got := ann.texts(); !slices.Equal(got, []string{"of the new data"}) {
		t.Errorf("the log holds %q", got)
	}
}

func TestNothingIsKeptForThoseWhoDoNotWantIt(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.say("not to be kept")
	ann.reads("Ann", "not to be kept")
	ann.leave()
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	if !strings.Contains(ann.kept(), "not to be kept") {
		t.Error("it is not kept at first")
	}
	ann.choose("open-settings")
	ann.wait(`document.querySelector("#keep")?.checked`)
	ann.do(chromedp.Click(chromedp.CSS("#keep")))
	ann.wait(`!document.querySelector("#keep").checked`)
	ann.press(kb.Escape)
	ann.wait(`!document.querySelector("#settings").open`)
	ann.say("and another one")
	ann.reads("Ann", "and another one")
	ann.leave()
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	if kept := ann.kept(); kept != "" {
		t.Errorf("this is kept: %s", kept)
	}
}

// Another tab of theirs would write the messages back.
func TestNoTabKeepsWhatIsNotWanted(t *testing.T) {
	p := start(t)
	one := p.enter(t, "Ann")
	two := openIn(t, one.ctx, p.url())
	two.connected()
	keeps := func(tab *tab, on bool) {
		t.Helper()
		tab.wait(`document.querySelector("#keep")?.checked === %t`, on)
	}
	for _, tab := range []*tab{one, two} {
		tab.choose("open-settings")
		keeps(tab, true)
	}
	one.do(chromedp.Click(chromedp.CSS("#keep")))
	keeps(two, false)
	for _, tab := range []*tab{one, two} {
		tab.press(kb.Escape)
		tab.wait(`!document.querySelector("#settings").open`)
	}
	one.say("not to be kept")
	two.reads("Ann", "not to be kept")
	two.hide() // when it would be written at once
	two.leave()
	two.do(chromedp.Navigate(p.url()))
	two.connected()
	if kept := two.kept(); kept != "" {
		t.Errorf("this is kept: %s", kept)
	}
	one.choose("open-settings")
	two.choose("open-settings")
	two.do(chromedp.Click(chromedp.CSS("#keep")))
	keeps(one, true)
}

func TestWorkerKeepsThePageAndNothingElse(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.worked()
	js[int](ann, `fetch("/cyberchat.html").then((r) => r.status)`)
	js[int](ann, `fetch("/healthz").then((r) => r.status)`)
	const all = `caches.keys().then(async (names) => {
		const all = [];
		for (const name of names) for (const request of await (await caches.open(name)).keys()) all.push(new URL(request.url).pathname);
		return all;
	})`
	paths := js[[]string](ann, all)
	isClient := func(path string) bool { return strings.HasSuffix(path, ".wasm") }
	if !slices.Contains(paths, "/") || !slices.ContainsFunc(paths, isClient) {
		t.Errorf("this is kept, without the page or the client: %q", paths)
	}
	for _, path := range paths {
		if path != "/" && path != "/manifest.webmanifest" && !strings.HasPrefix(path, "/static/") && !strings.HasPrefix(path, "/icons/") {
			t.Errorf("%s is kept", path)
		}
	}
}

// hide makes the page believe that nobody sees it.
func (p *tab) hide() {
	js[bool](p, `(() => {
		Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
		return document.dispatchEvent(new Event("visibilitychange"));
	})()`)
}

func TestUpdatesItselfPolitely(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	for _, tab := range []*tab{ann, bob} {
		tab.expectNoNetwork()
		tab.worked()
		js[bool](tab, `window.still = true`)
		tab.hide()
	}
	old := js[string](ann, `document.documentElement.dataset.build`)
	caches := js[[]string](ann, `caches.keys()`)
	bob.types("#message", "half a thought")
	p.stop()
	ann.disconnected()
	bob.disconnected()
	files, err := static()
	if err != nil {
		t.Fatal(err)
	}
	p.start(changed(files))

	// Ann does not look and has nothing to lose.
	ann.wait(`window.still === undefined && document.documentElement.dataset.build !== %q && document.title.startsWith("Connected")`, old)
	ann.wait(`document.querySelector("#you-name").textContent === "Ann" && !document.querySelector("#reload-build")`)
	ann.wait(`navigator.serviceWorker.controller?.state === "activated"`)
	if now := js[[]string](ann, `caches.keys()`); len(now) != 1 || slices.Equal(now, caches) {
		t.Errorf("the caches are %q, and were %q", now, caches)
	}
	// Bob is asked.
	bob.connected()
	bob.wait(`document.querySelectorAll("#reload-build").length === 1`)
	if !js[bool](bob, `window.still === true`) {
		t.Error("the page was loaded anew although something was typed")
	}
	bob.do(chromedp.Click(chromedp.CSS("#reload-build")))
	bob.wait(`window.still === undefined && document.documentElement.dataset.build !== %q && document.title.startsWith("Connected")`, old)
	bob.wait(`document.querySelector("#message").value === "half a thought" && !document.querySelector("#reload-build")`)
}

func TestPageFromAFileKeepsAndRegistersNothing(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	path := ann.download("a[download][href='/cyberchat.html']")
	file := open(t, "file://"+path)
	file.join("From disk")
	if js[bool](file, `"cyberchat" in window || !!navigator.serviceWorker?.controller`) {
		t.Error("a page from a file has what only the server's page has")
	}
}
