package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func reportOf(t *testing.T, text string) report {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := read(path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const good = `{"lighthouseVersion": "1", "categories": {
	"performance": {"title": "Performance", "score": 0.9}, "accessibility": {"title": "Accessibility", "score": 1}},
	"audits": {"cumulative-layout-shift": {"title": "Shift", "score": 1, "numericValue": 0.019, "displayValue": "0.019"}}}`

func TestBounds(t *testing.T) {
	if err := reportOf(t, good).beyond(); err != nil {
		t.Errorf("all is well, and yet: %v", err)
	}
	for from, to := range map[string]string{`"score": 0.9`: `"score": 0.89`, `"score": 1}},`: `"score": 0.99}},`, "0.019,": "0.02,", "cumulative-layout-shift": "other"} {
		bad := strings.Replace(good, from, to, 1)
		if bad == good {
			t.Fatalf("%s is not there", from)
		}
		if err := reportOf(t, bad).beyond(); err == nil {
			t.Errorf("with %s in place of %s all is said to be well", to, from)
		}
	}
}

func TestMedianAndTable(t *testing.T) {
	var three []report
	for _, score := range []string{"0.97", "0.5", "0.93"} {
		three = append(three, reportOf(t, strings.Replace(good, "0.9}", score+"}", 1)))
	}
	m := median(three)
	if m.score("performance") != 93 {
		t.Errorf("the median is %d", m.score("performance"))
	}
	if table := m.String(); !strings.Contains(table, "Performance                 93\n") || !strings.Contains(table, "Shift                      0.019\n") {
		t.Errorf("the table:\n%s", table)
	}
}

func TestWhatIsNotAsItShouldBeIsNamed(t *testing.T) {
	table := reportOf(t, `{"categories": {"accessibility": {"title": "Accessibility", "score": 0.9, "auditRefs": [{"id": "names"}, {"id": "colours"}, {"id": "video"}]}},
		"audits": {"names": {"title": "Buttons have no name", "score": 0}, "colours": {"title": "Colours have contrast", "score": 1}, "video": {"title": "Videos have captions", "score": null}}}`).String()
	if !strings.HasSuffix(table, "\nAccessibility: Buttons have no name\n") {
		t.Errorf("the table:\n%s", table)
	}
}

func TestFailureOfLighthouseIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	os.WriteFile(path, []byte(`{"runtimeError": {"message": "no page"}}`), 0o600)
	if _, err := read(path); err == nil || err.Error() != "no page" {
		t.Errorf("got %v", err)
	}
}
