package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"cyberchat/app/chat"
)

// A turn is the writer's transaction. Each act looks first and writes then:
// one that is refused has written nothing, and one that cannot be written ends
// the turn with all that is in it.
type turn struct {
	*known
	prepared map[string]*sql.Stmt
	tx       *sql.Tx
	of       map[string]*sql.Stmt // those of prepared that were used in it
	adder    *sql.Stmt            // of addMessage, when it was
}

// What the writer does often, and has prepared.
const (
	headOf     = `SELECT max(seq) FROM events WHERE room = ?`
	addMessage = `INSERT INTO events (room, seq, author, client_id, name, text, time) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	addEvent   = `INSERT INTO events (room, seq, author, client_id, name, text, time, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
	find       = `SELECT room, seq, coalesce(kind, 0) FROM events WHERE author = ? AND client_id = ? AND client_id <> ''`
	roomOf     = `SELECT title, about, access, archived, locked, slow FROM rooms WHERE id = ?`
	personOf   = `SELECT name, active FROM people WHERE id = ?`
	memberOf   = `SELECT role, here, muted, banned FROM members WHERE room = ? AND person = ?`
	setMember  = `INSERT INTO members (room, person, role, here, muted, banned) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
		ON CONFLICT DO UPDATE SET role = ?3, here = ?4, muted = ?5, banned = ?6`
	setMark = `INSERT INTO marks (person, room, seq) VALUES (?1, ?2, ?3)
		ON CONFLICT DO UPDATE SET seq = CASE WHEN ?4 THEN ?3 ELSE max(seq, ?3) END RETURNING seq`
	unread = `SELECT count(*) FROM (SELECT kind, author FROM events WHERE room = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4) WHERE coalesce(kind, 2) = 2 AND author <> ?1
		AND (kind = 2 OR author NOT IN (SELECT other FROM hidden WHERE person = ?1))`
	saidAt    = `SELECT said FROM marks WHERE person = ? AND room = ?`
	setSaid   = `INSERT INTO marks (person, room, said) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET said = ?3`
	sessionOf = `SELECT person FROM sessions WHERE hash = ?`
	seenNow   = `UPDATE sessions SET seen = max(seen, ?) WHERE hash = ?`
)

var often = []string{headOf, addMessage, addEvent, find, roomOf, personOf, memberOf, setMember, setMark, unread, saidAt, setSaid, sessionOf, seenNow}

// The kinds of events in the table. A message has none there.
const (
	kindMessage = 0
	kindOther   = 1
	kindUnread  = 2
	kindGone    = 3 // and above, for messages of whoever left with them
)

// do does one act. The error is that of the database, and the turn's end.
func (t *turn) do(e *Entry) error {
	var fault *chat.Fault
	var err error
	if post, ok := e.Act.(chat.Post); ok { // the most, and it finds out by itself what is asked first of others
		fault, err = t.post(e, post)
	} else {
		fault, err = t.act(e)
	}
	if fault != nil || err != nil {
		e.Fault, e.Events = fault, nil
		return err
	}
	if len(e.Events) > 0 {
		e.Seq = e.Events[0].Stamped().Seq
	}
	return nil
}

// activate notes that somebody did something that stays.
func (t *turn) activate(id string, p *person) error {
	if p.active || !p.stored {
		return nil
	}
	p.active = true
	_, err := t.exec(`UPDATE people SET active = 1 WHERE id = ?`, id)
	return err
}

// act does one that is not a post.
func (t *turn) act(e *Entry) (*chat.Fault, error) {
	if id := clientID(e.Act); id != "" {
		if fault, err := t.repeated(e, id); fault != nil || err != nil || e.Duplicate {
			return fault, err
		}
	}
	if until := t.banned[e.From]; until.After(e.Time) {
		return chat.BannedUntil(until), nil
	}
	switch a := e.Act.(type) {
	case chat.Delete:
		return t.delete(e, a)
	case chat.Create:
		return t.create(e, a)
	case chat.ChangeRoom:
		return t.changeRoom(e, a)
	case chat.ChangeMember:
		return t.changeMember(e, a)
	case chat.Report:
		return t.report(e, a)
	case chat.Settle:
		return t.settle(e, a)
	case chat.Mark:
		return t.mark(e, a)
	case chat.Quiet:
		return t.quiet(e, a)
	case chat.Hide:
		return t.hide(e, a)
	case *Enter:
		return t.enter(e, a)
	case Rename:
		return t.rename(e, a)
	case Profile:
		return t.profile(e, a)
	case *EndSession:
		return t.endSession(e, a)
	case Depart:
		return t.depart(e, a)
	case *Invite:
		return t.invite(e, a)
	case Revoke:
		return t.revoke(e, a)
	case *LetGo:
		return nil, t.letGo(e, a)
	case *Erase:
		return nil, t.erase(a)
	}
	panic(fmt.Sprintf("store: no such act: %T", e.Act))
}

// repeated tells whether the author placed an act with the id before. A message
// is repeated by a message to the same room, and any other act by any other.
func (t *turn) repeated(e *Entry, id string) (*chat.Fault, error) {
	var room string
	var seq int64
	var kind int
	switch err := t.row(find, e.Author.ID, id).Scan(&room, &seq, &kind); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	post, ok := e.Act.(chat.Post)
	if ok != (kind == kindMessage || kind == kindGone) || ok && post.Room != room {
		return chat.IDUsed(), nil
	}
	e.Seq, e.Duplicate, e.Room = seq, true, room
	return nil, nil
}

// stmt is a prepared statement in this transaction.
func (t *turn) stmt(query string) *sql.Stmt {
	s := t.of[query]
	if s == nil {
		if t.of == nil {
			t.of = make(map[string]*sql.Stmt, 4)
		}
		s = t.tx.Stmt(t.prepared[query])
		t.of[query] = s
	}
	return s
}

func (t *turn) row(query string, args ...any) *sql.Row { return t.stmt(query).QueryRow(args...) }

// exec does one of the statements that are not done often.
func (t *turn) exec(query string, args ...any) (changed int64, err error) {
	done, err := t.tx.Exec(query, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// stamp is where the next event of a room stands, that e makes. The first one
// of an entry carries its client-made id.
func (t *turn) stamp(e *Entry, r *room) chat.Stamp {
	s := chat.Stamp{Room: r.ID, Seq: r.head + 1, Author: e.Author, Time: e.Time}
	if len(e.Events) == 0 {
		s.ID = clientID(e.Act)
	}
	return s
}

// log places an event, with the stamp of its room, behind the others, and
// brings what it changes up to it.
func (t *turn) log(e *Entry, r *room, event chat.Durable) error {
	author, err := t.person(e.Author.ID)
	if err != nil {
		return err
	}
	stamp := event.Stamped()
	name := stamp.Author.Name
	if author.stored {
		name = ""
	}
	kind := kindOther
	if _, ok := event.(chat.Reported); ok {
		kind = kindUnread
	}
	body, err := t.body(event)
	if err != nil {
		return err
	}
	if _, err := t.stmt(addEvent).Exec(r.ID, stamp.Seq, stamp.Author.ID, stamp.ID, name, body, stamp.Time.UnixMilli(), kind); err != nil {
		return err
	}
	r.head = stamp.Seq
	e.Events = append(e.Events, event)
	switch e.Act.(type) {
	case *Enter, Rename, Depart, *LetGo: // they came, chose a name or went, and did nothing yet
	default:
		if err := t.activate(e.Author.ID, author); err != nil {
			return err
		}
	}
	if stamp.In != "" {
		return nil
	}
	return t.apply(r, event)
}

// apply brings the tables, and what is known of them, up to an event.
func (t *turn) apply(r *room, event chat.Durable) error {
	switch c := event.(type) {
	case chat.RoomChanged:
		r.Apply(c)
		_, err := t.exec(`INSERT INTO rooms (id, title, about, access, archived, locked, slow) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
			ON CONFLICT DO UPDATE SET title = ?2, about = ?3, archived = ?5, locked = ?6, slow = ?7`,
			r.ID, r.Title, r.About, r.Access, r.Archived, r.Locked, r.Slow)
		return err
	case chat.MemberChanged:
		if c.Address != "" {
			return t.banAddress(c)
		}
		m, err := t.member(r.ID, c.Person.ID)
		if err != nil {
			return err
		}
		m.Apply(c.Person.ID, c)
		_, err = t.stmt(setMember).Exec(r.ID, c.Person.ID, m.Role, m.Here, millis(m.Muted), millis(m.Banned))
		return err
	}
	return nil
}

func (t *turn) banAddress(c chat.MemberChanged) error {
	if c.Until.IsZero() {
		delete(t.banned, c.Address)
		_, err := t.exec(`DELETE FROM banned_addresses WHERE address = ?`, c.Address)
		return err
	}
	t.banned[c.Address] = c.Until
	_, err := t.exec(`INSERT INTO banned_addresses VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = ?2`, c.Address, c.Until.UnixMilli())
	return err
}

// audit repeats the event that e has just made in the place's log.
func (t *turn) audit(e *Entry) error {
	place, err := t.room(chat.Place)
	if err != nil {
		return err
	}
	last := e.Events[len(e.Events)-1]
	stamp := t.stamp(e, place)
	stamp.In = last.Stamped().Room
	return t.log(e, place, restamp(last, stamp))
}

// may tells whether e's author may do something in a room, or why not. They have
// the name of today then. Nobody, who is the place itself, may do anything.
func (t *turn) may(e *Entry, d chat.Deed, r *room) (*chat.Fault, error) {
	return t.mayOver(e, d, r, chat.RoleGuest)
}

// mayOver is may for what is done to somebody with a role.
func (t *turn) mayOver(e *Entry, d chat.Deed, r *room, over chat.Role) (*chat.Fault, error) {
	if e.Author.ID == "" {
		return nil, nil
	}
	a, err := t.author(e.Author.ID, r)
	if err != nil {
		return nil, err
	}
	if a.left() {
		return chat.SignedOut(), nil
	}
	if a.stored {
		e.Author.Name = a.name
	}
	c := a.to(r, e.Time)
	c.Over = over
	return chat.May(d, c), nil
}

// millis is a time as the tables have it, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is what millis made of a time.
func moment(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// unique returns the strings in order, each once.
func unique(s ...string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}
