package ui

import (
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// A page is what the document says about itself and the server it is from.
type page struct {
	build  string // of the client in it
	socket string // URL to connect to
	origin string // of the server, as in http://localhost:3000
	host   string // of the server, as in localhost:3000
	file   bool   // opened from a file, not from the server
}

// newPage reads the address of a document and the data attributes of its root
// element. A served page has no socket and no key there.
func newPage(location *url.URL, build, socket, key string) page {
	p := page{build: build}
	if socket == "" {
		p.host = location.Host
		p.origin = location.Scheme + "://" + location.Host
		p.socket = "ws" + strings.TrimPrefix(location.Scheme, "http") + "://" + location.Host + "/ws"
		return p
	}
	p.file = true
	p.socket = socket
	if u, err := url.Parse(socket); err == nil {
		p.host = u.Host
		p.origin = "http" + strings.TrimPrefix(u.Scheme, "ws") + "://" + u.Host
	}
	if key != "" {
		p.socket += "?key=" + url.QueryEscape(key)
	}
	return p
}

// readPage reads the document that we are in.
func readPage() page {
	data := app.Window().Get("document").Get("documentElement").Get("dataset")
	get := func(k string) string {
		if v := data.Get(k); v.Truthy() {
			return v.String()
		}
		return ""
	}
	return newPage(app.Window().URL(), get("build"), get("socket"), get("key"))
}

// terminal is the command that joins from a terminal.
func (p page) terminal() string {
	scheme := "ws"
	if strings.HasPrefix(p.origin, "https:") {
		scheme = "wss"
	}
	return "npx wscat -c " + scheme + "://" + p.host
}

// download is where the page as a file comes from.
func (p page) download() string { return p.origin + "/cyberchat.html" }

// local tells whether the server's address means something on this computer
// only.
func (p page) local() bool {
	u, err := url.Parse(p.origin)
	if err != nil {
		return false
	}
	h := u.Hostname()
	return h == "localhost" || strings.HasSuffix(h, ".localhost") || strings.HasPrefix(h, "127.") || h == "::1"
}

// key names something kept in the browser. All files share one storage,
// whichever server they are from, and a token is the secret of one of them.
func (p page) key(name string) string {
	if p.file {
		return "cyberchat." + name + "@" + p.host
	}
	return "cyberchat." + name
}
