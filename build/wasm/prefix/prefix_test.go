package prefix_test

import (
	"regexp"
	"strings"
	"testing"

	"cyberchat/build/wasm/prefix"
)

// compile returns nil for a pattern that panics.
func compile(pattern string) (re *prefix.Regexp, said string) {
	defer func() {
		if r := recover(); r != nil {
			re, said = nil, r.(string)
		}
	}()
	return prefix.MustCompile(pattern), ""
}

var texts = []string{"", "/", "//", "/a", "/a/", "/a/b", "/ab", "a", "x/a", "/A", "/a.b", "/a-b_c~d%20", "\n/a", "/é", "/\xff", "^/a"}

// TestMatchesAsRegexpDoes: a pattern that is taken matches what it matches there.
func TestMatchesAsRegexpDoes(t *testing.T) {
	for _, pattern := range []string{"^", "^/", "^/a", "^/a/", "^/a-b_c~d%20", "^a", "^/&=;:, !@'\"<>#"} {
		re, said := compile(pattern)
		if re == nil {
			t.Errorf("%q is not taken: %s", pattern, said)
			continue
		}
		there := regexp.MustCompile(pattern)
		for _, text := range append(texts, pattern[1:], pattern[1:]+"more") {
			if got, want := re.MatchString(text), there.MatchString(text); got != want {
				t.Errorf("%q on %q: %v, and regexp says %v", pattern, text, got, want)
			}
		}
	}
}

func TestOtherPatternsPanic(t *testing.T) {
	for _, pattern := range []string{
		"", "/", "/a", `\A/`, "(?m)^/", // do not begin with ^
		"^/$", "^/a.b", "^/a*", "^/a+", "^/a?", "^/(a)", "^/a|^/b", "^/[a]", "^/a]", "^/a{2}", "^/}", `^/\d`, "^^/", `^/\Qa\E`,
		"^/é", "^/\uFFFD", "^/\xff",
	} {
		re, said := compile(pattern)
		if re != nil {
			t.Errorf("%q is taken", pattern)
		} else if !strings.Contains(said, pattern) {
			t.Errorf("%q panics without naming it: %s", pattern, said)
		}
	}
}

// FuzzMatchesAsRegexpDoes looks for a pattern that is taken and means something
// else in regexp.
func FuzzMatchesAsRegexpDoes(f *testing.F) {
	for _, text := range texts {
		f.Add("^"+text, text+"/more")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, _ := compile(pattern)
		if re == nil {
			return
		}
		there, err := regexp.Compile(pattern)
		if err != nil {
			t.Fatalf("%q is taken, and regexp says %v", pattern, err)
		}
		if got, want := re.MatchString(text), there.MatchString(text); got != want {
			t.Errorf("%q on %q: %v, and regexp says %v", pattern, text, got, want)
		}
	})
}
