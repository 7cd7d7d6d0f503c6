package ui

import (
	"testing"
	"time"
)

func TestAMenuIsPlacedInSight(t *testing.T) {
	for name, c := range map[string]struct {
		beside box
		x, y   float64
	}{
		"below, right edges in line": {box{500, 10, 600, 50}, 400, 54},
		"on the left":                {box{10, 10, 60, 50}, 10, 54},
		"above at the lower edge":    {box{500, 560, 600, 590}, 400, 456},
		"nowhere else":               {box{790, -40, 820, 620}, 592, 8},
	} {
		if x, y := c.beside.place(200, 100, 800, 600); x != c.x || y != c.y {
			t.Errorf("%s: at %v, %v, want %v, %v", name, x, y, c.x, c.y)
		}
	}
}

func TestItemsAreFoundByTheirLetters(t *testing.T) {
	labels := []string{"Change name", "Settings", "Copy", "Copy with time"}
	var typed typed
	at, now := -1, noon
	for _, c := range []struct {
		wait time.Duration
		key  string
		to   int
		ok   bool
	}{
		{0, "c", 0, true},
		{time.Second, "c", 2, true},
		{100 * time.Millisecond, "c", 3, true},
		{100 * time.Millisecond, "c", 0, true},
		{time.Second, "C", 2, true},
		{100 * time.Millisecond, "o", 2, true},
		{time.Second, "s", 1, true},
		{100 * time.Millisecond, "e", 1, true},
		{time.Second, "x", 0, false},
		{time.Second, "Enter", 0, false},
	} {
		now = now.Add(c.wait)
		to, ok := typed.find(c.key, labels, at, now)
		if ok != c.ok || ok && to != c.to {
			t.Errorf("%q after %v at %d: %d, %t, want %d, %t", c.key, c.wait, at, to, ok, c.to, c.ok)
		}
		if ok {
			at = to
		}
	}
}
