package browse

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"cyberchat/web"
)

// Client returns the built files of the client that web/static lacks, by their
// names there: none if `make wasm` has built them, or else those of a client that
// is built here, once, and packed fast, not small. Nobody may change them.
var Client = sync.OnceValues(func() (map[string][]byte, error) {
	if _, err := fs.Stat(web.Static(), "app.wasm.gz"); err == nil {
		return nil, nil
	}
	folder, err := os.MkdirTemp("", "cyberchat")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "app.wasm")
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", path, "cyberchat/app")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	client, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed) // the level is one
	w.Write(client)
	w.Close()
	return map[string][]byte{"app.wasm.gz": packed.Bytes(), "wasm_exec.js": glue}, nil
})
