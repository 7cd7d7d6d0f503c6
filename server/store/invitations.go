package store

import (
	"database/sql"
	"errors"
	"time"

	"cyberchat/app/chat"
)

// Invite makes an invitation, or, with Device, the link by which its author
// brings another device in. The same Secret again changes nothing. Without an
// author the place itself invites, as its first owner.
type Invite struct {
	Secret Hash
	ID     string // names it in lists
	Device bool   // it is good once, and only the latest of its author's
	// Room is where it leads; [chat.Place] is everywhere, another room is only
	// there, for those who are not in the place.
	Room    string
	Role    chat.Role // that it gives in Place
	Uses    int
	Expires time.Time
}

// An invitation is one that was made.
type invitation struct {
	secret           []byte
	id, person, room string
	role             chat.Role
	uses             int
	expires          time.Time
}

// good tells whether it lets somebody in.
func (i *invitation) good(now time.Time) bool { return i.uses > 0 && i.expires.After(now) }

func (t *turn) invite(e *Entry, c *Invite) (*chat.Fault, error) {
	if fault, err := t.mayInvite(e, c); fault != nil || err != nil {
		return fault, err
	}
	person, room, uses := "", c.Room, c.Uses
	if c.Device {
		person, room, uses = e.Author.ID, chat.Place, 1
		if _, err := t.exec(`DELETE FROM invitations WHERE person = ? AND secret <> ?`, person, c.Secret[:]); err != nil {
			return nil, err
		}
	}
	_, err := t.exec(`INSERT INTO invitations (secret, id, author, person, room, role, uses, since, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.Secret[:], c.ID, e.Author.ID, person, room, c.Role, uses, e.Time.UnixMilli(), c.Expires.UnixMilli())
	return nil, err
}

func (t *turn) mayInvite(e *Entry, c *Invite) (*chat.Fault, error) {
	if e.Author.ID == "" {
		return nil, nil
	}
	if c.Device {
		_, fault, err := t.self(e)
		return fault, err
	}
	deeds := []chat.Deed{chat.ToAdd}
	if c.Room == chat.Place {
		if deeds[0] = chat.ToInvite; c.Role > chat.RoleMember {
			deeds = append(deeds, chat.ToAppoint)
		}
	}
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	for _, deed := range deeds {
		if fault, err := t.may(e, deed, r); fault != nil || err != nil {
			return fault, err
		}
	}
	var open int
	err = t.tx.QueryRow(`SELECT count(*) FROM invitations WHERE author = ? AND person = '' AND uses > 0 AND expires > ?`, e.Author.ID, e.Time.UnixMilli()).Scan(&open)
	if err == nil && open >= chat.MaxInvitations {
		return chat.TooMany(chat.MaxInvitations, "open invitations of one person"), nil
	}
	return nil, err
}

// Revoke takes an invitation back, by its ID: one's own, or as a moderator
// anybody's.
type Revoke struct{ ID string }

func (t *turn) revoke(e *Entry, c Revoke) (*chat.Fault, error) {
	var author string
	switch err := t.tx.QueryRow(`SELECT author FROM invitations WHERE id = ?`, c.ID).Scan(&author); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil // it was taken back before
	case err != nil:
		return nil, err
	}
	if author != e.Author.ID {
		place, err := t.room(chat.Place)
		if err != nil {
			return nil, err
		}
		if fault, err := t.may(e, chat.ToInvite, place); fault != nil || err != nil {
			return fault, err
		}
	}
	_, err := t.exec(`DELETE FROM invitations WHERE id = ?`, c.ID)
	return nil, err
}

// invitation returns that with the secret, nil if there is none.
func (t *turn) invitation(secret Hash) (*invitation, error) {
	if secret == (Hash{}) {
		return nil, nil
	}
	i := &invitation{secret: secret[:]}
	var expires int64
	err := t.tx.QueryRow(`SELECT id, person, room, role, uses, expires FROM invitations WHERE secret = ?`, secret[:]).
		Scan(&i.id, &i.person, &i.room, &i.role, &i.uses, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	i.expires = moment(expires)
	return i, err
}

// take uses an invitation once.
func (t *turn) take(i *invitation) error {
	_, err := t.exec(`UPDATE invitations SET uses = uses - 1 WHERE secret = ?`, i.secret)
	return err
}

// has tells whether somebody has all that an invitation gives.
func (t *turn) has(id string, i *invitation) (bool, error) {
	m, err := t.member(i.room, id)
	if err != nil {
		return false, err
	}
	return m.Here && (i.room != chat.Place || m.Role >= i.role), nil
}

// mayUse tells whether e's author, who is a person already, can go where an
// invitation leads, or why not.
func (t *turn) mayUse(e *Entry, i *invitation) (*chat.Fault, error) {
	m, err := t.member(i.room, e.Author.ID)
	if err != nil {
		return nil, err
	}
	if m.Banned.After(e.Time) {
		return chat.BannedUntil(m.Banned), nil
	}
	if i.room == chat.Place {
		return nil, nil
	}
	return t.roomFor(e.Author.ID)
}

// useFor has e's author be where an invitation leads. In the place they get its
// role, or theirs if that is higher.
func (t *turn) useFor(e *Entry, i *invitation, role chat.Role) error {
	if err := t.take(i); err != nil {
		return err
	}
	r, err := t.room(i.room)
	if err != nil {
		return err
	}
	if i.room != chat.Place {
		if err := t.enterRoom(e, r, e.Author.ID, chat.Joined, i.id); err != nil {
			return err
		}
		m, err := t.member(chat.Place, e.Author.ID)
		if err != nil || m.Here {
			return err
		}
		return t.audit(e) // they are nowhere else
	}
	m, err := t.member(chat.Place, e.Author.ID)
	if err != nil {
		return err
	}
	if !m.Here {
		return t.enterPlace(e, max(role, i.role), i.id)
	}
	return t.log(e, r, chat.MemberChanged{Stamp: t.stamp(e, r), Change: chat.Appointed, Person: e.Author, Role: i.role, Via: i.id})
}
