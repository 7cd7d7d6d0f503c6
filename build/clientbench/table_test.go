package main

import (
	"strings"
	"testing"
	"time"
)

func TestTheTablesHaveWhatWasMeasured(t *testing.T) {
	times := func(ms ...int) (d []time.Duration) {
		for _, v := range ms {
			d = append(d, time.Duration(v)*time.Millisecond)
		}
		return d
	}
	r := results{
		arrivals: arrivals{cold: arrival{times(90, 70, 80), times(500), times(600)}, returning: arrival{times(10), times(20), times(30)}},
		scrolls:  []scroll{{where: "up", speed: 6000, frames: times(16, 16, 17, 33), tasks: times(2, 51), read: 1234, nodes: 2345, shown: 199}},
		burst:    burst{sent: 10000, keys: times(7, 8, 9), tasks: times(1, 2, 60), frames: times(16), behind: 40 * time.Millisecond},
	}
	got := r.tables(options{messages: 100_000, rate: 1000, burst: 10 * time.Second})
	for _, want := range []string{
		"| a first visit | 80.0 ms | 500 ms | 600 ms |",
		"| up | 6,000 px/s | 1,234 | 17.0 ms, 33.0 ms, 33.0 ms | 51.0 ms | 1 of 2 | 199 | 2,345 |",
		"| key to paint: p50, p95 | 8.0 ms, 9.0 ms |",
		"| tasks over 50 ms | 1 of 3 |",
		"100,000 messages",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it has not %q:\n%s", want, got)
		}
	}
}

func TestTablesAreWrittenBetweenTheMarks(t *testing.T) {
	got, err := replaceBetween("a\n"+begin+"\nold\n"+end+"\nb\n", "new\n")
	if want := "a\n" + begin + "\nnew\n" + end + "\nb\n"; err != nil || got != want {
		t.Errorf("%v: %q", err, got)
	}
	if _, err := replaceBetween("a\n"+end+begin, "new"); err == nil {
		t.Error("there are no marks, and it was written")
	}
}

func TestTheTasksAreThoseOfTheBusiestPage(t *testing.T) {
	var trace []event
	for _, raw := range []string{
		`{"name":"thread_name","ph":"M","pid":1,"tid":2,"args":{"name":"CrRendererMain"}}`,
		`{"name":"thread_name","ph":"M","pid":1,"tid":3,"args":{"name":"Compositor"}}`,
		`{"name":"thread_name","ph":"M","pid":4,"tid":4,"args":{"name":"CrRendererMain"}}`,
		`{"name":"RunTask","ph":"X","pid":1,"tid":2,"dur":30000}`,
		`{"name":"RunTask","ph":"X","pid":1,"tid":2,"dur":5000}`,
		`{"name":"RunTask","ph":"X","pid":1,"tid":2,"dur":50}`,
		`{"name":"RunTask","ph":"X","pid":1,"tid":3,"dur":900000}`,
		`{"name":"RunTask","ph":"X","pid":4,"tid":4,"dur":20000}`,
		`{"name":"Layout","ph":"X","pid":1,"tid":2,"dur":20000}`,
		`nonsense`,
	} {
		trace = append(trace, parseEvent([]byte(raw))...)
	}
	got := mainTasks(trace)
	if len(got) != 2 || got[0] != 5*time.Millisecond || got[1] != 30*time.Millisecond {
		t.Errorf("the tasks are %v", got)
	}
}
