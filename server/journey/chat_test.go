package journey

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

func TestTwoPeopleTalk(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.wait(`document.querySelector("#log").textContent.includes(%q)`, chat.Greeting)
	bob := p.enter(t, "Bob")
	ann.say("Hello Bob")
	bob.reads("Ann", "Hello Bob")
	ann.reads("Ann", "Hello Bob") // the author's own screen too
	bob.do(chromedp.SendKeys(chromedp.CSS("#message"), "Hello Ann"), chromedp.Click(chromedp.CSS("#send")))
	ann.reads("Bob", "Hello Ann")
	bob.reads("Bob", "Hello Ann")
	if a, b := ann.texts(), bob.texts(); !slices.Equal(a, b) || len(a) != 2 {
		t.Errorf("Ann reads %q, Bob reads %q", a, b)
	}
	ann.wait(`document.querySelector("#people-button").textContent === "2"`)
	ann.wait(`document.querySelector("#people").textContent.includes("Bob")`)
}

func TestFieldIsReadyForTheNextMessage(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	for _, text := range []string{"one", "two", "three"} {
		ann.say(text)
		ann.wait(`document.querySelector("#message").value === "" && document.activeElement.id === "message"`)
	}
	ann.reads("Ann", "three")
	if got := ann.texts(); !slices.Equal(got, []string{"one", "two", "three"}) {
		t.Errorf("the log: %q", got)
	}
	if pending := js[int](ann, `document.querySelectorAll(".pending").length`); pending != 0 {
		t.Errorf("%d messages are still pending", pending)
	}
	// With Shift, Enter breaks the line.
	ann.do(chromedp.SendKeys(chromedp.CSS("#message"), "first line"), chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierShift)), chromedp.KeyEvent("second line\r"))
	ann.reads("Ann", "first line\nsecond line")
	// A command is none of what is said, and one that is not there stays.
	ann.say("/nobody")
	ann.wait(`document.querySelector("#composer-fault").textContent.includes("/nobody") && document.querySelector("#message").value === "/nobody"`)
	js[string](ann, `document.querySelector("#message").value = ""`)
	ann.say("//nobody")
	ann.reads("Ann", "/nobody")
	// By the mouse, the field is ready just the same.
	ann.do(chromedp.SendKeys(chromedp.CSS("#message"), "four"), chromedp.Click(chromedp.CSS("#send")))
	ann.wait(`document.querySelector("#message").value === "" && document.activeElement.id === "message"`)
}

func TestTypingIsKeptWhileMessagesCome(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.do(chromedp.SendKeys(chromedp.CSS("#message"), "half a sen"))
	for range 20 {
		bob.say("noise")
	}
	ann.wait(`document.querySelectorAll("#log .message[data-seq]").length === 20`)
	ann.do(chromedp.SendKeys(chromedp.CSS("#message"), "tence"))
	if got := js[string](ann, `document.querySelector("#message").value`); got != "half a sentence" {
		t.Errorf("the field holds %q", got)
	}
}

func TestHostileTextIsShownNotRun(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	for _, text := range []string{
		`<script>window.pwned = 1</script>`,
		`<img src=x onerror="window.pwned = 1">`,
		`<svg/onload=window.pwned=1>`,
		`</div></main><h1>Disconnected</h1>`,
		`<iframe src="javascript:parent.pwned=1"></iframe>`,
		`javascript:window.pwned=1`,
		`&lt;b&gt;&amp;&#x3c;`,
		`{{.}} ${7*7} %s %d \u003cscript\u003e`,
		`"><style>*{display:none}</style>`,
		"\u202eexe.txt",
		strings.Repeat("w", 3000),
	} {
		shown, _ := chat.CleanText(text)
		js[bool](ann, `(() => { // pasted: not every character has a key
			const field = document.querySelector("#message");
			field.value = %q;
			return field.dispatchEvent(new Event("input", { bubbles: true }));
		})()`, text)
		ann.say("")
		bob.reads("Ann", shown)
	}
	for _, tab := range []*tab{ann, bob} {
		if js[bool](tab, `"pwned" in window || !!document.querySelector("#log script, #log img, #log iframe, #log style") || document.querySelectorAll("h1").length !== 1`) {
			t.Error("a message became part of the page")
		}
		if js[bool](tab, `document.documentElement.scrollWidth > innerWidth`) {
			t.Error("a message made the page scroll sideways")
		}
	}
}

func TestHostileNameIsShownNotRun(t *testing.T) {
	p := start(t)
	name := `<b onclick=x>"&amp;'`
	ann := p.enter(t, name)
	bob := p.enter(t, "Bob")
	ann.say("hi")
	bob.reads(name, "hi")
	bob.wait(`document.querySelector("#people").textContent.includes(%q)`, name)
	if js[bool](bob, `!!document.querySelector("#log b[onclick], #people b[onclick]")`) {
		t.Error("a name became part of the page")
	}
}

func TestBrowserAndTerminalShareTheRoom(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	write := func(line string) {
		if err := conn.Write(t.Context(), websocket.MessageText, []byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	write("/name Terminal")
	write("hello from a terminal")
	ann.reads("Terminal", "hello from a terminal")
	ann.say("hello from a browser")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for first := true; ; first = false {
		_, line, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if first && string(line) != chat.Greeting {
			t.Errorf("the first line is %q", line)
		}
		if string(line) == "Ann: hello from a browser" {
			return
		}
	}
}

func TestServerStopsAndComesBack(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	bob := p.enter(t, "Bob")
	for _, tab := range []*tab{ann, bob} {
		tab.expect("WebSocket connection to") // the browser reports each try that fails
		tab.expect("ERR_CONNECTION_REFUSED")
	}
	ann.do(chromedp.SendKeys(chromedp.CSS("#message"), "a draft"))
	begin := time.Now()
	stopped := make(chan struct{})
	go func() { p.stop(); close(stopped) }()
	ann.disconnected()
	if took := time.Since(begin); took > time.Second {
		t.Errorf("the page showed it after %v", took)
	}
	<-stopped
	ann.wait(`/Trying again|Connecting/.test(document.querySelector("#status").parentElement.textContent)`)
	ann.wait(`document.querySelector("#retry")`)
	if got := js[string](ann, `document.querySelector("#message").value`); got != "a draft" {
		t.Errorf("what was typed is %q now", got)
	}
	bob.disconnected()
	bob.say("written while there is no line")
	bob.wait(`document.querySelectorAll("#log .pending").length === 1`)
	files, err := static()
	if err != nil {
		t.Fatal(err)
	}
	p.start(files)
	ann.wait(`document.querySelector("#retry") ? (document.querySelector("#retry").click(), true) : document.title.startsWith("Connected")`)
	ann.connected()
	bob.connected() // by itself
	ann.reads("Bob", "written while there is no line")
	bob.wait(`document.querySelectorAll("#log .pending").length === 0`)
	ann.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	ann.wait(`document.querySelector("#status").textContent === "Connected again."`)
	if got := js[string](ann, `document.querySelector("#message").value`); got != "a draft" {
		t.Errorf("what was typed is %q after the return", got)
	}
	ann.do(chromedp.SendKeys(chromedp.CSS("#message"), "\r"))
	bob.reads("Ann", "a draft")
}

func TestWhatWasSaidOutlivesThePage(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	for _, tab := range []*tab{ann, bob} {
		tab.expect("WebSocket connection to")
	}
	p.stop()
	ann.disconnected()
	ann.say("said while the server was away")
	ann.say("and then this")
	ann.wait(`[...document.querySelectorAll("#log .pending .pending-state")].filter((e) => e.textContent === "Waiting for the line").length === 2`)
	ann.do(chromedp.Navigate("about:blank")) // the page is closed
	files, err := static()
	if err != nil {
		t.Fatal(err)
	}
	p.start(files)
	bob.connected()
	ann.do(chromedp.Navigate(p.url()))
	ann.connected()
	bob.reads("Ann", "and then this")
	ann.reads("Ann", "and then this")
	ann.wait(`document.querySelectorAll("#log .pending").length === 0 && !Object.keys(localStorage).some((k) => k.startsWith("cyberchat.post"))`)
	want := []string{"said while the server was away", "and then this"}
	if got := bob.texts(); !slices.Equal(got, want) {
		t.Errorf("Bob reads %q", got)
	}
	if got := ann.texts(); !slices.Equal(got, want) {
		t.Errorf("Ann reads %q", got)
	}
}

func TestNameIsAskedOnceKeptAndChanged(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.do(chromedp.Reload())
	ann.connected()
	ann.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	if js[bool](ann, `document.querySelector("#name-dialog").open`) {
		t.Error("the name is asked for again")
	}
	bob := p.enter(t, "Bob")
	bob.choose("change-name")
	bob.wait(`document.querySelector("#name-dialog").open`)
	bob.do(chromedp.SetValue(chromedp.CSS("#name"), "ANN"), chromedp.Click(chromedp.CSS("#join")))
	bob.wait(`document.querySelector("#name-fault").textContent.includes("taken")`)
	if !js[bool](bob, `document.querySelector("#name-dialog").open && document.querySelector("#you-name").textContent === "Bob"`) {
		t.Error("after the refusal the old name did not stay, or the dialog closed")
	}
	bob.do(chromedp.SetValue(chromedp.CSS("#name"), "Robert"), chromedp.Click(chromedp.CSS("#join")))
	bob.wait(`!document.querySelector("#name-dialog").open && document.querySelector("#you-name").textContent === "Robert"`)
	ann.wait(`/is now\s+Robert|Robert\s+joined/.test(document.querySelector("#log").textContent)`)
	bob.do(chromedp.Reload())
	bob.wait(`document.querySelector("#you-name")?.textContent === "Robert"`)
}

func TestTwoTabsAreOnePerson(t *testing.T) {
	p := start(t)
	one := p.enter(t, "Ann")
	two := openIn(t, one.ctx, p.url())
	two.connected()
	two.wait(`document.querySelector("#you-name").textContent === "Ann"`)
	two.say("from the other tab")
	one.reads("Ann", "from the other tab")
	one.wait(`document.querySelector("#people-button").textContent === "1"`)
}

func TestPageFromAFile(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	// As a person does: by the link in the page.
	path := ann.download("a[download][href='/cyberchat.html']")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the file has %d bytes", info.Size())
	file := open(t, (&url.URL{Scheme: "file", Path: path}).String())
	file.join("From disk")
	file.say("hello from a file")
	ann.reads("From disk", "hello from a file")
	ann.say("hello to a file")
	file.reads("Ann", "hello to a file")
	for _, r := range file.asked() {
		if !strings.HasPrefix(r, "file://") && !strings.HasPrefix(r, "data:") && !strings.HasPrefix(r, "blob:") && !strings.HasPrefix(r, "ws://"+p.addr+"/ws?key=") {
			t.Errorf("the file asked for %s", r)
		}
	}
	// With the key of another time the server refuses it, which the browser does
	// not tell the page. It says where there is a new one, and that one works.
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "old.html")
	if err := os.WriteFile(old, []byte(strings.Replace(string(data), p.key, strings.ToLower(p.key), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	other := open(t, (&url.URL{Scheme: "file", Path: old}).String())
	other.expect("WebSocket connection to")
	other.expect("403")
	other.wait(`/Trying again|Connecting/.test(document.querySelector("#status").parentElement.textContent)`)
	other.disconnected()
	other.wait(`document.querySelector("[data-notice=file]")?.textContent.includes("too old")`)
	if href := js[string](other, `document.querySelector("#new-file").href`); href != p.url()+"cyberchat.html" {
		t.Errorf("the new file is said to be at %s", href)
	}
	again, err := os.ReadFile(other.download("#new-file"))
	if err != nil || !strings.Contains(string(again), p.key) {
		t.Errorf("what the link leads to has no key for this server: %d bytes, %v", len(again), err)
	}
}

// download clicks on the link and returns the path of what came of it.
func (p *tab) download(link string) string {
	p.Helper()
	folder := p.TempDir()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	_, err := chromedp.CallBrowser(ctx, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{
		Behavior:         cdpbrowser.SetDownloadBehaviorBehaviorAllow,
		DownloadPath:     folder,
		BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
		EventsEnabled:    new(true),
	})
	if err != nil {
		p.Fatal(err)
	}
	done := chromedp.BrowserEvents(ctx, cdpbrowser.DownloadProgress)
	js[bool](p, `(document.querySelector(%q).click(), true)`, link)
	for e, err := range done {
		if err != nil {
			p.Fatal(err)
		}
		if e.State == cdpbrowser.DownloadProgressStateCompleted {
			break
		}
	}
	return filepath.Join(folder, "cyberchat.html")
}

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
	held.do(chromedp.SendKeys(chromedp.CSS("#message"), "typed early"))
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
	ann.afterReload(`document.documentElement.dataset.build !== %q && document.title.startsWith("Connected")`, old)
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

func TestEveryScreenFits(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann "+strings.Repeat("W", chat.MaxName-4))
	ann.say(strings.Repeat("long", 300))
	ann.say("and a sentence with words that wrap where they should")
	ann.wait(`document.querySelectorAll("#log .message[data-seq]").length === 2`)
	for _, scheme := range []string{"light", "dark"} {
		command(ann, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		for _, size := range [][2]int64{{320, 568}, {390, 844}, {768, 1024}, {1280, 800}, {2560, 1200}} {
			ann.do(chromedp.EmulateViewport(size[0], size[1]))
			wrong := js[string](ann, `(() => {
				const wrong = [];
				if (document.documentElement.scrollWidth > innerWidth) wrong.push("it scrolls sideways");
				if (document.documentElement.scrollHeight > innerHeight) wrong.push("the page scrolls, not the log: " + document.documentElement.scrollHeight + " > " + innerHeight + [...document.querySelectorAll("body *")].filter((e) => !e.closest("#log") && e.getBoundingClientRect().bottom > innerHeight + 1).map((e) => " " + e.tagName + "." + e.className + " " + e.getBoundingClientRect().bottom));
				for (const id of ["message", "send", "you", "people-button"]) {
					const box = document.getElementById(id).getBoundingClientRect();
					if (box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight || !box.width) wrong.push(id + " is not in sight");
				}
				return wrong.join(", ");
			})()`)
			if wrong != "" {
				t.Errorf("%s at %dx%d: %s", scheme, size[0], size[1], wrong)
			}
		}
	}
}

func TestByKeyboardAlone(t *testing.T) {
	p := start(t)
	ann := open(t, p.url())
	ann.connected()
	ann.wait(`document.querySelector("#name-dialog").open && document.activeElement.id === "name"`)
	ann.do(chromedp.KeyEvent("Ann\r"))
	ann.wait(`!document.querySelector("#name-dialog").open && document.activeElement.id === "message"`)
	ann.do(chromedp.KeyEvent("by keys alone\r"))
	ann.reads("Ann", "by keys alone")
	for range 12 { // round to the chip with the name
		if js[string](ann, `document.activeElement.id`) == "you" {
			break
		}
		ann.do(chromedp.KeyEvent("\t"))
	}
	if got := js[string](ann, `document.activeElement.id`); got != "you" {
		t.Fatalf("Tab never comes to the name; it is at %q", got)
	}
	ann.do(chromedp.KeyEvent("\r"))
	ann.holds("#change-name")
	ann.do(chromedp.KeyEvent("\r"))
	ann.wait(`document.querySelector("#name-dialog").open && document.activeElement.id === "name"`)
	ann.do(chromedp.KeyEvent("\u001b"))
	ann.wait(`!document.querySelector("#name-dialog").open`)
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
