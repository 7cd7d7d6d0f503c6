package ui

import "testing"

func TestKeysMoveAmongItems(t *testing.T) {
	for _, c := range []struct {
		key           string
		at, n         int
		across, round bool
		to            int
		ok            bool
	}{
		{"ArrowDown", 0, 3, false, false, 1, true},
		{"ArrowDown", 2, 3, false, false, 2, true},
		{"ArrowDown", 2, 3, false, true, 0, true},
		{"ArrowUp", 0, 3, false, false, 0, true},
		{"ArrowUp", 0, 3, false, true, 2, true},
		{"Home", 2, 3, false, false, 0, true},
		{"End", 0, 3, true, false, 2, true},
		{"ArrowRight", 0, 3, true, false, 1, true},
		{"ArrowLeft", 0, 3, true, true, 2, true},
		{"ArrowRight", 1, 3, false, false, 1, false},
		{"ArrowDown", 1, 3, true, false, 1, false},
		{"a", 1, 3, false, false, 1, false},
		{"Home", 0, 0, false, true, 0, false},
	} {
		to, ok := moved(c.key, c.at, c.n, c.across, c.round)
		if to != c.to || ok != c.ok {
			t.Errorf("moved(%q, %d, %d, %t, %t) = %d, %t, want %d, %t", c.key, c.at, c.n, c.across, c.round, to, ok, c.to, c.ok)
		}
	}
}
