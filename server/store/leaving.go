package store

import (
	"time"

	"cyberchat/app/chat"
)

// Depart has its author leave for good: their name is free, their sessions and
// all that was theirs alone is gone. What they said stays, by somebody without a
// name, or is erased: it is not shown any more from then on, and an [*Erase]
// removes it from the disk.
type Depart struct{ Erased bool }

func (t *turn) depart(e *Entry, c Depart) (*chat.Fault, error) {
	if _, fault, err := t.self(e); fault != nil || err != nil {
		return fault, err
	}
	m, err := t.member(chat.Place, e.Author.ID)
	if err != nil {
		return nil, err
	}
	if m.Here && m.Role == chat.RoleOwner {
		if fault, err := t.anotherOwner(e.Author.ID); fault != nil || err != nil {
			return fault, err
		}
	}
	return nil, t.goAway(e, c.Erased)
}

// goAway takes e's author out of everything, and their name from them.
func (t *turn) goAway(e *Entry, erased bool) error {
	e.Author.Name = ""
	p, err := t.person(e.Author.ID)
	if err != nil {
		return err
	}
	p.name = ""
	mark := 0
	if erased {
		mark = kindGone
	}
	if err := t.wipe(`UPDATE people SET name = '', name_key = NULL, about = '', erased = ? WHERE id = ?`, mark, e.Author.ID); err != nil {
		return err
	}
	for _, of := range []string{"sessions WHERE person", "marks WHERE person", "hidden WHERE person", "hidden WHERE other", "invitations WHERE author", "invitations WHERE person"} {
		if _, err := t.exec(`DELETE FROM `+of+` = ?`, e.Author.ID); err != nil {
			return err
		}
	}
	place, err := t.room(chat.Place)
	if err != nil {
		return err
	}
	if err := t.log(e, place, chat.MemberChanged{Stamp: t.stamp(e, place), Change: chat.Left, Person: e.Author, Erased: erased}); err != nil {
		return err
	}
	return t.leaveRooms(e, e.Author, chat.Left, erased)
}

// LetGo forgets up to Most of those who did nothing in the place yet and were
// not seen since a time, so that names do not run out; its entry has no author.
// Gone is how many. Whoever is connected must have been seen later.
type LetGo struct {
	Unseen time.Time
	Most   int
	Gone   int
}

func (t *turn) letGo(e *Entry, c *LetGo) error {
	ids, err := t.strings(`SELECT id FROM people WHERE `+idle+` AND since < ?1
		AND NOT EXISTS (SELECT 1 FROM sessions WHERE person = people.id AND seen >= ?1)
		ORDER BY id LIMIT ?2`, c.Unseen.UnixMilli(), c.Most)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.forgetPerson(e, id); err != nil {
			return err
		}
	}
	c.Gone = len(ids)
	return nil
}

// idle is a condition on people: they did nothing yet, and are neither a member of
// a room nor do they keep order.
const idle = `NOT active AND name <> '' AND
	NOT EXISTS (SELECT 1 FROM members WHERE person = people.id AND here AND (room <> 'place' OR role >= 2))`

// forgetPerson forgets somebody who did nothing, in an entry that is nobody's.
func (t *turn) forgetPerson(e *Entry, id string) error {
	e.Author = chat.Person{ID: id}
	if err := t.goAway(e, false); err != nil {
		return err
	}
	e.Author = chat.Person{}
	if _, err := t.exec(`DELETE FROM people WHERE id = ?`, id); err != nil {
		return err
	}
	*t.people[id] = person{}
	return nil
}

// Erase removes texts from the disk of those who left and took them with them:
// up to Most of one person's. Placed again with what it came back with while
// there is more Left, it removes them all; with nothing but Most, it begins
// anew, as after a restart. Its entry has no author.
type Erase struct {
	Most   int
	Person string // whose were removed last; empty if all of theirs are
	After  string // the id of the last of them
	Left   bool
}

func (t *turn) erase(c *Erase) error {
	c.Left = false
	if c.Person == "" {
		next, err := t.strings(`SELECT id FROM people WHERE erased = 3 ORDER BY id LIMIT 1`)
		if err != nil || len(next) == 0 {
			return err
		}
		c.Person, c.After = next[0], ""
	}
	c.Left = true
	ids, err := t.strings(`SELECT client_id FROM events WHERE author = ? AND client_id > ? AND client_id <> '' ORDER BY client_id LIMIT ?`, c.Person, c.After, c.Most)
	if err != nil {
		return err
	}
	if len(ids) > 0 {
		last := ids[len(ids)-1]
		err := t.wipe(`UPDATE events SET text = '', kind = 3 WHERE kind IS NULL AND author = ? AND client_id > ? AND client_id <= ? AND client_id <> ''`, c.Person, c.After, last)
		c.After = last
		return err
	}
	_, err = t.exec(`UPDATE people SET erased = 4 WHERE id = ?`, c.Person)
	c.Person, c.After = "", ""
	return err
}
