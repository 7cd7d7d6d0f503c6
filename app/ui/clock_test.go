package ui

import (
	"testing"
	"time"
)

func TestDayText(t *testing.T) {
	for at, want := range map[time.Time]string{
		noon:                                "Today",
		noon.Add(-12 * time.Hour):           "Today",
		noon.Add(-13 * time.Hour):           "Yesterday",
		noon.AddDate(0, 0, -2):              "Monday, 3 March",
		noon.AddDate(0, 0, 1):               "Thursday, 6 March",
		noon.AddDate(-1, 0, 0):              "Tuesday, 5 March 2024",
		noon.AddDate(0, 0, -noon.YearDay()): "Tuesday, 31 December 2024",
	} {
		if got := dayText(at, noon); got != want {
			t.Errorf("dayText(%s) = %q, want %q", at, got, want)
		}
	}
}

func TestCountdown(t *testing.T) {
	for left, want := range map[time.Duration]struct {
		text   string
		change time.Duration
	}{
		7 * time.Second:         {"in 7 s", time.Second},
		6500 * time.Millisecond: {"in 7 s", 500 * time.Millisecond},
		time.Millisecond:        {"in 1 s", time.Millisecond},
		0:                       {"now", 0},
		-time.Second:            {"now", 0},
	} {
		text, change := countdown(noon.Add(left), noon)
		if text != want.text || change != want.change {
			t.Errorf("countdown(%s) = %q, %s, want %q, %s", left, text, change, want.text, want.change)
		}
	}
}

func TestDaysAreLookedAtAtMidnight(t *testing.T) {
	for at, want := range map[time.Time]time.Duration{
		noon:                                    time.Hour,
		noon.Add(11*time.Hour + 59*time.Minute): time.Minute,
		noon.Add(12 * time.Hour):                time.Hour,
	} {
		if got := nextLook(at); got != want {
			t.Errorf("at %s: in %s, want %s", at, got, want)
		}
	}
}
