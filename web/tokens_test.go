package web

import (
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Contrast of what is read and of what is aimed at (WCAG 2.2, 1.4.3, 1.4.6 and
// 1.4.11), in every theme.
func TestColoursCanBeToldApart(t *testing.T) {
	sheet, err := fs.ReadFile(Static(), "css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	plain := palette(t, string(sheet), `:root {`)
	more := palette(t, string(sheet), `:root[data-contrast="more"] {`)
	grounds := []string{"paper", "sheet", "wash"}
	for name, theme := range map[string]struct {
		colours    map[string][2]string
		text, edge float64
	}{
		"plain": {plain, 4.5, 3},
		"more":  {more, 7, 4.5},
	} {
		for side, scheme := range []string{"light", "dark"} {
			check := func(over, under string, least float64) {
				t.Helper()
				a, b := theme.colours[over][side], theme.colours[under][side]
				if a == "" || b == "" {
					t.Fatalf("%s, %s: %s or %s has no colour", name, scheme, over, under)
				}
				if got := contrast(t, a, b); got < least {
					t.Errorf("%s, %s: %s on %s has a contrast of %.2f, and needs %.1f", name, scheme, over, under, got, least)
				}
			}
			for _, ground := range grounds {
				for _, text := range []string{"ink", "ink-soft", "ink-faint", "accent", "alarm", "calm"} {
					check(text, ground, theme.text)
				}
				check("edge", ground, theme.edge)
			}
			check("ink", "wash-strong", theme.text)
			check("ink-soft", "wash-strong", theme.text)
			for _, pair := range [][2]string{
				{"on-accent", "accent"}, {"on-accent", "accent-strong"}, {"on-alarm", "alarm"}, {"on-alarm", "alarm-strong"},
				{"accent", "accent-wash"}, {"ink", "accent-wash"}, {"alarm", "alarm-wash"}, {"ink", "alarm-wash"},
				{"calm", "calm-wash"}, {"ink", "calm-wash"}, {"paper", "ink"},
			} {
				check(pair[0], pair[1], theme.text)
			}
		}
	}
}

// boot.js tells the browser of the ground before there are styles.
func TestTheBootScriptKnowsTheGround(t *testing.T) {
	sheet, err := fs.ReadFile(Static(), "css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	boot, err := fs.ReadFile(Static(), "boot.js")
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]string{"papers": `:root {`, "papersMore": `:root[data-contrast="more"] {`} {
		paper := palette(t, string(sheet), block)["paper"]
		if want := fmt.Sprintf("const %s = { light: %q, dark: %q };", name, paper[0], paper[1]); !strings.Contains(string(boot), want) {
			t.Errorf("boot.js has no %s", want)
		}
	}
}

// palette returns the colours of a block by name, light and dark.
func palette(t *testing.T, sheet, block string) map[string][2]string {
	t.Helper()
	_, rest, ok := strings.Cut(sheet, block)
	if !ok {
		t.Fatalf("tokens.css has no %s", block)
	}
	rest, _, _ = strings.Cut(rest, "\n}")
	colours := map[string][2]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);`).FindAllStringSubmatch(rest, -1) {
		colours[m[1]] = [2]string{m[2], m[3]}
	}
	return colours
}

// contrast is the ratio of WCAG 2.2 between two colours, 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
