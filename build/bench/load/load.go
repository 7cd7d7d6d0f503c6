// Package load is the generator: many WebSocket clients in one goroutine, cheap
// enough to keep a server busy from one core. It counts every delivery and
// looks into each: whose it is, which one, whether it is whole and in order. It
// waits with epoll and looks into /proc, so it needs Linux.
package load

import (
	"fmt"
	"time"
)

// A Job is one run against one server. At the most one of Window, Rate and
// Burst is set; with none there are no messages.
type Job struct {
	Addr        string // of the server
	Pid         int    // of the server
	Dialect     string // Lines, Typed or Centrifuge
	Connections int
	Senders     int // how many of them send, in turns; at most MaxSenders

	// Window is how many messages each sender has in flight: it sends the next
	// when it sees one of its own come back or, ByAck, when one is acknowledged.
	Window int
	ByAck  bool
	Rate   int // messages a second of all senders together, evenly
	Burst  int // messages of all senders together, all at once

	Settle   time.Duration // of silence before the memory is looked at
	Warm     time.Duration // of traffic before it counts
	Duration time.Duration // of traffic that counts; a burst ends when it ends
}

// A Result is what a run came to. Rates, shares and times are of the part that
// counts; what was lost or went wrong is of the whole run.
type Result struct {
	Seconds   float64 // that counted
	Delivered int     // messages, each to each connection
	Acked     int

	Sent       int
	Refused    int // answered with an error
	Unanswered int // neither acknowledged nor refused, where there are answers
	Lost       int // deliveries that were due and did not come
	Disordered int // that came behind a later one of the same sender, or twice
	Damaged    int // that were not as sent, or never were
	Closed     int // connections that the server ended
	Words      string

	P50, P99       time.Duration // from sending to each delivery
	AckP50, AckP99 time.Duration // from sending to the acknowledgement

	OwnShare    float64 // of one core, of this process
	ServerShare float64 // of one core, of the server; several threads may pass 1
	OtherShare  float64 // of one core, of all other programs of the machine
	ServerCPU   float64 // seconds

	Memory int // bytes of the server, for each idle connection
}

// PerSecond is the rate of deliveries.
func (r Result) PerSecond() float64 { return perSecond(r.Delivered, r.Seconds) }

// AcksPerSecond is the rate of acknowledgements.
func (r Result) AcksPerSecond() float64 { return perSecond(r.Acked, r.Seconds) }

func perSecond(n int, seconds float64) float64 {
	if seconds == 0 {
		return 0
	}
	return float64(n) / seconds
}

// PerMillion is the server's CPU time for a million deliveries, in seconds.
func (r Result) PerMillion() float64 {
	if r.Delivered == 0 {
		return 0
	}
	return r.ServerCPU / float64(r.Delivered) * 1e6
}

// IsLimit tells whether the generator was busy while the server was not: the
// server could have done more.
func (r Result) IsLimit() bool { return r.OwnShare > 0.95 && r.ServerShare < 0.9 }

// IsDisturbed tells whether other programs used so much of the machine that the
// figures cannot be trusted.
func (r Result) IsDisturbed() bool { return r.OtherShare > 0.1 }

// Run does a job. It uses the calling goroutine alone.
func Run(job Job) (Result, error) {
	r, err := newRun(job)
	if err != nil {
		return Result{}, err
	}
	defer r.close()
	before, err := ResidentMemory(job.Pid)
	if err != nil {
		return Result{}, err
	}
	if err := r.connect(); err != nil {
		return Result{}, err
	}
	if err := r.pass(job.Settle); err != nil {
		return Result{}, err
	}
	after, err := ResidentMemory(job.Pid)
	if err != nil {
		return Result{}, err
	}
	if r.gone > 0 {
		return Result{}, fmt.Errorf("load: %d of %d connections ended before there was a message: %s", r.gone, job.Connections, r.words)
	}
	memory := (after - before) / job.Connections
	if job.Window == 0 && job.Rate == 0 && job.Burst == 0 {
		return Result{Memory: memory}, nil
	}
	result, err := r.measure()
	result.Memory = memory
	return result, err
}
