package ui

import (
	"slices"
	"strings"
	"testing"

	"cyberchat/app/link"
)

// A screen reader hears that the line went and that it came, not every try.
func TestTheLineIsToldOfOnce(t *testing.T) {
	c, draw := mounted(t)
	var heard []string
	hear := func(b link.Batch) {
		c.take(b)
		if n := len(heard); c.news != "" && (n == 0 || heard[n-1] != c.news) {
			heard = append(heard, c.news)
		}
	}
	tries := func() {
		for _, reason := range []string{"", "The server cannot be reached.", ""} {
			b := lost()
			b.Status.Reason = reason
			hear(b)
			hear(link.Batch{Status: &link.Status{Phase: link.Connecting}})
		}
	}
	hear(link.Batch{Status: &link.Status{Phase: link.Connecting}})
	hear(opened(welcome(ada)))
	if heard != nil {
		t.Errorf("a first visit is told %q", heard)
	}
	tries()
	hear(opened(welcome(ada)))
	if !slices.Equal(heard, []string{newsLost, newsAgain}) {
		t.Errorf("told %q", heard)
	}
	if html := draw(); strings.Count(html, newsAgain) != 1 {
		t.Error("the page does not tell it once")
	}

	heard = nil
	c, _ = mounted(t)
	tries()
	hear(opened(welcome(ada)))
	if !slices.Equal(heard, []string{newsNone, newsFirst}) {
		t.Errorf("who was never connected is told %q", heard)
	}
}
