// Command wasm makes the browser bundle: it compiles ./app for js/wasm, packs
// it with brotli and gzip, and puts both into web/static together with the
// wasm_exec.js of the Go release that compiled it, so that glue and compiler
// always match. What no browser runs of go-app is left out (lean.go), and the data is
// brought into a form that packs well (gather.go). It prints the sizes. Once the modules are downloaded it needs no network.
//
//	go run ./build/wasm [-budget bytes] [-quick]
//
// A bundle above the budget is an error, exit code 1, and nothing in
// web/static is touched. Files there appear whole or not at all. When the
// compiled client is the same as the last time, packing is skipped.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	budget := flag.Int("budget", 1_290_000, "largest bundle allowed, in bytes after brotli; not kept with -quick")
	quick := flag.Bool("quick", false, "pack in a second instead of half a minute, a sixth larger: while developing")
	flag.Parse()
	if flag.NArg() > 0 {
		fail(fmt.Errorf("it takes no arguments, but got %q", flag.Args()))
	}
	if err := run(*budget, *quick); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "wasm:", err)
	os.Exit(1)
}

func run(budget int, quick bool) error {
	root, goroot, err := places()
	if err != nil {
		return err
	}
	p := packer{
		out:     filepath.Join(root, "build", "out"),
		static:  filepath.Join(root, "web", "static"),
		quality: 11,
		budget:  budget,
	}
	if quick {
		p.quality, p.budget = 5, 0
	}
	if err := os.MkdirAll(p.out, 0o755); err != nil {
		return err
	}
	client := filepath.Join(p.out, "app.wasm")
	modfile, err := lean(root, p.out)
	if err != nil {
		return err
	}
	if err := compile(root, "./app", client, modfile); err != nil {
		return err
	}
	raw, err := os.ReadFile(client)
	if err != nil {
		return err
	}
	if raw, err = gather(raw); err != nil {
		return fmt.Errorf("the data of the client cannot be gathered: %w", err)
	}
	glue, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return fmt.Errorf("this Go has no wasm_exec.js; Go 1.24 or later is needed: %w", err)
	}
	sizes, err := p.pack(raw, glue)
	if err != nil {
		return err
	}
	fmt.Print(sizes)
	return nil
}

// places finds the folder of the module that we are run in, and GOROOT.
func places() (root, goroot string, err error) {
	out, err := exec.Command("go", "env", "GOMOD", "GOROOT").Output()
	if err != nil {
		return "", "", fmt.Errorf("go env: %w", err)
	}
	mod, rest, _ := strings.Cut(string(out), "\n")
	if filepath.Base(mod) != "go.mod" {
		return "", "", errors.New("run it inside the repository: there is no go.mod here")
	}
	return filepath.Dir(mod), strings.TrimSpace(rest), nil
}

// browser is the environment in which the go tool works for the browser.
func browser() []string {
	return append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0")
}

// inlined are the packages in which the compiler may put a function in place of
// a call: what all the rest calls a thousand times for a drawing, and what is
// done for each message. Elsewhere it may not: that makes the bundle a sixteenth
// smaller, for what is inlined is there many times, each time with tables that say
// where it came from. Decoding a message takes a seventh longer, which is a few
// microseconds beside the drawing of it.
var inlined = []string{
	"runtime", "internal/...", "sync/...",
	"bytes", "cmp", "maps", "math/...", "slices", "strings", "unicode/...",
	"cyberchat/app/state",
}

// compile builds the program pkg of the module at dir for js/wasm into out, by
// modfile in place of its go.mod unless that is empty.
// The same sources and the same Go give the same bytes, wherever they lie and
// whatever git says of them: the bytes are the version that browsers compare.
func compile(dir, pkg, out, modfile string) error {
	args := []string{"build", "-modfile", modfile, "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-gcflags=all=-l"}
	for _, p := range inlined {
		args = append(args, "-gcflags="+p+"=") // the last that matches a package holds
	}
	cmd := exec.Command("go", append(args, "-o", out, pkg)...)
	cmd.Dir = dir
	cmd.Env = browser()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		hint := ""
		if bytes.Contains(said.Bytes(), []byte("# "+goApp)) {
			hint = "\nWhat go-app lacks here is left out of it by goAppLess in build/wasm/lean.go: see there."
		}
		return fmt.Errorf("the client does not compile:\n%s%s", bytes.TrimSpace(said.Bytes()), hint)
	}
	return nil
}
