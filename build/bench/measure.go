package main

import (
	"fmt"
	"os"
	"slices"

	"cyberchat/build/bench/load"
)

// Measures are the results of all rounds, by contestant and scenario.
type measures map[string]map[string][]load.Result

func (m measures) add(contestant, scenario string, r load.Result) {
	if m[contestant] == nil {
		m[contestant] = make(map[string][]load.Result)
	}
	m[contestant][scenario] = append(m[contestant][scenario], r)
}

// median of a figure over the rounds. It is not ok without any.
func (m measures) median(contestant, scenario string, figure func(load.Result) float64) (v float64, ok bool) {
	var all []float64
	for _, r := range m[contestant][scenario] {
		all = append(all, figure(r))
	}
	return median(all), len(all) > 0
}

// sum of a count over the rounds of some scenarios.
func (m measures) sum(contestant string, count func(load.Result) int, scenarios ...string) (n int) {
	for _, s := range scenarios {
		for _, r := range m[contestant][s] {
			n += count(r)
		}
	}
	return n
}

// best is the best median of the contestants that are not ours. Who has once
// delivered nothing is not among them.
func (m measures) best(scenario string, figure func(load.Result) float64, better func(a, b float64) bool) (v float64, ok bool) {
	for name := range m {
		if name == ours || slices.ContainsFunc(m[name][scenario], func(r load.Result) bool { return r.Delivered == 0 }) {
			continue
		}
		if f, has := m.median(name, scenario, figure); has && (!ok || better(f, v)) {
			v, ok = f, true
		}
	}
	return v, ok
}

func less(a, b float64) bool { return a < b }
func more(a, b float64) bool { return a > b }

// median is the middle one, or the mean of the two in the middle.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}

// measure does one scenario with a freshly started contestant.
func (b *bench) measure(c contestant, s scenario) (result load.Result, err error) {
	data, err := b.dataFolder()
	if err != nil {
		return result, err
	}
	defer os.RemoveAll(data)
	srv, err := b.start(c, data)
	if err != nil {
		return result, err
	}
	job := s.job
	job.Addr, job.Pid, job.Dialect = srv.addr, srv.cmd.Process.Pid, c.dialect
	result, err = b.generate(job)
	if stopped := srv.stop(); stopped != nil {
		return result, stopped
	}
	if err != nil {
		return result, fmt.Errorf("%s, %s: %w", c.name, s.name, err)
	}
	return result, nil
}
