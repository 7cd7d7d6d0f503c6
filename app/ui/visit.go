package ui

import (
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// A spot is where somebody was in a room when they went to another one.
type spot struct {
	sight   sight // zero at the end
	reading reading
}

// open shows another room, and the message in it with the seq, or, if seq is 0,
// the place where the reader was in it when they left it: that, if it is not the
// end, or else the line above what is unread, if there is one. What is kept of it
// is there at once.
func (c *Chat) open(id string, seq int64) {
	r := &c.reader
	if id != c.model.Room.ID {
		c.leaveRoom()
		c.model = c.model.Open(id)
		c.arrive()
		s, was := c.spots[id]
		delete(c.spots, id)
		switch {
		case seq > 0:
		case was && s.sight.first > 0 && c.back(s.sight):
		case r.reading.first > 0 && c.model.Said(r.reading.first) != nil:
			c.goHeld(r.reading.first)
			r.calm = true
		}
		c.setTitle()
		c.lookUp()
	}
	if seq > 0 {
		c.goal(seq)
	}
	r.urgent = true
	c.Update()
}

// goal goes to a message of the open room, now or as soon as there is a line.
func (c *Chat) goal(seq int64) {
	if c.reader.wanted = 0; !c.goHeld(seq) {
		if c.mayAsk() || c.reader.question.asked() {
			c.goTo(seq)
		} else {
			c.reader.wanted = seq
		}
	}
}

// leaveRoom takes leave of the open room: what was read of it counts, and where
// one was is remembered.
func (c *Chat) leaveRoom() {
	r := &c.reader
	if r.reading.met {
		r.reading = r.reading.over(r.reading.seen)
	}
	c.mark()
	s := spot{reading: r.reading}
	if r.away && r.goal == 0 {
		s.sight = r.sight
	}
	if c.spots == nil {
		c.spots = make(map[string]spot)
	}
	c.spots[c.model.Room.ID] = s
	c.dropQuestion()
	c.stowDraft()
}

// arrive begins to read the room that is open now.
func (c *Chat) arrive() {
	r := &c.reader
	head := c.model.Head
	r.reading = begunAt(&c.model.Room)
	r.entered, r.heard.before, r.heard.waiting, r.heard.more = head, head, nil, 0
	r.away, r.goal, r.sight, r.place, r.wanted = false, 0, sight{}, sight{}, 0
	r.unmarked, r.marked = false, time.Time{}
	r.drawn = state.Room{}
	r.returns++
	r.urgent = true
	c.takeDraft()
}

// back takes the reader to where they were, and reports whether that is held.
func (c *Chat) back(s sight) bool {
	room, held := c.model.Go(s.first)
	if held {
		r := &c.reader
		c.model.Room, r.away, r.sight, r.place, r.moving = room, true, s, s, true
	}
	return held
}

// begunAt is the reading of somebody who comes to a room now.
func begunAt(room *state.Room) reading {
	if first := room.Unseen(); first > 0 {
		return reading{seen: first - 1, first: first, last: max(room.Head, first)}
	}
	return reading{seen: room.Head}
}

// findLine puts the line above what is unread at a message, where it stood above
// something that is none.
func (c *Chat) findLine() {
	r := &c.reader.reading
	if r.first == 0 || r.met || c.model.Said(r.first) != nil {
		return
	}
	if first := c.model.Unseen(); first > r.first && first <= r.last {
		r.first = first
	}
}

// entered takes in that we are in one more room, or how one stands.
func (c *Chat) entered(e chat.Entered, before state.Model) {
	c.cameTo(e.RoomStatus)
	if was := before.Find(e.ID); e.ID == c.model.Room.ID && (was == nil || !was.Entered()) {
		c.arrive()
		c.setTitle()
	}
}

// cameTo remembers up to where a room was there when we came: what follows is
// news.
func (c *Chat) cameTo(s chat.RoomStatus) {
	if c.heads == nil {
		c.heads = make(map[string]int64)
	}
	c.heads[s.ID] = max(c.heads[s.ID], s.Head)
}
