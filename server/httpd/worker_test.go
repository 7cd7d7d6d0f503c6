package httpd_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cyberchat/server/httpd"
)

// told returns what the server has told the service worker.
func told(t *testing.T, p place) (version string, files []string) {
	t.Helper()
	res, script := get(t, p, "/worker.js")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || res.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("the worker: %d %v", res.StatusCode, res.Header)
	}
	if err := json.Unmarshal([]byte(found(t, `(?m)^const FILES = (\[.*\]);$`, script)), &files); err != nil {
		t.Fatal(err)
	}
	return found(t, `(?m)^const VERSION = "([0-9a-f]{16})";$`, script), files
}

func TestWorkerKnowsAllFilesThatThePageNeeds(t *testing.T) {
	p := start(t)
	_, files := told(t, p)
	_, page := get(t, p, "/")
	for _, pattern := range []string{
		`rel="stylesheet" href="([^"]+)"`, `src="(/static/wasm_exec[^"]+)"`, `src="(/static/offline[^"]+)"`,
		`src="(/static/boot[^"]+)"`, `data-wasm="([^"]+)"`, `rel="icon" href="([^"]+)"`, `rel="manifest" href="([^"]+)"`,
	} {
		if path := found(t, pattern, page); !slices.Contains(files, path) {
			t.Errorf("the worker does not know %s", path)
		}
	}
	for _, path := range files {
		res, body := get(t, p, path)
		if res.StatusCode != 200 {
			t.Errorf("%s, which the worker is to keep: %d", path, res.StatusCode)
		}
		if body == page || strings.Contains(path, "cyberchat.html") || strings.Contains(path, "worker") || strings.HasPrefix(path, "/screenshots/") {
			t.Errorf("the worker is to keep %s", path)
		}
	}
}

func TestWorkerIsAnotherOneForOtherFilesOnly(t *testing.T) {
	version := func(name, data string) string {
		v, _ := told(t, start(t, func(c *httpd.Config) {
			static := built(t).(fstest.MapFS)
			if name != "" {
				static[name] = &fstest.MapFile{Data: []byte(data)}
			}
			c.Static = static
		}))
		return v
	}
	first := version("", "")
	if again := version("", ""); again != first {
		t.Errorf("version %s and then %s of the same files", first, again)
	}
	for _, name := range []string{"boot.js", "offline.js", "css/zz.css", "icons/icon.svg", "manifest.webmanifest", "app.wasm.gz"} {
		if version(name, strings.Repeat("another ", 10)) == first {
			t.Errorf("another %s is no other version", name)
		}
	}
}

func TestWithoutAClientThereIsNoWorker(t *testing.T) {
	static := built(t).(fstest.MapFS)
	delete(static, "app.wasm.gz")
	delete(static, "wasm_exec.js")
	p := start(t, func(c *httpd.Config) { c.Static = static })
	if res, _ := get(t, p, "/worker.js"); res.StatusCode != http.StatusNotFound {
		t.Errorf("there is a worker: %d", res.StatusCode)
	}
}

func TestManifestNamesWhatIsThere(t *testing.T) {
	p := start(t)
	_, text := get(t, p, "/manifest.webmanifest")
	var manifest struct {
		ID, Scope, Display string
		Icons              []struct{ Src, Purpose string }
		Screenshots        []struct {
			Src        string
			FormFactor string `json:"form_factor"`
		}
	}
	if err := json.Unmarshal([]byte(text), &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.ID != "/" || manifest.Scope != "/" || manifest.Display != "standalone" {
		t.Errorf("%+v", manifest)
	}
	var paths, forms []string
	maskable := false
	for _, i := range manifest.Icons {
		paths = append(paths, i.Src)
		maskable = maskable || i.Purpose == "maskable"
	}
	for _, s := range manifest.Screenshots {
		paths, forms = append(paths, s.Src), append(forms, s.FormFactor)
	}
	if !maskable || !slices.Contains(forms, "wide") || !slices.Contains(forms, "narrow") {
		t.Errorf("maskable %v, screenshots %v", maskable, forms)
	}
	for _, path := range paths {
		if res, _ := get(t, p, path); res.StatusCode != 200 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
