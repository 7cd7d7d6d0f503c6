package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"math"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// A link that plain mode makes lets in so many, for so long.
const (
	linkUses = 10
	linkFor  = 7 * 24 * time.Hour
)

// Current is the room that the lines of a listener in plain mode go to. It stays
// when one is not in it any more: what was meant for it is refused then, and goes
// nowhere else.
func (l *Listener) Current() string {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	return cmp.Or(l.current, chat.Lobby)
}

// turnTo has the lines that follow go to a room, and says so.
func (l *Listener) turnTo(r chat.Room) {
	l.hub.mu.Lock()
	l.current = r.ID
	l.hub.mu.Unlock()
	l.lines(chat.CurrentLine(r))
}

// doPlain carries out a command that only plain mode has, or that it answers in
// its own way. It reports whether that is one; any other is done as in typed
// mode. It waits for the store where it is asked for one thing after another.
func (l *Listener) doPlain(c chat.Command) bool {
	var lines []string
	var fault *chat.Fault
	switch c := c.(type) {
	case chat.Post:
		c.ID = rand.Text() // a line has none
		if !l.person.known {
			fault = l.hub.passingMay(l, chat.ToPost, c.Room)
		}
		if fault == nil {
			fault = l.hub.post(l, c)
		}
	case chat.Past:
		fault = l.past(c.Room, c.N)
	case chat.Who:
		lines, fault = l.who(c.Room)
	case chat.Rooms:
		lines, fault = l.rooms()
	case chat.Join:
		fault = l.join(c.Room)
	case chat.Leave:
		fault = l.leaveRoom(c.Room)
	case chat.Msg:
		fault = l.msg(c)
	case chat.Link:
		lines, fault = l.link(c.Room)
	case chat.Enter:
		fault = l.enterBy(c.Secret)
	case chat.Help:
		lines = chat.HelpLines
	default:
		return false
	}
	if fault != nil {
		l.Refuse("", fault)
		return true
	}
	l.lines(lines...)
	return true
}

// past answers /history. What is shown counts as read, on their other devices
// too.
func (l *Listener) past(room string, n int) *chat.Fault {
	standing, fault := l.standing(room)
	if fault != nil {
		return fault
	}
	read := int64(0)
	l.hub.page(l, chat.History{Room: room, Before: math.MaxInt64, Limit: n}, func(page chat.Page) []byte {
		var lines [][]byte
		for _, e := range page.Events {
			lines = append(lines, Plain.appendIn(nil, standing.Room, e))
			read = e.Stamped().Seq
		}
		if frames := appendFrames(nil, Plain, lines); len(frames) > 0 {
			return frames
		}
		return frameLines(nil, []string{chat.NothingSaid})
	})
	if read > 0 && l.person.known && isIn(standing) {
		e := l.entry(chat.Mark{Room: room, Seq: read})
		e.Owner = new(errand)  // nobody waits for it
		_ = l.hub.log.Place(e) // where it finds no room, the next one will
	}
	return nil
}

// who returns the line that answers /who.
func (l *Listener) who(room string) ([]string, *chat.Fault) {
	standing, fault := l.standing(room)
	if fault == nil {
		fault = chat.May(chat.ToRead, standing)
	}
	if fault != nil {
		return nil, fault
	}
	h := l.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	if room == chat.Lobby {
		roll := h.lobby.roll.status(l.person)
		return []string{chat.WhoLine(roll.Online, roll.People)}, nil
	}
	var here []listed
	if r := h.rooms[room]; r != nil {
		seen := make(map[*person]bool)
		for _, s := range r.seats {
			if p := s.l.person; !seen[p] {
				seen[p] = true
				here = append(here, list(p.public()))
			}
		}
	}
	sortListed(here)
	return []string{chat.WhoLine(len(here), public(here))}, nil
}

// rooms returns the lines that answer /rooms: those one is in, and the first
// public ones.
func (l *Listener) rooms() ([]string, *chat.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	log, current := l.hub.log, l.Current()
	mine, err := log.Rooms(ctx, l.person.id)
	if err != nil {
		return nil, chat.NotRead()
	}
	in, passing := make(map[string]bool), l.passing()
	var lines []string
	for _, r := range mine {
		in[r.ID] = true
		var with []chat.Person
		if r.Access == chat.Direct {
			members, err := log.Members(ctx, r.ID, "", chat.MaxDirect)
			if err != nil {
				return nil, chat.NotRead()
			}
			for _, m := range members {
				if m.ID != l.person.id {
					with = append(with, m.Person)
				}
			}
		}
		if r.ID == current {
			r.Unread = 0 // they see it
		}
		if r.ID != chat.Place {
			lines = append(lines, chat.RoomLine(r.Room, true, r.ID == current, r.Unread, with))
		}
	}
	if (asker{l.hub, l, time.Now(), ctx}).may(chat.ToRead, chat.Lobby) != nil {
		return lines, nil // they are here for one room
	}
	public, err := log.Listed(ctx, "", chat.PageSize)
	if err != nil {
		return nil, chat.NotRead()
	}
	for _, r := range public {
		if !in[r.ID] {
			lines = append(lines, chat.RoomLine(r, r.ID == chat.Lobby || passing[r.ID], r.ID == current, 0, nil))
		}
	}
	return lines, nil
}

// passing are the rooms that a guest without a session is in.
func (l *Listener) passing() map[string]bool {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	in := make(map[string]bool)
	for id := range l.person.rooms {
		in[id] = !l.person.known
	}
	return in
}

// join goes to a room, and into it where one is not in it, and shows what was
// said there last.
func (l *Listener) join(room string) *chat.Fault {
	standing, fault := l.standing(room)
	if fault != nil {
		return fault
	}
	if !l.person.known {
		if fault := l.passInto(standing); fault != nil {
			return fault
		}
	} else if !isIn(standing) {
		if fault := l.done(chat.ChangeMember{ID: rand.Text(), Room: room, Change: chat.Joined}); fault != nil {
			return fault
		}
	}
	l.turnTo(standing.Room)
	return l.past(room, chat.PlainHistory)
}

// passInto has a guest without a session be in a room, if they are not.
func (l *Listener) passInto(standing chat.Case) *chat.Fault {
	if standing.Banned() || !l.hub.isPassing(l.person, standing.Room.ID) {
		return l.hub.passIn(l, standing.Room.ID)
	}
	return nil
}

// isIn tells whether somebody is in a room in which people talk.
func isIn(c chat.Case) bool {
	return !c.Banned() && (c.Room.ID == chat.Lobby && c.InPlace.Here || c.Room.ID != chat.Place && c.InRoom.Here)
}

// leaveRoom goes out of a room.
func (l *Listener) leaveRoom(room string) *chat.Fault {
	if !l.person.known {
		if fault := l.hub.passOut(l, room); fault != nil {
			return fault
		}
	} else if fault := l.done(chat.ChangeMember{ID: rand.Text(), Room: room, Change: chat.Left}); fault != nil {
		return fault
	}
	if l.Current() == room {
		l.turnTo(chat.FirstRoom(chat.Lobby))
	}
	return nil
}

// msg says something in the direct conversation with somebody, which it begins
// where there is none.
func (l *Listener) msg(c chat.Msg) *chat.Fault {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	to, err := l.hub.log.Named(ctx, nameKey(c.Name))
	if err != nil {
		return chat.NotRead()
	}
	if to == nil {
		if l.hub.isGuestHere(c.Name) {
			return chat.NoDirect()
		}
		return chat.NoPerson()
	}
	room := store.DirectRoom([]string{l.person.id, to.ID})
	standing, fault := l.standing(room)
	if fault != nil {
		return fault
	}
	if !isIn(standing) {
		if fault := l.done(chat.Create{ID: rand.Text(), Access: chat.Direct, With: []string{to.ID}}); fault != nil {
			return fault
		}
	}
	return l.hub.post(l, chat.Post{ID: rand.Text(), Room: room, Text: c.Text})
}

// link makes an invitation and returns the line with the link.
func (l *Listener) link(room string) ([]string, *chat.Fault) {
	standing, fault := l.standing(room)
	if fault != nil {
		return nil, fault
	}
	secret := rand.Text()
	invite := &store.Invite{Secret: store.HashOf(secret), ID: rand.Text(), Room: room, Uses: linkUses, Expires: wireTime(time.Now().Add(linkFor))}
	if room == chat.Place {
		invite.Role = chat.RoleMember
	}
	if fault := l.done(invite); fault != nil {
		return nil, fault
	}
	return []string{chat.LinkLine(standing.Room, secret, linkUses, invite.Expires)}, nil
}

// enterBy uses an invitation with the session of the listener, who is in, and goes
// to the room that it leads to.
func (l *Listener) enterBy(secret string) *chat.Fault {
	if !l.person.known {
		return chat.Unexpected(chat.Enter{}) // they get a session: see httpd
	}
	found, fault := l.hub.invited(secret)
	switch {
	case fault != nil:
		return fault
	case found.Device && found.Author.ID != l.person.id:
		return chat.OthersDevice(found.Author)
	}
	c := &store.Enter{
		Session: l.session, Person: l.person.id, ID: newID(), Guest: l.hub.guestLetters(),
		Open: l.hub.cfg.Open, Invitation: store.HashOf(secret),
	}
	if fault := l.done(c); fault != nil || found.Room == chat.Place {
		return fault
	}
	return l.join(found.Room)
}

// invited is the invitation with a secret, if it can be used now.
func (h *Hub) invited(secret string) (*store.Invitation, *chat.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	found, err := h.log.Invitation(ctx, store.HashOf(secret), time.Now())
	switch {
	case err != nil:
		return nil, chat.NotRead()
	case found == nil:
		return nil, chat.BadInvitation()
	}
	return found, nil
}

// done has an act of the listener's person placed, waits until it is on disk, and
// has them listen to the rooms that it brought them into.
func (l *Listener) done(act store.Act) *chat.Fault {
	h := l.hub
	fault, err := h.wait(l.entry(act))
	if err != nil {
		return chat.NotStored(false)
	}
	if fault == nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		l.person.coming++
		h.enter(l.person)
		l.person.coming--
		h.drop(l.person)
	}
	return fault
}

// entry is an act of the listener's person.
func (l *Listener) entry(act store.Act) *store.Entry {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	return &store.Entry{Author: l.person.public(), From: l.address, Act: act, Time: wireTime(time.Now())}
}

// standing is how the listener's person stands to a room.
func (l *Listener) standing(room string) (chat.Case, *chat.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	c, err := l.hub.log.Standing(ctx, l.person.id, room, time.Now())
	if err != nil {
		return c, chat.NotRead()
	}
	return c, nil
}

// lines gives the listener lines of plain mode.
func (l *Listener) lines(lines ...string) {
	frames := frameLines(nil, lines)
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	l.queue(frames)
}

// frameLines appends lines of plain mode, each in a frame.
func frameLines(dst []byte, lines []string) []byte {
	for _, line := range lines {
		dst = append(appendFrameHead(dst, len(line)), line...)
	}
	return dst
}
