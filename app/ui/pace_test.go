package ui

import (
	"testing"
	"time"
)

func TestThePaceLeavesTimeToThePerson(t *testing.T) {
	for took, want := range map[time.Duration]time.Duration{
		0:                     0,
		cheap:                 0,
		10 * time.Millisecond: 30 * time.Millisecond,
		time.Second:           maxWait,
	} {
		var p pace
		p.end(noon) // of nothing
		p.begin(noon)
		end := noon.Add(took)
		p.end(end)
		if got := p.wait(end); got != want {
			t.Errorf("after %v: %v, want %v", took, got, want)
		}
		if got := p.wait(end.Add(want)); got != 0 {
			t.Errorf("after %v and the wait: %v more", took, got)
		}
	}
}
