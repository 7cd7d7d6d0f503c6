package journey

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

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

// saved takes the page of a server away as a file, changed by edit, and returns
// its address.
func saved(t testing.TB, addr string, edit func(string) string) string {
	t.Helper()
	res, err := http.Get("http://" + addr + "/cyberchat.html")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cyberchat.html")
	if err := os.WriteFile(path, []byte(edit(string(page))), 0o600); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
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
