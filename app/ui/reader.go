package ui

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// A reader is where somebody is in the log, and what is drawn of it for them.
// What the log's own component sees in the document comes here with look; what
// it draws is cut from the model by cut, at most once a frame and rarer when
// drawing takes long.
type reader struct {
	away     bool  // not at the end
	hidden   bool  // the page is, behind another one
	sight    sight // as of the last look
	moving   bool  // the window is about to go on
	entered  int64 // the room's head when all that is there began to come
	reading  reading
	question question
	goal     int64     // the seq to go to once it is drawn, 0 if there is none
	calm     bool      // the goal is not pointed at
	place    sight     // to be taken back to once it is drawn
	wanted   int64     // the seq to go to once there is a line
	unmarked bool      // marked unread: what is in sight does not count as read
	marked   time.Time // when the server was told last how far was read
	returns  int       // how often the reader was to be taken to the end
	heard    heard
	news     string // of what was asked for, for screen readers
	days     days   // the dialog

	drawn  state.Room // what is drawn, or will be at once
	roll   roll
	pace   pace
	urgent bool        // the reader did something: it is drawn at once
	later  *time.Timer // draws what had to wait
	save   *time.Timer // tells the server how far was read
}

// stop ends what is under way.
func (r *reader) stop() {
	for _, t := range []*time.Timer{r.later, r.save, r.heard.timer, r.heard.clear} {
		if t != nil {
			t.Stop()
		}
	}
}

// burst is how many messages may come from one drawing to the next before no
// more of them are drawn than somebody can see.
const burst = 2 * chunkRows

// day names the day of what is in sight, away from the end and from where what is
// drawn begins: there it stands anyway, below what is said of what comes before.
func (r *reader) day() string {
	m := r.drawn.Said(r.sight.first)
	begins, _ := r.drawn.Window()
	if !r.away || m == nil || m.Seq <= begins {
		return ""
	}
	now := timeHere()
	return dayText(m.Time.In(now.Location()), now)
}

// cut brings what is drawn of the log to the model. What arrives has to wait
// when drawing took long; what the reader does has not.
func (c *Chat) cut() {
	r := &c.reader
	now := time.Now()
	if wait := r.pace.wait(now); wait > 0 && !r.urgent && app.IsClient {
		if r.later == nil {
			r.later = time.AfterFunc(wait, c.Update)
		} else {
			r.later.Reset(wait)
		}
		return
	}
	r.urgent = false
	r.pace.begin(now)
	if last := r.drawn.Last(); last > 0 && last >= r.entered && c.model.Last()-last > burst {
		c.model.Room = c.model.Shrink()
	}
	r.drawn = c.model.Room
	r.roll = r.roll.with(r.drawn.Before(), r.drawn.Rows(), c.model.You.ID, r.reading.first, timeHere())
}

// look takes in what the reader sees of the log, and reports whether anything
// is to be drawn for it.
func (c *Chat) look(away bool, s sight) (changed bool) {
	r := &c.reader
	day, pill, reading := r.day(), r.pill(), r.reading
	changed = away != r.away
	moved := changed || s.first != r.sight.first || s.last != r.sight.last
	r.away, r.sight = away, s
	before := c.model
	switch {
	case !away:
		c.model.Room = c.model.AtEnd()
	case moved || r.moving: // otherwise it would grow by what arrives
		c.model.Room = c.model.Look(s.first, s.last)
	}
	first, last := before.Window()
	from, to := c.model.Window()
	r.moving = from != first || to != last || before.Away() != c.model.Away()
	if r.moving {
		changed, r.urgent = true, true
	}
	c.read()
	c.fetch()
	return changed || r.day() != day || r.pill() != pill || r.reading.first != reading.first
}

// read takes in that what is in sight was read.
func (c *Chat) read() {
	r := &c.reader
	switch {
	case r.hidden || r.unmarked || !c.model.Welcomed():
	case !r.away && (r.sight.first > 0 || r.reading.first == 0 || r.reading.met):
		c.setReading(r.reading.sees(r.sight.first, c.model.Last(), true))
	case r.away && r.sight.first > 0:
		c.setReading(r.reading.sees(r.sight.first, r.sight.last, !c.model.Later() && r.sight.last == c.model.Last()))
	}
}

// setReading takes in how far was read, which the server is told soon if it is
// another thing for the next time.
func (c *Chat) setReading(now reading) {
	before := c.reader.reading
	c.reader.reading = now
	if now.kept() != before.kept() {
		c.markSoon()
	}
}

// came takes in a message, and counts it if it is news: neither a repetition nor
// one of those that follow a welcome to a room that is anew.
func (c *Chat) came(m chat.Message, before state.Model) {
	r := &c.reader
	unseen := r.away || r.hidden
	ours := m.Author.ID == c.model.You.ID || c.model.Hides(m.Author.ID)
	if !c.model.Hides(m.Author.ID) {
		c.hearOf(m)
	}
	if m.Seq <= max(r.entered, before.Last()) {
		return
	}
	c.setReading(r.reading.came(m.Seq, ours, unseen))
}

// goTo takes the reader to a message, once it is there.
func (c *Chat) goTo(seq int64) {
	if !c.goHeld(seq) {
		c.dropQuestion()
		c.ask(chat.History{Around: seq, Limit: jumpRows}, true)
	}
}

// goHeld takes the reader to a message that is held, and reports whether it is.
func (c *Chat) goHeld(seq int64) bool {
	room, held := c.model.Go(seq)
	if held {
		c.model.Room, c.reader.away, c.reader.goal = room, true, seq
		c.reader.moving, c.reader.urgent = true, true
		c.Update()
	}
	return held
}

// goToEnd takes the reader to the end.
func (c *Chat) goToEnd() {
	r := &c.reader
	c.model.Room = c.model.AtEnd()
	r.away, r.goal, r.urgent = false, 0, true
	r.returns++
	if r.question.asked() || r.question.failed {
		c.dropQuestion()
	}
	c.Update()
}

// readOver takes the reader to the end and the line for the unread away: they
// said something, or want no more of what they missed.
func (c *Chat) readOver() {
	c.reader.unmarked = false
	c.setReading(c.reader.reading.over(c.model.Head))
	c.goToEnd()
}

// enterRoom begins to read after a welcome.
func (c *Chat) enterRoom(w chat.Welcome, before state.Model) {
	r := &c.reader
	head, id := c.model.Head, c.model.Room.ID
	r.news = "" // that a jump failed without a line; what was asked went with the last one
	for _, s := range w.Rooms {
		if c.cameTo(s); !s.Recovered || w.Epoch != before.Epoch {
			delete(c.spots, s.ID)
		}
	}
	if c.model.Head-before.Head > chat.PageSize { // too much to listen to
		r.heard.before = head
	}
	defer func() {
		if wanted := r.wanted; wanted > 0 {
			c.goal(wanted)
		}
	}()
	switch {
	case !before.Welcomed():
		r.reading = begunAt(&c.model.Room)
		if before.Recalled() && recovered(w, id) { // it goes on behind what is read already
			r.entered, r.heard.before, r.urgent = head, head, true
			return
		}
	case before.Epoch != w.Epoch:
		r.reading = begunAt(&c.model.Room)
	case recovered(w, id):
		return
	default:
		r.reading = r.reading.missed(head)
	}
	// The latest page follows, and nothing else is there any more.
	r.entered, r.heard.before = head, head
	r.away, r.goal, r.urgent, r.sight = false, 0, true, sight{}
	r.returns++
}

// recovered tells whether a welcome joins what was there before of a room.
func recovered(w chat.Welcome, id string) bool {
	return slices.ContainsFunc(w.Rooms, func(r chat.RoomStatus) bool { return r.ID == id && r.Recovered })
}
