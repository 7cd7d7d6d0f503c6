package hub

import (
	"context"
	"slices"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// handOut tells everybody what is on disk now, and those who asked for it what
// became of it. The store calls it, with each batch in the order of the log.
func (h *Hub) handOut(batch []*store.Entry) {
	answers := make([][]byte, len(batch)) // encoded before anybody has to wait, as the events
	events := make([]encoded, 0, len(batch))
	for i, e := range batch {
		for _, event := range e.Events {
			if event.Stamped().Room == chat.Lobby {
				events = append(events, encode(event, chat.FirstRoom(chat.Lobby)))
			} else {
				events = append(events, encodeTyped(event))
			}
		}
		switch owner := e.Owner.(type) {
		case *Listener:
			answers[i] = Frame(owner.mode, answerTo(e, e.Act.(chat.Post).ID))
		case *errand:
			if owner.l != nil {
				answers[i] = Frame(owner.l.mode, answerTo(e, owner.id))
			}
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, e := range batch {
		mine := events[:len(e.Events)]
		events = events[len(e.Events):]
		if post, ok := e.Act.(chat.Post); ok {
			h.said(e, post, mine)
			if l, ok := e.Owner.(*Listener); ok {
				l.queue(answers[i])
			}
			continue
		}
		h.did(e, mine, answers[i])
	}
}

// answerTo is what somebody is told of what they asked for.
func answerTo(e *store.Entry, id string) chat.Event {
	switch {
	case e.Err != nil:
		return chat.Reject{ID: id, Fault: *chat.NotStored(store.IsFull(e.Err))}
	case e.Fault != nil:
		return chat.Reject{ID: id, Fault: *e.Fault}
	}
	ack := chat.Ack{ID: id, Seq: e.Seq, Duplicate: e.Duplicate}
	switch c := e.Act.(type) {
	case chat.Create:
		switch {
		case e.Duplicate:
			ack.Room = e.Room
		case c.Access == chat.Direct:
			ack.Room = store.DirectRoom(append(slices.Clone(c.With), e.Author.ID))
		default:
			ack.Room = c.Room
		}
	case store.Rename:
		ack.Name = c.Name
	}
	return ack
}

// said tells what became of a post. The rest is called with h.mu held.
func (h *Hub) said(e *store.Entry, c chat.Post, mine []encoded) {
	for i, event := range e.Events {
		if r := h.happened(event, mine[i]); r != nil && len(r.seats) > 0 {
			h.feed.owed += owes(c)
			r.said(e.Author.ID)
			return
		}
	}
	h.owed -= owes(c)
}

// did tells what became of another act.
func (h *Hub) did(e *store.Entry, mine []encoded, answer []byte) {
	job, _ := e.Owner.(*errand)
	if job == nil {
		job = new(errand)
	}
	later := false // it is answered
	if e.Err == nil && e.Fault == nil {
		if p := h.people[e.Author.ID]; p != nil {
			p.version++
		}
		later = h.entersBy(e, job, answer)
		if c, ok := e.Act.(*store.Enter); ok && c.Was != "" {
			h.changedOver(c)
		}
	}
	if job.l != nil && !later {
		job.l.queue(answer)
	}
	for i, event := range e.Events {
		h.happened(event, mine[i])
	}
	if e.Err == nil && e.Fault == nil && !e.Duplicate {
		h.became(e)
	}
	h.chores.did(e)
	if job.key != "" {
		h.free(job.key, e.Author.ID)
	}
	if job.done != nil {
		close(job.done)
	}
}

// entersBy has somebody who joins or makes a room answered once they listen to
// it. It reports whether that is so.
func (h *Hub) entersBy(e *store.Entry, job *errand, answer []byte) bool {
	if job.l == nil {
		return false
	}
	id := ""
	switch c := e.Act.(type) {
	case chat.Create:
		id = answerTo(e, "").(chat.Ack).Room
	case chat.ChangeMember:
		if c.Change == chat.Joined {
			id = c.Room
		}
	}
	if id == "" {
		return false
	}
	l, p := job.l, job.l.person
	s := p.rooms[id]
	h.enterLater(p, func() {
		if now := p.rooms[id]; now != nil && now == s { // they were in it: this tells how it stands
			l.queue(h.takeFeed(nil, l))
			l.queue(Frame(l.mode, chat.Entered{RoomStatus: h.status(p, s)}))
		}
		l.queue(answer)
	})
	return true
}

// happened tells everybody in its room of an event, and remembers what it
// changes. It returns the room, if it is here.
func (h *Hub) happened(event chat.Durable, e encoded) *room {
	stamp := event.Stamped()
	r := h.rooms[stamp.Room]
	if r == nil {
		h.strays++
	} else if e.seq > r.head {
		if r != h.lobby && r.plain > 0 {
			e.as[Plain] = chat.AppendLineIn(nil, r.Room, event)
		}
		r.head, r.active = e.seq, stamp.Time
		r.recent.add(e)
		h.add(r, e.as)
		r.Apply(event)
	}
	if stamp.In != "" {
		return r
	}
	switch c := event.(type) {
	case chat.Deleted:
		h.wipe(r, c.Message)
	case chat.Settled:
		h.wipe(r, c.Report)
	case chat.MemberChanged:
		h.memberChanged(r, c)
	}
	return r
}

// wipe takes a text away from what is remembered of a room, which may be nil,
// and from pages that are under way.
func (h *Hub) wipe(r *room, seq int64) {
	h.wiped++
	if r != nil {
		r.recent.take(seq)
		r.wipe(func(e chat.Durable) bool { return e.Stamped().Seq == seq })
	}
}

// wipe takes texts away from what waits for the flusher: it goes out as it is now.
func (r *room) wipe(which func(chat.Durable) bool) {
	for i, waits := range r.events[Typed] {
		event, err := chat.DecodeEvent(waits)
		if e, ok := event.(chat.Durable); err == nil && ok && which(e) {
			r.events[Typed][i], r.events[Plain][i] = Typed.append(nil, withoutText(e)), Plain.appendIn(nil, r.Room, withoutText(e))
		}
	}
}

// became tells somebody what they became by an act of theirs that makes no
// event, or more than it tells.
func (h *Hub) became(e *store.Entry) {
	if c, ok := e.Act.(*store.EndSession); ok {
		h.closeSession(c.Session)
		return
	}
	p := h.people[e.Author.ID]
	if c, ok := e.Act.(store.Rename); ok {
		h.call(chat.Person{ID: e.Author.ID, Name: c.Name})
		if p != nil {
			p.name = c.Name
			h.note(p)
		}
	}
	if p == nil {
		return
	}
	switch c := e.Act.(type) {
	case store.Rename:
		h.you(p)
	case store.Profile:
		p.about = c.About
		h.you(p)
	case chat.Mark:
		if s := p.rooms[c.Room]; s != nil {
			s.read, s.counted, s.unread = e.Seq, s.room.head, e.Unread
			h.marked(p, s)
		}
	case chat.Quiet:
		if s := p.rooms[c.Room]; s != nil {
			s.quiet = c.On
			h.marked(p, s)
		}
	case chat.Hide:
		for _, l := range p.listeners {
			l.queue(Frame(l.mode, chat.Hid{Person: c.Person, On: c.On}))
		}
		h.hides(p, c)
	}
}

// changedOver closes the connections of a session that another one took the place
// of.
func (h *Hub) changedOver(c *store.Enter) {
	if was := h.people[c.Was]; was != nil {
		was.version++ // whoever is coming with it is refused
	}
	h.closeSession(c.Instead)
}

// closeSession closes the connections of a session that was ended.
func (h *Hub) closeSession(session store.Hash) {
	h.closeAll(Close{chat.CloseSignedOut, chat.SignedOut().Text}, func(l *Listener) bool {
		return l.session != store.Hash{} && l.session == session
	})
}

// marked tells somebody how far they have read a room.
func (h *Hub) marked(p *person, s *stay) {
	e := chat.Marked{Room: s.room.ID, Reading: h.reading(p, s)}
	for _, l := range p.listeners {
		l.queue(h.takeFeed(nil, l)) // what is counted in it comes first
		l.queue(Frame(l.mode, e))
	}
}

// call has what is remembered of rooms call somebody by their name of now.
func (h *Hub) call(p chat.Person) {
	for _, r := range h.rooms {
		r.recent.call(p)
	}
}

// closeAll closes those listeners for whom which says so.
func (h *Hub) closeAll(reason Close, which func(*Listener) bool) {
	for _, l := range h.listeners {
		if which(l) {
			l.close(reason)
		}
	}
}

// memberChanged has those concerned enter and leave rooms, and closes the
// connections of whoever is out of the place.
func (h *Hub) memberChanged(r *room, c chat.MemberChanged) {
	if c.Address != "" {
		h.banAddress(c)
		return
	}
	if c.Change == chat.Left && c.Person.Name == "" { // for good
		h.wiped++
		h.call(c.Person)
		if r != nil && c.Erased {
			r.recent.takeAll(c.Person.ID)
			r.wipe(func(e chat.Durable) bool { return e.Stamped().Author.ID == c.Person.ID })
		}
	}
	p := h.people[c.Person.ID]
	if p == nil {
		return
	}
	p.version++
	if c.Room == chat.Place {
		h.placeChanged(p, c)
		return
	}
	s := p.rooms[c.Room]
	switch {
	case s == nil && (c.Change == chat.Joined || c.Change == chat.Added):
		h.enterLater(p, nil)
	case s != nil && c.Seq > s.at:
		s.member.Apply(p.id, c)
		if s.at = c.Seq; !s.member.Here && s.room != h.lobby {
			h.exit(p, s.room)
		}
	}
}

// placeChanged follows what somebody is in the place now.
func (h *Hub) placeChanged(p *person, c chat.MemberChanged) {
	p.inPlace.Apply(p.id, c)
	h.note(p)
	h.you(p)
	switch {
	case c.Change == chat.Banned && !c.Until.IsZero():
		h.closeOf(p, Close{chat.CloseBanned, chat.BannedUntil(c.Until).Text})
	case c.Change == chat.Removed:
		h.closeOf(p, Close{chat.CloseRemoved, "You were removed from the place. An invitation leads back."})
	case c.Change == chat.Left:
		h.closeOf(p, Close{chat.CloseLeft, "You left for good."})
	}
	if p.inPlace.Role < chat.RoleModerator && p.rooms[chat.Place] != nil {
		h.exit(p, h.place)
	}
	if !p.inPlace.Here && p.rooms[chat.Lobby] != nil {
		h.exit(p, h.lobby)
	}
	if p.inPlace.Here && (p.rooms[chat.Lobby] == nil || p.inPlace.Role >= chat.RoleModerator && p.rooms[chat.Place] == nil) {
		h.enterLater(p, nil)
	}
}

func (h *Hub) closeOf(p *person, reason Close) {
	for _, l := range p.listeners {
		l.close(reason)
	}
}

// banAddress follows a ban of an address, or its end.
func (h *Hub) banAddress(c chat.MemberChanged) {
	if c.Until.IsZero() {
		delete(h.banned, c.Address)
		return
	}
	h.banned[c.Address] = c.Until
	h.closeAll(Close{chat.CloseBanned, chat.BannedUntil(c.Until).Text}, func(l *Listener) bool { return l.address == c.Address })
}

// exit has somebody listen to a room no more. They are told what happened there
// up to now.
func (h *Hub) exit(p *person, r *room) {
	for _, l := range p.listeners {
		h.rise(l, r)
	}
	delete(p.rooms, r.ID)
	delete(r.writes, p)
	h.note(p)
}

// enterLater has somebody listen to the rooms that the store says they are in,
// and calls then, if it is not nil. It does so in a goroutine, which reads from
// disk and calls with h.mu held; it ends by itself.
func (h *Hub) enterLater(p *person, then func()) {
	if len(p.listeners) == 0 && then == nil {
		return // what they are in is read when they come
	}
	p.coming++
	h.ending.Go(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.enter(p)
		if then != nil {
			then()
		}
		p.coming--
		h.drop(p)
	})
}

// enter is called with h.mu held, and lets go of it while it reads.
func (h *Hub) enter(p *person) {
	for _, e := range h.roomsNow(p) {
		if p.rooms[e.ID] == nil && len(p.listeners) > 0 {
			h.enterRoom(p, e)
		}
	}
}

// roomsNow are the rooms that the store says somebody is in, who is connected;
// whoever it cannot be read for comes back. It is called with h.mu held, and lets
// go of it while it reads.
func (h *Hub) roomsNow(p *person) (rooms []store.Entered) {
	if len(p.listeners) == 0 {
		return nil
	}
	err := h.steady(p, func() (err error) {
		ctx, cancel := context.WithTimeout(context.Background(), readWithin)
		defer cancel()
		rooms, err = h.log.Rooms(ctx, p.id)
		return err
	})
	if err != nil {
		h.closeOf(p, unreadable)
		return nil
	}
	return rooms
}

// enterRoom has somebody listen to a room, and tells them how it stands.
func (h *Hub) enterRoom(p *person, e store.Entered) {
	s := h.stayIn(e)
	p.rooms[e.ID] = s
	for _, l := range p.listeners {
		h.sit(l, s.room)
		l.queue(Frame(l.mode, chat.Entered{RoomStatus: h.status(p, s)}))
	}
	h.note(p)
}
