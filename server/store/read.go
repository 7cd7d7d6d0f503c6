package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cyberchat/app/chat"
)

// A Who is a person of the store and what they are in the place.
type Who struct {
	chat.Person
	About   string
	Since   time.Time
	InPlace chat.Member
	// Session is that by which they were found, of [Store.Session] only.
	Session Session
}

const who = `SELECT p.id, name, about, p.since, coalesce(role, 0), coalesce(here, 0), coalesce(muted, 0), coalesce(banned, 0)
	FROM people p LEFT JOIN members ON person = p.id AND room = 'place' `

// Session returns whose a session is, nil if nobody's.
func (s *Store) Session(ctx context.Context, session Hash) (*Who, error) {
	found, err := s.one(ctx, who+`WHERE p.id = (SELECT person FROM sessions WHERE hash = ?)`, session[:])
	if found == nil || err != nil {
		return nil, err
	}
	sessions, err := list(ctx, s, `SELECT id, device, since, seen FROM sessions WHERE hash = ? AND person = ?`, scanSession, session[:], found.ID)
	if err != nil || len(sessions) == 0 { // it was ended meanwhile
		return nil, err
	}
	found.Session = sessions[0]
	return found, nil
}

// Person returns somebody by their id, nil if there is nobody, or not any more.
func (s *Store) Person(ctx context.Context, id string) (*Who, error) {
	return s.one(ctx, who+`WHERE p.id = ? AND name <> ''`, id)
}

// Named returns somebody by the key of their name, nil if nobody has it.
func (s *Store) Named(ctx context.Context, key string) (*Who, error) {
	return s.one(ctx, who+`WHERE name_key = ?`, key)
}

func (s *Store) one(ctx context.Context, query string, arg any) (*Who, error) {
	found, err := list(ctx, s, query, func(row *sql.Rows) (w Who, err error) {
		var since, muted, banned int64
		err = row.Scan(&w.ID, &w.Name, &w.About, &since, &w.InPlace.Role, &w.InPlace.Here, &muted, &banned)
		w.Since, w.InPlace.Muted, w.InPlace.Banned = moment(since), moment(muted), moment(banned)
		return w, err
	}, arg)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// A Session is one of a person's, as they see it.
type Session struct {
	ID, Device  string
	Since, Seen time.Time
}

// Sessions returns those of a person, the one seen last first.
func (s *Store) Sessions(ctx context.Context, person string) ([]Session, error) {
	return list(ctx, s, `SELECT id, device, since, seen FROM sessions WHERE person = ? ORDER BY seen DESC, id`, scanSession, person)
}

func scanSession(row *sql.Rows) (v Session, err error) {
	var since, seen int64
	err = row.Scan(&v.ID, &v.Device, &since, &seen)
	v.Since, v.Seen = moment(since), moment(seen)
	return v, err
}

// Standing returns how somebody stands to a room, for [chat.May]: to ask before
// reading, and to know early what the writer will say.
func (s *Store) Standing(ctx context.Context, person, room string, now time.Time) (chat.Case, error) {
	c := chat.Case{Room: chat.Room{ID: room}, Now: now}
	r, err := s.Room(ctx, room)
	if err != nil {
		return c, err
	}
	if r != nil {
		c.Room = *r
	}
	found, err := list(ctx, s, `SELECT 0, room = 'place', role, here, muted, banned FROM members WHERE room IN ('place', ?1) AND person = ?2
		UNION ALL SELECT 1, 1, 0, 1, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM people WHERE id = ?2)`, func(row *sql.Rows) (v struct {
		passing, ofPlace bool
		chat.Member
	}, err error) {
		v.Member, err = scanMember(row, &v.passing, &v.ofPlace)
		return v, err
	}, room, person)
	for _, m := range found {
		c.Passing = c.Passing || m.passing
		if !m.ofPlace {
			c.InRoom = m.Member
			continue
		}
		c.InPlace.Role = max(c.InPlace.Role, m.Role)
		c.InPlace.Here = c.InPlace.Here || m.Here // as a guest, if they are no person of the store
		c.InPlace.Muted, c.InPlace.Banned = latest(c.InPlace.Muted, m.Muted), latest(c.InPlace.Banned, m.Banned)
	}
	if room == chat.Place {
		c.InRoom = c.InPlace
	}
	return c, err
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// scanMember reads a member behind other columns.
func scanMember(row *sql.Rows, before ...any) (m chat.Member, err error) {
	var muted, banned int64
	err = row.Scan(append(before, &m.Role, &m.Here, &muted, &banned)...)
	m.Muted, m.Banned = moment(muted), moment(banned)
	return m, err
}

const roomColumns = `r.id, r.title, r.about, r.access, r.archived, r.locked, r.slow`

// scanRoom reads a room before other columns.
func scanRoom(row *sql.Rows, behind ...any) (r chat.Room, err error) {
	err = row.Scan(append([]any{&r.ID, &r.Title, &r.About, &r.Access, &r.Archived, &r.Locked, &r.Slow}, behind...)...)
	return r, err
}

// Room returns the room with an id, nil if there is none.
func (s *Store) Room(ctx context.Context, id string) (*chat.Room, error) {
	found, err := list(ctx, s, `SELECT `+roomColumns+` FROM rooms r WHERE id = ?`, func(row *sql.Rows) (chat.Room, error) { return scanRoom(row) }, id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Listed returns up to n public rooms behind one, by their ids: those that
// everybody in the place can find.
func (s *Store) Listed(ctx context.Context, after string, n int) ([]chat.Room, error) {
	return list(ctx, s, `SELECT `+roomColumns+` FROM rooms r WHERE access = ? AND id > ? ORDER BY id LIMIT ?`,
		func(row *sql.Rows) (chat.Room, error) { return scanRoom(row) }, chat.Public, after, n)
}

// An Entered is a room that somebody is in, and how far they are.
type Entered struct {
	chat.Room
	InRoom chat.Member
	Head   int64
	Read   int64 // the seq up to which they have read
	Quiet  bool
	Active time.Time     // when its latest event happened
	With   []chat.Person // the others of a direct conversation, by their ids; who left for good has no name
	// Unread is how many others' messages are behind Read, but for those of whom
	// they hide, [chat.MaxUnread]+1 if there are more; in Place, reports.
	Unread int
}

// unreadLook is how many events are looked at for that, at the most.
const unreadLook = 500

// Rooms returns the rooms that a person is in: the lobby, if they are in the
// place, Place, if they keep order in it, and those of which they are a member.
// It costs an index lookup for each and what is unread in it, up to unreadLook.
func (s *Store) Rooms(ctx context.Context, person string) ([]Entered, error) {
	return list(ctx, s, `SELECT `+roomColumns+`, coalesce(k.seq, 0), coalesce(k.quiet, 0),
			coalesce((SELECT max(seq) FROM events WHERE room = r.id), 0),
			coalesce((SELECT time FROM events WHERE room = r.id ORDER BY seq DESC LIMIT 1), 0),
			CASE WHEN r.access = ?4 THEN (SELECT json_group_array(json_object('id', id, 'name', name) ORDER BY id) FROM
				(SELECT o.person AS id, coalesce(p.name, '') AS name FROM members o LEFT JOIN people p ON p.id = o.person WHERE o.room = r.id AND o.person <> ?1)) ELSE '[]' END,
			(SELECT count(*) FROM (SELECT kind, author FROM events WHERE room = r.id AND seq > coalesce(k.seq, 0) ORDER BY seq LIMIT ?2)
				WHERE coalesce(kind, 2) = 2 AND author <> ?1 AND (kind = 2 OR author NOT IN (SELECT other FROM hidden WHERE person = ?1))),
			coalesce(m.role, 0), coalesce(m.here, 0), coalesce(m.muted, 0), coalesce(m.banned, 0)
		FROM rooms r LEFT JOIN members m ON m.room = r.id AND m.person = ?1 LEFT JOIN marks k ON k.room = r.id AND k.person = ?1
		WHERE r.id IN (SELECT room FROM members WHERE person = ?1 AND here AND (room <> 'place' OR role >= ?3)
			UNION SELECT 'lobby' FROM members WHERE person = ?1 AND here AND room = 'place')
		ORDER BY r.id`,
		func(row *sql.Rows) (e Entered, err error) {
			var active, muted, banned int64
			var with string
			e.Room, err = scanRoom(row, &e.Read, &e.Quiet, &e.Head, &active, &with, &e.Unread, &e.InRoom.Role, &e.InRoom.Here, &muted, &banned)
			e.InRoom.Muted, e.InRoom.Banned = moment(muted), moment(banned)
			e.Unread, e.Active = min(e.Unread, chat.MaxUnread+1), moment(active)
			if err == nil {
				err = json.Unmarshal([]byte(with), &e.With)
			}
			return e, err
		}, person, unreadLook, chat.RoleModerator, chat.Direct)
}

// A Membership is somebody and what they are in a room.
type Membership struct {
	chat.Person
	InRoom chat.Member
}

// Members returns up to n members of a room behind one, by their ids: also those
// who are not in it and are banned or muted. Everybody in the place is in the
// lobby; its members are only those of whom more is known.
func (s *Store) Members(ctx context.Context, room, after string, n int) ([]Membership, error) {
	return list(ctx, s, `SELECT person, coalesce(name, ''), role, here, muted, banned FROM members LEFT JOIN people ON id = person
		WHERE room = ? AND person > ? ORDER BY person LIMIT ?`, func(row *sql.Rows) (m Membership, err error) {
		m.InRoom, err = scanMember(row, &m.ID, &m.Name)
		return m, err
	}, room, after, n)
}

// An Invitation is one that was made, as lists show it.
type Invitation struct {
	ID      string
	Author  chat.Person // nobody, if the place itself made it
	Device  bool        // it lets in the author's other device
	Room    string
	Role    chat.Role
	Uses    int // that are left
	Expires time.Time
}

const invitations = `SELECT i.id, i.author, coalesce(p.name, ''), i.person <> '', i.room, i.role, i.uses, i.expires
	FROM invitations i LEFT JOIN people p ON p.id = i.author `

func scanInvitation(row *sql.Rows) (i Invitation, err error) {
	var expires int64
	err = row.Scan(&i.ID, &i.Author.ID, &i.Author.Name, &i.Device, &i.Room, &i.Role, &i.Uses, &expires)
	i.Expires = moment(expires)
	return i, err
}

// Invitation returns that with a secret if it can be used now, nil if not: for
// the page that greets whoever follows it. It is used by an [*Enter] only.
func (s *Store) Invitation(ctx context.Context, secret Hash, now time.Time) (*Invitation, error) {
	found, err := list(ctx, s, invitations+`WHERE secret = ? AND uses > 0 AND expires > ?`, scanInvitation, secret[:], now.UnixMilli())
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// Invitations returns those of an author that can be used now, or with nobody as
// the author everybody's, but for links to devices; the first to end first.
func (s *Store) Invitations(ctx context.Context, author string, now time.Time) ([]Invitation, error) {
	return list(ctx, s, invitations+`WHERE (author = ?1 OR ?1 = '') AND person = '' AND uses > 0 AND expires > ?2 ORDER BY expires, i.id`, scanInvitation, author, now.UnixMilli())
}

// Reports returns the first n that are not settled, behind the one with a seq.
func (s *Store) Reports(ctx context.Context, after int64, n int) ([]chat.Reported, error) {
	seqs, err := list(ctx, s, `SELECT seq FROM reports WHERE settled = 0 AND seq > ? ORDER BY seq LIMIT ?`, func(row *sql.Rows) (seq int64, err error) {
		err = row.Scan(&seq)
		return seq, err
	}, after, n)
	if err != nil {
		return nil, err
	}
	var open []chat.Reported
	for _, seq := range seqs {
		page, err := s.After(ctx, chat.Place, seq-1, 1)
		if err != nil {
			return nil, err
		}
		if r, ok := page[0].(chat.Reported); ok && r.Text != "" { // else it was settled meanwhile
			open = append(open, r)
		}
	}
	return open, nil
}

// BannedAddresses returns those that are banned from the place, and until when.
func (s *Store) BannedAddresses(ctx context.Context) (map[string]time.Time, error) {
	type ban struct {
		address string
		until   time.Time
	}
	bans, err := list(ctx, s, `SELECT address, until FROM banned_addresses`, func(row *sql.Rows) (b ban, err error) {
		var until int64
		err = row.Scan(&b.address, &until)
		b.until = moment(until)
		return b, err
	})
	all := make(map[string]time.Time, len(bans))
	for _, b := range bans {
		all[b.address] = b.until
	}
	return all, err
}

// Hidden returns the ids of those whom somebody does not want to see.
func (s *Store) Hidden(ctx context.Context, person string) ([]string, error) {
	return list(ctx, s, `SELECT other FROM hidden WHERE person = ? ORDER BY other`, func(row *sql.Rows) (id string, err error) {
		err = row.Scan(&id)
		return id, err
	}, person)
}

// HasOwner tells whether the place has one: at first it invites one itself.
func (s *Store) HasOwner(ctx context.Context) (has bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM members WHERE room = ? AND role = ? AND here)`, chat.Place, chat.RoleOwner).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("store: owner: %w", err)
	}
	return has, nil
}

// list reads all rows of a query.
func list[T any](ctx context.Context, s *Store, query string, scan func(*sql.Rows) (T, error), args ...any) ([]T, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("store: read: %w", err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("store: read: %w", err)
		}
		all = append(all, v)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("store: read: %w", err)
	}
	return all, nil
}
