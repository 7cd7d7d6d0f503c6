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

func TestLooksAreSteadyAndAllUsed(t *testing.T) {
	var used [hues][moons]int
	for i := range 100 * hues * moons {
		id := "person-" + strconv.Itoa(i)
		hue, moon := look(id)
		if h, m := look(id); h != hue || m != moon {
			t.Fatalf("the look of %s changes", id)
		}
		used[hue][moon]++
	}
	for hue := range used {
		for moon, n := range used[hue] {
			if n < 50 || n > 150 {
				t.Errorf("hue %d with moon %d is that of %d people, of 100", hue, moon, n)
			}
		}
	}
}
