package store

import (
	"context"
	"database/sql"
	"time"

	"cyberchat/app/chat"
)

// A Search is for the people of a room.
type Search struct {
	// Room is whose: those who are in it. In [chat.Place] and the lobby that is
	// everybody in the place.
	Room string
	// Prefix is how the key of their name begins; it may be empty. ID finds whoever
	// has it, too.
	Prefix, ID string
	// After is the [Found.Key] of the last one of the page before, empty for the
	// first page.
	After string
	// Barred finds, too, who is not in it and is banned or muted Now.
	Barred bool
	Now    time.Time
	Most   int // how many are found at the most; one more by ID
}

// A Found is somebody who was found.
type Found struct {
	Who
	Key    string      // what their name shares with those that count as the same
	InRoom chat.Member // in the room of the search
}

// People returns who is found, in the order of their keys. It costs a lookup for
// each person of the place behind After in that order, or of another room's
// members, until there are enough.
func (s *Store) People(ctx context.Context, q Search) ([]Found, error) {
	who := `FROM members i CROSS JOIN people p`
	gate := q.Room
	if q.Room == chat.Lobby || q.Room == chat.Place {
		who, gate = `FROM people p CROSS JOIN members i`, chat.Place
	}
	find := func(where string, args ...any) ([]Found, error) {
		return list(ctx, s, `SELECT p.id, name, about, p.since, name_key, coalesce(w.role, 0), coalesce(w.here, 0), coalesce(w.muted, 0), coalesce(w.banned, 0),
				coalesce(m.role, 0), i.here, coalesce(m.muted, 0), coalesce(m.banned, 0) `+
			who+` LEFT JOIN members w ON w.room = 'place' AND w.person = p.id LEFT JOIN members m ON m.room = ?1 AND m.person = p.id
			WHERE i.room = ?2 AND i.person = p.id AND (i.here OR ?3 AND max(coalesce(m.banned, 0), coalesce(m.muted, 0), i.banned) > ?4) AND `+where+`
			ORDER BY name_key LIMIT ?5`, scanFound, append([]any{q.Room, gate, q.Barred, q.Now.UnixMilli(), q.Most}, args...)...)
	}
	const last = "\U0010ffff" // behind every letter
	found, err := find(`name_key > ?6 AND name_key >= ?7 AND name_key < ?8`, q.After, q.Prefix, q.Prefix+last)
	if err != nil || q.ID == "" || q.After != "" {
		return found, err
	}
	for _, f := range found {
		if f.ID == q.ID {
			return found, nil
		}
	}
	one, err := find(`p.id = ?6 AND name_key IS NOT NULL`, q.ID)
	return append(one, found...), err
}

func scanFound(row *sql.Rows) (f Found, err error) {
	var since, muted, banned, mutedInRoom, bannedInRoom int64
	err = row.Scan(&f.ID, &f.Name, &f.About, &since, &f.Key, &f.InPlace.Role, &f.InPlace.Here, &muted, &banned,
		&f.InRoom.Role, &f.InRoom.Here, &mutedInRoom, &bannedInRoom)
	f.Since, f.InPlace.Muted, f.InPlace.Banned = moment(since), moment(muted), moment(banned)
	f.InRoom.Muted, f.InRoom.Banned = moment(mutedInRoom), moment(bannedInRoom)
	return f, err
}
