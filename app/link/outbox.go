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
	// maxPassing is how many commands that are for this moment wait to be written.
	maxPassing = 16
	// maxPatience is for how long a command that came too fast is sent again
	// before the person is told. A rate is shared by all tabs of a person, so it
	// may take some tries.
	maxPatience = 30 * time.Second
	// maxSlow is how long a wait is that is the room's and not that of a rate. It
	// is for the person, and not for all that waits behind it.
	maxSlow = 10 * time.Second
	// maxHold is the longest wait that a server can ask for before something is
	// sent again.
	maxHold = 30 * time.Second
	// maxDigits is how much longer a post may get with the number of its round.
	maxDigits = len("9223372036854775807") - len("1")
)

// Errors of Send.
var (
	// ErrFull says that too much is waiting.
	ErrFull = errors.New("link: too many commands are waiting to be sent")
	// ErrStopped says that the line has stopped: nothing will be sent any more.
	ErrStopped = errors.New("link: the line has stopped")
)

// Send hands a command to the line. One with an id is sent at once if the line
// is open and again after each return until it is answered, in the order of the
// calls: with an Ack, a Page, a Listing or a Reject, which is delivered. That is
// safe for all: the server knows the id of what it has carried out already, or
// doing it again changes nothing. Of several renames, and of several marks of a
// room, only the newest counts, and the others are not answered, unless a mark is
// behind them.
// [chat.Post.Round] is the line's own.
//
// A Typing and an Away are for this moment: they are sent if the line is open,
// and otherwise forgotten.
//
// Posts are stored in the order of the calls, also where the server refuses one
// while others are under way: one that came too fast is sent again when the
// server allows it, for half a minute, and one that may be sent again for another
// reason, as it could not be stored, once; what follows it waits. When it is
// refused after that, this is for the person: the Reject is delivered, and behind
// it one with the same fault for each post to the same room that waits, as none
// of them is said without it. A room that is slow for longer than that is for the
// person at once.
//
// Any other command that came too fast is sent again like a post. Every other
// refusal is for the person, also one that says that trying again may help.
//
// A History that was sent before a return in another epoch is answered with
// what the new one has at its seq.
//
// What is waiting is bounded: the error is [ErrFull] when 200 commands are, and
// a [*chat.Fault] for a command that is too long to be sent. From the moment at
// which the server told us not to come back it is [ErrStopped]; what was
// waiting then is not sent.
func (l *Line) Send(c chat.Command) error {
	w := &waiting{command: c}
	switch c := c.(type) {
	case chat.Post:
		w.id, w.post, w.room = c.ID, true, c.Room
	case chat.Rename:
		w.id, w.only = c.ID, "name"
	case chat.Mark:
		w.id, w.only = c.ID, "mark "+c.Room
	case chat.Identified:
		w.id = c.CommandID()
	case chat.Typing, chat.Away:
		l.pass(c)
		return nil
	default:
		return fmt.Errorf("link: a %T is not for sending", c)
	}
	w.encode(1)
	if n := len(w.frame) + maxDigits; n > chat.MaxFrame {
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

// pass sends a command that is for this moment.
func (l *Line) pass(c chat.Command) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.out.open && len(l.out.passing) < maxPassing {
		l.out.passing = append(l.out.passing, chat.AppendCommand(nil, c))
		signal(l.wake)
	}
}

// Forget takes back a command that was not answered. If it has been sent, the
// server may carry it out nevertheless; it is not sent again, and a refusal is
// not delivered.
func (l *Line) Forget(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out.forget(id)
	signal(l.wake)
}

// An outbox holds the commands that were not answered, in order.
//
// Posts are under way many at a time, so one that is refused has others behind
// it. If they were stored, they would overtake it when it is sent again. Sending
// each only when the one before is answered would prevent that, but leaves a
// program a tenth of its throughput, and costs a person a round trip for each
// post that waited while there was no line; and to stop sending at a refusal
// comes too late for what is under way. So the server helps: it refuses the rest
// of the round ([chat.Post.Round]). When all that was under way is answered, the
// next round begins with the post that was refused first. There is one command at
// a time from then on, as more would only be refused again, and when a post is
// given up nothing is under way behind it.
type outbox struct {
	queue []*waiting
	// careful is set when something is sent again: from then on, until the
	// queue is empty, one command is sent at a time.
	careful bool
	hold    time.Time // nothing is sent before
	round   int64     // of the posts that are sent now, on this line
	stopped bool      // nothing is sent any more
	open    bool      // there is a line
	passing [][]byte  // frames of commands that are for this moment, to be sent first
}

// A waiting command was not answered yet.
type waiting struct {
	id       string
	command  chat.Command
	post     bool
	room     string // of a post
	only     string // what it asks for, if of several that ask for the same only the newest counts
	frame    []byte // of the command, of a post in the round
	round    int64
	sent     bool        // on this line
	unwanted bool        // it was sent and then forgotten: its answer ends the wait
	fast     time.Time   // when it came too fast for the first time, on this line
	refused  []chat.Code // for which other reasons, on this line
}

// encode makes the frame, for a round.
func (w *waiting) encode(round int64) {
	c := w.command
	if p, ok := c.(chat.Post); ok {
		p.Round = round
		c = p
	}
	w.frame, w.round = chat.AppendCommand(nil, c), round
}

// again takes in a refusal and tells whether the command is to be sent again.
func (w *waiting) again(f chat.Fault, now time.Time) bool {
	switch {
	case !f.Retry:
		return false
	case f.Code == chat.CodeTooFast:
		if w.fast.IsZero() {
			w.fast = now
		}
		return now.Sub(w.fast) < maxPatience && f.RetryAfter < maxSlow.Milliseconds()
	}
	first := !slices.Contains(w.refused, f.Code)
	w.refused = append(w.refused, f.Code)
	return w.post && first
}

// add puts a command at the end. It reports whether there was room.
func (o *outbox) add(w *waiting) bool {
	if w.only != "" {
		o.queue = slices.DeleteFunc(o.queue, w.replaces)
	}
	if len(o.queue) >= maxWaiting {
		return false
	}
	o.queue = append(o.queue, w)
	return true
}

// replaces tells whether an older command does not count any more. A mark does
// not go back, but where it says so: then one that does not comes on top of it.
func (w *waiting) replaces(old *waiting) bool {
	if old.only != w.only {
		return false
	}
	before, ok := old.command.(chat.Mark)
	now, _ := w.command.(chat.Mark)
	return !ok || now.Unread || !before.Unread && now.Seq >= before.Seq
}

// forget takes a command out, or, if it is under way, waits only for its answer:
// how it is answered decides on what was sent behind it.
func (o *outbox) forget(id string) {
	if i := o.index(id); i >= 0 && o.queue[i].sent {
		o.queue[i].unwanted = true
	} else if i >= 0 {
		o.remove(i)
	}
}

// answered takes a command out that was answered. It reports whether somebody
// waited for that.
func (o *outbox) answered(id string) bool {
	i := o.index(id)
	return i >= 0 && !o.remove(i).unwanted
}

// index returns where the command with the id is, -1 if it is not there.
func (o *outbox) index(id string) int {
	return slices.IndexFunc(o.queue, func(w *waiting) bool { return w.id == id })
}

// remove takes the i-th command out and returns it.
func (o *outbox) remove(i int) *waiting {
	w := o.queue[i]
	o.queue = slices.Delete(o.queue, i, i+1)
	if len(o.queue) == 0 {
		o.careful = false
	}
	return w
}

// restart makes everything wait to be sent, on a new line.
func (o *outbox) restart() {
	o.queue = slices.DeleteFunc(o.queue, func(w *waiting) bool { return w.unwanted })
	for _, w := range o.queue {
		w.sent, w.fast, w.refused = false, time.Time{}, nil
	}
	o.careful, o.hold, o.round = false, time.Time{}, 1
}

// next returns the next frame to send and takes it as sent. If there is none,
// wait is how long until there may be one, 0 if that depends on others.
func (o *outbox) next(now time.Time) (frame []byte, wait time.Duration) {
	if len(o.passing) > 0 {
		frame, o.passing = o.passing[0], o.passing[1:]
		return frame, 0
	}
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
	w := o.queue[i]
	if w.post && w.round != o.round {
		w.encode(o.round)
	}
	w.sent = true
	return w.frame, 0
}

// rejected takes in a refusal. It returns what the person is to be told: nothing
// if the command is sent again, or if nobody waits for the answer.
func (o *outbox) rejected(e chat.Reject, now time.Time) (told []chat.Event) {
	i := o.index(e.ID)
	if i < 0 {
		return nil
	}
	w := o.queue[i]
	over := w.post && e.Retry
	if over {
		o.round = max(o.round, w.round+1)
	}
	switch {
	case w.unwanted:
		o.remove(i)
		return nil
	case w.again(e.Fault, now):
		w.sent = false
		o.careful = true
		if until := now.Add(retryAfter(e.Fault)); until.After(o.hold) {
			o.hold = until
		}
		return nil
	}
	o.remove(i)
	told = append(told, e)
	for over && i < len(o.queue) {
		if b := o.queue[i]; !b.post || b.sent || b.room != w.room {
			i++
		} else {
			told = append(told, chat.Reject{ID: o.remove(i).id, Fault: e.Fault})
		}
	}
	return told
}

// retryAfter is how long a fault asks to wait, between nothing and maxHold.
func retryAfter(f chat.Fault) time.Duration {
	return min(time.Duration(max(f.RetryAfter, 0)), maxHold/time.Millisecond) * time.Millisecond
}
