package httpd_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
)

func TestHosts(t *testing.T) {
	p := start(t, func(c *httpd.Config) {
		c.Hosts = []string{"box", "box.local"}
		c.Origins = []string{"https://chat.example.com", "http://mapped.example.com:8080"}
	})
	_, port, _ := net.SplitHostPort(p.addr)
	for host, want := range map[string]int{
		"127.0.0.1:" + port:          200, // the address it came in by
		"localhost:" + port:          200,
		"LOCALHOST:" + port:          200,
		"[::1]:" + port:              200,
		"box:" + port:                200,
		"box.local:" + port:          200,
		"chat.example.com":           200, // behind a proxy
		"chat.example.com:443":       200,
		"mapped.example.com:8080":    200,
		"localhost":                  421, // another port
		"localhost:1":                421,
		"chat.example.com:" + port:   421,
		"mapped.example.com":         421,
		"evil.example.com:" + port:   421,
		"evil.example.com":           421,
		"10.9.8.7:" + port:           421, // not the address it came in by
		"localhost:" + port + ".com": 421,
		"localhost:0" + port:         421,
		"localhost:+" + port:         421,
		"[localhost]:" + port:        421,
		"[127.0.0.1]:" + port:        421,
	} {
		for _, path := range []string{"/", "/healthz", "/ws", "/robots.txt", "/cyberchat.html"} {
			res, body := get(t, p, path, "Host: "+host)
			if refused := res.StatusCode == 421; refused != (want == 421) {
				t.Errorf("%s of host %q: %d", path, host, res.StatusCode)
			} else if refused && !strings.Contains(body, "-origin") {
				t.Errorf("the refusal does not say what to do: %q", body)
			}
		}
	}
}

// TestForgedHostPoisonsNothing is about go-app's own handler, which fetches
// /robots.txt and others from the Host that a request names and keeps what it
// gets for everyone.
func TestForgedHostPoisonsNothing(t *testing.T) {
	asked := make(chan string, 100)
	evil, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go http.Serve(evil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		w.Write([]byte("poison"))
	}))
	defer evil.Close()
	p := start(t)
	for _, path := range []string{"/robots.txt", "/sitemap.xml", "/ads.txt", "/", "/manifest.webmanifest"} {
		honest, before := get(t, p, path)
		res, body := get(t, p, path, "Host: "+evil.Addr().String())
		if res.StatusCode != http.StatusMisdirectedRequest || strings.Contains(body, "poison") {
			t.Errorf("%s for a forged host: %d %q", path, res.StatusCode, body)
		}
		if again, after := get(t, p, path); after != before || again.StatusCode != honest.StatusCode {
			t.Errorf("%s changed after a request for a forged host", path)
		}
	}
	if len(asked) > 0 {
		t.Errorf("the server asked the forged host for %s", <-asked)
	}
}

func TestOrigins(t *testing.T) {
	p := start(t, func(c *httpd.Config) { c.Origins = []string{"https://chat.example.com"} })
	_, port, _ := net.SplitHostPort(p.addr)
	for _, tt := range []struct {
		host, origin string
		ok           bool
	}{
		{p.addr, "", true}, // no browser
		{p.addr, "http://" + p.addr, true},
		{p.addr, "HTTP://" + p.addr, true},
		{p.addr, "https://" + p.addr, false},        // another scheme
		{p.addr, "http://127.0.0.1:1", false},       // another port
		{p.addr, "http://127.0.0.1", false},         // another port
		{p.addr, "http://localhost:" + port, false}, // another host than it calls
		{"localhost:" + port, "http://localhost:" + port, true},
		{p.addr, "https://chat.example.com", true},
		{"chat.example.com", "https://chat.example.com", true},
		{p.addr, "http://chat.example.com", false},
		{p.addr, "https://chat.example.com:444", false},
		{p.addr, "https://chat.example.com.evil.com", false},
		{p.addr, "https://evil.com", false},
		{p.addr, "null", false},
		{p.addr, "http://" + p.addr + "/", false}, // not what a browser sends
	} {
		headers := []string{"Host: " + tt.host}
		if tt.origin != "" {
			headers = append(headers, "Origin: "+tt.origin)
		}
		for _, path := range []string{"/ws", "/"} {
			status, said := refusedOrOpen(t, p, path, headers...)
			if ok := status == http.StatusSwitchingProtocols; ok != tt.ok {
				t.Errorf("%s, host %q, origin %q: %d %v", path, tt.host, tt.origin, status, said)
			} else if !ok && (status != 403 || said["code"] != "bad_origin" || !strings.Contains(said["text"].(string), "-origin")) {
				t.Errorf("origin %q is refused with %d %v", tt.origin, status, said)
			}
		}
	}
	if status, _ := refusedOrOpen(t, p, "/ws", "Origin: http://"+p.addr, "Origin: http://evil.com"); status != 403 {
		t.Errorf("two origins: %d", status)
	}
}

// refusedOrOpen is refused, for a socket that may open: its body never ends.
func refusedOrOpen(t *testing.T, p place, path string, headers ...string) (int, map[string]any) {
	t.Helper()
	h := http.Header{}
	var host string
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			host = value
			continue
		}
		h.Add(name, value)
	}
	conn, res, err := dialAs(t, p, path, host, h)
	if err == nil {
		conn.CloseNow()
		return http.StatusSwitchingProtocols, nil
	}
	if res == nil {
		t.Fatal(err)
	}
	return refused(t, p, path, headers...)
}

func TestOriginNullNeedsTheKeyOfTheFile(t *testing.T) {
	closed := start(t)
	for path, want := range map[string]int{
		"/ws?key=" + fileKey:       101,
		"/?key=" + fileKey:         101,
		"/ws":                      403,
		"/ws?key=":                 403,
		"/ws?key=" + fileKey[1:]:   403,
		"/ws?key=" + fileKey + "x": 403,
	} {
		if status, _ := refusedOrOpen(t, closed, path, "Origin: null"); status != want {
			t.Errorf("%s with origin null: %d, want %d", path, status, want)
		}
	}
	if status, _ := refusedOrOpen(t, closed, "/ws?key="+fileKey, "Origin: http://evil.com"); status != 403 {
		t.Errorf("the key opened the door to another site: %d", status)
	}
	open := start(t, func(c *httpd.Config) { c.Origins = []string{"null"} })
	if status, _ := refusedOrOpen(t, open, "/ws", "Origin: null"); status != 101 {
		t.Errorf("origin null that was allowed: %d", status)
	}
}

func TestBadOriginsAreNamedAtTheStart(t *testing.T) {
	for _, o := range []string{"chat.example.com", "https://", "https://a/b", "ftp://a", "*", "https://a?b", "https://me@a", "https://*", "https://*.example.com", "https://ex ample.com", "https://exämple.com"} {
		_, err := httpd.New(httpd.Config{Origins: []string{o}, Static: built(t)})
		if err == nil || !strings.Contains(err.Error(), "as in https://chat.example.com") {
			t.Errorf("-origin %s: %v", o, err)
		}
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	p := start(t)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options":  "nosniff",
		"X-Frame-Options":         "DENY",
		"Referrer-Policy":         "no-referrer",
	}
	check := func(what string, h http.Header) {
		t.Helper()
		for name, value := range want {
			if got := h.Values(name); len(got) != 1 || got[0] != value {
				t.Errorf("%s: %s is %q", what, name, got)
			}
		}
	}
	for _, path := range []string{"/", "/healthz", "/robots.txt", "/manifest.webmanifest", "/icons/icon.svg", "/cyberchat.html", "/ws", "/nothing", "/static/../../etc/passwd"} {
		res, _ := get(t, p, path)
		check(path, res.Header)
	}
	res, _ := get(t, p, "/", "Host: evil.com")
	check("a wrong host", res.Header)
	res, _ = request(t, http.MethodPost, p, "/")
	check("a wrong method", res.Header)
	if res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") == "" {
		t.Errorf("POST /: %d", res.StatusCode)
	}
	for _, protocols := range [][]string{nil, {chat.Protocol}} {
		conn, res, err := dialWith(t, p, protocols)
		if err != nil {
			t.Fatal(err)
		}
		conn.CloseNow()
		check("an upgrade", res.Header)
	}
}

func TestAKeyIsNeeded(t *testing.T) {
	for _, key := range []string{"", fileKey[1:]} {
		if _, err := httpd.New(httpd.Config{Static: built(t), FileKey: key}); err == nil {
			t.Errorf("a server with the key %q would let every file in", key)
		}
	}
}

func TestOptionsForNoHostIsRefusedToo(t *testing.T) {
	p := start(t)
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.Write([]byte("OPTIONS * HTTP/1.1\r\nHost: evil.com\r\n\r\n"))
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusMisdirectedRequest || res.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("OPTIONS *: %d %v", res.StatusCode, res.Header)
	}
}
