package main

import (
	"fmt"
	"time"

	"cyberchat/build/bench/load"
)

// The sides of every scenario with several senders.
const (
	senders   = 16
	window    = 16  // messages that each has in flight
	burst     = 600 // messages at once
	crowd     = 1000
	paceSlow  = 20 // messages a second, to a crowd
	paceQuick = 100
	// settle is how long it is quiet before a scenario, so that what the
	// connections did by joining is over: presence is told once a second.
	settle = 1500 * time.Millisecond
)

// paces are those at which times are measured.
var paces = []int{paceSlow, paceQuick}

// throughputs are the numbers of connections at which throughput is measured.
var throughputs = []int{100, 1000, 5000}

// A scenario is what is done to a freshly started server.
type scenario struct {
	name string
	job  load.Job
	mine bool // for ours alone: acknowledgements
}

const (
	burstScenario     = "burst"
	paceSlowScenario  = "pace slow"
	paceQuickScenario = "pace quick"
	idleScenario      = "idle"
	ackPaceScenario   = "ack pace"
	ackOneScenario    = "ack one"
	ackManyScenario   = "ack many"
)

// paceScenario names the scenario with so many messages a second.
func paceScenario(pace int) string {
	if pace == paceSlow {
		return paceSlowScenario
	}
	return paceQuickScenario
}

// throughputScenario names the scenario with n connections.
func throughputScenario(n int) string { return fmt.Sprint("throughput ", n) }

// scenarios lists them all, at the given length. Quick ones have fewer
// connections, too.
func scenarios(o options) []scenario {
	share := 1
	if o.quick {
		share = 10
	}
	part := func(n int) int { return max(n/share, senders) }
	base := load.Job{Senders: senders, Settle: settle, Warm: o.warm, Duration: o.duration}
	with := func(change func(*load.Job)) load.Job {
		job := base
		change(&job)
		if job.Rate > 0 {
			job.Duration = max(job.Duration, time.Duration(o.samples())*time.Second/time.Duration(job.Rate))
		}
		return job
	}
	var all []scenario
	for _, n := range throughputs {
		all = append(all, scenario{name: throughputScenario(n), job: with(func(j *load.Job) { j.Connections, j.Window = part(n), window })})
	}
	return append(all,
		scenario{name: burstScenario, job: with(func(j *load.Job) { j.Connections, j.Burst, j.Duration = part(crowd), burst, time.Minute })},
		scenario{name: paceSlowScenario, job: with(func(j *load.Job) { j.Connections, j.Rate = part(crowd), paceSlow })},
		scenario{name: paceQuickScenario, job: with(func(j *load.Job) { j.Connections, j.Rate = part(crowd), paceQuick })},
		scenario{name: idleScenario, job: load.Job{Connections: part(throughputs[len(throughputs)-1]), Settle: o.settle}},
		scenario{name: ackPaceScenario, mine: true, job: with(func(j *load.Job) { j.Connections, j.Senders, j.Rate, j.ByAck = 1, 1, paceQuick, true })},
		scenario{name: ackOneScenario, mine: true, job: with(func(j *load.Job) { j.Connections, j.Senders, j.Window, j.ByAck = 1, 1, window, true })},
		scenario{name: ackManyScenario, mine: true, job: with(func(j *load.Job) { j.Connections, j.Window, j.ByAck = senders, window, true })},
	)
}
