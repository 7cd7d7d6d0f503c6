package httpd_test

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"cyberchat/server/httpd"
)

// The command in it can be taken as it is: it names the server as it was asked.
func TestPageWithoutAClientSaysWhereATerminalJoins(t *testing.T) {
	static := built(t).(fstest.MapFS)
	for _, name := range []string{"app.wasm.br", "app.wasm.gz", "wasm_exec.js"} {
		delete(static, name)
	}
	p := start(t, func(c *httpd.Config) {
		c.Static = static
		c.Origins = []string{"https://chat.example"}
	})
	_, port, err := net.SplitHostPort(p.addr)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{
		p.addr:              "npx wscat -c ws://" + p.addr + "<",
		"localhost:" + port: "npx wscat -c ws://localhost:" + port + "<",
		"chat.example":      "npx wscat -c wss://chat.example<",
	} {
		res, body := get(t, p, "/", "Host: "+host)
		if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, want) {
			t.Errorf("%s: %d, no %q in\n%s", host, res.StatusCode, want, body)
		}
		if strings.Contains(body, "<style") || strings.Contains(body, "<script") {
			t.Errorf("%s: the policy forbids what is inline", host)
		}
	}
	if res, _ := request(t, http.MethodPost, p, "/"); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", res.StatusCode)
	}
}
