package main

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cyberchat/build/wasm/prefix"
)

// TestLeanClient makes the copy of the go-app that is used, holds it against
// go-app and compiles the client with it.
func TestLeanClient(t *testing.T) {
	root, _, err := places()
	if err != nil {
		t.Fatal(err)
	}
	packages, err := packagesOf(root, goApp, goAppMain)
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	modfile, err := lean(root, out)
	if err != nil {
		t.Fatal(err)
	}

	t.Run("says what go-app says", func(t *testing.T) {
		for _, p := range packages {
			for _, file := range p.GoFiles {
				theirs := filepath.Join(p.Dir, file)
				name, err := filepath.Rel(p.Module.Dir, theirs)
				if err != nil {
					t.Fatal(err)
				}
				there, here := declarations(t, theirs), declarations(t, filepath.Join(out, "goapp", name))
				if kept, cut := goAppLess.keep[filepath.ToSlash(name)]; cut {
					maps.DeleteFunc(there, func(declared, _ string) bool { return !slices.Contains(kept, declared) })
				}
				if apart, ok := goAppLess.fold[filepath.ToSlash(name)]; ok {
					if is, was := methodNames(here), methodNames(there); !maps.Equal(is, was) {
						t.Errorf("the elements in %s have the methods %v, and in go-app %v", name, is, was)
					}
					if _, ok := here[folded]; !ok {
						t.Errorf("%s does not declare %s", name, folded)
					}
					delete(here, folded)
					for _, m := range []map[string]string{there, here} {
						maps.DeleteFunc(m, func(declared, _ string) bool { return isFolded(declared, apart) })
					}
				}
				for declared := range there {
					if _, ok := here[declared]; !ok {
						t.Errorf("%s lacks %s", name, declared)
					}
				}
				for declared, text := range here {
					if text != there[declared] {
						t.Errorf("%s has another %s than go-app:\n%s", name, declared, text)
					}
				}
			}
		}
	})

	t.Run("leaves out what no browser runs", func(t *testing.T) {
		whole, less := needs(t, root, "go.mod"), needs(t, root, modfile)
		for _, p := range []string{"net/http", "crypto/tls", "text/template", "regexp", "github.com/google/uuid", "database/sql/driver", "crypto/aes", "crypto/rand"} {
			if !slices.Contains(whole, p) {
				t.Errorf("go-app as it is does not need %s: nothing is left out there", p)
			}
			if slices.Contains(less, p) {
				t.Errorf("the client still needs %s", p)
			}
		}
	})

	t.Run("is the same each time", func(t *testing.T) {
		again := t.TempDir()
		if _, err := lean(root, again); err != nil {
			t.Fatal(err)
		}
		if first, second := tree(t, filepath.Join(out, "goapp")), tree(t, filepath.Join(again, "goapp")); !maps.Equal(first, second) {
			t.Error("two copies differ")
		}
	})

	t.Run("compiles", func(t *testing.T) {
		client := filepath.Join(out, "app.wasm")
		if err := compile(root, "./app", client, modfile); err != nil {
			t.Fatal(err)
		}
		code, err := os.ReadFile(client)
		if err != nil {
			t.Fatal(err)
		}
		checkGathered(t, code)
		// Functions are there with their names, so that a panic can be understood.
		for name, want := range map[string]bool{
			"cyberchat/app/chat.DecodeEvent": true,
			"cyberchat/app/chat.command[":    false, // the server reads commands, and no client
		} {
			if got := bytes.Contains(code, []byte(name)); got != want {
				t.Errorf("%s is in the client: %v", name, got)
			}
		}
	})

	t.Run("says where to look if it does not compile", func(t *testing.T) {
		tooMuch := less{keep: maps.Clone(goAppLess.keep), fold: goAppLess.fold, standIns: goAppLess.standIns}
		tooMuch.keep["pkg/app/http.go"] = []string{"Handler", "Icon", "Environment", "isStaticResourcePath"}
		if err := tooMuch.copy(packages, filepath.Join(out, "goapp")); err != nil {
			t.Fatal(err)
		}
		err := compile(root, "./app", filepath.Join(out, "broken.wasm"), modfile)
		if err == nil || !strings.Contains(err.Error(), "undefined: isRemoteLocation") || !strings.Contains(err.Error(), "goAppLess") {
			t.Errorf("without isRemoteLocation: %v", err)
		}
	})
}

// methodNames returns the names of the methods that are declared, of whatever type.
func methodNames(declared map[string]string) map[string]bool {
	names := map[string]bool{}
	for d := range declared {
		if _, name, ok := strings.Cut(d, ")."); ok {
			names[name] = true
		}
	}
	return names
}

// isFolded tells whether a declaration is of an element that fold makes one type
// with others.
func isFolded(declared string, apart []string) bool {
	element := strings.TrimPrefix(declared, "(*")
	if !strings.HasPrefix(element, "HTML") && !strings.HasPrefix(element, "html") {
		return false
	}
	element, _, _ = strings.Cut(element[len("html"):], ")")
	return !slices.Contains(apart, element)
}

// needs returns the packages that the client is made of.
func needs(t *testing.T, root, modfile string) []string {
	t.Helper()
	list := exec.Command("go", "list", "-modfile", modfile, "-deps", "./app")
	list.Dir = root
	list.Env = browser()
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(out))
}

// tree returns the files below a folder and what is in them.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		found[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// declarations returns the functions, types, constants and variables of a file
// as text.
func declarations(t *testing.T, path string) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		var text bytes.Buffer
		if err := format.Node(&text, files, d); err != nil {
			t.Fatal(err)
		}
		for _, name := range declaredBy(d) {
			found[name] += text.String() // there may be more than one init
		}
	}
	return found
}

// TestRoutesMatchAsWithRegexp: a route of the client leads to the same page in
// the browser as it does on the server, where go-app is as it is.
func TestRoutesMatchAsWithRegexp(t *testing.T) {
	root, _, err := places()
	if err != nil {
		t.Fatal(err)
	}
	patterns := routes(t, filepath.Join(root, "app"))
	if len(patterns) == 0 {
		t.Fatal("the client has no routes with a pattern: regexp needs no stand-in")
	}
	for _, pattern := range patterns {
		here, there := prefix.MustCompile(pattern), regexp.MustCompile(pattern)
		for _, path := range []string{"", "/", "/styleguide", "/a/b", "/C:/chat/index.html", "/home/me/chat%20page.html", "chat", "//"} {
			if got, want := here.MatchString(path), there.MatchString(path); got != want {
				t.Errorf("%s on %q: %v, and regexp says %v", pattern, path, got, want)
			}
		}
	}
}

// routes returns the patterns of all routes that the Go files below a folder set.
func routes(t *testing.T, folder string) (patterns []string) {
	t.Helper()
	for name, src := range tree(t, folder) {
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, src, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			called, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !strings.HasPrefix(called.Sel.Name, "RouteWithRegexp") {
				return true
			}
			literal, ok := call.Args[0].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: the pattern of a route is to be a literal", files.Position(call.Pos()))
				return true
			}
			pattern, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			patterns = append(patterns, pattern)
			return true
		})
	}
	return patterns
}

// newModule returns packages of a small module, which lies there as in the module
// cache.
func newModule(t *testing.T) []goPackage {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":               "module small\n",
		"pkg/app/http.go":      "package app\n\nimport \"net/http\"\n\ntype Handler struct{}\n\nfunc (h Handler) ServeHTTP(http.ResponseWriter, *http.Request) {}\n",
		"pkg/app/html_gen.go":  "package app\n\ntype HTMLA interface{ ID() HTMLA }\n\ntype htmlA struct{ htmlElement }\n\nfunc (e *htmlA) ID() HTMLA { return e }\n",
		"pkg/app/http_test.go": "package app\n",
		"pkg/app/route.go":     "package app\n\nimport \"regexp\"\n\nvar route = regexp.MustCompile(\"^/\")\n",
		"pkg/errors/http.go":   "package errors\n\nfunc New() {}\n",
		"pkg/cli/cli.go":       "package cli\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	module := &goModule{Path: "small", Version: "v1.2.3", Dir: dir}
	return []goPackage{
		{Dir: filepath.Join(dir, "pkg", "app"), GoFiles: []string{"html_gen.go", "http.go", "route.go"}, Module: module},
		{Dir: filepath.Join(dir, "pkg", "errors"), GoFiles: []string{"http.go"}, Module: module},
	}
}

func TestCopyWithLess(t *testing.T) {
	packages, folder := newModule(t), filepath.Join(t.TempDir(), "copy")
	l := less{
		keep:     map[string][]string{"pkg/app/http.go": {"Handler"}},
		fold:     map[string][]string{"pkg/app/html_gen.go": nil},
		standIns: map[string]string{"regexp": "ours/prefix"},
	}
	want := map[string]string{
		"go.mod":              "module small\n",
		"pkg/app/html_gen.go": "package app\n\ntype HTMLA = *foldedElement\n\ntype htmlA = foldedElement\n\nfunc (e *htmlA) ID() HTMLA { return e }\n\ntype foldedElement struct {\n\thtmlElement\n}\n",
		"pkg/app/http.go":     "package app\n\ntype Handler struct{}\n",
		"pkg/app/route.go":    "package app\n\nimport regexp \"ours/prefix\"\n\nvar route = regexp.MustCompile(\"^/\")\n",
		"pkg/errors/http.go":  "package errors\n\nfunc New() {}\n",
	}
	for range 2 { // also over what is there
		if err := l.copy(packages, folder); err != nil {
			t.Fatal(err)
		}
		if got := tree(t, folder); !maps.Equal(got, want) {
			t.Errorf("the copy is %q,\nwant %q", got, want)
		}
		if err := os.WriteFile(filepath.Join(folder, "pkg", "app", "old.go"), []byte("package app\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCopyOfAnotherVersion: where go-app is no longer as it was, the build ends
// with what is amiss, which version that is, and where to put it right.
func TestCopyOfAnotherVersion(t *testing.T) {
	for _, c := range []struct {
		name string
		less less
		want string
	}{
		{"a file is gone", less{keep: map[string][]string{"pkg/app/gone.go": {"Handler"}, "pkg/app/away.go": nil}}, "there is no pkg/app/away.go and no pkg/app/gone.go"},
		{"elements are gone", less{fold: map[string][]string{"pkg/app/route.go": nil}}, "pkg/app/route.go: route is not of an element"},
		{"a declaration is gone", less{keep: map[string][]string{"pkg/app/http.go": {"Handler", "Icon"}}}, "pkg/app/http.go: it does not declare Icon"},
		{"an import is gone", less{standIns: map[string]string{"regexp": "ours/prefix", "unicode": "ours/ascii"}}, "nothing imports unicode"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.less.copy(newModule(t), t.TempDir())
			for _, want := range []string{c.want, "small v1.2.3", "goAppLess in build/wasm/lean.go"} {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%v, want an error that says %q", err, want)
				}
			}
		})
	}
	if err := (less{}).copy(nil, t.TempDir()); err == nil {
		t.Error("no packages give no error")
	}
}

// TestDownloadsWhatIsNotThere: in a fresh clone nothing has been downloaded but
// what this program itself is made of.
func TestDownloadsWhatIsNotThere(t *testing.T) {
	root, _, err := places()
	if err != nil {
		t.Fatal(err)
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	fresh := t.TempDir()
	t.Setenv("GOMODCACHE", fresh)
	t.Setenv("GOFLAGS", "-modcacherw") // it is removed again
	// What this machine has downloaded is where it can be downloaded from.
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(filepath.Join(strings.TrimSpace(string(cache)), "cache", "download")))
	out := t.TempDir()
	if _, err := lean(root, out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(out, "goapp", "pkg", "app", "app.go")); err != nil {
		t.Error(err)
	}
}

func TestModuleThatIsNotThere(t *testing.T) {
	root, _, err := places()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := packagesOf(root, goApp, goApp+"/pkg/gone"); err == nil || !strings.Contains(err.Error(), "pkg/gone") {
		t.Errorf("a package that go-app does not have: %v", err)
	}
}
