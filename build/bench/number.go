package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"cyberchat/build/bench/load"
)

// thousands writes a count with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// kilo writes a rate in thousands, as in 1,453 k.
func kilo(v float64) string {
	if v < 10_000 {
		return fmt.Sprintf("%.1f k", v/1000)
	}
	return thousands(int(v/1000+0.5)) + " k"
}

// millis writes seconds as milliseconds.
func millis(seconds float64) string {
	switch ms := seconds * 1000; {
	case ms < 9.95:
		return fmt.Sprintf("%.2f ms", ms)
	case ms < 99.5:
		return fmt.Sprintf("%.1f ms", ms)
	default:
		return thousands(int(ms+0.5)) + " ms"
	}
}

// brief is a result in one line, for whoever watches.
func brief(r load.Result) string {
	if r.Sent == 0 {
		return fmt.Sprintf("%.1f KiB a connection", float64(r.Memory)/1024)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s/s, p50 %v, p99 %v", kilo(r.PerSecond()), r.P50.Round(10*time.Microsecond), r.P99.Round(10*time.Microsecond))
	if r.Acked > 0 {
		fmt.Fprintf(&b, ", %.0f acks/s, p50 %v, p99 %v", r.AcksPerSecond(), r.AckP50.Round(10*time.Microsecond), r.AckP99.Round(10*time.Microsecond))
	}
	fmt.Fprintf(&b, ", CPU %.2f and %.2f of the generator", r.ServerShare, r.OwnShare)
	if r.IsDisturbed() {
		fmt.Fprintf(&b, "; DISTURBED by other programs: %.2f", r.OtherShare)
	}
	if r.Lost+r.Disordered+r.Damaged+r.Closed+r.Refused+r.Unanswered > 0 {
		fmt.Fprintf(&b, "; LOST %d, out of order %d, damaged %d, closed %d, refused %d, not answered %d: %s",
			r.Lost, r.Disordered, r.Damaged, r.Closed, r.Refused, r.Unanswered, r.Words)
	}
	return b.String()
}

// list is sentences, one a line.
func list(sentences []string) string { return "- " + strings.Join(sentences, "\n- ") }
