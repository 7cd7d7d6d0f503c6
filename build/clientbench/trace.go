package main

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
)

// An event is what is looked at of a trace: a task of a thread, or the name of
// one.
type event struct {
	Name  string  `json:"name"`
	Phase string  `json:"ph"`
	Pid   int     `json:"pid"`
	Tid   int     `json:"tid"`
	Took  float64 `json:"dur"` // microseconds
	Args  struct {
		Name string `json:"name"`
	} `json:"args"`
}

// parseEvent returns the event, if it is one to look at.
func parseEvent(raw []byte) []event {
	var e event
	if json.Unmarshal(raw, &e) != nil || e.Name != "RunTask" && e.Name != "ThreadControllerImpl::RunTask" && e.Name != "thread_name" {
		return nil
	}
	return []event{e}
}

// A thread of a process.
type thread struct{ pid, tid int }

// mainTasks are how long the tasks of the busiest page took, in order, those
// that took no time left out.
func mainTasks(trace []event) []time.Duration {
	const least = time.Millisecond
	mains := map[thread]bool{}
	for _, e := range trace {
		if e.Name == "thread_name" && e.Args.Name == "CrRendererMain" {
			mains[thread{e.Pid, e.Tid}] = true
		}
	}
	tasks, sums := map[thread][]time.Duration{}, map[thread]time.Duration{}
	var busiest thread
	for _, e := range trace {
		at := thread{e.Pid, e.Tid}
		took := time.Duration(e.Took * float64(time.Microsecond))
		if !mains[at] || e.Phase != "X" || took < least {
			continue
		}
		tasks[at] = append(tasks[at], took)
		if sums[at] += took; sums[at] > sums[busiest] {
			busiest = at
		}
	}
	slices.Sort(tasks[busiest])
	return tasks[busiest]
}

// tasksOf returns how long the page's tasks took while f ran.
func tasksOf(p *page, f func() error) ([]time.Duration, error) {
	p.mu.Lock()
	p.trace = nil
	p.mu.Unlock()
	_, err := call(p, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{
		IncludedCategories: []string{"disabled-by-default-devtools.timeline", "__metadata"},
		ExcludedCategories: []string{"*"},
	}})
	if err != nil {
		return nil, err
	}
	failed := f()
	if _, err := call(p, tracing.End, cdp.Empty{}); err != nil {
		return nil, errors.Join(failed, err)
	}
	select {
	case <-p.traced:
	case <-time.After(patience):
		return nil, errors.Join(failed, errors.New("the trace never came"))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return mainTasks(p.trace), failed
}
