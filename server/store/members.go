package store

import (
	"cyberchat/app/chat"
)

// changeMember has somebody join, leave, be added, removed, muted, banned or
// appointed. What changes nothing makes no event.
func (t *turn) changeMember(e *Entry, c chat.ChangeMember) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	if c.Address != "" {
		return t.changeAddress(e, r, c)
	}
	switch c.Change {
	case chat.Joined:
		return t.join(e, r)
	case chat.Left:
		return t.leave(e, r)
	case chat.Added:
		return t.addOther(e, r, c.Person)
	}
	return t.order(e, r, c)
}

func (t *turn) join(e *Entry, r *room) (*chat.Fault, error) {
	if fault, err := t.may(e, chat.ToJoin, r); fault != nil || err != nil {
		return fault, err
	}
	m, err := t.member(r.ID, e.Author.ID)
	if err != nil || m.Here {
		return nil, err
	}
	if fault, err := t.roomFor(e.Author.ID); fault != nil || err != nil {
		return fault, err
	}
	return nil, t.enterRoom(e, r, e.Author.ID, chat.Joined, "")
}

func (t *turn) leave(e *Entry, r *room) (*chat.Fault, error) {
	if fault, err := t.may(e, chat.ToLeave, r); fault != nil || err != nil {
		return fault, err
	}
	return nil, t.log(e, r, chat.MemberChanged{Stamp: t.stamp(e, r), Change: chat.Left, Person: e.Author})
}

// addOther brings somebody of the place into a room.
func (t *turn) addOther(e *Entry, r *room, id string) (*chat.Fault, error) {
	if fault, err := t.may(e, chat.ToAdd, r); fault != nil || err != nil {
		return fault, err
	}
	m, err := t.member(r.ID, id)
	if err != nil || m.Here {
		return nil, err
	}
	if fault, err := t.canBeAdded(e, id, r); fault != nil || err != nil {
		return fault, err
	}
	return nil, t.add(e, id, r)
}

// canBeAdded tells whether somebody can be brought into a room, or why not.
func (t *turn) canBeAdded(e *Entry, id string, r *room) (*chat.Fault, error) {
	a, err := t.author(id, r)
	if err != nil {
		return nil, err
	}
	if c := a.to(r, e.Time); !a.stored || a.left() || !c.InPlace.Here || c.Banned() {
		return chat.NoPerson(), nil
	}
	return t.roomFor(id)
}

func (t *turn) add(e *Entry, id string, r *room) error {
	return t.enterRoom(e, r, id, chat.Added, "")
}

// enterRoom makes somebody a member of a room: a guest of the place is one there.
func (t *turn) enterRoom(e *Entry, r *room, id string, how chat.Change, via string) error {
	place, err := t.member(chat.Place, id)
	if err != nil {
		return err
	}
	who, err := t.called(id, e.Author.Name)
	if err != nil {
		return err
	}
	role := min(place.Role, chat.RoleMember)
	if err := t.log(e, r, chat.MemberChanged{Stamp: t.stamp(e, r), Change: how, Person: who, Role: role, Via: via}); err != nil {
		return err
	}
	return t.readSoFar(id, r)
}

// readSoFar has nothing unread for somebody who has just come.
func (t *turn) readSoFar(id string, r *room) error {
	_, err := t.stmt(setMark).Exec(id, r.ID, r.head, false)
	return err
}

// roomFor tells whether somebody may be in one more room.
func (t *turn) roomFor(id string) (*chat.Fault, error) {
	var n int
	err := t.tx.QueryRow(`SELECT count(*) FROM members WHERE person = ? AND here AND room <> ?`, id, chat.Place).Scan(&n)
	if err == nil && n >= chat.MaxRooms {
		return chat.TooMany(chat.MaxRooms, "rooms for one person"), nil
	}
	return nil, err
}

// order carries out what a moderator or an owner does to somebody. It is in the
// audit.
func (t *turn) order(e *Entry, r *room, c chat.ChangeMember) (*chat.Fault, error) {
	if fault, err := t.mayOrder(e, r, c); fault != nil || err != nil {
		return fault, err
	}
	m, err := t.member(r.ID, c.Person)
	if err != nil {
		return nil, err
	}
	who, err := t.called(c.Person, "")
	if err != nil {
		return nil, err
	}
	changed := chat.MemberChanged{Stamp: t.stamp(e, r), Change: c.Change, Person: who, Reason: c.Reason}
	switch c.Change {
	case chat.Appointed:
		changed.Role = c.Role
	case chat.Muted, chat.Banned:
		changed.Until = moment(millis(c.Until)) // as it is read again
	}
	after := *m
	if after.Apply(c.Person, changed); after == *m {
		return nil, nil
	}
	if r.ID == chat.Place && m.Role == chat.RoleOwner && after.Role != chat.RoleOwner {
		if fault, err := t.anotherOwner(c.Person); fault != nil || err != nil {
			return fault, err
		}
	}
	if err := t.log(e, r, changed); err != nil {
		return nil, err
	}
	if r.ID != chat.Place {
		return nil, t.audit(e)
	}
	if m.Here { // muted, unbanned or appointed
		return nil, nil
	}
	return nil, t.leaveRooms(e, who, chat.Removed, false)
}

// mayOrder tells whether e's author may do c, or why not.
func (t *turn) mayOrder(e *Entry, r *room, c chat.ChangeMember) (*chat.Fault, error) {
	deed, ok := map[chat.Change]chat.Deed{chat.Removed: chat.ToRemove, chat.Muted: chat.ToMute, chat.Banned: chat.ToBan, chat.Appointed: chat.ToAppoint}[c.Change]
	if !ok {
		return chat.BadChange(c.Change), nil
	}
	over, err := t.author(c.Person, r)
	if err != nil {
		return nil, err
	}
	target := over.to(r, e.Time)
	if fault, err := t.mayOver(e, deed, r, target.Role()); fault != nil || err != nil {
		return fault, err
	}
	if c.Person == "" || !over.inRoom.Here && (c.Change == chat.Appointed || c.Change == chat.Removed) {
		return chat.NoPerson(), nil
	}
	return nil, nil
}

// anotherOwner refuses to leave the place without an owner.
func (t *turn) anotherOwner(than string) (*chat.Fault, error) {
	var n int
	err := t.tx.QueryRow(`SELECT count(*) FROM members WHERE room = ? AND role = ? AND here AND person <> ?`, chat.Place, chat.RoleOwner, than).Scan(&n)
	if err == nil && n == 0 {
		return chat.LastOwner(), nil
	}
	return nil, err
}

// changeAddress bans an address from the place, or does not any more.
func (t *turn) changeAddress(e *Entry, r *room, c chat.ChangeMember) (*chat.Fault, error) {
	if c.Change != chat.Banned || r.ID != chat.Place {
		return chat.BadChange(c.Change), nil
	}
	if fault, err := t.may(e, chat.ToBan, r); fault != nil || err != nil {
		return fault, err
	}
	until := moment(millis(c.Until))
	if t.banned[c.Address].Equal(until) {
		return nil, nil
	}
	return nil, t.log(e, r, chat.MemberChanged{Stamp: t.stamp(e, r), Change: chat.Banned, Address: c.Address, Until: until, Reason: c.Reason})
}

// leaveRooms takes somebody out of every room they are in but the place. If
// what they said is erased, the lobby and the rooms they were in before are told
// too.
func (t *turn) leaveRooms(e *Entry, who chat.Person, how chat.Change, erased bool) error {
	rooms, err := t.strings(`SELECT room FROM members WHERE person = ? AND room <> ? AND (here OR ?) ORDER BY room`, who.ID, chat.Place, erased)
	if err != nil {
		return err
	}
	if erased {
		rooms = unique(append(rooms, chat.Lobby)...)
	}
	for _, id := range rooms {
		r, err := t.room(id)
		if err != nil {
			return err
		}
		left := chat.MemberChanged{Stamp: t.stamp(e, r), Change: how, Person: who, Erased: erased}
		if err := t.log(e, r, left); err != nil {
			return err
		}
	}
	return nil
}

// strings returns what a query of one column finds.
func (t *turn) strings(query string, args ...any) (found []string, err error) {
	rows, err := t.tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, rows.Err()
}
