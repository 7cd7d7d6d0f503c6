package httpd_test

import (
	"encoding/base64"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"cyberchat/server/httpd"
	"cyberchat/web"
)

// found returns what the first group of the pattern matches in s.
func found(t *testing.T, pattern, s string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("nothing matches %s", pattern)
	}
	return m[1]
}

func TestPageNamesItsFilesByTheirHash(t *testing.T) {
	p := start(t)
	res, page := get(t, p, "/")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/html; charset=utf-8" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the page: %d %v", res.StatusCode, res.Header)
	}
	if !strings.Contains(page, "<h1>Disconnected</h1>") || !strings.Contains(page, `role="log"`) {
		t.Error("the page is not readable before the client runs")
	}
	if strings.Contains(page, "maximum-scale") || strings.Contains(page, "user-scalable") {
		t.Error("the page forbids zooming")
	}
	for _, path := range []string{
		found(t, `rel="stylesheet" href="(/static/app\.[0-9a-f]{16}\.css)"`, page),
		found(t, `src="(/static/wasm_exec\.[0-9a-f]{16}\.js)"`, page),
		found(t, `src="(/static/boot\.[0-9a-f]{16}\.js)"`, page),
		found(t, `rel="preload" as="fetch" type="application/wasm" href="(/static/app\.[0-9a-f]{16}\.wasm)"`, page),
	} {
		res, _ := get(t, p, path)
		if res.StatusCode != 200 || res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %q", path, res.StatusCode, res.Header.Get("Cache-Control"))
		}
	}
	for _, path := range regexp.MustCompile(`(?:href|src)="(/icons/[^"]+|/manifest[^"]+)"`).FindAllStringSubmatch(page, -1) {
		if res, _ := get(t, p, path[1]); res.StatusCode != 200 {
			t.Errorf("%s, which the page names: %d", path[1], res.StatusCode)
		}
	}
	if other := regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//[^"]*"`).FindString(page); other != "" {
		t.Errorf("the page names another origin: %s", other)
	}
}

func TestBundleIsDeliveredInTheEncodingAskedFor(t *testing.T) {
	p := start(t)
	_, page := get(t, p, "/")
	path := found(t, `data-wasm="([^"]+)"`, page)
	if size := found(t, `data-wasm-size="([^"]+)"`, page); size != strconv.Itoa(len(bundle)) {
		t.Errorf("the page says the bundle has %s bytes, it has %d", size, len(bundle))
	}
	for accept, want := range map[string]struct{ encoding, body string }{
		"gzip, deflate, br, zstd": {"br", "as brotli"},
		"gzip, br;q=0":            {"gzip", string(gzipped(bundle))},
		"GZIP;q=0.5":              {"gzip", string(gzipped(bundle))},
		"identity":                {"", bundle},
		"":                        {"", bundle},
		"brotli, gzip;q=0":        {"", bundle},
	} {
		res, body := get(t, p, path, "Accept-Encoding: "+accept)
		if res.Header.Get("Content-Encoding") != want.encoding || body != want.body {
			t.Errorf("accepting %q: encoding %q, %d bytes", accept, res.Header.Get("Content-Encoding"), len(body))
		}
		if res.Header.Get("Content-Type") != "application/wasm" || res.Header.Get("Vary") != "Accept-Encoding" || res.ContentLength != int64(len(want.body)) {
			t.Errorf("accepting %q: %v", accept, res.Header)
		}
	}
	res, body := request(t, http.MethodHead, p, path, "Accept-Encoding: br")
	if body != "" || res.ContentLength != int64(len("as brotli")) {
		t.Errorf("HEAD: %d bytes, length %d", len(body), res.ContentLength)
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	p := start(t)
	for _, accept := range []string{"identity", "gzip"} {
		res, _ := get(t, p, "/", "Accept-Encoding: "+accept)
		again, body := get(t, p, "/", "Accept-Encoding: "+accept, "If-None-Match: "+res.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("accepting %s: %d with %d bytes", accept, again.StatusCode, len(body))
		}
	}
	if res, _ := get(t, p, "/", `If-None-Match: "other"`); res.StatusCode != 200 {
		t.Errorf("for another version: %d", res.StatusCode)
	}
}

// TestBuildIsStable holds what the offer to reload relies on: the same files
// have the same build after a restart, and others have another.
func TestBuildIsStable(t *testing.T) {
	build := func(static fs.FS) string {
		_, page := get(t, start(t, func(c *httpd.Config) { c.Static = static }), "/")
		return found(t, `data-build="([0-9a-f]{16})"`, page)
	}
	first := build(built(t))
	if again := build(built(t)); again != first {
		t.Errorf("build %s and then %s of the same files", first, again)
	}
	changed := built(t).(fstest.MapFS)
	changed["boot.js"] = &fstest.MapFile{Data: []byte("// other")}
	if other := build(changed); other == first {
		t.Error("another boot script has the same build")
	}
}

func TestMissingBundleIsExplained(t *testing.T) {
	static := built(t).(fstest.MapFS)
	for _, name := range []string{"app.wasm.br", "app.wasm.gz", "wasm_exec.js"} {
		delete(static, name)
	}
	p := start(t, func(c *httpd.Config) { c.Static = static })
	for _, path := range []string{"/", "/cyberchat.html"} {
		res, body := get(t, p, path)
		if res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "make wasm") {
			t.Errorf("%s without a bundle: %d %q", path, res.StatusCode, body)
		}
	}
	plain(t, p) // a terminal can join all the same
}

func TestOtherPaths(t *testing.T) {
	p := start(t)
	for path, want := range map[string]int{
		"/healthz": 200, "/robots.txt": 200,
		"/sitemap.xml": 404, "/ads.txt": 404, "/nothing": 404, "/app.wasm": 404, "/static/app.css": 404, "/css/tokens.css": 404, "/styleguide": 404,
		"/ws": 426,
	} {
		if res, _ := get(t, p, path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if _, body := get(t, p, "/healthz"); body != "ok\n" {
		t.Errorf("/healthz: %q", body)
	}
}

func TestFileToTakeAway(t *testing.T) {
	p := start(t, func(c *httpd.Config) { c.Origins = []string{"https://chat.example.com"} })
	res, page := get(t, p, "/cyberchat.html")
	if res.Header.Get("Content-Disposition") != `attachment; filename="cyberchat.html"` || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("headers: %v", res.Header)
	}
	if res.ContentLength != int64(len(page)) {
		t.Errorf("the length is given as %d and is %d", res.ContentLength, len(page))
	}
	if got := found(t, `data-socket="([^"]+)"`, page); got != "ws://"+p.addr+"/ws" {
		t.Errorf("the socket is %s", got)
	}
	if got := found(t, `data-key="([^"]+)"`, page); got != fileKey {
		t.Errorf("the key is %s", got)
	}
	packed, err := base64.StdEncoding.DecodeString(found(t, `id="app-wasm-bundle">([^<]*)<`, page))
	if err != nil || string(packed) != string(gzipped(bundle)) {
		t.Errorf("the bundle is not in it: %v", err)
	}
	if strings.Contains(page, "// glue </script>") || !strings.Contains(page, `// glue <\/script>`) {
		t.Error("a script in the page can end its element early")
	}
	if policy := found(t, `http-equiv="Content-Security-Policy" content="([^"]+)"`, page); strings.Contains(policy, "unsafe-inline") || !strings.Contains(policy, "connect-src ws://"+p.addr+";") {
		t.Errorf("its policy is %s", policy)
	}
	if other := regexp.MustCompile(`(?:src|href)="[^#d]`).FindString(page); other != "" {
		t.Errorf("the file is not self-contained: %s", other)
	}
	_, page = get(t, p, "/cyberchat.html", "Host: chat.example.com")
	if got := found(t, `data-socket="([^"]+)"`, page); got != "wss://chat.example.com/ws" {
		t.Errorf("taken from behind a proxy, the socket is %s", got)
	}
}

func TestFileKeyIsKept(t *testing.T) {
	folder := t.TempDir()
	key, err := httpd.FileKey(folder)
	if err != nil || len(key) < 26 {
		t.Fatalf("%q, %v", key, err)
	}
	if again, err := httpd.FileKey(folder); again != key || err != nil {
		t.Errorf("the second time: %q, %v", again, err)
	}
	info, err := os.Stat(filepath.Join(folder, "file-key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(folder, "file-key"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := httpd.FileKey(folder); err == nil || !strings.Contains(err.Error(), "Delete it") {
		t.Errorf("an empty key: %v", err)
	}
}

func TestServerRunsWithWhatIsEmbedded(t *testing.T) {
	// Whether or not `make wasm` has run.
	p := start(t, func(c *httpd.Config) { c.Static = web.Static() })
	if res, _ := get(t, p, "/"); res.StatusCode != 200 && res.StatusCode != 503 {
		t.Errorf("the page: %d", res.StatusCode)
	}
}
