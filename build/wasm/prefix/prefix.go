// Package prefix stands in for regexp in the copy of go-app that the client is
// compiled with: go-app matches its routes by expressions, and the client's are
// no more than the beginning of a path. It has what go-app calls of regexp,
// under the same names, for patterns of that one kind.
package prefix

import "strings"

// Regexp is a pattern that matches by the beginning of a text. It never changes:
// any goroutine may use it.
type Regexp struct{ prefix string }

// MustCompile takes "^" and ASCII characters that stand for themselves in an
// expression. Any other pattern panics, as one does there that is no expression:
// it would match by something else than what regexp matches by.
func MustCompile(pattern string) *Regexp {
	if pattern == "" || pattern[0] != '^' {
		panic(unknown + pattern)
	}
	for _, c := range []byte(pattern[1:]) {
		if c >= 0x80 || strings.IndexByte(`\.+*?()|[]{}^$`, c) >= 0 {
			panic(unknown + pattern)
		}
	}
	return &Regexp{pattern[1:]}
}

const unknown = "a route here is ^ and the plain beginning of a path (build/wasm/prefix), not "

// MatchString reports whether s begins as the pattern says.
func (re *Regexp) MatchString(s string) bool { return strings.HasPrefix(s, re.prefix) }
