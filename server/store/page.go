package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"cyberchat/app/chat"
)

const timeOf = `SELECT time FROM events WHERE room = ? AND seq = ?`

// columns are those of an event, with the name its author has today, if they are
// a person of the store, and taken away if they left with all they said.
const columns = `SELECT seq, author, client_id, coalesce(p.name, e.name), text, time, coalesce(kind, p.erased, 0)
	FROM events e LEFT JOIN people p ON p.id = author WHERE room = ? `

const (
	earlier = columns + `AND seq < ? ORDER BY seq DESC LIMIT ?`
	later   = columns + `AND seq > ? ORDER BY seq LIMIT ?`
)

// pageBytes is how much text a page holds at the most, but at least one event:
// with all that is said about them, and each byte escaped, no page takes more
// than 256 KiB on the wire.
const pageBytes = 96 << 10

// Before returns up to n events of a room whose seq is below the given one,
// the latest of those, in order. A page of long ones is shorter. Its time
// does not depend on how many there are in the room.
func (s *Store) Before(ctx context.Context, room string, seq int64, n int) ([]chat.Durable, error) {
	return s.before(ctx, room, seq, n, pageBytes)
}

// After returns up to n events of a room whose seq is above the given one,
// the earliest of those, in order. A page of long ones is shorter. Its time
// does not depend on how many there are in the room.
func (s *Store) After(ctx context.Context, room string, seq int64, n int) ([]chat.Durable, error) {
	return s.after(ctx, room, seq, n, pageBytes)
}

// Around returns up to n events of a room on both sides of the one with the
// seq, and that one, in order.
func (s *Store) Around(ctx context.Context, room string, seq int64, n int) ([]chat.Durable, error) {
	later, err := s.after(ctx, room, seq-1, n-n/2, pageBytes/2)
	if err != nil {
		return nil, err
	}
	earlier, err := s.before(ctx, room, seq, n/2, pageBytes/2)
	return append(earlier, later...), err
}

// At returns the seq of the first message of a room up to the seq head that was
// said at a time or later, head+1 if there is none. It looks at a few messages,
// however many there are, and relies on times that do not go back: where the
// server's clock was set back, the message it returns was said at the time or
// later, and the one in front of it before, but there may be others like it.
func (s *Store) At(ctx context.Context, room string, at time.Time, head int64) (int64, error) {
	var err error
	first := sort.Search(int(max(head, 0)), func(i int) bool {
		var millis int64
		if err == nil {
			err = s.read.QueryRowContext(ctx, timeOf, room, i+1).Scan(&millis)
		}
		return millis >= at.UnixMilli()
	})
	if err != nil {
		return 0, fmt.Errorf("store: at: %w", err)
	}
	return int64(first) + 1, nil
}

func (s *Store) before(ctx context.Context, room string, seq int64, n, size int) ([]chat.Durable, error) {
	page, err := s.page(ctx, s.earlier, room, seq, n, size)
	slices.Reverse(page)
	return page, err
}

func (s *Store) after(ctx context.Context, room string, seq int64, n, size int) ([]chat.Durable, error) {
	return s.page(ctx, s.later, room, seq, n, size)
}

func (s *Store) page(ctx context.Context, query *sql.Stmt, room string, seq int64, n, most int) ([]chat.Durable, error) {
	rows, err := query.QueryContext(ctx, room, seq, n)
	if err != nil {
		return nil, fmt.Errorf("store: page: %w", err)
	}
	defer rows.Close()
	page := make([]chat.Durable, 0, min(n, chat.MaxPage))
	others := false // than messages
	for size := 0; rows.Next(); {
		m := chat.Message{Room: room}
		var millis int64
		var kind int
		if err := rows.Scan(&m.Seq, &m.Author.ID, &m.ID, &m.Author.Name, &m.Text, &millis, &kind); err != nil {
			return nil, fmt.Errorf("store: page: %w", err)
		}
		if size += len(m.Text); size > most && len(page) > 0 {
			break
		}
		m.Time = time.UnixMilli(millis).UTC()
		var event chat.Durable = m
		switch {
		case kind >= kindGone:
			m.Text, m.Gone = "", true
			event = m
		case kind != kindMessage:
			if event, err = stored(m); err != nil {
				return nil, fmt.Errorf("store: page: %d: %w", m.Seq, err)
			}
			others = true
		}
		page = append(page, event)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("store: page: %w", err)
	}
	if others {
		if err := s.name(ctx, page); err != nil {
			return nil, fmt.Errorf("store: page: %w", err)
		}
	}
	return page, nil
}
