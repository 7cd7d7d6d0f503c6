package load

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

const (
	joinWithin = 30 * time.Second
	probeEvery = 200 * time.Millisecond
	// quiet is how long nothing may come before what is missing counts as lost.
	quiet = 3 * time.Second
	// readSize is how much is read from a connection at a time, in bytes.
	readSize = 256 << 10
	// timerIndex is the timer among the connections' indices.
	timerIndex = -1
)

// A run is a job that is being done. One goroutine owns it.
type run struct {
	job     Job
	dialect dialect
	epoll   int
	timer   int // ticks at the rate of the job
	start   time.Time
	now     time.Duration // since start, when the latest bytes were read

	conns   []*conn
	senders []*sender
	dirty   []*conn // that have something to write
	turn    int     // of the senders
	sending bool
	buf     []byte
	payload []byte
	events  []unix.EpollEvent

	joined, gone     int
	sent             int
	delivered, acked int
	latest           time.Duration // since start, when the latest delivery was read
	refused          int
	disordered       int
	damaged          int
	words            string // the first complaint
	measuring        bool
	latency, acks    Histogram
}

func newRun(job Job) (*run, error) {
	d, ok := dialects[job.Dialect]
	if !ok || job.Senders > min(job.Connections, MaxSenders) || job.Connections < 1 {
		return nil, fmt.Errorf("load: a job that cannot be done: %+v", job)
	}
	r := &run{
		job:     job,
		dialect: d,
		start:   time.Now(),
		buf:     make([]byte, readSize),
		events:  make([]unix.EpollEvent, 1024),
		timer:   -1,
	}
	var err error
	if r.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("load: epoll: %w", err)
	}
	return r, nil
}

func (r *run) close() {
	for _, c := range r.conns {
		c.end("")
	}
	if r.timer >= 0 {
		unix.Close(r.timer)
	}
	unix.Close(r.epoll)
}

// complain keeps the first word of what is wrong.
func (r *run) complain(what string) {
	if r.words == "" {
		r.words = what[:min(len(what), 300)]
	}
}

// connect opens the connections and waits until all have joined.
func (r *run) connect() error {
	for i := range r.job.Connections {
		if err := r.add(i); err != nil {
			return err
		}
		if err := r.poll(0); err != nil {
			return err
		}
	}
	var probed time.Time
	for late := time.Now().Add(joinWithin); r.joined < r.job.Connections; {
		if probe := r.dialect.probe(); probe != "" && time.Since(probed) > probeEvery {
			probed = time.Now()
			r.conns[0].say(opText, []byte(probe))
		}
		if r.gone > 0 || time.Now().After(late) {
			return fmt.Errorf("load: %d of %d connections have joined: %s", r.joined, r.job.Connections, r.words)
		}
		if err := r.poll(probeEvery); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) add(i int) error {
	open, first, err := dial(r.job.Addr, r.dialect)
	if err != nil {
		return err
	}
	defer open.Close() // the run has its own descriptor of it
	raw, err := open.SyscallConn()
	if err != nil {
		return fmt.Errorf("load: dial: %w", err)
	}
	c := &conn{run: r, index: i, next: make([]int, r.job.Senders)}
	var dupErr error
	if err := raw.Control(func(fd uintptr) { c.fd, dupErr = unix.Dup(int(fd)) }); err != nil {
		return fmt.Errorf("load: dial: %w", err)
	}
	if dupErr != nil {
		return fmt.Errorf("load: dial: %w", dupErr)
	}
	r.conns = append(r.conns, c)
	if i < r.job.Senders {
		c.sender = &sender{conn: c, index: i}
		r.senders = append(r.senders, c.sender)
	}
	if err := r.watch(unix.EPOLL_CTL_ADD, c); err != nil {
		return err
	}
	for _, text := range r.dialect.hello() {
		c.say(opText, []byte(text))
	}
	c.take(first)
	return nil
}

// watch says what of a connection to wait for.
func (r *run) watch(how int, c *conn) error {
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(c.index)}
	if c.full {
		event.Events |= unix.EPOLLOUT
	}
	if err := unix.EpollCtl(r.epoll, how, c.fd, &event); err != nil {
		return fmt.Errorf("load: epoll: %w", err)
	}
	return nil
}

// poll waits for up to d (0 does not wait), reads what came, and writes what
// that led to.
func (r *run) poll(d time.Duration) error {
	r.flush()
	n, err := unix.EpollWait(r.epoll, r.events, int((d+time.Millisecond-1)/time.Millisecond))
	if err != nil && err != unix.EINTR {
		return fmt.Errorf("load: epoll: %w", err)
	}
	for _, event := range r.events[:max(n, 0)] {
		if event.Fd == timerIndex {
			r.tick()
			continue
		}
		c := r.conns[event.Fd]
		if c.gone {
			continue
		}
		if event.Events&unix.EPOLLOUT != 0 {
			c.write()
		}
		if event.Events&^unix.EPOLLOUT != 0 && !c.gone {
			c.read(r.buf)
		}
	}
	r.flush()
	return nil
}

func (r *run) flush() {
	for _, c := range r.dirty {
		c.dirty = false
		if !c.full {
			c.write()
		}
	}
	r.dirty = r.dirty[:0]
}

// pass lets time pass.
func (r *run) pass(d time.Duration) error {
	for end := time.Now().Add(d); ; {
		left := time.Until(end)
		if left <= 0 {
			return nil
		}
		if err := r.poll(left); err != nil {
			return err
		}
	}
}
