package httpd

import (
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A gate decides by which names the server may be called (against DNS
// rebinding) and from which pages a socket may be opened (RFC 6455 §10.2).
type gate struct {
	ports   []string // those of the listeners
	hosts   []string
	origins []origin // given
	null    bool     // "null" was given
	key     string
}

// An origin as in RFC 6454: what a browser says a page came from. Its host has
// a port unless it is the scheme's own.
type origin struct{ scheme, host string }

func (o origin) String() string { return o.scheme + "://" + o.host }

func newGate(cfg Config) (gate, error) {
	g := gate{key: cfg.FileKey, hosts: []string{"localhost"}}
	for _, h := range cfg.Hosts {
		g.hosts = append(g.hosts, strings.ToLower(h))
	}
	for _, l := range cfg.Listeners {
		if addr, ok := l.Addr().(*net.TCPAddr); ok {
			g.ports = append(g.ports, strconv.Itoa(addr.Port))
		}
	}
	for _, s := range cfg.Origins {
		if s == "null" {
			g.null = true
			continue
		}
		o, err := parseOrigin(s)
		if err != nil {
			return gate{}, err
		}
		g.origins = append(g.origins, o)
	}
	return g, nil
}

// parseOrigin reads an origin that somebody typed.
func parseOrigin(s string) (origin, error) {
	u, err := url.Parse(strings.ToLower(strings.TrimSuffix(s, "/")))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" ||
		u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || !isHostName(u.Hostname()) {
		return origin{}, fmt.Errorf("%q is not an origin. Give a scheme, a host and a port if it has one, as in https://chat.example.com or http://10.0.0.5:8080, or null", s)
	}
	return origin{u.Scheme, withoutDefaultPort(u.Scheme, u.Host)}, nil
}

// isHostName tells whether name is one as browsers send it: an address, or
// letters, digits, dots and dashes. Other scripts come as punycode ("xn--").
func isHostName(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == ""
}

func withoutDefaultPort(scheme, host string) string {
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// own returns the origins that this server has for somebody who calls it by
// the request's Host. There is none if it is not called that.
func (g *gate) own(r *http.Request) []origin {
	var own []origin
	host := strings.ToLower(r.Host)
	if g.isOurs(r, host) {
		own = append(own, origin{"http", withoutDefaultPort("http", host)})
	}
	for _, o := range g.origins {
		if host == o.host || withoutDefaultPort(o.scheme, host) == o.host {
			own = append(own, o)
		}
	}
	return own
}

// ownPage returns the origin of the page that sent a request, if it is one of
// this server's by the name that it is called by: not one that may only connect,
// and none of a program or a file.
func (g *gate) ownPage(r *http.Request) (from origin, ok bool) {
	values := r.Header.Values("Origin")
	if len(values) != 1 {
		return origin{}, false
	}
	given := strings.ToLower(values[0])
	for _, o := range g.own(r) {
		if o.String() == given {
			return o, true
		}
	}
	return origin{}, false
}

// isOurs tells whether host names a listener: one of our names, or the very
// address that the request came in by, each with the listener's port.
func (g *gate) isOurs(r *http.Request, host string) bool {
	name, port, ok := splitHost(host)
	if !ok || !slices.Contains(g.ports, port) {
		return false
	}
	if slices.Contains(g.hosts, name) {
		return true
	}
	ip, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	if ip.IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.AddrPort().Addr().Unmap().WithZone("") == ip.Unmap()
}

// splitHost reads a Host header (RFC 9110 §7.2): a name or an address, that of
// IPv6 in brackets and without a zone, and a port, which is HTTP's own if there
// is none.
func splitHost(host string) (name, port string, ok bool) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, "80"
		if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
			name = host[1 : len(host)-1]
		}
	}
	ip, err := netip.ParseAddr(name)
	bracketed := strings.HasPrefix(host, "[")
	if bracketed != (err == nil && ip.Is6()) || ip.Zone() != "" {
		return "", "", false
	}
	return name, port, true
}

// refuseHost returns why a request is not for us, or "".
func (g *gate) refuseHost(r *http.Request) string {
	if len(g.own(r)) > 0 {
		return ""
	}
	return fmt.Sprintf("This server is not called %q. If it should be, start it with -origin http://%[1]s, or with https:// if that is how people open it.", printable(r.Host))
}

// refuseOrigin returns why the page that sent the request may not open a
// socket, or "". A request without an Origin comes from no browser.
func (g *gate) refuseOrigin(r *http.Request) string {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return ""
	}
	given := strings.ToLower(values[0])
	switch {
	case len(values) > 1:
	case given == "null":
		key := r.URL.Query().Get("key")
		if g.null || subtle.ConstantTimeCompare([]byte(key), []byte(g.key)) == 1 {
			return ""
		}
		return "This page was opened from a file that does not have this server's key. Take a new one from /cyberchat.html, or start the server with -origin null."
	case slices.ContainsFunc(append(g.own(r), g.origins...), func(o origin) bool { return o.String() == given }):
		return ""
	}
	return fmt.Sprintf("Pages from %q may not connect to this server. If they should, start it with -origin %[1]s.", printable(values[0]))
}

// printable is what somebody else wrote, in a sentence of ours.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 100)]
}
