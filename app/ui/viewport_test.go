package ui

import "testing"

func TestThePageIsAsHighAsCanBeSeen(t *testing.T) {
	for name, c := range map[string]struct {
		seen, scale, window float64
		height              float64
		fits                bool
	}{
		"nothing covers it":    {800, 1, 800, 0, true},
		"half a pixel":         {799.5, 1, 800, 0, true},
		"a keyboard covers it": {420, 1, 800, 420, false},
		"zoomed in":            {400, 2, 800, 0, true},
	} {
		if height, fits := viewHeight(c.seen, c.scale, c.window); height != c.height || fits != c.fits {
			t.Errorf("%s: %v, %t", name, height, fits)
		}
	}
}
