package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

var client = []byte(strings.Repeat("a client that packs well; ", 1000))

func newPacker(t *testing.T) packer {
	t.Helper()
	return packer{out: t.TempDir(), static: t.TempDir(), quality: 5, budget: 10_000}
}

// files returns the names and contents of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[e.Name()] = string(data)
	}
	return found
}

func TestPack(t *testing.T) {
	p := newPacker(t)
	s, err := p.pack(client, []byte("glue"))
	if err != nil {
		t.Fatal(err)
	}
	got := files(t, p.static)
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, []string{"app.wasm.br", "app.wasm.gz", "wasm_exec.js"}) {
		t.Fatalf("web/static holds %v", names)
	}
	if names := slices.Collect(maps.Keys(files(t, p.out))); !slices.Equal(names, []string{"app.wasm.record"}) {
		t.Errorf("build/out holds %v, want the record alone", names)
	}
	if got["wasm_exec.js"] != "glue" {
		t.Errorf("wasm_exec.js is %q", got["wasm_exec.js"])
	}
	br, err := io.ReadAll(brotli.NewReader(strings.NewReader(got["app.wasm.br"])))
	if err != nil || !bytes.Equal(br, client) {
		t.Errorf("app.wasm.br does not unpack to the client: %v", err)
	}
	zr, err := gzip.NewReader(strings.NewReader(got["app.wasm.gz"]))
	if err != nil {
		t.Fatal(err)
	}
	if zr.Name != "" || !zr.ModTime.IsZero() {
		t.Errorf("the gzip header has a name %q or a time %v", zr.Name, zr.ModTime)
	}
	if gz, err := io.ReadAll(zr); err != nil || !bytes.Equal(gz, client) {
		t.Errorf("app.wasm.gz does not unpack to the client: %v", err)
	}
	if s.raw != len(client) || s.brotli != len(got["app.wasm.br"]) || s.gzip != len(got["app.wasm.gz"]) || s.unchanged {
		t.Errorf("sizes are %+v", s)
	}
}

func TestOverBudgetTouchesNothing(t *testing.T) {
	p := newPacker(t)
	if _, err := p.pack(client, []byte("glue")); err != nil {
		t.Fatal(err)
	}
	static, out := files(t, p.static), files(t, p.out)
	p.budget = 10
	for _, raw := range [][]byte{client, append([]byte("new "), client...)} {
		_, err := p.pack(raw, []byte("new glue"))
		if err == nil || !strings.Contains(err.Error(), "budget of 10") || strings.Contains(err.Error(), "\n") {
			t.Errorf("over the budget: %v", err)
		}
		if !maps.Equal(files(t, p.static), static) || !maps.Equal(files(t, p.out), out) {
			t.Error("files changed although the bundle is over the budget")
		}
	}
}

func TestPackAgain(t *testing.T) {
	newer := append([]byte("new "), client...)
	for _, c := range []struct {
		name      string
		raw       []byte
		between   func(p *packer) error
		unchanged bool
	}{
		{"same client", client, nil, true},
		{"another client", newer, nil, false},
		{"another quality", client, func(p *packer) error { p.quality = 4; return nil }, false},
		{"an output is gone", client, func(p *packer) error { return os.Remove(filepath.Join(p.static, "app.wasm.gz")) }, false},
		{"an output is damaged", client, func(p *packer) error { return os.Truncate(filepath.Join(p.static, "app.wasm.br"), 5) }, false},
		{"the record is gone", client, func(p *packer) error { return os.Remove(filepath.Join(p.out, "app.wasm.record")) }, false},
		{"the glue is gone", client, func(p *packer) error { return os.Remove(filepath.Join(p.static, "wasm_exec.js")) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPacker(t)
			if _, err := p.pack(client, []byte("glue")); err != nil {
				t.Fatal(err)
			}
			if c.between != nil {
				if err := c.between(&p); err != nil {
					t.Fatal(err)
				}
			}
			s, err := p.pack(c.raw, []byte("new glue"))
			if err != nil || s.unchanged != c.unchanged {
				t.Fatalf("unchanged is %v, want %v: %v", s.unchanged, c.unchanged, err)
			}
			got := files(t, p.static)
			if got["wasm_exec.js"] != "new glue" {
				t.Error("wasm_exec.js is not that of this Go")
			}
			br, err := io.ReadAll(brotli.NewReader(strings.NewReader(got["app.wasm.br"])))
			if err != nil || !bytes.Equal(br, c.raw) {
				t.Errorf("app.wasm.br does not unpack to the client: %v", err)
			}
			if s, err := p.pack(c.raw, []byte("new glue")); err != nil || !s.unchanged {
				t.Errorf("the time after, unchanged is %v: %v", s.unchanged, err)
			}
		})
	}
}

func TestUnwritableFolder(t *testing.T) {
	p := newPacker(t)
	p.static = filepath.Join(p.static, "missing")
	if _, err := p.pack(client, nil); err == nil {
		t.Error("a missing folder gives no error")
	}
	if left := files(t, p.out); len(left) > 0 {
		t.Errorf("left behind: %v", slices.Collect(maps.Keys(left)))
	}
}

func TestSizesTable(t *testing.T) {
	s := sizes{raw: 7_112_824, brotli: 1_434_931, gzip: 1_956_026, budget: 1_700_000, unchanged: true}
	want := `app.wasm       7112824 bytes  100.0 %
app.wasm.br    1434931 bytes   20.2 %  of a budget of 1700000
app.wasm.gz    1956026 bytes   27.5 %
unchanged since the last time
`
	if got := s.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// program writes a module with a program of one file and returns its folder.
func program(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module tiny\n\ngo 1.26\n", "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCompileIsReproducible(t *testing.T) {
	var built [2][]byte
	for i := range built {
		dir := program(t, "package main\n\nfunc main() { println(\"hello\") }\n")
		out := filepath.Join(t.TempDir(), "app.wasm")
		if err := compile(dir, ".", out, ""); err != nil {
			t.Fatal(err)
		}
		var err error
		if built[i], err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.HasPrefix(built[0], []byte("\x00asm")) {
		t.Error("the result is not WebAssembly")
	}
	if !bytes.Equal(built[0], built[1]) {
		t.Error("the same program in two folders gives two results")
	}
}

func TestCompileError(t *testing.T) {
	out := filepath.Join(t.TempDir(), "app.wasm")
	err := compile(program(t, "package main\n\nfunc main() { oops }\n"), ".", out, "")
	if err == nil || !strings.Contains(err.Error(), "undefined: oops") {
		t.Errorf("the compiler's words are missing: %v", err)
	}
}
