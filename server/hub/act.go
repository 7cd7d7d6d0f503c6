package hub

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// What stays is decided by the store alone: what the hub remembers could refuse
// something that was carried out before, and whose answer was lost. The hub asks
// [chat.May] by itself for what is not stored, and the store's word before it
// reads.

// maxOwed is how much may be accepted and not be on its way to everybody: half
// a backlog, so that one flush does not fill that of an honest reader.
const maxOwed = chat.MaxBacklog / 2

// busyWait is how long whoever posts should wait when there is more.
const busyWait = 250 * time.Millisecond

// owes is what a post counts of maxOwed: about its size on the wire.
func owes(c chat.Post) int { return len(c.Text) + 200 }

// post has l's text placed in the log. It is answered when that is done.
func (h *Hub) post(l *Listener, c chat.Post) *chat.Fault {
	h.mu.Lock()
	author, closed, busy := l.person.public(), h.closed, h.owed > maxOwed
	if !closed && !busy {
		h.owed += owes(c)
	}
	h.mu.Unlock()
	switch {
	case closed:
		return nil // its client sends it again when it is back
	case busy:
		return chat.TooFast(busyWait)
	}
	err := h.log.Place(&store.Entry{Author: author, From: l.address, Act: c, Time: wireTime(time.Now()), Owner: l, Rounds: &l.unstored})
	if err == nil {
		return nil
	}
	h.mu.Lock()
	h.owed -= owes(c)
	h.mu.Unlock()
	if errors.Is(err, store.ErrClosed) {
		return nil
	}
	return chat.TooFast(busyWait)
}

// An errand is whom an act other than a post is done for.
type errand struct {
	l    *Listener
	id   string        // of the command
	key  string        // of a name that is theirs until it is done
	done chan struct{} // closed then; may be nil
}

// do has an act of l's placed, which is answered with the id when it is done.
func (h *Hub) do(l *Listener, id string, act store.Act) {
	h.carry(l, &errand{l: l, id: id}, act)
}

// actOf is what the store does for a command, nil for none of it.
func (l *Listener) actOf(c chat.Identified) store.Act {
	switch c := c.(type) {
	case chat.Create:
		if c.Access == chat.Private {
			c.Room = strings.ToLower(rand.Text())
		}
		return c
	case chat.ChangeMember:
		if c.Person == "" && c.Address == "" {
			c.Person = l.person.id
		}
		return c
	case chat.Delete, chat.ChangeRoom, chat.Report, chat.Settle, chat.Mark, chat.Quiet, chat.Hide:
		return c
	case chat.Profile:
		return store.Profile{About: c.About}
	case chat.Invite:
		return &store.Invite{
			Secret: store.HashOf(c.Secret), ID: newID(), Device: c.Device,
			Room: c.Room, Role: c.Role, Uses: c.Uses,
			Expires: wireTime(time.Now().Add(time.Duration(c.For) * time.Millisecond)),
		}
	case chat.Revoke:
		return store.Revoke{ID: c.Invitation}
	case chat.SignOut:
		return &store.EndSession{ID: c.Device}
	case chat.Depart:
		return store.Depart{Erased: c.Erase}
	}
	return nil
}

// newID names something that was made here.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// carry has an act placed for somebody. It is answered in time, unless nobody
// takes anything any more: then its client sends it again when it is back.
func (h *Hub) carry(l *Listener, job *errand, act store.Act) {
	h.mu.Lock()
	author := l.person.public()
	h.mu.Unlock()
	err := h.log.Place(&store.Entry{Author: author, From: l.address, Act: act, Time: wireTime(time.Now()), Owner: job})
	if err != nil {
		h.release(job.key, author.ID)
		if !errors.Is(err, store.ErrClosed) {
			l.Refuse(job.id, chat.TooFast(busyWait))
		}
	}
}

// mayHere tells whether somebody may do something in a room that they are in, as
// far as is remembered. The caller holds h.mu.
func (h *Hub) mayHere(p *person, s *stay, d chat.Deed, now time.Time) *chat.Fault {
	return chat.May(d, chat.Case{InPlace: p.inPlace, InRoom: s.member, Room: s.room.Room, Now: now})
}

// setAway notes whether somebody is at the connection.
func (h *Hub) setAway(l *Listener, on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l.away = on
	h.note(l.person)
}
