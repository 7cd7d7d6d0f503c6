package main

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// differs lists the declarations that are meant to be others than in go-app.
var differs = []string{
	"http.go Handler",                    // empty
	"route.go regexpRoute",               // with a prefix in place of an expression
	"route.go (*router).routeWithRegexp", // takes only a prefix
	"route.go (*router).createComponent", // looks for the prefix
}

// TestLeanFilesSayWhatGoAppSays holds what is left out against the version of
// go-app that is used: whatever is declared here is word for word as there, apart
// from what is listed above.
func TestLeanFilesSayWhatGoAppSays(t *testing.T) {
	root, _, err := places()
	if err != nil {
		t.Fatal(err)
	}
	library, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", goApp).Output()
	if err != nil {
		t.Fatal(err)
	}
	lean, err := filepath.Glob(filepath.Join(root, leanFolder, "*.go"))
	if err != nil || len(lean) == 0 {
		t.Fatal("nothing is left out")
	}
	var others []string
	for _, ours := range lean {
		theirs := filepath.Join(strings.TrimSpace(string(library)), "pkg", "app", filepath.Base(ours))
		there, here := declarations(t, theirs), declarations(t, ours)
		for name, text := range here {
			switch want, ok := there[name]; {
			case !ok:
				t.Errorf("%s declares %s, which go-app does not", filepath.Base(ours), name)
			case text != want:
				others = append(others, filepath.Base(ours)+" "+name)
			}
		}
	}
	slices.Sort(others)
	want := slices.Sorted(slices.Values(differs))
	if !slices.Equal(others, want) {
		t.Errorf("other than in go-app are\n%s\nand not\n%s", strings.Join(others, "\n"), strings.Join(want, "\n"))
	}
}

// declarations returns the functions, types and variables of a file as text
// without comments.
func declarations(t *testing.T, path string) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	add := func(name string, node any) {
		var text bytes.Buffer
		if err := format.Node(&text, files, node); err != nil {
			t.Fatal(err)
		}
		found[name] = text.String()
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				var receiver bytes.Buffer
				if err := format.Node(&receiver, files, d.Recv.List[0].Type); err != nil {
					t.Fatal(err)
				}
				name = "(" + receiver.String() + ")." + name
			}
			add(name, d)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					add(s.Name.Name, s)
				case *ast.ValueSpec:
					add(s.Names[0].Name, s)
				}
			}
		}
	}
	return found
}

func TestLeanCopyHasTheOtherFiles(t *testing.T) {
	theirs, ours, folder := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "copy")
	write := func(dir, name, text string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o444); err != nil { // as in the module cache
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.mod", "pkg/app/http.go", "pkg/app/http_test.go", "pkg/app/app.go", "pkg/errors/http.go", "pkg/logs/logs.go", "pkg/cli/cli.go"} {
		write(theirs, name, "theirs")
	}
	write(ours, "http.go", "ours")
	for range 2 { // also over what is there
		if err := copyLean(theirs, ours, folder); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"go.mod": "theirs", "pkg/app/http.go": "ours", "pkg/app/app.go": "theirs", "pkg/errors/http.go": "theirs", "pkg/logs/logs.go": "theirs", "pkg/app/http_test.go": "", "pkg/cli/cli.go": ""} {
		if got, _ := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name))); string(got) != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	write(ours, "gone.go", "ours")
	if err := copyLean(theirs, ours, folder); err == nil || !strings.Contains(err.Error(), "gone.go") {
		t.Errorf("a file that replaces nothing: %v", err)
	}
}
