package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// long is what a task of the main thread must not take: somebody who types
// feels it.
const long = 50 * time.Millisecond

// results are what was measured.
type results struct {
	arrivals arrivals
	scrolls  []scroll
	burst    burst
}

// tables shows them.
func (r results) tables(o options) string {
	var b strings.Builder
	row := func(cells ...string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }

	row("opening a room with "+thousands(o.messages)+" messages", "first content", "connected", "what was said can be read")
	row("---", "---:", "---:", "---:")
	for _, a := range []struct {
		who string
		arrival
	}{{"a first visit", r.arrivals.cold}, {"a return", r.arrivals.returning}} {
		row(a.who, ms(median(a.content)), ms(median(a.connected)), ms(median(a.readable)))
	}
	b.WriteString("\n")

	row("scrolling through it", "speed", "messages that went by", "frames: p50, p95, p99", "longest task", "tasks over 50 ms", "messages in the page", "nodes in the page")
	row("---", "---:", "---:", "---:", "---:", "---:", "---:", "---:")
	for _, s := range r.scrolls {
		row(s.where, thousands(s.speed)+" px/s", thousands(s.read), fmt.Sprintf("%s, %s, %s", ms(quantile(s.frames, 0.5)), ms(quantile(s.frames, 0.95)), ms(quantile(s.frames, 0.99))),
			ms(quantile(s.tasks, 1)), over(s.tasks), fmt.Sprint(s.shown), thousands(s.nodes))
	}
	b.WriteString("\n")

	row(fmt.Sprintf("typing while %s messages a second come, for %v", thousands(o.rate), o.burst), "figure")
	row("---", "---:")
	row("key to paint: p50, p95", fmt.Sprintf("%s, %s", ms(quantile(r.burst.keys, 0.5)), ms(quantile(r.burst.keys, 0.95))))
	row("tasks of 1 ms or more: p50, p95, longest", fmt.Sprintf("%s, %s, %s", ms(quantile(r.burst.tasks, 0.5)), ms(quantile(r.burst.tasks, 0.95)), ms(quantile(r.burst.tasks, 1))))
	row("tasks over 50 ms", over(r.burst.tasks))
	row("frames: p50, p95", fmt.Sprintf("%s, %s", ms(quantile(r.burst.frames, 0.5)), ms(quantile(r.burst.frames, 0.95))))
	row("messages that came, and the last one drawn after", fmt.Sprintf("%s, %s", thousands(r.burst.sent), ms(r.burst.behind)))
	return b.String()
}

// over tells how many tasks are too long, of how many.
func over(tasks []time.Duration) string {
	n := 0
	for _, t := range tasks {
		if t > long {
			n++
		}
	}
	return fmt.Sprintf("%d of %s", n, thousands(len(tasks)))
}

// quantile is that of times in order of length; 0 if there are none.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func median(times []time.Duration) time.Duration {
	return quantile(slices.Sorted(slices.Values(times)), 0.5)
}

// ms is a time in milliseconds, with as many digits as mean something.
func ms(d time.Duration) string {
	v := float64(d) / float64(time.Millisecond)
	if v < 100 {
		return fmt.Sprintf("%.1f ms", v)
	}
	return fmt.Sprintf("%.0f ms", v)
}

// thousands is n with commas.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// begin and end are the marks between which the tables are written.
const begin, end = "<!-- client:begin -->", "<!-- client:end -->"

// replaceIn writes the text between the marks in a file.
func replaceIn(file, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	page, err := replaceBetween(string(old), text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(page), 0o644)
}

func replaceBetween(page, text string) (string, error) {
	head, rest, hasBegin := strings.Cut(page, begin)
	_, tail, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		return "", errors.New("it has not the marks " + begin + " and " + end + ", in this order, to write between")
	}
	return head + begin + "\n" + strings.TrimSpace(text) + "\n" + end + tail, nil
}
