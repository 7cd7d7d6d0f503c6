package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Bounds of what is promised: scores of 100, and the layout shift.
const (
	leastPerformance   = 90
	leastAccessibility = 100
	mostShift          = 0.02
)

// A report is the part of Lighthouse's report that is used.
type report struct {
	Version    string `json:"lighthouseVersion"`
	Categories map[string]struct {
		Title  string  `json:"title"`
		Score  float64 `json:"score"` // 0 to 1
		Audits []struct {
			ID string `json:"id"`
		} `json:"auditRefs"`
	} `json:"categories"`
	Audits map[string]struct {
		Title   string   `json:"title"`
		Score   *float64 `json:"score"` // nil if it does not apply
		Numeric float64  `json:"numericValue"`
		Display string   `json:"displayValue"`
	} `json:"audits"`
	RuntimeError *struct {
		Message string `json:"message"`
	} `json:"runtimeError"`
}

// read reads a report that Lighthouse has written.
func read(path string) (report, error) {
	var r report
	data, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("the report cannot be read: %w", err)
	}
	if r.RuntimeError != nil {
		return r, errors.New(r.RuntimeError.Message)
	}
	return r, nil
}

// score is that of a category, 0 to 100.
func (r report) score(category string) int { return int(100*r.Categories[category].Score + 0.5) }

// median is the report whose performance is in the middle.
func median(reports []report) report {
	sorted := slices.SortedFunc(slices.Values(reports), func(a, b report) int {
		return cmp.Compare(a.score("performance"), b.score("performance"))
	})
	return sorted[(len(sorted)-1)/2]
}

// beyond returns an error that names what is beyond its bound.
func (r report) beyond() error {
	var wrong []error
	least := func(category string, bound int) {
		if got := r.score(category); got < bound {
			wrong = append(wrong, fmt.Errorf("%s is %d, below %d", category, got, bound))
		}
	}
	least("performance", leastPerformance)
	least("accessibility", leastAccessibility)
	if shift, ok := r.Audits["cumulative-layout-shift"]; !ok || shift.Numeric >= mostShift {
		wrong = append(wrong, fmt.Errorf("the layout shift is %.3f, and must be below %v", shift.Numeric, mostShift))
	}
	return errors.Join(wrong...)
}

// String is a table of a line each, and below it what in accessibility and best
// practices is not as it should be.
func (r report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Lighthouse %s, mobile\n", r.Version)
	for _, c := range []string{"performance", "accessibility", "best-practices", "seo"} {
		fmt.Fprintf(&b, "%-26s %3d\n", r.Categories[c].Title, r.score(c))
	}
	for _, a := range []string{
		"first-contentful-paint", "largest-contentful-paint", "speed-index", "total-blocking-time",
		"cumulative-layout-shift", "interactive", "total-byte-weight",
	} {
		fmt.Fprintf(&b, "%-26s %s\n", r.Audits[a].Title, strings.ReplaceAll(r.Audits[a].Display, "\u00a0", " "))
	}
	for _, c := range []string{"accessibility", "best-practices"} {
		for _, ref := range r.Categories[c].Audits {
			if a := r.Audits[ref.ID]; a.Score != nil && *a.Score < 1 {
				fmt.Fprintf(&b, "%s: %s\n", r.Categories[c].Title, a.Title)
			}
		}
	}
	return b.String()
}
