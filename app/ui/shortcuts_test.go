package ui

import (
	"slices"
	"strings"
	"testing"
)

func TestShortcuts(t *testing.T) {
	for name, c := range map[string]struct {
		press   press
		noKeys  bool
		command bool
		key     string // of the shortcut; empty for none
	}{
		"alone":                    {press: press{key: "/"}, key: "/"},
		"with the shift it needs":  {press: press{key: "?", shift: true}, key: "?"},
		"with one it does not":     {press: press{key: "p", shift: true}},
		"with capitals locked":     {press: press{key: "P"}, key: "p"},
		"while writing":            {press: press{key: "?", writing: true}},
		"switched off":             {press: press{key: "?"}, noKeys: true},
		"End while writing":        {press: press{key: "End", writing: true}},
		"End with keys off":        {press: press{key: "End"}, noKeys: true, key: "End"},
		"Escape with keys off":     {press: press{key: "Escape"}, noKeys: true, key: "Escape"},
		"Escape while writing":     {press: press{key: "Escape", writing: true}},
		"settings while writing":   {press: press{key: ",", ctrl: true, writing: true}, key: ",", command: true},
		"settings on a Mac":        {press: press{key: ",", meta: true, mac: true}, key: ",", command: true},
		"Ctrl on a Mac":            {press: press{key: ",", ctrl: true, mac: true}},
		"the Windows key":          {press: press{key: ",", meta: true}},
		"help while writing":       {press: press{key: "/", ctrl: true, shift: true, writing: true}, key: "/", command: true},
		"with Alt, others take it": {press: press{key: "p", alt: true}},
		"AltGr":                    {press: press{key: "/", ctrl: true, alt: true}},
		"a comma":                  {press: press{key: ","}},
	} {
		s := shortcutFor(c.press, !c.noKeys)
		switch {
		case s == nil && c.key != "":
			t.Errorf("%s: nothing happens", name)
		case s != nil && (s.key != c.key || s.command != c.command):
			t.Errorf("%s: %q does %q", name, c.press.key, s.does)
		}
	}
}

func TestKeyNames(t *testing.T) {
	settings := shortcut{key: ",", command: true}
	if got := settings.keyNames(false); !slices.Equal(got, []string{"Ctrl", ","}) {
		t.Errorf("%q", got)
	}
	if got := settings.keyNames(true); !slices.Equal(got, []string{"⌘", ","}) {
		t.Errorf("on a Mac %q", got)
	}
}

// Of two shortcuts on one key the second would never be found.
func TestNoTwoShortcutsAreOnOneKey(t *testing.T) {
	for i, a := range shortcuts {
		for _, b := range shortcuts[i+1:] {
			if strings.EqualFold(a.key, b.key) && a.command == b.command {
				t.Errorf("%q and %q are both on %q", a.does, b.does, a.key)
			}
		}
	}
}
