package journey

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"
)

// asked returns the URLs that the page asked for.
func (p *tab) asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

func TestPageAsksNoOtherOrigin(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.say("hello")
	ann.reads("Ann", "hello")
	own := 0
	for _, r := range ann.asked() {
		switch {
		case strings.HasPrefix(r, "http://"+p.addr+"/"), strings.HasPrefix(r, "ws://"+p.addr+"/"):
			own++
		case strings.HasPrefix(r, "data:"), strings.HasPrefix(r, "blob:"):
		default:
			t.Errorf("the page asked for %s", r)
		}
	}
	if own < 6 {
		t.Errorf("only %d requests were seen: %q", own, ann.asked())
	}
	bundles := slices.DeleteFunc(ann.asked(), func(r string) bool { return !strings.HasSuffix(r, ".wasm") })
	if len(bundles) != 1 {
		t.Errorf("the bundle was asked for as %q: the preload was not used", bundles)
	}
}

func TestShellIsReadableAndUsableBeforeTheClient(t *testing.T) {
	p := start(t)
	held := open(t, "about:blank")
	// The bundle never comes.
	held.block("*://*:*/*.wasm")
	held.expect("ERR_BLOCKED_BY_CLIENT")
	held.expect("loading failed:")
	held.do(chromedp.Navigate(p.url()))
	held.disconnected()
	if !js[bool](held, `!!document.querySelector("#log[role=log]") && !!document.querySelector("form #message") && getComputedStyle(document.body).fontFamily !== ""`) {
		t.Error("the shell lacks the log or the form")
	}
	held.types("#message", "typed early")
	// It says so, once: nothing goes on connecting.
	held.wait(`/could not be loaded/.test(document.querySelector("#app-wasm-loader-label").textContent)`)
	if said := js[string](held, `document.body.innerText`); strings.Contains(said, "Connecting") || strings.Contains(said, "Loading") {
		t.Errorf("the page contradicts itself:\n%s", said)
	}
	held.heading("Disconnected")
	held.unblock()
	held.do(chromedp.Reload())
	held.connected()
	if got := js[string](held, `document.querySelector("#message").value`); got != "typed early" {
		t.Errorf("what was typed before the client came is %q", got)
	}
}

func TestProgressIsRightUnderCompression(t *testing.T) {
	p := start(t)
	ann := open(t, "about:blank")
	ann.evaluateOnNew(`
		window.progress = [];
		const set = Object.getOwnPropertyDescriptor(HTMLProgressElement.prototype, "value").set;
		Object.defineProperty(HTMLProgressElement.prototype, "value", { set(v) { window.progress.push(v); set.call(this, v) } });`)
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	seen := js[[]float64](ann, `window.progress`)
	if len(seen) < 5 || !slices.IsSorted(seen) || seen[len(seen)-1] != 100 || seen[0] > 60 {
		t.Errorf("the bar went through %v", seen)
	}
	ann.wait(`!document.querySelector("#app-wasm-loader")`)
}

func TestNewBuildIsOfferedOnce(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.expect("WebSocket connection to")
	old := js[string](ann, `document.documentElement.dataset.build`)
	p.stop()
	ann.disconnected()
	files, err := static()
	if err != nil {
		t.Fatal(err)
	}
	p.start(changed(files))
	ann.connected()
	ann.wait(`document.querySelectorAll("#reload-build").length === 1`)
	ann.do(chromedp.Click(chromedp.CSS("#reload-build")))
	ann.wait(`document.documentElement.dataset.build !== %q && document.title.startsWith("Connected")`, old)
	ann.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	if js[bool](ann, `!!document.querySelector("#reload-build")`) {
		t.Error("the new version offers itself again")
	}
}

// changed are the files of another build.
func changed(files fs.FS) fstest.MapFS {
	other := copied(files)
	other["css/zz-new.css"] = &fstest.MapFile{Data: []byte("\n.a-later-build{}\n")}
	return other
}

func TestManifestIsValid(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	var manifest struct {
		Name  string
		Icons []struct{ Src, Sizes string }
	}
	text := js[string](ann, `fetch("/manifest.webmanifest").then((r) => r.text())`)
	if err := json.Unmarshal([]byte(text), &manifest); err != nil || manifest.Name != "Cyber Chat" || len(manifest.Icons) < 3 {
		t.Errorf("%v: %s", err, text)
	}
	for _, icon := range manifest.Icons {
		if status := js[int](ann, `fetch(%q).then((r) => r.status)`, icon.Src); status != 200 {
			t.Errorf("%s: %d", icon.Src, status)
		}
	}
}
