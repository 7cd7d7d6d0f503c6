package link

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cyberchat/app/chat"
)

// Bounds of what waits for an answer.
const (
	// maxWaiting is how many commands wait at a time.
	maxWaiting = 200
	// maxTries is how often a command that came too fast is sent again before
	// the person is told.
	maxTries = 3
	// maxHold is the longest wait that a server can ask for before something is
	// sent again.
	maxHold = 30 * time.Second
)

// Errors of Send.
var (
	// ErrFull says that too much is waiting.
	ErrFull = errors.New("link: too many commands are waiting to be sent")
	// ErrStopped says that the line has stopped: nothing will be sent any more.
	ErrStopped = errors.New("link: the line has stopped")
)

// Send hands a Post, a Rename or a History to the line. It is sent at once if
// the line is open and again after each return until it is answered, in the
// order of the calls: with an Ack, a Page or a Reject, which is delivered. Of
// several renames only the newest counts. A command that the server refuses as
// too fast is sent again when the server allows it, up to three times, and what
// follows it waits; the answers delivered are the last ones. Every other refusal
// is for the person, also one that says that trying again may help.
//
// A History that was sent before a return in another epoch is answered with
// what the new one has at its seq.
//
// What is waiting is bounded: the error is [ErrFull] when 200 commands are, and
// a [*chat.Fault] for a command that is too long to be sent. From the moment at
// which the server told us not to come back it is [ErrStopped]; what was
// waiting then is not sent.
func (l *Line) Send(c chat.Command) error {
	w := &waiting{}
	switch c := c.(type) {
	case chat.Post:
		w.id = c.ID
	case chat.Rename:
		w.id, w.rename = c.ID, true
	case chat.History:
		w.id = c.ID
	default:
		return fmt.Errorf("link: a %T is not for sending", c)
	}
	w.frame = chat.AppendCommand(nil, c)
	if n := len(w.frame); n > chat.MaxFrame {
		return &chat.Fault{Code: chat.CodeTooLong, Text: fmt.Sprintf("The message takes %d bytes; at most %d fit. Shorten it or send it in parts.", n, chat.MaxFrame)}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.out.stopped:
		return ErrStopped
	case !l.out.add(w):
		return ErrFull
	}
	signal(l.wake)
	return nil
}

// Forget takes back a command that was not answered. If it has been sent, the
// server may carry it out nevertheless.
func (l *Line) Forget(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out.remove(id)
	signal(l.wake)
}

// An outbox holds the commands that were not answered, in order.
type outbox struct {
	queue []*waiting
	// careful is set when something came too fast: from then on, until the
	// queue is empty, one command is sent at a time.
	careful bool
	hold    time.Time // nothing is sent before
	stopped bool      // nothing is sent any more
}

// A waiting command was not answered yet.
type waiting struct {
	id     string
	frame  []byte
	rename bool
	sent   bool // on this line
	tries  int  // how often it came too fast
}

// add puts a command at the end. It reports whether there was room.
func (o *outbox) add(w *waiting) bool {
	if w.rename {
		o.queue = slices.DeleteFunc(o.queue, func(old *waiting) bool { return old.rename })
	}
	if len(o.queue) >= maxWaiting {
		return false
	}
	o.queue = append(o.queue, w)
	return true
}

// remove takes a command out. It reports whether it was there.
func (o *outbox) remove(id string) bool {
	n := len(o.queue)
	o.queue = slices.DeleteFunc(o.queue, func(w *waiting) bool { return w.id == id })
	if len(o.queue) == 0 {
		o.careful = false
	}
	return len(o.queue) < n
}

// restart makes everything wait to be sent, on a new line.
func (o *outbox) restart() {
	for _, w := range o.queue {
		w.sent = false
	}
	o.careful, o.hold = false, time.Time{}
}

// next returns the next frame to send and takes it as sent. If there is none,
// wait is how long until there may be one, 0 if that depends on others.
func (o *outbox) next(now time.Time) (frame []byte, wait time.Duration) {
	i := slices.IndexFunc(o.queue, func(w *waiting) bool { return !w.sent })
	if i < 0 {
		return nil, 0
	}
	if wait := o.hold.Sub(now); wait > 0 {
		return nil, wait
	}
	if o.careful && slices.ContainsFunc(o.queue, func(w *waiting) bool { return w.sent }) {
		return nil, 0
	}
	o.queue[i].sent = true
	return o.queue[i].frame, 0
}

// rejected takes in a refusal. It reports whether the command is sent again, and
// whether it was known at all: otherwise nobody needs to be told.
func (o *outbox) rejected(e chat.Reject, now time.Time) (again, known bool) {
	i := slices.IndexFunc(o.queue, func(w *waiting) bool { return w.id == e.ID })
	if i < 0 {
		return false, false
	}
	if w := o.queue[i]; e.Code == chat.CodeTooFast && e.Retry && w.tries < maxTries {
		w.sent = false
		w.tries++
		o.careful = true
		if until := now.Add(retryAfter(e.Fault)); until.After(o.hold) {
			o.hold = until
		}
		return true, true
	}
	o.remove(e.ID)
	return false, true
}

// retryAfter is how long a fault asks to wait, between nothing and maxHold.
func retryAfter(f chat.Fault) time.Duration {
	return min(time.Duration(max(f.RetryAfter, 0)), maxHold/time.Millisecond) * time.Millisecond
}
