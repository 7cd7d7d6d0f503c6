package store

import (
	"database/sql"
	"errors"
	"time"

	"cyberchat/app/chat"
)

// post places a message. It looks for a repetition last: most are none, and the
// table tells.
func (t *turn) post(e *Entry, c chat.Post) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	a, err := t.author(e.Author.ID, r)
	if err != nil {
		return nil, err
	}
	fault, err := t.mayPost(e, c, r, a)
	if err != nil {
		return nil, err
	}
	if fault != nil { // what was placed before that is still answered so
		if again, err := t.repeated(e, c.ID); again != nil || err != nil || e.Duplicate {
			return again, err
		}
		return fault, nil
	}
	name := e.Author.Name
	if a.stored {
		name, e.Author.Name = "", a.name
	}
	if t.adder == nil {
		t.adder = t.stmt(addMessage)
	}
	done, err := t.adder.Exec(r.ID, r.head+1, e.Author.ID, c.ID, name, c.Text, e.Time.UnixMilli())
	if err != nil {
		return nil, err
	}
	if n, err := done.RowsAffected(); n == 0 || err != nil {
		if err != nil {
			return nil, err
		}
		return t.repeated(e, c.ID)
	}
	r.head++
	e.one[0] = chat.Message{Room: r.ID, Seq: r.head, ID: c.ID, Author: e.Author, Text: c.Text, Time: e.Time}
	e.Events = e.one[:]
	if err := t.activate(e.Author.ID, a.person); err != nil {
		return nil, err
	}
	if r.Slow > 0 {
		_, err = t.stmt(setSaid).Exec(e.Author.ID, r.ID, e.Time.UnixMilli())
	}
	return nil, err
}

// mayPost tells whether e's author may say something now, or why not.
func (t *turn) mayPost(e *Entry, c chat.Post, r *room, a *author) (*chat.Fault, error) {
	if until := t.banned[e.From]; until.After(e.Time) {
		return chat.BannedUntil(until), nil
	}
	if a.left() {
		return chat.SignedOut(), nil
	}
	if a.stored { // by it their messages are found when they leave for good
		if fault := chat.CheckID(c.ID); fault != nil {
			return fault, nil
		}
	}
	may := a.to(r, e.Time)
	if fault := chat.May(chat.ToPost, may); fault != nil || r.Slow == 0 || may.Role() >= chat.RoleModerator {
		return fault, nil
	}
	var said int64
	if err := t.row(saidAt, e.Author.ID, r.ID).Scan(&said); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	slow := time.Duration(r.Slow) * time.Millisecond
	if wait := moment(said).Add(slow).Sub(e.Time); wait > 0 {
		return chat.Slow(min(wait, slow)), nil // a clock that was set back costs no more than that
	}
	return nil, nil
}

// A message is one that is in the log.
type message struct {
	author, name, text string
}

// message returns the message of a room with a seq, nil if there is none or it
// was taken away.
func (t *turn) message(room string, seq int64) (*message, error) {
	m := new(message)
	err := t.tx.QueryRow(`SELECT author, name, text FROM events WHERE room = ? AND seq = ? AND kind IS NULL`, room, seq).
		Scan(&m.author, &m.name, &m.text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return m, err
}

// delete takes a message away. What a moderator takes away is in the audit.
func (t *turn) delete(e *Entry, c chat.Delete) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	m, err := t.message(c.Room, c.Message)
	if err != nil {
		return nil, err
	}
	own := m == nil || m.author == e.Author.ID
	deed := chat.ToDelete
	if own {
		deed = chat.ToTakeBack
	}
	if fault, err := t.may(e, deed, r); fault != nil || err != nil {
		return fault, err
	}
	if m == nil {
		return chat.NoMessage(c.Message), nil
	}
	of, err := t.called(m.author, m.name)
	if err != nil {
		return nil, err
	}
	stamp := t.stamp(e, r)
	if err := t.wipe(`UPDATE events SET text = '', kind = 3 WHERE room = ? AND seq = ?`, r.ID, c.Message); err != nil {
		return nil, err
	}
	if err := t.log(e, r, chat.Deleted{Stamp: stamp, Message: c.Message, Of: of, Reason: c.Reason}); err != nil || own {
		return nil, err
	}
	return nil, t.audit(e)
}

// report brings a message before the moderators.
func (t *turn) report(e *Entry, c chat.Report) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	if fault, err := t.may(e, chat.ToReport, r); fault != nil || err != nil {
		return fault, err
	}
	m, err := t.message(c.Room, c.Message)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return chat.NoMessage(c.Message), nil
	}
	of, err := t.called(m.author, m.name)
	if err != nil {
		return nil, err
	}
	place, err := t.room(chat.Place)
	if err != nil {
		return nil, err
	}
	stamp := t.stamp(e, place)
	stamp.In = r.ID
	if err := t.log(e, place, chat.Reported{Stamp: stamp, Message: c.Message, Of: of, Text: m.text, Reason: c.Reason}); err != nil {
		return nil, err
	}
	_, err = t.exec(`INSERT INTO reports VALUES (?, 0)`, stamp.Seq)
	return nil, err
}

// settle closes a report, and takes the text out of it.
func (t *turn) settle(e *Entry, c chat.Settle) (*chat.Fault, error) {
	place, err := t.room(chat.Place)
	if err != nil {
		return nil, err
	}
	if fault, err := t.may(e, chat.ToSettle, place); fault != nil || err != nil {
		return fault, err
	}
	var body string
	err = t.tx.QueryRow(`SELECT text FROM events JOIN reports USING (seq) WHERE room = ? AND seq = ? AND settled = 0`, chat.Place, c.Report).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return chat.NoMessage(c.Report), nil
	} else if err != nil {
		return nil, err
	}
	event, err := chat.DecodeEvent([]byte(body))
	if err != nil {
		return nil, err
	}
	reported := event.(chat.Reported)
	reported.Text = ""
	stamp := t.stamp(e, place)
	if _, err := t.exec(`UPDATE reports SET settled = ? WHERE seq = ?`, stamp.Seq, c.Report); err != nil {
		return nil, err
	}
	if err := t.wipe(`UPDATE events SET text = ? WHERE room = ? AND seq = ?`, string(chat.AppendEvent(nil, reported)), chat.Place, c.Report); err != nil {
		return nil, err
	}
	return nil, t.log(e, place, chat.Settled{Stamp: stamp, Report: c.Report, Reason: c.Reason})
}

// wipe does a statement after which what was there before is not in the
// database any more. Of a copy in its journal, the next ones write over it.
func (t *turn) wipe(query string, args ...any) error {
	if _, err := t.tx.Exec(`PRAGMA secure_delete = ON`); err != nil {
		return err
	}
	_, failed := t.tx.Exec(query, args...)
	_, err := t.tx.Exec(`PRAGMA secure_delete = OFF`)
	return errors.Join(failed, err)
}

// called is somebody as they are called today: a person of the store by their
// name, anybody else by the one given.
func (t *turn) called(id, name string) (chat.Person, error) {
	p, err := t.person(id)
	if err == nil && p.stored {
		name = p.name
	}
	return chat.Person{ID: id, Name: name}, err
}
