package main

import (
	"strings"
	"testing"
	"time"

	"cyberchat/build/bench/load"
)

// measured is a bench of two contestants with made-up figures of three rounds.
func measured() *bench {
	b := &bench{options: options{rounds: 3, duration: time.Second}, measures: make(measures)}
	for _, s := range scenarios(b.options) {
		for i := range 3 {
			mine := load.Result{Seconds: 1, Sent: 1, Delivered: (i + 2) * 1_000_000, ServerCPU: 0.3, P99: 5 * time.Millisecond, Memory: 10 << 10, Acked: 30_000}
			theirs := load.Result{Seconds: 1, Sent: 1, Delivered: (i + 1) * 500_000, ServerCPU: 0.5, P99: 7 * time.Millisecond, Memory: 20 << 10, Closed: i, Lost: 10 * i, OwnShare: 0.99, ServerShare: 0.5}
			b.measures.add(ours, s.name, mine)
			if !s.mine {
				b.measures.add("gws, its broadcaster", s.name, theirs)
			}
		}
	}
	b.alone = alone{start: []float64{0.05}, memory: []float64{20e6}, syncs: map[int][]syncTime{paceQuick: {{0.001, 0.002}}, paceSlow: {{0.002, 0.004}}}}
	return b
}

func TestTablesShowMediansSideBySide(t *testing.T) {
	text := measured().tables()
	for _, want := range []string{
		"| **Cyber Chat** | 3,000 k | 3,000 k | 3,000 k | 0.10 | 0.10 | 0.10 |",
		"| gws, its broadcaster | 1,000 k\\*† | 1,000 k\\*† | 1,000 k\\*† | 0.50 | 0.50 | 0.50 |",
		"| ours to the best peer | 3.00× | 3.00× | 3.00× | 0.20× | 0.20× | 0.20× |",
		"Here the generator was the limit",
		"† Meanwhile it closed connections",
		"| **Cyber Chat** | 5.00 ms | 5.00 ms | 5.00 ms | 1,000 ms | 0 | 0 | 0, 0, 0 | 10.0 |",
		"| gws, its broadcaster | 7.00 ms | 7.00 ms | 7.00 ms | 1,000 ms | 3 | 30 | 150, 0, 15 | 20.0 |",
		"| start on an empty folder, to the first answer | 50.0 ms |",
		"| memory at rest, nobody connected | 19.1 MiB |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

func TestGoals(t *testing.T) {
	b := measured()
	verdicts := make(map[string]string)
	for _, g := range b.goals() {
		verdict, _, _ := strings.Cut(g.String(), " ")
		verdicts[g.what] = verdict
	}
	for what, want := range map[string]string{
		"deliveries/s at 1,000":                        "reached",
		"CPU at 5,000":                                 "reached",
		"lost in all":                                  "reached",
		"an idle connection, KiB":                      "reached",
		"acknowledged messages/s from 16":              "reached",
		"acknowledgement p50, against a sync and 1 ms": "reached",
		"p99, pace quick, against the best peer (7.00 ms) and a median sync (1.00 ms; its p99 is 2.00 ms)": "reached",
		"p99, pace slow, against the best peer (7.00 ms) and a median sync (2.00 ms; its p99 is 4.00 ms)":  "reached",
		"not answered in all": "reached",
	} {
		if verdicts[what] != want {
			t.Errorf("%s: %q, want %q", what, verdicts[what], want)
		}
	}
	var printed strings.Builder
	if b.printGoals(&printed, b.goals()); !strings.Contains(printed.String(), "reached lost in all") {
		t.Errorf("printed are\n%s", printed.String())
	}
	printed.Reset()
	b.options.quick = true
	if b.printGoals(&printed, b.goals()); printed.Len() > 0 {
		t.Errorf("a quick run prints\n%s", printed.String())
	}
	b.options.quick = false
	b.measures.add(ours, burstScenario, load.Result{Lost: 1, Unanswered: 1})
	b.measures[ours][ackManyScenario] = []load.Result{{Seconds: 1, Acked: 100}}
	delete(b.measures[ours], idleScenario)
	for _, g := range b.goals() {
		switch g.what {
		case "lost in all", "not answered in all", "acknowledged messages/s from 16":
			if !g.measured || g.reached() {
				t.Errorf("%v", g)
			}
		case "an idle connection, KiB":
			if g.measured {
				t.Errorf("%v", g)
			}
		}
	}
}

func TestTheBestHasDelivered(t *testing.T) {
	m := make(measures)
	m.add("works", burstScenario, load.Result{Delivered: 1, P99: 7 * time.Millisecond})
	for _, delivered := range []int{1, 0} {
		m.add("gave up", burstScenario, load.Result{Delivered: delivered, P99: time.Duration(delivered) * time.Millisecond})
	}
	if best, ok := m.best(burstScenario, p99, less); best != 0.007 || !ok {
		t.Errorf("the best is %v, %v", best, ok)
	}
	delete(m, "works")
	if best, ok := m.best(burstScenario, p99, less); ok {
		t.Errorf("who gave up is the best with %v", best)
	}
}

func TestTimesHaveEnoughSamples(t *testing.T) {
	for _, s := range scenarios(options{duration: time.Second}) {
		if n := s.job.Rate * int(s.job.Duration/time.Second); s.job.Rate > 0 && n < samples {
			t.Errorf("%s: %d messages", s.name, n)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		all  []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(tt.all); got != tt.want {
			t.Errorf("of %v: %v", tt.all, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for got, want := range map[string]string{
		thousands(0): "0", thousands(999): "999", thousands(1000): "1,000", thousands(12_345_678): "12,345,678",
		kilo(1_453_400): "1,453 k", kilo(2000): "2.0 k",
		millis(0.00028): "0.28 ms", millis(0.0123): "12.3 ms", millis(1.5): "1,500 ms",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
