package store

import (
	"database/sql"
	"errors"

	"cyberchat/app/chat"
)

// Enter has somebody come in: with a session that is known, as the person it is
// of; with a new one, as a new person, or, by the link to another device, as the
// one who made that. Its entry has no author. Done again, it changes nothing but
// when the session was seen: whoever has a session that was seen lately, and no
// invitation, need not enter again ([Store.Session] tells who they are).
//
// A new session whose Person there is already was ended, and is refused: a
// token that was taken away does not come back.
type Enter struct {
	Session Hash
	// Person is the id of whoever is new, derived from the token in a way that
	// does not lead back: what somebody said before there were sessions stays
	// theirs.
	Person string
	// ID names the session to its person, and Device says what it is on, in their
	// words.
	ID, Device string
	// Name is what somebody new would like to be called, clean, or empty; Key is
	// what it shares with names that count as the same.
	Name, Key string
	// Guest is at least 8 random letters, in lower case, for the name of somebody
	// who has no other: as many of them as it takes.
	Guest string
	// Open lets in whoever comes. Otherwise it takes an invitation, once.
	Open bool
	// Invitation is the hash of the secret they came with; zero if they have none.
	Invitation Hash
	// Instead is a session that this one is in the place of, if the invitation is
	// the link to another device: it is ended, and whose it was is let go if they
	// have no other and did nothing yet. Zero for none.
	Instead Hash

	// Entered is who they are, and Refused says why they are not called Name.
	Entered chat.Person
	Refused *chat.Fault
	// Becomes is whom they could be instead: the invitation is the link to a device
	// of somebody else's, and was not used. Was is the id of whose Instead was.
	Becomes *chat.Becoming
	Was     string
}

func (t *turn) enter(e *Entry, c *Enter) (*chat.Fault, error) {
	c.Entered, c.Refused, c.Becomes, c.Was = chat.Person{}, nil, nil, ""
	inv, err := t.invitation(c.Invitation)
	if err != nil {
		return nil, err
	}
	var id string
	switch err := t.row(sessionOf, c.Session[:]).Scan(&id); {
	case err == nil:
		return t.comeBack(e, c, id, inv)
	case !errors.Is(err, sql.ErrNoRows):
		return nil, err
	}
	if inv != nil && inv.person != "" {
		return t.enterAgain(e, c, inv)
	}
	if c.Instead != (Hash{}) {
		return chat.BadInvitation(), nil
	}
	p, err := t.person(c.Person)
	if err != nil {
		return nil, err
	}
	if p.stored {
		return chat.SignedOut(), nil
	}
	banned, err := t.member(chat.Place, c.Person) // as a guest without a session, or before the place forgot them
	if err != nil {
		return nil, err
	}
	switch {
	case banned.Banned.After(e.Time):
		return chat.BannedUntil(banned.Banned), nil
	case inv == nil && !c.Open, inv != nil && !inv.good(e.Time):
		return chat.BadInvitation(), nil
	}
	return nil, t.enterNew(e, c, p, inv)
}

// enterNew makes a person. A name that was chosen makes them a member.
func (t *turn) enterNew(e *Entry, c *Enter, p *person, inv *invitation) error {
	name, role := c.Name, chat.RoleMember
	free := false
	if c.Name != "" {
		var err error
		if free, err = t.isFree(c.Key, c.Person); err != nil {
			return err
		}
		if !free {
			c.Refused = chat.NameTaken(c.Name)
		}
	}
	key := c.Key
	if !free {
		role = chat.RoleGuest
		for n := 4; ; n++ {
			name = guestName + c.Guest[:min(n, len(c.Guest))]
			key = name
			if free, err := t.isFree(key, c.Person); err != nil {
				return err
			} else if free {
				break
			} else if n >= len(c.Guest) {
				return errors.New("no name is free for a guest")
			}
		}
	}
	if _, err := t.exec(`INSERT INTO people (id, name, name_key, since) VALUES (?, ?, ?, ?)`, c.Person, name, key, e.Time.UnixMilli()); err != nil {
		return err
	}
	p.stored, p.name = true, name
	if err := t.addSession(e, c, c.Person); err != nil {
		return err
	}
	e.Author = chat.Person{ID: c.Person, Name: name}
	c.Entered = e.Author
	if inv == nil || c.Open && inv.room != chat.Place {
		if err := t.enterPlace(e, role, ""); err != nil || inv == nil {
			return err
		}
	}
	return t.useFor(e, inv, role)
}

// enterPlace has e's author be in the place.
func (t *turn) enterPlace(e *Entry, role chat.Role, via string) error {
	place, err := t.room(chat.Place)
	if err != nil {
		return err
	}
	if err := t.log(e, place, chat.MemberChanged{Stamp: t.stamp(e, place), Change: chat.Joined, Person: e.Author, Role: role, Via: via}); err != nil {
		return err
	}
	lobby, err := t.room(chat.Lobby)
	if err != nil {
		return err
	}
	return t.readSoFar(e.Author.ID, lobby)
}

// comeBack has somebody come with a session that is known, and perhaps with an
// invitation to more than they have.
func (t *turn) comeBack(e *Entry, c *Enter, id string, inv *invitation) (*chat.Fault, error) {
	p, err := t.person(id)
	if err != nil {
		return nil, err
	}
	m, err := t.member(chat.Place, id)
	if err != nil {
		return nil, err
	}
	e.Author = chat.Person{ID: id, Name: p.name}
	if m.Banned.After(e.Time) {
		return chat.BannedUntil(m.Banned), nil
	}
	role := chat.RoleMember
	if p.guest() {
		role = chat.RoleGuest
	}
	switch {
	case inv != nil && inv.person != "":
		if inv.person != id { // this device is somebody's: it takes a new session
			if fault, err := t.offer(e, c, id, inv); fault != nil || err != nil {
				return fault, err
			}
		}
	case inv != nil:
		if has, err := t.has(id, inv); err != nil {
			return nil, err
		} else if has {
			break
		}
		if !inv.good(e.Time) {
			return chat.BadInvitation(), nil
		}
		if fault, err := t.mayUse(e, inv); fault != nil || err != nil {
			return fault, err
		}
		if err := t.useFor(e, inv, role); err != nil {
			return nil, err
		}
	case c.Invitation != Hash{} && !m.Here:
		return chat.BadInvitation(), nil
	case c.Open && !m.Here:
		if err := t.enterPlace(e, role, ""); err != nil {
			return nil, err
		}
	}
	if inside, err := t.isInside(id); err != nil || !inside {
		return chat.BadInvitation(), err
	}
	c.Entered = e.Author
	_, err = t.stmt(seenNow).Exec(e.Time.UnixMilli(), c.Session[:])
	return nil, err
}

// offer tells somebody whom they could be by the link to a device.
func (t *turn) offer(e *Entry, c *Enter, id string, inv *invitation) (*chat.Fault, error) {
	p, err := t.person(inv.person)
	if err != nil {
		return nil, err
	}
	if !inv.good(e.Time) || p.left() {
		return chat.BadInvitation(), nil
	}
	n, err := t.sessions(id)
	c.Becomes = &chat.Becoming{Person: chat.Person{ID: inv.person, Name: p.name}, Last: n == 1}
	return nil, err
}

// isInside tells whether somebody is in the place or in a room of it.
func (t *turn) isInside(id string) (inside bool, err error) {
	err = t.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM members WHERE person = ? AND here)`, id).Scan(&inside)
	return inside, err
}

// enterAgain gives somebody another session.
func (t *turn) enterAgain(e *Entry, c *Enter, inv *invitation) (*chat.Fault, error) {
	if !inv.good(e.Time) {
		return chat.BadInvitation(), nil
	}
	p, err := t.person(inv.person)
	if err != nil {
		return nil, err
	}
	m, err := t.member(chat.Place, inv.person)
	if err != nil {
		return nil, err
	}
	sessions, err := t.sessions(inv.person)
	if err != nil {
		return nil, err
	}
	switch {
	case p.left():
		return chat.BadInvitation(), nil
	case m.Banned.After(e.Time):
		return chat.BannedUntil(m.Banned), nil
	case sessions >= chat.MaxDevices:
		return chat.TooMany(chat.MaxDevices, "devices for one person"), nil
	}
	if err := t.take(inv); err != nil {
		return nil, err
	}
	if err := t.giveUp(e, c); err != nil {
		return nil, err
	}
	e.Author = chat.Person{ID: inv.person, Name: p.name}
	c.Entered = e.Author
	return nil, t.addSession(e, c, inv.person)
}

// giveUp ends the session that another one takes the place of.
func (t *turn) giveUp(e *Entry, c *Enter) error {
	err := t.tx.QueryRow(`DELETE FROM sessions WHERE hash = ? RETURNING person`, c.Instead[:]).Scan(&c.Was)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // there is none, or it was ended before
	}
	if err != nil {
		return err
	}
	unused, err := t.strings(`SELECT id FROM people WHERE id = ? AND `+idle+` AND NOT EXISTS (SELECT 1 FROM sessions WHERE person = people.id)`, c.Was)
	if err != nil || len(unused) == 0 {
		return err
	}
	return t.forgetPerson(e, c.Was)
}

// sessions counts those of a person.
func (t *turn) sessions(person string) (n int, err error) {
	err = t.tx.QueryRow(`SELECT count(*) FROM sessions WHERE person = ?`, person).Scan(&n)
	return n, err
}

func (t *turn) addSession(e *Entry, c *Enter, person string) error {
	_, err := t.exec(`INSERT INTO sessions (hash, id, person, device, since, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?5)`, c.Session[:], c.ID, person, c.Device, e.Time.UnixMilli())
	return err
}

// isFree tells whether nobody else has a name.
func (t *turn) isFree(key, person string) (bool, error) {
	var taken bool
	err := t.tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM people WHERE name_key = ? AND id <> ?)`, key, person).Scan(&taken)
	return !taken, err
}

// Rename gives its author another name, clean, with its Key as in [Enter]. A
// guest of the place who chooses one is a member from then on.
type Rename struct{ Name, Key string }

func (t *turn) rename(e *Entry, c Rename) (*chat.Fault, error) {
	p, fault, err := t.self(e)
	if fault != nil || err != nil {
		return fault, err
	}
	free, err := t.isFree(c.Key, e.Author.ID)
	if err != nil {
		return nil, err
	}
	if !free {
		return chat.NameTaken(c.Name), nil
	}
	if _, err := t.exec(`UPDATE people SET name = ?, name_key = ? WHERE id = ?`, c.Name, c.Key, e.Author.ID); err != nil {
		return nil, err
	}
	p.name = c.Name
	e.Author.Name = c.Name
	place, err := t.room(chat.Place)
	if err != nil {
		return nil, err
	}
	m, err := t.member(chat.Place, e.Author.ID)
	if err != nil || !m.Here || m.Role > chat.RoleGuest {
		return nil, err
	}
	return nil, t.log(e, place, chat.MemberChanged{Stamp: t.stamp(e, place), Change: chat.Appointed, Person: e.Author, Role: chat.RoleMember})
}

// Profile gives its author another line about them, clean.
type Profile struct{ About string }

func (t *turn) profile(e *Entry, c Profile) (*chat.Fault, error) {
	if _, fault, err := t.self(e); fault != nil || err != nil {
		return fault, err
	}
	_, err := t.exec(`UPDATE people SET about = ? WHERE id = ?`, c.About, e.Author.ID)
	return nil, err
}

// EndSession ends one of its author's sessions, by its ID. Session is which, for
// whoever closes its connections.
type EndSession struct {
	ID      string
	Session Hash
}

func (t *turn) endSession(e *Entry, c *EndSession) (*chat.Fault, error) {
	c.Session = Hash{}
	var hash []byte
	err := t.tx.QueryRow(`DELETE FROM sessions WHERE person = ? AND id = ? RETURNING hash`, e.Author.ID, c.ID).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // it was ended before
	}
	copy(c.Session[:], hash)
	return nil, err
}

// self is e's author, who must be a person of the store.
func (t *turn) self(e *Entry) (*person, *chat.Fault, error) {
	p, err := t.person(e.Author.ID)
	if err != nil {
		return nil, nil, err
	}
	if !p.stored {
		return nil, chat.Unknown(), nil
	}
	if p.left() {
		return nil, chat.SignedOut(), nil
	}
	e.Author.Name = p.name
	return p, nil, nil
}
