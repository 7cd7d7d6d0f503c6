package hub

import (
	"context"
	"time"

	"cyberchat/app/chat"
)

// A recent is the end of a room's log in memory, so that whoever comes or comes
// back costs no disk: at most [chat.MaxReplay] events and maxRecentBytes. Of all
// rooms but the lobby together it is at most maxKept, and those in which nothing
// was said for the longest time give theirs up. What is not here is a gap, for
// which a client asks.
type recent struct {
	events []encoded // contiguous, the oldest first
	bytes  int
	kept   *kept // that it counts for; nil does not

	called map[string]chat.Person // who has another name since, by id; see settle

	replay struct { // the last one that was made: a crowd comes back to the same
		after, head int64
		frames      []byte
	}
}

// An encoded is an event as it goes out in each mode, and what matters of it.
type encoded struct {
	seq    int64
	author string // id of whoever did it
	of     string // id of whom else it names, if it does
	counts bool   // as unread
	as     [modes][]byte
}

const (
	// maxRecentBytes bounds what a room keeps in memory: some of the longest
	// messages, or MaxReplay of usual ones.
	maxRecentBytes = 4 << 20
	// maxKept bounds what all rooms but the lobby keep.
	maxKept = 64 << 20
	// maxReplayBytes is how much follows a welcome. What was missed beyond that is
	// a gap, for which the client asks.
	maxReplayBytes = chat.MaxBacklog / 2
	// replayMessage is the size of a WebSocket message of a replay, in bytes. It
	// must arrive whole to count, also over a line that breaks soon.
	replayMessage = 8 << 10
	// readWithin is how long reading from disk may take.
	readWithin = 5 * time.Second
)

// encode makes what goes out of an event, in plain mode for the room.
func encode(event chat.Durable, room chat.Room) encoded {
	e := encodeTyped(event)
	e.as[Plain] = chat.AppendLineIn(nil, room, event)
	return e
}

// encodeTyped makes what goes out in typed mode.
func encodeTyped(event chat.Durable) encoded {
	stamp := event.Stamped()
	e := encoded{seq: stamp.Seq, author: stamp.Author.ID}
	switch v := event.(type) {
	case chat.Message:
		e.counts = !v.Gone
	case chat.Reported:
		e.counts, e.of = true, v.Of.ID
	case chat.Deleted:
		e.of = v.Of.ID
	case chat.MemberChanged:
		e.of = v.Person.ID
	}
	e.as[Typed] = Typed.append(nil, event)
	return e
}

// size is what it takes of memory, about.
func (e encoded) size() int { return len(e.as[Typed]) + len(e.as[Plain]) }

// A kept is what all rooms but the lobby keep together.
type kept struct {
	bytes int
	rooms []*recent // the first to give theirs up first
}

// add puts the next event behind the others.
func (r *recent) add(e encoded) {
	if r.kept != nil {
		e.as[Plain] = nil // of the lobby alone, plain mode is shown what was said before
		r.kept.used(r)
	}
	if n := len(r.events); n > 0 && r.events[n-1].seq+1 != e.seq {
		r.clear()
	}
	r.events = append(r.events, e)
	r.grow(e.size())
	if old := len(r.events) - 1 - chat.PlainHistory; old >= 0 && r.events[old].as[Plain] != nil { // plain mode is shown no more
		r.grow(-len(r.events[old].as[Plain]))
		r.events[old].as[Plain] = nil
	}
	n := 0
	for len(r.events)-n > chat.MaxReplay || r.bytes > maxRecentBytes {
		r.grow(-r.events[n].size())
		r.events[n] = encoded{}
		n++
	}
	r.events = r.events[n:]
	if r.kept != nil {
		r.kept.bound(r)
	}
}

func (r *recent) grow(by int) {
	r.bytes += by
	if r.kept != nil {
		r.kept.bytes += by
	}
}

// clear gives up all.
func (r *recent) clear() {
	r.grow(-r.bytes)
	r.events, r.called, r.replay.frames = nil, nil, nil
}

// used puts a room behind the others.
func (k *kept) used(r *recent) {
	if n := len(k.rooms); n > 0 && k.rooms[n-1] == r {
		return
	}
	k.forget(r)
	k.rooms = append(k.rooms, r)
}

// forget takes a room out of those that keep something.
func (k *kept) forget(r *recent) {
	for i, other := range k.rooms {
		if other == r {
			k.rooms = append(k.rooms[:i], k.rooms[i+1:]...)
			return
		}
	}
}

// bound has the first rooms give theirs up, but not the one that was used.
func (k *kept) bound(used *recent) {
	for k.bytes > maxKept && k.rooms[0] != used {
		k.rooms[0].clear()
		k.rooms = k.rooms[1:]
	}
}

// last returns the latest n events, or as many as there are, and of long ones
// fewer: a quarter of maxReplayBytes.
func (r *recent) last(n int) []encoded {
	r.settle()
	from, size := len(r.events), 0
	for from > max(len(r.events)-n, 0) {
		if size += len(r.events[from-1].as[Typed]); size > maxReplayBytes/4 {
			break
		}
		from--
	}
	return r.events[from:]
}

// from returns the events behind after, as many as so many bytes allow, and none
// if the first of them is not here any more.
func (r *recent) from(after int64, most int) []encoded {
	r.settle()
	if len(r.events) == 0 {
		return nil
	}
	skip := after + 1 - r.events[0].seq
	if skip < 0 {
		return nil
	}
	missed := r.events[min(skip, int64(len(r.events))):]
	size := 0
	for n, m := range missed {
		if size += len(m.as[Typed]); size > most {
			return missed[:n]
		}
	}
	return missed
}

// unread counts what somebody has not read behind a seq, [chat.MaxUnread]+1 if
// there is more, as far as it is here. What those say whom they hide does not
// count, but for reports.
func (r *recent) unread(p *person, read int64) (n int) {
	for i := len(r.events) - 1; i >= 0 && r.events[i].seq > read && n <= chat.MaxUnread; i-- {
		if e := &r.events[i]; e.counts && e.author != p.id && (e.of != "" || !p.hidden[e.author]) {
			n++
		}
	}
	return n
}

// covers tells whether all behind a seq is here, up to the head.
func (r *recent) covers(after, head int64) bool {
	return after >= head || len(r.events) > 0 && r.events[0].seq <= after+1
}

// take takes a text away from the event with the seq: a message that was
// deleted, or a report that was settled.
func (r *recent) take(seq int64) {
	if len(r.events) == 0 || seq < r.events[0].seq {
		return
	}
	i := int(seq - r.events[0].seq)
	if i < len(r.events) {
		r.rewrite(i, func(event chat.Durable) chat.Durable { return withoutText(event) })
	}
}

// withoutText is a message that is gone, or a report without what was said.
func withoutText(event chat.Durable) chat.Durable {
	switch e := event.(type) {
	case chat.Message:
		e.Text, e.Gone = "", true
		return e
	case chat.Reported:
		e.Text = ""
		return e
	}
	return event
}

// takeAll takes away all that somebody said.
func (r *recent) takeAll(person string) {
	for i := range r.events {
		if e := &r.events[i]; e.counts && (e.author == person || e.of == person) {
			r.rewrite(i, func(event chat.Durable) chat.Durable {
				if event.Stamped().Author.ID == person {
					return withoutText(event)
				}
				return event
			})
		}
	}
}

// call has somebody called otherwise in what is here.
func (r *recent) call(p chat.Person) {
	if len(r.events) == 0 {
		return
	}
	if r.called == nil {
		r.called = make(map[string]chat.Person)
	}
	r.called[p.ID] = p
}

// settle gives those their names who have others since. It is put off until
// somebody is to read it, as names may change often.
func (r *recent) settle() {
	if len(r.called) == 0 {
		return
	}
	for i := range r.events {
		_, author := r.called[r.events[i].author]
		_, of := r.called[r.events[i].of]
		if author || of {
			r.rewrite(i, func(event chat.Durable) chat.Durable { return renamed(event, r.called) })
		}
	}
	r.called = nil
}

// rewrite puts what change makes of an event in its place.
func (r *recent) rewrite(i int, change func(chat.Durable) chat.Durable) {
	old := &r.events[i]
	decoded, err := chat.DecodeEvent(old.as[Typed])
	event, ok := decoded.(chat.Durable)
	if err != nil || !ok {
		return // it was encoded here
	}
	event = change(event)
	now := encodeTyped(event)
	if old.as[Plain] != nil {
		now.as[Plain] = chat.AppendLineIn(nil, chat.FirstRoom(event.Stamped().Room), event) // of the lobby alone
	}
	r.grow(now.size() - old.size())
	*old = now
	r.replay.frames = nil
}

// renamed is an event with the names that people have now.
func renamed(event chat.Durable, called map[string]chat.Person) chat.Durable {
	now := func(p *chat.Person) {
		if q, ok := called[p.ID]; ok {
			*p = q
		}
	}
	switch e := event.(type) {
	case chat.Message:
		now(&e.Author)
		return e
	case chat.Deleted:
		now(&e.Author)
		now(&e.Of)
		return e
	case chat.RoomChanged:
		now(&e.Author)
		return e
	case chat.MemberChanged:
		now(&e.Author)
		now(&e.Person)
		return e
	case chat.Reported:
		now(&e.Author)
		now(&e.Of)
		return e
	case chat.Settled:
		now(&e.Author)
		return e
	}
	return event
}

// eventsOf returns events as they go out in a mode.
func eventsOf(all []encoded, mode Mode) [][]byte {
	events := make([][]byte, len(all))
	for i, m := range all {
		events[i] = m.as[mode]
	}
	return events
}

// replayOf returns events framed for typed mode. The frames are shared with
// whoever missed the same.
func (r *recent) replayOf(events []encoded) []byte {
	if len(events) == 0 {
		return nil
	}
	after, head := events[0].seq-1, events[len(events)-1].seq
	if c := &r.replay; c.frames == nil || c.after != after || c.head != head {
		c.after, c.head = after, head
		c.frames = appendFramesOf(nil, Typed, eventsOf(events, Typed), replayMessage)
	}
	return r.replay.frames
}

// recall reads what is always in memory, at the start: the end of the lobby's
// log, the place, and the addresses that are banned.
func (h *Hub) recall() error {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	var err error
	if h.banned, err = h.log.BannedAddresses(ctx); err != nil {
		return err
	}
	for _, r := range []*room{h.lobby, h.place} {
		found, err := h.log.Room(ctx, r.ID)
		if err != nil {
			return err
		}
		if found != nil {
			r.Room = *found
		}
		if r.head, err = h.log.Head(ctx, r.ID); err != nil {
			return err
		}
		r.beat = r.head
	}
	after := max(h.lobby.head-chat.MaxReplay, 0)
	for after < h.lobby.head {
		page, err := h.log.After(ctx, chat.Lobby, after, chat.MaxPage)
		if err != nil {
			return err
		}
		for _, e := range page {
			h.lobby.recent.add(encode(e, h.lobby.Room))
			after = e.Stamped().Seq
		}
		if len(page) == 0 { // a hole would be a broken log; what is there is shown
			break
		}
	}
	return nil
}
