package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// goApp is the module of which the client is compiled with less, and goAppMain
// its package that the client imports.
const (
	goApp     = "github.com/maxence-charriere/go-app/v9"
	goAppMain = goApp + "/pkg/app"
)

// goAppLess is what becomes of go-app. When another version of go-app declares
// other things in other places, the build ends and names what it misses: find
// where that is now, and whether a browser runs it.
var goAppLess = less{
	// The HTTP handler stays as a type, for it is named elsewhere, but without
	// its methods.
	keep: map[string][]string{
		"pkg/app/http.go":     {"Handler", "Icon", "Environment", "isRemoteLocation", "isStaticResourcePath"},
		"pkg/app/resource.go": {"ResourceProvider", "ProxyResource"},
	},
	// These three stay apart: the body is asked for by its type, and the text of
	// an input of many lines is its value.
	fold: map[string][]string{
		"pkg/app/html_gen.go": {"Body", "Html", "Textarea"},
	},
	// Packages of ours, with as much as is called of those.
	standIns: map[string]string{
		"regexp":                 "cyberchat/build/wasm/prefix",
		"github.com/google/uuid": "cyberchat/build/wasm/uuid",
		"crypto/aes":             "cyberchat/build/wasm/nocrypto",
		"crypto/cipher":          "cyberchat/build/wasm/nocrypto",
		"crypto/rand":            "cyberchat/build/wasm/nocrypto",
	},
}

// less says what is left out of a module.
type less struct {
	keep     map[string][]string // by file: the declarations that stay, of those in it
	fold     map[string][]string // by file of elements: those that are not made one type
	standIns map[string]string   // by import path: the package imported in its place
}

// lean makes a copy of go-app in the folder out, with less in it, and a go.mod
// that names it in place of go-app. It returns the path of that, which lies in
// out too, for go build -modfile. root is the folder of our module.
//
// go-app is one package for both sides: its HTTP handler is part of what a
// browser loads, and with it come net/http, TLS and its
// cryptography, and text/template, which calls methods by name, so that the
// linker must keep every exported method of every type. All that is a quarter of the bundle, and none of
// it runs. What does run is there once for each element of HTML, which is
// another twentieth (fold.go). The copy is made by goAppLess from the version in go.mod, which is
// downloaded if it is not there. A plain go build gives the same client, larger.
// (go build -overlay would do without a copy, but not for files of the module
// cache.)
func lean(root, out string) (modfile string, err error) {
	packages, err := packagesOf(root, goApp, goAppMain)
	if err != nil {
		return "", err
	}
	folder := filepath.Join(out, "goapp")
	if err := goAppLess.copy(packages, folder); err != nil {
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

// A goPackage is a package of another module as go list knows it.
type goPackage struct {
	Dir     string
	GoFiles []string // that are compiled for the browser
	Module  *goModule
}

// A goModule is the module that a package lies in.
type goModule struct{ Path, Version, Dir string }

// packagesOf returns what the browser is given of a module when it is given one
// package of it: that one and those that it needs.
func packagesOf(root, module, pkg string) (packages []goPackage, err error) {
	list := exec.Command("go", "list", "-deps", "-json=Dir,GoFiles,Module", pkg)
	list.Dir = root
	list.Env = browser()
	var said strings.Builder
	list.Stderr = &said
	found, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("where is %s? %w\n%s", pkg, err, strings.TrimSpace(said.String()))
	}
	for each := json.NewDecoder(strings.NewReader(string(found))); ; {
		var p goPackage
		if err := each.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		if p.Module != nil && p.Module.Path == module {
			packages = append(packages, p)
		}
	}
}

// copy copies packages of one module into folder, which is emptied first,
// without what is left out. A list that names what is not there is an error.
func (l less) copy(packages []goPackage, folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if len(packages) == 0 {
		return errors.New("there is nothing to copy")
	}
	module := packages[0].Module
	outdated := func(err error) error {
		return fmt.Errorf("%w: %s %s is another than goAppLess in build/wasm/lean.go was written for; see there", err, module.Path, module.Version)
	}
	cuts := map[string]func([]byte) ([]byte, error){} // by file; those that are still to be met
	for name, names := range l.keep {
		cuts[name] = func(src []byte) ([]byte, error) { return keep(src, names) }
	}
	for name, apart := range l.fold {
		cuts[name] = func(src []byte) ([]byte, error) { return fold(src, apart) }
	}
	unmet := maps.Clone(l.standIns)
	write := func(name string, data []byte) error {
		to := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o644)
	}
	for _, p := range packages {
		for _, file := range p.GoFiles {
			name, err := filepath.Rel(module.Dir, filepath.Join(p.Dir, file))
			if err != nil {
				return err
			}
			src, err := os.ReadFile(filepath.Join(p.Dir, file))
			if err != nil {
				return err
			}
			if cut, ok := cuts[filepath.ToSlash(name)]; ok {
				delete(cuts, filepath.ToSlash(name))
				if src, err = cut(src); err != nil {
					return outdated(fmt.Errorf("%s: %w", name, err))
				}
			}
			src, met, err := swap(src, l.standIns)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			for _, path := range met {
				delete(unmet, path)
			}
			if err := write(name, src); err != nil {
				return err
			}
		}
	}
	if len(cuts) > 0 {
		return outdated(fmt.Errorf("there is no %s", strings.Join(slices.Sorted(maps.Keys(cuts)), " and no ")))
	}
	if len(unmet) > 0 {
		return outdated(fmt.Errorf("nothing imports %s", strings.Join(slices.Sorted(maps.Keys(unmet)), " nor ")))
	}
	mod, err := os.ReadFile(filepath.Join(module.Dir, "go.mod"))
	if err != nil {
		return err
	}
	return write("go.mod", mod)
}
