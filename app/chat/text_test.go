package chat

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// codeOf returns the code of a fault, or "" if there is none.
func codeOf(f *Fault) Code {
	if f == nil {
		return ""
	}
	return f.Code
}

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		code           Code
	}{
		{"as it is", "Hello, Wörld 👋", "Hello, Wörld 👋", ""},
		{"markup is text", "<script>alert(1)</script>", "<script>alert(1)</script>", ""},
		{"trimmed", " \t\n hello \u00a0\n", "hello", ""},
		{"space inside stays", "a  b\tc", "a  b\tc", ""},
		{"line breaks", "a\r\nb\rc\u2028d\u2029e\u0085f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh", ""},
		{"two line breaks", "a\r\r\nb", "a\n\nb", ""},
		{"escape sequence", "\x1b[2Jgone", "\ufffd[2Jgone", ""},
		{"eight-bit escape sequence", "\u009b2Jgone", "\ufffd2Jgone", ""},
		{"title of the window", "\x1b]0;root\x07", "\ufffd]0;root\ufffd", ""},
		{"null and delete", "a\x00b\x7fc", "a\ufffdb\ufffdc", ""},
		{"bidi override", "\u202egnp.exe\u202c", "\ufffdgnp.exe\ufffd", ""},
		{"bidi isolates", "\u2066a\u2067b\u2068c\u2069", "\ufffda\ufffdb\ufffdc\ufffd", ""},
		{"bidi marks stay", "a\u200eb\u200fc", "a\u200eb\u200fc", ""},
		{"joined emoji stay", "👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f", ""},
		{"emoji of a later Unicode", "\U0001faff", "\U0001faff", ""},
		{"not UTF-8", "a\xff\xc0b", "a\ufffd\ufffdb", ""},
		{"nothing", "", "", CodeEmpty},
		{"white space", " \r\n\t\u3000", "", CodeEmpty},
		{"zero width", "\u200b\u200c\u200d\u2060\ufeff\u00ad", "", CodeEmpty},
		{"fillers", "\u3164\u115f\u1160\uffa0\u2800\u17b4\u17b5\u034f\U0001d159", "", CodeEmpty},
		{"accents on nothing", "\u0301\u20dd\ufe0f", "", CodeEmpty},
		{"tags", "\U000e0061\U000e007f", "", CodeEmpty},
		{"longest", strings.Repeat("😀", MaxText), strings.Repeat("😀", MaxText), ""},
		{"longest after trimming", "  " + strings.Repeat("a", MaxText) + "\n", strings.Repeat("a", MaxText), ""},
		{"too long", strings.Repeat("a", MaxText+1), "", CodeTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := CleanText(c.in)
			if got != c.want || codeOf(fault) != c.code {
				t.Errorf("CleanText(%+q) = %+q, %v; want %+q, %q", c.in, got, fault, c.want, c.code)
			}
		})
	}
}

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Ann", "Ann"},
		{"a script each", "Ünal 山田 Ольга दुःख عمر", "Ünal 山田 Ольга दुःख عمر"},
		{"trimmed and squeezed", " \tAnn \u00a0\u3000 Lee\n", "Ann Lee"},
		{"line break is a space", "Ann\nLee", "Ann Lee"},
		{"punctuation", "_x.y-z'w_", "_x.y-z'w_"},
		{"sign inside", "a*b!c/d@e#f", "a*b!c/d@e#f"},
		{"emoji", "🦊 fox", "🦊 fox"},
		{"emoji style of a symbol", "I ❤\ufe0f Go", "I ❤\ufe0f Go"},
		{"accents", "Nguye\u0302\u0303n", "Nguye\u0302\u0303n"},
		{"most accents", "a\u0301\u0302\u0303\u0304b\u0301", "a\u0301\u0302\u0303\u0304b\u0301"},
		{"longest", strings.Repeat("😀", MaxName), strings.Repeat("😀", MaxName)},

		{"nothing", "", ""},
		{"white space", " \n\u3000", ""},
		{"too long", strings.Repeat("a", MaxName+1), ""},
		{"colon", "Ann: I quit", ""},
		{"looks like a colon", "Ann꞉ I quit", ""},
		{"wide colon", "Ann：", ""},
		{"ratio", "Ann∶", ""},
		{"news", "* Ann left", ""},
		{"looks like news", "∗ Ann left", ""},
		{"refusal", "! You are banned", ""},
		{"wide refusal", "！ You are banned", ""},
		{"command", "/quit", ""},
		{"mention", "@all", ""},
		{"room", "#lobby", ""},
		{"zero width space inside", "An\u200bn", ""},
		{"joiner inside", "An\u200dn", ""},
		{"soft hyphen", "An\u00adn", ""},
		{"byte order mark", "\ufeffAnn", ""},
		{"override", "\u202eAnn", ""},
		{"isolate", "Ann\u2066", ""},
		{"mark of direction", "Ann\u200f", ""},
		{"escape", "\x1b[31mAnn", ""},
		{"eight-bit escape", "Ann\u009b", ""},
		{"null", "Ann\x00", ""},
		{"not UTF-8", "Ann\xff", ""},
		{"replacement character", "Ann\ufffd", ""},
		{"filler alone", "\u3164", ""},
		{"filler inside", "Ann\u3164", ""},
		{"blank of Braille", "Ann\u2800", ""},
		{"vowel that shows nothing", "Ann\u17b5", ""},
		{"note without a head", "Ann\U0001d159", ""},
		{"selector behind a letter", "Ann\ufe0f", ""},
		{"two selectors", "❤\ufe0f\ufe0f", ""},
		{"another selector", "Ann\ufe0e", ""},
		{"tag", "Ann\U000e0061", ""},
		{"private use", "Ann\ue000", ""},
		{"begins with an accent", "\u0301Ann", ""},
		{"accent behind a space", "Ann \u0301Lee", ""},
		{"zalgo", "A\u0301\u0302\u0303\u0304\u0305nn", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := CleanName(c.in)
			if c.want == "" && codeOf(fault) != CodeBadName {
				t.Errorf("CleanName(%+q) = %+q, %v; want it refused", c.in, got, fault)
			}
			if got != c.want || c.want != "" && fault != nil {
				t.Errorf("CleanName(%+q) = %+q, %v; want %+q", c.in, got, fault, c.want)
			}
		})
	}
}

func TestCheckToken(t *testing.T) {
	for _, c := range []struct {
		name, token string
		ok          bool
	}{
		{"none", "", true},
		{"shortest", strings.Repeat("a", MinToken), true},
		{"longest", strings.Repeat("~", MaxToken), true},
		{"too short", strings.Repeat("a", MinToken-1), false},
		{"too long", strings.Repeat("a", MaxToken+1), false},
		{"space", strings.Repeat("a", MinToken) + " b", false},
		{"line feed", strings.Repeat("a", MinToken) + "\n", false},
		{"delete", strings.Repeat("a", MinToken) + "\x7f", false},
		{"not ASCII", strings.Repeat("é", MinToken), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := CodeBadToken
			if c.ok {
				want = ""
			}
			if fault := CheckToken(c.token); codeOf(fault) != want {
				t.Errorf("CheckToken(%q) = %v, want %q", c.token, fault, want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"", 2, ""}, {"ab", 2, "ab"}, {"abc", 2, "ab…"}, {"äöü", 2, "äö…"}, {"äö", 2, "äö"}} {
		if got := cut(c.in, c.n); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

// checkText fails the test unless s is what CleanText may return.
func checkText(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || s != strings.TrimSpace(s) || s == "" || utf8.RuneCountInString(s) > MaxText {
		t.Errorf("text is not clean: %+q", s)
	}
	for _, r := range s {
		if r != '\t' && r != '\n' && drivesTerminal(r) {
			t.Errorf("text has %U: %+q", r, s)
		}
	}
	if again, fault := CleanText(s); fault != nil || again != s {
		t.Errorf("CleanText(%+q) = %+q, %v: not the same again", s, again, fault)
	}
}

// checkName fails the test unless s is what CleanName may return.
func checkName(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || s == "" || utf8.RuneCountInString(s) > MaxName || strings.Contains(s, ":") ||
		strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") || strings.Contains(s, "  ") || strings.ContainsRune("*!/@#", rune(s[0])) {
		t.Errorf("name is not clean: %+q", s)
	}
	for _, r := range s {
		if r != ' ' && (unicode.IsSpace(r) || !unicode.IsGraphic(r)) || unicode.Is(unicode.Cf, r) || drivesTerminal(r) {
			t.Errorf("name has %U: %+q", r, s)
		}
	}
	if again, fault := CleanName(s); fault != nil || again != s {
		t.Errorf("CleanName(%+q) = %+q, %v: not the same again", s, again, fault)
	}
}

// drivesTerminal is spelled out from the Unicode tables, not from the code
// under test.
func drivesTerminal(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.In(r, unicode.Zl, unicode.Zp) ||
		unicode.Is(unicode.Bidi_Control, r) && r != '\u200e' && r != '\u200f' && r != '\u061c'
}

func FuzzCleanName(f *testing.F) {
	for _, s := range []string{"Ann", " a  b ", "❤\ufe0f", "e\u0301", "a\u3000b", "\u202eevil", "Ann\xff", "꞉", "*", "a\u17b5", "\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, fault := CleanName(s)
		if fault == nil {
			checkName(t, name)
		} else if name != "" || fault.Code != CodeBadName || fault.Text == "" {
			t.Errorf("CleanName(%+q) = %+q, %+v", s, name, fault)
		}
	})
}
