package ui

import "time"

const (
	// cheap is how long drawing the log may take without any consequence.
	cheap = 4 * time.Millisecond
	// share is how many times as long as drawing took the page is left to the
	// person before the log is drawn again.
	share = 3
	// maxWait is how long that may be.
	maxWait = 200 * time.Millisecond
)

// A pace keeps drawing what arrives from taking all of the page's time: the
// longer it takes, the rarer it is done.
type pace struct {
	begun time.Time // zero when nothing is being drawn
	next  time.Time
}

// wait is how long to wait before what arrived is drawn.
func (p *pace) wait(now time.Time) time.Duration { return min(max(p.next.Sub(now), 0), maxWait) }

// begin says that drawing begins, and end that it is done.
func (p *pace) begin(now time.Time) { p.begun = now }

func (p *pace) end(now time.Time) {
	if p.begun.IsZero() {
		return
	}
	if took := now.Sub(p.begun); took > cheap {
		p.next = now.Add(min(share*took, maxWait))
	}
	p.begun = time.Time{}
}
