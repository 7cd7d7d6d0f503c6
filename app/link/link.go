// Package link is a client's line to a server: it dials, says hello, reads,
// notices when the line is dead, comes back by itself, and keeps what was sent
// until the server has answered it. It is the same code in the browser and in
// a native program; only the socket below differs. In the browser that is the
// browser's own, without the websocket library: see conn_js.go for why.
package link

import (
	"context"
	"encoding/base64"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"cyberchat/app/chat"
)

// Config says where to and as whom.
type Config struct {
	URL   string // of the socket: ws://host:port/ws or wss://…
	Token string // see chat.Hello; NewID makes one. None if a cookie says who this is
	Name  string // wanted at the first hello; empty for a guest's name
	Build string // of this client
	// Invitation is the secret of one that is shown until there is a welcome, and
	// Device what this program runs on; see chat.Hello. Both may be empty.
	Invitation, Device string
	// Resume is what the program has of the rooms already, kept from an earlier
	// run; nil for nothing. The first welcome tells whether it could go on there.
	Resume *chat.Resume
	// Deliver is called with what happened, from the goroutine of Run, one
	// batch at a time and in order. It should return soon: nothing is read or
	// answered meanwhile. It may call the methods of the Line, but not Run.
	Deliver func(Batch)
}

// A Batch is what happened since the last one.
type Batch struct {
	// Status is set when it changed; it comes before the events.
	Status *Status
	// Events are those of one WebSocket message. Ping and Closing are answered
	// here and not delivered, nor are events of types this build does not know.
	// The events of a line begin with its Welcome, in the batch whose status is
	// Open.
	//
	// What happens in a room, each [chat.Durable], comes in the order of its seq,
	// once and with nothing left out, also over losses: what is missing is asked
	// for, and what comes beyond it waits. Only a Welcome in another epoch, or one
	// that has not recovered the room, begins it anew, behind RoomStatus.After,
	// and so does an Entered of a room that we were not in. Of rooms that neither
	// names, or that we were seen to leave since, nothing is delivered. A Page is
	// the answer to a History that was sent; its events are not counted here. A
	// Page, a Listing or a Reject that answers nothing that waits is not delivered.
	Events []chat.Event
}

// A Phase is what a line is doing.
type Phase int

const (
	Connecting Phase = iota // dialing, or waiting for the welcome
	Open                    // welcomed
	Waiting                 // lost; tries again at Status.RetryAt
	Stopped                 // the server told us not to come back
)

// A Status is where a line stands.
type Status struct {
	Phase   Phase
	RetryAt time.Time // when Waiting
	Reason  string    // a sentence for the person, when Stopped, and when Waiting if it is known
	// Code is that with which the server closed the line, when Stopped.
	Code chat.CloseCode
}

// A StopError is why Run ended although its context did not: the server closed
// the connection with a code that says not to come back.
type StopError struct {
	Code chat.CloseCode
	Text string // a sentence for the person
}

func (e *StopError) Error() string {
	return fmt.Sprintf("link: stopped with code %d: %s", e.Code, e.Text)
}

// A Line is a client's line to a server. Its methods may be called from any
// goroutine.
type Line struct {
	cfg    Config
	dialer dialer
	wake   chan struct{} // holds a token when there may be something to send
	retry  chan struct{} // holds a token when RetryNow was called

	pos position // of the goroutine of Run

	mu    sync.Mutex // guards name, out and heard
	name  string     // for the next hello: the latest we were given or told, or Config.Name
	out   outbox
	heard time.Time // see Heard

	// Times, and chance in [0, 1); fixed once Run is called.
	dialWithin    time.Duration // for the connection to open
	welcomeWithin time.Duration // for the first message after our hello
	writeWithin   time.Duration // for one message to be taken
	leaveWithin   time.Duration // for the server to answer our close
	heardWithin   time.Duration // beyond a heartbeat, when RetryNow asks
	quietFor      time.Duration // after a welcome or what follows it, before what is missing is asked for
	answerWithin  time.Duration // for the answer to that
	askAgainAfter time.Duration // at least, when that was refused
	drainMost     time.Duration // bound of the wait that a Drain asks for
	stableAfter   time.Duration // of being open, the next loss counts as the first
	backoffFirst  time.Duration // bound of the first wait
	backoffMost   time.Duration // bound of every wait
	random        func() float64
}

// New returns a line that Run will open.
func New(cfg Config) *Line {
	if cfg.Deliver == nil {
		cfg.Deliver = func(Batch) {}
	}
	return &Line{
		cfg:    cfg,
		dialer: newDialer(),
		pos:    resumed(cfg.Resume),
		wake:   make(chan struct{}, 1),
		retry:  make(chan struct{}, 1),
		name:   cfg.Name,

		dialWithin:    10 * time.Second,
		welcomeWithin: 10 * time.Second,
		writeWithin:   10 * time.Second,
		leaveWithin:   time.Second,
		heardWithin:   2 * time.Second,
		quietFor:      time.Second,
		answerWithin:  30 * time.Second,
		askAgainAfter: time.Second,
		drainMost:     time.Minute,
		stableAfter:   time.Minute,
		backoffFirst:  500 * time.Millisecond,
		backoffMost:   30 * time.Second,
		random:        mathrand.Float64,
	}
}

// Run keeps the line open until ctx ends, which closes it with code 1000, or
// the server tells us to stop. The error is that of ctx, or a [*StopError]. Run
// is called once; when it returns, all goroutines it started have ended.
//
// After a loss it waits for a random time between nothing and half a second
// before it dials again, and for up to twice as long after each further one,
// at most 30 s. A line that was open for a minute starts this anew, and so does
// one that was open and that the server closed because it stops. If the server
// said within which time to come back ([chat.Drain]), the first wait is a random
// part of that, up to a minute.
//
// Each new line resumes: it says what was delivered, and what was missed follows.
func (l *Line) Run(ctx context.Context) error {
	defer l.dialer.close()
	failures := 0
	for {
		l.deliver(Status{Phase: Connecting})
		end := l.call(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if end.stop {
			l.mu.Lock()
			l.out.stopped = true
			l.mu.Unlock()
			l.deliver(Status{Phase: Stopped, Reason: end.reason, Code: end.code})
			return &StopError{Code: end.code, Text: end.reason}
		}
		goodbye := end.met && (end.code == chat.CloseGoingAway || end.within > 0)
		if end.open >= l.stableAfter || goodbye || end.again {
			failures = 0
		}
		if end.again {
			continue
		}
		wait := l.backoff(failures)
		if end.within > 0 {
			wait = time.Duration(l.random() * float64(end.within))
		}
		if !goodbye {
			failures++
		}
		l.deliver(Status{Phase: Waiting, RetryAt: time.Now().Add(wait), Reason: end.reason})
		over := time.NewTimer(wait)
		select {
		case <-over.C:
		case <-l.retry:
			failures = 0
		case <-ctx.Done():
		}
		over.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// backoff returns how long to wait after so many losses in a row before this
// one: full jitter, as in
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
func (l *Line) backoff(failures int) time.Duration {
	bound := l.backoffMost
	if failures < 32 { // beyond that the shift may overflow
		bound = min(bound, l.backoffFirst<<failures)
	}
	return time.Duration(l.random() * float64(bound))
}

// RetryNow ends the waiting: it tries again at once (for a page that wakes up,
// a network that returns, a person who does not want to wait). While a try is
// under way it makes the next one follow without waiting. If the line is
// thought to be open and nothing was heard for longer than a heartbeat and two
// seconds, it is given up and dialed anew; the protocol has nothing that the
// server would answer, so a line that was heard since then counts as alive.
func (l *Line) RetryNow() { signal(l.retry) }

// UseName says by which name to ask at the next hello: for a page whose person
// took another name in another tab. A name that the server gives later counts.
func (l *Line) UseName(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.name = name
}

// Heard returns when the server was last heard on an open line, of whatever it
// said; zero if none was open yet. Up to then what was delivered is all there
// was. When a line is noticed to be dead, this is some time ago: hours, if the
// machine slept.
func (l *Line) Heard() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.heard
}

// nameNow returns the name for a hello.
func (l *Line) nameNow() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.name
}

// deliver tells a change of status.
func (l *Line) deliver(s Status) { l.cfg.Deliver(Batch{Status: &s}) }

// signal puts a token into a channel that holds one.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// NewID returns 128 random bits as 22 characters: for the id of a command or
// for a token.
func NewID() string {
	var b [16]byte
	random(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
