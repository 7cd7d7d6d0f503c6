package load

import (
	"encoding/binary"
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// measure has the messages sent and counts, then waits for the rest of them.
func (r *run) measure() (Result, error) {
	r.sending = true
	if err := r.begin(); err != nil {
		return Result{}, err
	}
	if r.job.Burst > 0 {
		return r.counted(func() error { return r.drain(r.job.Duration) })
	}
	if err := r.pass(r.job.Warm); err != nil {
		return Result{}, err
	}
	return r.counted(func() error { return r.pass(r.job.Duration) })
}

// begin sends the first messages, or starts the timer that will.
func (r *run) begin() error {
	r.measuring = r.job.Burst > 0
	switch {
	case r.job.Window > 0:
		for _, s := range r.senders {
			for range r.job.Window {
				s.post()
			}
		}
	case r.job.Burst > 0:
		for i := range r.job.Burst {
			r.senders[i%len(r.senders)].post()
		}
	case r.job.Rate > 0:
		return r.startTimer(time.Second / time.Duration(r.job.Rate))
	}
	return nil
}

func (r *run) startTimer(every time.Duration) (err error) {
	if r.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return fmt.Errorf("load: timer: %w", err)
	}
	interval := unix.NsecToTimespec(every.Nanoseconds())
	if err := unix.TimerfdSettime(r.timer, 0, &unix.ItimerSpec{Interval: interval, Value: interval}, nil); err != nil {
		return fmt.Errorf("load: timer: %w", err)
	}
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: timerIndex}
	if err := unix.EpollCtl(r.epoll, unix.EPOLL_CTL_ADD, r.timer, &event); err != nil {
		return fmt.Errorf("load: epoll: %w", err)
	}
	return nil
}

// tick posts as many messages as are due, by the senders in turn.
func (r *run) tick() {
	var due [8]byte
	if n, err := unix.Read(r.timer, due[:]); n != len(due) || err != nil || !r.sending {
		return
	}
	for range binary.NativeEndian.Uint64(due[:]) {
		r.senders[r.turn%len(r.senders)].post()
		r.turn++
	}
}

// counted makes the result of what happens during a part of the run, and of
// the whole with what still comes after it.
func (r *run) counted(during func() error) (result Result, err error) {
	r.measuring = true
	before, err := r.usage()
	if err != nil {
		return result, err
	}
	start, delivered, acked := time.Since(r.start), r.delivered, r.acked
	if err := during(); err != nil {
		return result, err
	}
	end := time.Since(r.start)
	if r.job.Burst > 0 { // it ended with its last delivery; what came behind was waiting in vain
		end = max(r.latest, start+time.Microsecond)
	}
	r.measuring, r.sending = false, false
	after, err := r.usage()
	if err != nil {
		return result, fmt.Errorf("%w. The last words: %s", err, r.words)
	}
	result = Result{
		Seconds:   (end - start).Seconds(),
		Delivered: r.delivered - delivered,
		Acked:     r.acked - acked,
		P50:       r.latency.Quantile(0.5),
		P99:       r.latency.Quantile(0.99),
		AckP50:    r.acks.Quantile(0.5),
		AckP99:    r.acks.Quantile(0.99),
		ServerCPU: (after.server - before.server).Seconds(),
	}
	result.ServerShare = result.ServerCPU / result.Seconds
	result.OwnShare = (after.own - before.own).Seconds() / result.Seconds
	result.OtherShare = max((after.machine-before.machine).Seconds()/result.Seconds-result.ServerShare-result.OwnShare, 0)
	if err := r.drain(2 * time.Minute); err != nil {
		return result, err
	}
	result.Sent, result.Refused = r.sent, r.refused
	result.Unanswered = r.unanswered()
	result.Lost = max(r.due()-r.delivered, 0)
	result.Disordered, result.Damaged = r.disordered, r.damaged
	result.Closed, result.Words = r.gone, r.words
	return result, nil
}

// Usage is the CPU time that was used so far.
type usage struct{ own, server, machine time.Duration }

func (r *run) usage() (u usage, err error) {
	if u.own, err = ownCPU(); err != nil {
		return u, err
	}
	if u.server, err = processCPU(r.job.Pid); err != nil {
		return u, err
	}
	u.machine, err = machineCPU()
	return u, err
}

// due is how many deliveries there should be for what was sent.
func (r *run) due() int { return (r.sent - r.refused) * len(r.conns) }

// unanswered counts the posts that no answer has come to, where there are any.
func (r *run) unanswered() int {
	if !r.dialect.answers() {
		return 0
	}
	return r.sent - r.refused - r.acked
}

// drain waits until everything due has come, or nothing does any more, or d is
// over.
func (r *run) drain(d time.Duration) error {
	end := time.Now().Add(d)
	for last, since := r.delivered+r.acked+r.refused, time.Now(); r.delivered < r.due() || r.unanswered() > 0; {
		if time.Since(since) > quiet || time.Now().After(end) {
			return nil
		}
		if err := r.poll(100 * time.Millisecond); err != nil {
			return err
		}
		if sum := r.delivered + r.acked + r.refused; sum != last {
			last, since = sum, time.Now()
		}
	}
	return nil
}
