package journey

import (
	"encoding/json"
	"net"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A page that is not from this machine is no secure context (W3C Secure
// Contexts §3.2): the browser has less to offer there and complains about other
// things. Every tab fails its test for what is on the console.
func TestNothingIsOnTheConsoleWhateverTheAddress(t *testing.T) {
	p := startOn(t, "0.0.0.0:0")
	_, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"127.0.0.1"}
	if lan := ownAddress(t); lan != "" {
		hosts = append(hosts, lan)
	} else {
		t.Log("this machine has no address but loopback, so only that was tried")
	}
	for _, host := range hosts {
		t.Run(host, func(t *testing.T) {
			here := &place{t: t, addr: net.JoinHostPort(host, port), key: p.key}
			ann := here.enter(t, "Ann at "+host)
			if secure := js[bool](ann, `isSecureContext`); secure != (host == "127.0.0.1") {
				t.Errorf("a secure context: %t", secure)
			}
			ann.say("hello from " + host)
			ann.reads("Ann at "+host, "hello from "+host)
			ann.do(chromedp.Click(chromedp.CSS("#people .copyline .button")))
			ann.wait(`document.querySelector("#people .copyline .button").textContent === "Copied"`)
			ann.do(chromedp.Reload())
			ann.connected()
		})
	}
}

// ownAddress is an IPv4 address of this machine that others may reach it by,
// or "".
func ownAddress(t *testing.T) string {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
			return n.IP.String()
		}
	}
	return ""
}

// What stands around the page, where there is something, has its colour.
func TestThemeIsTheColourOfThePage(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ground := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		command(ann, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		ground[scheme] = js[string](ann, `"#" + getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map((n) => (+n).toString(16).padStart(2, "0")).join("")`)
		theme := js[string](ann, `[...document.querySelectorAll("meta[name=theme-color]")].find((m) => matchMedia(m.media).matches).content`)
		if theme != ground[scheme] {
			t.Errorf("%s: the page is %s and its theme %s", scheme, ground[scheme], theme)
		}
	}
	if ground["light"] == ground["dark"] {
		t.Errorf("light and dark are both %s", ground["light"])
	}
	var manifest struct {
		Background string `json:"background_color"`
		Theme      string `json:"theme_color"`
	}
	if err := json.Unmarshal([]byte(js[string](ann, `fetch("/manifest.webmanifest").then((r) => r.text())`)), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Background != ground["light"] || manifest.Theme != ground["light"] {
		t.Errorf("the manifest has %+v, the page is %s", manifest, ground["light"])
	}
}
