package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// imports returns the packages of this module, and others beyond the standard
// library, that each package of this module imports itself, for one target.
func imports(t *testing.T, goos, goarch string) map[string][]string {
	t.Helper()
	packages := "cyberchat/..."
	if goos == "js" {
		packages = "cyberchat/app/..." // the store's driver does not build there
	}
	list := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, packages)
	list.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		all[fields[0]] = slices.DeleteFunc(fields[1:], func(p string) bool {
			first, _, _ := strings.Cut(p, "/")
			return first != "cyberchat" && !strings.Contains(first, ".") // the standard library
		})
	}
	return all
}

const (
	socketLibrary = "nhooyr.io/websocket"
	goApp         = "github.com/maxence-charriere/go-app/v9/pkg/app"
)

// TestArrowsPointDown holds the layout: who may import whom, of this module and
// of others. A new arrow is a decision; it is made here.
func TestArrowsPointDown(t *testing.T) {
	allowed := map[string][]string{
		// For tests, and for tools in build: nothing that is shipped imports it.
		"cyberchat/server/journey/browse": {"cyberchat/web", "github.com/chromedp/cdproto/runtime", "github.com/chromedp/chromedp"},

		"cyberchat/app/chat":           {}, // the standard library only
		"cyberchat/app/state":          {"cyberchat/app/chat"},
		"cyberchat/app/link":           {"cyberchat/app/chat", socketLibrary},
		"cyberchat/app/ui":             {"cyberchat/app/chat", "cyberchat/app/state", "cyberchat/app/link", goApp, "rsc.io/qr/coding"},
		"cyberchat/app":                {"cyberchat/app/ui", goApp},
		"cyberchat/web":                {},
		"cyberchat/server/hub":         {"cyberchat/app/chat", "cyberchat/server/store", "golang.org/x/text/secure/precis", "golang.org/x/time/rate"},
		"cyberchat/server/store":       {"cyberchat/app/chat", "github.com/gofrs/flock", "modernc.org/sqlite", "modernc.org/sqlite/lib"},
		"cyberchat/server/httpd":       {"cyberchat/app/chat", "cyberchat/app/ui", "cyberchat/server/hub", socketLibrary, "golang.org/x/sys/unix", "golang.org/x/time/rate"},
		"cyberchat/server":             {"cyberchat/server/httpd", "cyberchat/web", "golang.org/x/sys/unix", "rsc.io/qr"},
		"cyberchat/server/journey":     {}, // tests only
		"cyberchat/server/reliability": {}, // tests only
		"cyberchat/build/lighthouse":   {"cyberchat/app/chat", "cyberchat/app/link", "cyberchat/server/httpd", "cyberchat/server/journey/browse", "cyberchat/web"},
		"cyberchat/build/wasm":         {"github.com/andybalholm/brotli"},
		"cyberchat/build/clientbench": {"cyberchat/app/chat", "cyberchat/server/httpd", "cyberchat/server/journey/browse", "cyberchat/server/store", "cyberchat/web", socketLibrary,
			"github.com/chromedp/cdproto/cdp", "github.com/chromedp/cdproto/input", "github.com/chromedp/cdproto/page", "github.com/chromedp/cdproto/tracing", "github.com/chromedp/chromedp"},
		"cyberchat/build/wasm/prefix":   {},
		"cyberchat/build/wasm/uuid":     {},
		"cyberchat/build/wasm/nocrypto": {},
	}
	for _, target := range [][2]string{{"linux", "amd64"}, {"js", "wasm"}} {
		for pkg, imported := range imports(t, target[0], target[1]) {
			may, known := allowed[pkg]
			if !known {
				t.Errorf("%s is new: say here what it may import", pkg)
				continue
			}
			for _, p := range imported {
				if !slices.Contains(may, p) {
					t.Errorf("%s imports %s (%s/%s)", pkg, p, target[0], target[1])
				}
			}
		}
	}
}

// TestSocketLibraryStaysInItsTwoPlaces keeps the websocket library in app/link
// and in the socket's file of httpd.
func TestSocketLibraryStaysInItsTwoPlaces(t *testing.T) {
	for _, root := range []string{"../app", "."} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, i := range file.Imports {
				if i.Path.Value == strconv.Quote(socketLibrary) && filepath.Dir(path) != "../app/link" && path != "httpd/socket.go" && path != "httpd/connection.go" {
					t.Errorf("%s imports %s", path, socketLibrary)
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
