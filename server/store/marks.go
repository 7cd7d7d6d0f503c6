package store

import "cyberchat/app/chat"

// mark notes how far e's author has read a room. Seq is where the mark is then,
// and Unread how much is unread.
func (t *turn) mark(e *Entry, c chat.Mark) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	if fault, err := t.mayKeep(e, r); fault != nil || err != nil {
		return fault, err
	}
	if err := t.row(setMark, e.Author.ID, r.ID, min(max(c.Seq, 0), r.head), c.Unread).Scan(&e.Seq); err != nil {
		return nil, err
	}
	err = t.row(unread, e.Author.ID, r.ID, e.Seq, unreadLook).Scan(&e.Unread)
	e.Unread = min(e.Unread, chat.MaxUnread+1)
	return nil, err
}

// quiet has a room tell e's author of nothing new, or again.
func (t *turn) quiet(e *Entry, c chat.Quiet) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	if fault, err := t.mayKeep(e, r); fault != nil || err != nil {
		return fault, err
	}
	_, err = t.exec(`INSERT INTO marks (person, room, quiet) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET quiet = ?3`, e.Author.ID, r.ID, c.On)
	return nil, err
}

// hide has somebody hidden from e's author's eyes, or not any more.
func (t *turn) hide(e *Entry, c chat.Hide) (*chat.Fault, error) {
	if _, fault, err := t.self(e); fault != nil || err != nil {
		return fault, err
	}
	query := `DELETE FROM hidden WHERE person = ? AND other = ?`
	if c.On {
		query = `INSERT INTO hidden VALUES (?, ?) ON CONFLICT DO NOTHING`
	}
	_, err := t.exec(query, e.Author.ID, c.Person)
	return nil, err
}

// mayKeep tells whether e's author may keep something of a room for themselves,
// or why not: they must be somebody who can come back to it.
func (t *turn) mayKeep(e *Entry, r *room) (*chat.Fault, error) {
	if fault, err := t.may(e, chat.ToRead, r); fault != nil || err != nil {
		return fault, err
	}
	_, fault, err := t.self(e)
	return fault, err
}
