package ui

import (
	"strconv"
	"testing"
)

func TestInitial(t *testing.T) {
	for name, want := range map[string]string{
		"ada": "A", "Éva": "É", "(ben)": "B", "7 of 9": "7", "王小明": "王", "🎉": "🎉", "": "·", "ßen": "ß",
	} {
		if got := initial(name); got != want {
			t.Errorf("initial(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestHuesAreSteadyAndAllUsed(t *testing.T) {
	var used [hues]int
	for i := range 1200 {
		id := "person-" + strconv.Itoa(i)
		h := hue(id)
		if h != hue(id) {
			t.Fatalf("the hue of %s changes", id)
		}
		used[h]++
	}
	for h, n := range used {
		if n < 50 || n > 150 {
			t.Errorf("hue %d has %d of 1200 people", h, n)
		}
	}
}
