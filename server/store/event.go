package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"cyberchat/app/chat"
)

// restamp returns an event with another stamp.
func restamp(event chat.Durable, s chat.Stamp) chat.Durable {
	switch c := event.(type) {
	case chat.Deleted:
		c.Stamp = s
		return c
	case chat.RoomChanged:
		c.Stamp = s
		return c
	case chat.MemberChanged:
		c.Stamp = s
		return c
	case chat.Reported:
		c.Stamp = s
		return c
	case chat.Settled:
		c.Stamp = s
		return c
	}
	panic(fmt.Sprintf("store: no such event: %T", event))
}

// with returns an event with what becomes of the person whom it is about, if it
// is about one.
func with(event chat.Durable, become func(chat.Person) chat.Person) chat.Durable {
	switch c := event.(type) {
	case chat.Deleted:
		c.Of = become(c.Of)
		return c
	case chat.MemberChanged:
		if c.Person.ID != "" {
			c.Person = become(c.Person)
		}
		return c
	case chat.Reported:
		c.Of = become(c.Of)
		return c
	}
	return event
}

// body is an event as it is stored: without what its columns say, and without
// names that belong to people, who may change them or leave.
func (t *turn) body(event chat.Durable) (string, error) {
	var err error
	event = with(event, func(p chat.Person) chat.Person {
		known, failed := t.person(p.ID)
		if failed == nil && known.stored {
			p.Name = ""
		}
		err = failed
		return p
	})
	event = restamp(event, chat.Stamp{In: event.Stamped().In})
	return string(chat.AppendEvent(nil, event)), err
}

// stored is the event whose body is the text of a row, and whose stamp is in its
// other columns.
func stored(row chat.Message) (chat.Durable, error) {
	event, err := chat.DecodeEvent([]byte(row.Text))
	if err != nil {
		return nil, err
	}
	body, ok := event.(chat.Durable)
	if !ok {
		return nil, fmt.Errorf("a %T is not stored", event)
	}
	stamp := row.Stamped()
	stamp.In = body.Stamped().In
	return restamp(body, stamp), nil
}

// name puts into events the names that people have today whom they are about.
func (s *Store) name(ctx context.Context, events []chat.Durable) error {
	names := make(map[string]string)
	var failed error
	for i, event := range events {
		if _, ok := event.(chat.Message); ok {
			continue
		}
		events[i] = with(event, func(p chat.Person) chat.Person {
			if p.Name != "" {
				return p // no person of the store, as they were called
			}
			name, ok := names[p.ID]
			if !ok {
				err := s.read.QueryRowContext(ctx, `SELECT name FROM people WHERE id = ?`, p.ID).Scan(&name)
				if err != nil && !errors.Is(err, sql.ErrNoRows) {
					failed = err
				}
				names[p.ID] = name
			}
			p.Name = name
			return p
		})
	}
	return failed
}
