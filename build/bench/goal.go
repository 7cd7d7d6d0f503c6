package main

import (
	"fmt"
	"io"

	"cyberchat/build/bench/load"
)

// A goal is a figure to reach.
type goal struct {
	what     string
	bound    float64
	atLeast  bool // the bound is the least, not the most
	got      float64
	measured bool
	as       func(float64) string
}

func (g goal) reached() bool {
	if g.atLeast {
		return g.got >= g.bound
	}
	return g.got <= g.bound
}

func (g goal) String() string {
	verdict, sign := "MISSED ", "≤"
	if g.atLeast {
		sign = "≥"
	}
	switch {
	case !g.measured:
		return fmt.Sprintf("–       %s: not measured", g.what)
	case g.reached():
		verdict = "reached"
	}
	return fmt.Sprintf("%s %s: %s, to be %s %s", verdict, g.what, g.as(g.got), sign, g.as(g.bound))
}

// printGoals says which goals were reached. A quick run says nothing of that.
func (b *bench) printGoals(w io.Writer, goals []goal) {
	if b.options.quick {
		return
	}
	fmt.Fprintln(w)
	for _, g := range goals {
		fmt.Fprintln(w, g)
	}
}

// goals are those of the comparison.
func (b *bench) goals() (all []goal) {
	times := func(v float64) string { return fmt.Sprintf("%.2f× the best peer", v) }
	relative := func(what, scenario string, figure func(load.Result) float64, better func(a, b float64) bool, bound float64) {
		v, has := b.measures.median(ours, scenario, figure)
		best, any := b.measures.best(scenario, figure, better)
		g := goal{what: what, bound: bound, atLeast: better(1, 0), measured: has && any && best > 0, as: times}
		if g.measured {
			g.got = v / best
		}
		all = append(all, g)
	}
	relative("deliveries/s at 100", throughputScenario(100), perSecond, more, 1.2)
	relative("deliveries/s at 1,000", throughputScenario(1000), perSecond, more, 2)
	relative("deliveries/s at 5,000", throughputScenario(5000), perSecond, more, 3)
	relative("CPU at 1,000", throughputScenario(1000), perMillion, less, 0.5)
	relative("CPU at 5,000", throughputScenario(5000), perMillion, less, 0.5)

	absolute := func(what, scenario string, figure func(load.Result) float64, bound float64, atLeast bool, as func(float64) string) {
		v, has := b.measures.median(ours, scenario, figure)
		all = append(all, goal{what: what, bound: bound, atLeast: atLeast, got: v, measured: has, as: as})
	}
	for _, pace := range paces {
		s, sync := paceScenario(pace), b.alone.sync(pace)
		if best, any := b.measures.best(s, p99, less); any {
			what := fmt.Sprintf("p99, %s, against the best peer (%s) and a median sync (%s; its p99 is %s)", s, millis(best), millis(sync.p50), millis(sync.p99))
			absolute(what, s, p99, best+sync.p50, false, millis)
		}
	}
	count := func(v float64) string { return thousands(int(v)) }
	var every []string
	for _, s := range scenarios(b.options) {
		every = append(every, s.name)
	}
	none := func(what string, n int) {
		all = append(all, goal{what: what, got: float64(n), measured: len(b.measures[ours]) > 0, as: count})
	}
	none("lost in all", b.measures.sum(ours, lost, every...))
	none("out of order or damaged in all", b.measures.sum(ours, wrong, every...))
	none("connections closed in all, the burst too", b.measures.sum(ours, closed, every...))
	none("refused in all", b.measures.sum(ours, refused, every...))
	none("not answered in all", b.measures.sum(ours, unanswered, every...))
	absolute("an idle connection, KiB", idleScenario, func(r load.Result) float64 { return memory(r) / 1024 }, 18, false, func(v float64) string { return fmt.Sprintf("%.1f", v) })
	absolute("acknowledgement p50, against a sync and 1 ms", ackPaceScenario, ackP50, b.alone.sync(paceQuick).p50+0.001, false, millis)
	absolute("acknowledged messages/s from one", ackOneScenario, acksPerSecond, 5000, true, count)
	absolute("acknowledged messages/s from 16", ackManyScenario, acksPerSecond, 20_000, true, count)
	measured := len(b.alone.start) > 0
	return append(all,
		goal{what: "start on an empty folder", bound: 0.1, got: median(b.alone.start), measured: measured, as: millis},
		goal{what: "memory at rest, MB", bound: 40, got: median(b.alone.memory) / 1e6, measured: measured, as: func(v float64) string { return fmt.Sprintf("%.1f", v) }},
	)
}
