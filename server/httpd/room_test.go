package httpd_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"cyberchat/server/httpd"
)

func TestRoomsAddressIsThePage(t *testing.T) {
	p := start(t)
	home, page := get(t, p, "/")
	for _, path := range []string{"/room/lobby", "/room/lobby/1", "/room/place", "/room/no-such-room/9223372036854775807", "/room/" + strings.Repeat("a", 32)} {
		res, body := get(t, p, path)
		if res.StatusCode != 200 || body != page || res.Header.Get("ETag") != home.Header.Get("ETag") || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d, %v", path, res.StatusCode, res.Header)
		}
		if res, _ := get(t, p, path, "If-None-Match: "+home.Header.Get("ETag")); res.StatusCode != http.StatusNotModified {
			t.Errorf("%s for who has it: %d", path, res.StatusCode)
		}
		if res, _ := request(t, http.MethodHead, p, path); res.StatusCode != 200 {
			t.Errorf("HEAD %s: %d", path, res.StatusCode)
		}
		if res, _ := request(t, http.MethodPost, p, path); res.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, res.StatusCode)
		}
	}
}

func TestWhatIsNoRoomsAddressSaysSo(t *testing.T) {
	p := start(t)
	for _, path := range []string{
		"/room/", "/room", "/room/Lobby", "/room/-", "/room/a_b", "/room/lobby/", "/room/lobby/0", "/room/lobby/-1", "/room/lobby/+1", "/room/lobby/01",
		"/room/lobby/x", "/room/lobby/9223372036854775808", "/room/lobby/1/2", "/room/direct", "/room/%3Cscript%3E", "/room/" + strings.Repeat("a", 33),
	} {
		res, body := get(t, p, path)
		if res.StatusCode != 404 || !strings.Contains(body, "The chat is at /.") || strings.Contains(body, "<") || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %q", path, res.StatusCode, body)
		}
	}
}

func TestRoomsAddressWithoutAClientSaysHowToBuildIt(t *testing.T) {
	p := start(t, func(c *httpd.Config) {
		static := built(t).(fstest.MapFS)
		delete(static, "app.wasm.gz")
		c.Static = static
	})
	home, want := get(t, p, "/")
	if res, body := get(t, p, "/room/lobby"); res.StatusCode != home.StatusCode || body != want || home.StatusCode != 503 {
		t.Errorf("/room/lobby: %d", res.StatusCode)
	}
}
