package main

import (
	"slices"
	"strings"
	"testing"
)

const library = `//go:build wasm

// Package library is cut.
package library

import (
	"net/http"
	str "strings"
	"sync" // for the lock
)

// Loose words.

// Server serves.
type Server struct {
	// Name is said.
	Name string
	mu   sync.Mutex // guards it
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func (s Server) lower() string { return str.ToLower(s.Name) }

func (m *Map[K, V]) Len() int { return 0 }

const (
	zero = iota
	one  // after zero
)

var a, b = 1, 2

func helper() string {
	// The way it is written stays.
	return "a"  +  "b"
}
`

func TestKeep(t *testing.T) {
	for _, c := range []struct {
		name  string
		names []string
		want  string
	}{
		{"nothing", nil, "package library\n"},
		{"a type without its methods", []string{"Server"}, `package library

import "sync"

// Server serves.
type Server struct {
	// Name is said.
	Name string
	mu   sync.Mutex // guards it
}
`},
		{"a method, and an import under another name", []string{"Server.lower"}, `package library

import str "strings"

func (s Server) lower() string { return str.ToLower(s.Name) }
`},
		{"a method by pointer", []string{"(*Server).ServeHTTP"}, `package library

import "net/http"

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {}
`},
		{"a method of a type with parameters", []string{"(*Map).Len"}, `package library

func (m *Map[K, V]) Len() int { return 0 }
`},
		{"all between parentheses", []string{"one"}, `package library

const (
	zero = iota
	one  // after zero
)
`},
		{"all names of a variable", []string{"a", "b"}, "package library\n\nvar a, b = 1, 2\n"},
		{"in the order of the file", []string{"helper", "a"}, `package library

var a, b = 1, 2

func helper() string {
	// The way it is written stays.
	return "a" + "b"
}
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := keep([]byte(library), c.names)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestKeepErrors(t *testing.T) {
	for _, c := range []struct {
		name, src string
		names     []string
		want      string
	}{
		{"what is not declared", library, []string{"Server", "Client", "ServeHTTP"}, "does not declare Client, ServeHTTP"},
		{"init", library + "func init() { a = 3 }\n", []string{"Server"}, "at start (init)"},
		{"a variable without a name", library + "var _ = helper()\n", []string{"Server"}, "at start (_)"},
		{"no Go", "package library\n\nfunc {", nil, "expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := keep([]byte(c.src), c.names); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error that says %q; got\n%s", err, c.want, got)
			}
		})
	}
	// An init that is named is kept: it is not lost unnoticed.
	if got, err := keep([]byte(library+"func init() { a = 3 }\n"), []string{"init"}); err != nil || !strings.Contains(string(got), "func init()") {
		t.Errorf("init is not kept: %v\n%s", err, got)
	}
}

func TestSwap(t *testing.T) {
	standIns := map[string]string{"sync": "ours/lock", "strings": "ours/words", "regexp": "ours/prefix"}
	got, found, err := swap([]byte(library), standIns)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if !slices.Equal(found, []string{"strings", "sync"}) {
		t.Errorf("found %v", found)
	}
	for _, want := range []string{"\tstr \"ours/words\"\n", "\tsync \"ours/lock\" // for the lock\n", "\t\"net/http\"\n", "//go:build wasm\n", "// Loose words.\n"} {
		if !strings.Contains(string(got), want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
	for _, gone := range []string{`"strings"`, `"sync"`} {
		if strings.Contains(string(got), gone) {
			t.Errorf("there still is %s in\n%s", gone, got)
		}
	}
	// Without any of them it stays as it was, down to how it is formatted.
	same, found, err := swap([]byte(library), map[string]string{"regexp": "ours/prefix"})
	if err != nil || len(found) > 0 || string(same) != library {
		t.Errorf("a file with nothing to swap: found %v, %v\n%s", found, err, same)
	}
	if _, _, err := swap([]byte("no Go"), standIns); err == nil {
		t.Error("what is no Go gives no error")
	}
}
