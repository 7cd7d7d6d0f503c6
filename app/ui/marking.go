package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

const (
	// markAfter is how long something is in sight before the server is told that
	// it was read, and markEvery how often that is told at the most.
	markAfter, markEvery = time.Second, 5 * time.Second
)

// markSoon tells the server before long how far was read.
func (c *Chat) markSoon() {
	r := &c.reader
	if r.save != nil || app.IsServer {
		return
	}
	wait := max(markAfter, markEvery-time.Since(r.marked))
	r.save = time.AfterFunc(wait, func() { c.dispatch(c.mark) })
}

// mark tells the server how far was read, so that it is the same on all devices.
func (c *Chat) mark() {
	r := &c.reader
	if r.save != nil {
		r.save.Stop()
		r.save = nil
	}
	m := chat.Mark{Room: c.model.Room.ID, Seq: r.reading.kept()}
	if r.unmarked || !c.model.Welcomed() || !c.model.Entered() || c.model.Unread == 0 || m.Seq <= c.model.Read {
		return
	}
	r.marked = time.Now()
	c.sendMark(m)
}

// sendMark marks a room here and on the server. Whom the server does not know
// again reads for this visit only.
func (c *Chat) sendMark(m chat.Mark) {
	m.ID = link.NewID()
	if c.model.You.Known && c.line.Send(m) != nil {
		return
	}
	c.model = c.model.Mark(m)
	c.cache.stale = true
}

// markUnread has the open room unread again from a message on, whoever sees it
// here: until they leave it, or say something.
func (c *Chat) markUnread(seq int64) {
	r := &c.reader
	r.unmarked = true
	r.reading = reading{seen: seq - 1, first: seq, last: max(c.model.Head, seq), met: true}
	c.sendMark(chat.Mark{Room: c.model.Room.ID, Seq: seq - 1, Unread: true})
	c.toast("Marked unread.")
}

// lastOfOthers is the seq of the latest message of somebody else that is held,
// 0 if there is none.
func (c *Chat) lastOfOthers() int64 {
	for seq, n := c.model.Last(), 0; seq > 0 && n < chat.MaxUnread; seq, n = seq-1, n+1 {
		if m := c.model.Said(seq); m != nil && !m.Gone && m.Author.ID != c.model.You.ID && !c.model.Hides(m.Author.ID) {
			return seq
		}
	}
	return 0
}

// markedElsewhere takes in how far the open room was read on another device, or
// that it is unread again.
func (c *Chat) markedElsewhere(e chat.Marked) {
	r := &c.reader
	switch {
	case e.Room != c.model.Room.ID || r.unmarked:
	case r.reading.first > 0 && !r.reading.met && e.Read >= r.reading.last:
		r.reading = r.reading.over(e.Read)
	case e.Read < r.reading.kept() && c.model.Unread > 0:
		r.unmarked = true
		r.reading = begunAt(&c.model.Room)
		r.reading.met = !r.away
	}
}
