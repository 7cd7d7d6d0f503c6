package store

import (
	"database/sql"
	"errors"
	"strings"
	"time"

	"cyberchat/app/chat"
)

// A known is what the writer has read already of what decides about an act, and
// kept up to date since: it is the only one who changes it. What is in it stays
// where it is until all is forgotten.
type known struct {
	rooms   map[string]*room
	people  map[string]*person
	members map[inRoom]*chat.Member
	banned  map[string]time.Time // addresses, until when; all of them
}

// maxKnown bounds each of them, in entries: what is above is read again.
const maxKnown = 20_000

// A room is one of the rooms, or what could be one: then its Access is empty.
type room struct {
	chat.Room
	head    int64 // seq of its latest event
	authors map[string]*author
}

// A person is somebody who acts. One of the store has a row: they have a session,
// or left for good and have no name.
type person struct {
	stored bool
	name   string
	active bool
}

// left tells whether they left for good.
func (p *person) left() bool { return p.stored && p.name == "" }

// An author is somebody and how they stand to a room.
type author struct {
	*person
	inPlace, inRoom *chat.Member
}

// guest tells whether they have not chosen a name yet.
func (p *person) guest() bool { return strings.HasPrefix(p.name, guestName) }

// guestName begins the names of those who have not chosen one.
const guestName = "guest-"

type inRoom struct{ room, person string }

// forget has everything read again.
func (k *known) forget() {
	*k = known{rooms: make(map[string]*room), people: make(map[string]*person), members: make(map[inRoom]*chat.Member)}
}

// bound keeps it from growing with the years.
func (k *known) bound() {
	if max(len(k.rooms), len(k.people), len(k.members)) > maxKnown {
		k.forget()
	}
}

// room returns the room with an id, which may be none yet.
func (t *turn) room(id string) (*room, error) {
	if r := t.rooms[id]; r != nil {
		return r, nil
	}
	r := &room{Room: chat.Room{ID: id}, authors: make(map[string]*author)}
	err := t.row(roomOf, id).Scan(&r.Title, &r.About, &r.Access, &r.Archived, &r.Locked, &r.Slow)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	var head sql.NullInt64
	if err := t.row(headOf, id).Scan(&head); err != nil {
		return nil, err
	}
	r.head = head.Int64
	t.rooms[id] = r
	return r, nil
}

// person returns the person with an id, who may be none of the store.
func (t *turn) person(id string) (*person, error) {
	if p := t.people[id]; p != nil {
		return p, nil
	}
	p := new(person)
	switch err := t.row(personOf, id).Scan(&p.name, &p.active); {
	case err == nil:
		p.stored = true
	case !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	t.people[id] = p
	return p, nil
}

// author returns how the person with an id stands to a room.
func (t *turn) author(id string, r *room) (*author, error) {
	if a := r.authors[id]; a != nil {
		return a, nil
	}
	var a author
	var err error
	if a.person, err = t.person(id); err != nil {
		return nil, err
	}
	if a.inPlace, err = t.member(chat.Place, id); err != nil {
		return nil, err
	}
	if a.inRoom, err = t.member(r.ID, id); err != nil {
		return nil, err
	}
	r.authors[id] = &a
	return &a, nil
}

// to is the case of what they want to do in the room. Whoever is no person of
// the store was let in by the server, to be a guest, and into public rooms: where
// they are is known there alone.
func (a *author) to(r *room, now time.Time) chat.Case {
	c := chat.Case{InPlace: *a.inPlace, InRoom: *a.inRoom, Room: r.Room, Now: now}
	if !a.stored {
		c.Passing, c.InPlace.Here = true, true
		c.InRoom.Here = c.InRoom.Here || r.Access == chat.Public
	}
	return c
}

// member returns what somebody is in a room.
func (t *turn) member(room, id string) (*chat.Member, error) {
	key := inRoom{room, id}
	if m := t.members[key]; m != nil {
		return m, nil
	}
	m := new(chat.Member)
	var muted, banned int64
	err := t.row(memberOf, room, id).Scan(&m.Role, &m.Here, &muted, &banned)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	m.Muted, m.Banned = moment(muted), moment(banned)
	t.members[key] = m
	return m, nil
}

// addresses reads which are banned, once.
func (t *turn) addresses() error {
	if t.banned != nil {
		return nil
	}
	t.banned = make(map[string]time.Time)
	rows, err := t.tx.Query(`SELECT address, until FROM banned_addresses`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var address string
		var until int64
		if err := rows.Scan(&address, &until); err != nil {
			return err
		}
		t.banned[address] = moment(until)
	}
	return rows.Err()
}
