package store

import (
	"fmt"
	"testing"
	"time"

	"cyberchat/app/chat"
)

func TestTheFirstMessageOfATime(t *testing.T) {
	l := open(t, t.TempDir())
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var times []time.Time
	for i := range 500 {
		e := entry("ann", fmt.Sprint(i), "text")
		e.Time = begin.Add(time.Duration(i/3) * time.Hour) // three at a time
		times = append(times, e.Time)
		l.place(t, e)
	}
	l.wait(t, len(times))
	for _, at := range []time.Time{{}, begin, begin.Add(time.Millisecond), begin.Add(40 * time.Hour), begin.Add(90*time.Hour + time.Minute), times[499], times[499].Add(1)} {
		for _, head := range []int64{500, 250, 1, 0} {
			want := int64(1)
			for want <= head && times[want-1].UnixMilli() < at.UnixMilli() {
				want++
			}
			if got, err := l.At(t.Context(), chat.Lobby, at, head); err != nil || got != want {
				t.Errorf("at %s of %d: %d, %v; want %d", at, head, got, err, want)
			}
		}
	}
	if got, err := l.At(t.Context(), "elsewhere", begin, 5); err == nil {
		t.Errorf("in a room without messages it is %d", got)
	}
}
