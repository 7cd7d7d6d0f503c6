package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// goApp is the module of which the client is compiled with less, and goAppParts
// its packages that the client needs.
const goApp = "github.com/maxence-charriere/go-app/v9"

var goAppParts = []string{"app", "errors", "logs"}

// leanFolder holds what replaces files of go-app's package app of the same
// names. The go tool passes over folders that begin with an underscore.
const leanFolder = "build/wasm/_goapp"

// lean makes a copy of go-app in the folder out, with less in it, and a go.mod
// that names it in place of go-app. It returns the path of that, which lies in
// out too, for go build -modfile. root is the folder of our module.
//
// go-app is one package for both sides: its HTTP handler is part of what a
// browser loads, and with it come net/http, TLS and its cryptography, and
// text/template, which calls methods by name, so that the linker must keep every
// exported method of every type. Its routes bring regexp. All that is a quarter
// of the bundle, and none of it runs. In the copy these files are others, which
// declare what the rest of the package names. A plain go build gives the same
// client, larger. (go build -overlay would do without a copy, but not for files
// of the module cache.)
func lean(root, out string) (modfile string, err error) {
	list := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", goApp)
	list.Dir = root
	found, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("where is go-app? %w", err)
	}
	theirs := strings.TrimSpace(string(found))
	folder := filepath.Join(out, "goapp")
	if err := copyLean(theirs, filepath.Join(root, filepath.FromSlash(leanFolder)), folder); err != nil {
		return "", err
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return "", err
	}
	// Relative, so that the client is the same wherever the repository lies.
	at, err := filepath.Rel(root, folder)
	if err != nil {
		return "", err
	}
	mod = fmt.Appendf(mod, "\nreplace %s => ./%s\n", goApp, filepath.ToSlash(at))
	modfile = filepath.Join(out, "lean.mod")
	if err := os.WriteFile(modfile, mod, 0o644); err != nil {
		return "", err
	}
	return modfile, os.WriteFile(filepath.Join(out, "lean.sum"), sum, 0o644)
}

// copyLean copies what is needed of the module at theirs into folder, which is
// emptied first, with the files in ours in place of those of the same names.
func copyLean(theirs, ours, folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	names := []string{"go.mod"}
	for _, part := range goAppParts {
		found, err := filepath.Glob(filepath.Join(theirs, "pkg", part, "*.go"))
		if err != nil || len(found) == 0 {
			return fmt.Errorf("go-app has no package %s", part)
		}
		for _, name := range found {
			if !strings.HasSuffix(name, "_test.go") {
				names = append(names, filepath.Join("pkg", part, filepath.Base(name)))
			}
		}
	}
	replaced, err := filepath.Glob(filepath.Join(ours, "*.go"))
	if err != nil || len(replaced) == 0 {
		return fmt.Errorf("nothing is in %s", ours)
	}
	for _, name := range replaced {
		if _, err := os.Stat(filepath.Join(theirs, "pkg", "app", filepath.Base(name))); err != nil {
			return fmt.Errorf("what %s replaces is gone from go-app: %w", filepath.Base(name), err)
		}
	}
	for _, name := range names {
		from := filepath.Join(theirs, name)
		if lean := filepath.Join(ours, filepath.Base(name)); filepath.Dir(name) == filepath.Join("pkg", "app") && exists(lean) {
			from = lean
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
