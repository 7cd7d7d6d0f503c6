package hub

import (
	"maps"
	"slices"
	"time"

	"cyberchat/app/chat"
)

// crowded is with how many listeners a room tells of few who write by name.
const crowded = 100

// typing has somebody write in a room, if they may say something there. Nothing
// is answered. The caller does not hold h.mu.
func (h *Hub) typing(l *Listener, c chat.Typing, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := l.person.rooms[c.Room]
	if s == nil || h.mayHere(l.person, s, chat.ToPost, now) != nil {
		return
	}
	r := s.room
	if r.writes == nil {
		r.writes = make(map[*person]time.Time)
	}
	r.writes[l.person] = now.Add(chat.TypingFor)
	h.writing[r] = struct{}{}
}

// tellWriting tells each room who writes there, if that is not as it was told.
// The caller holds h.mu.
func (h *Hub) tellWriting(now time.Time) {
	for r := range h.writing {
		var all []listed
		for p, until := range r.writes {
			if !until.After(now) || p.rooms[r.ID] == nil {
				delete(r.writes, p)
				continue
			}
			all = append(all, list(p.public()))
		}
		c := crowd(all)
		if len(r.seats) > crowded && len(c.People) > chat.MaxNamed {
			c.People = c.People[:chat.MaxNamed]
		}
		same := c.Count == r.wrote.Count && slices.Equal(c.People, r.wrote.People)
		if !same || c.Count > 0 && now.Sub(r.wroteAt) >= chat.TypingEvery { // it would be over
			r.wrote, r.wroteAt = c, now
			h.tell(r, chat.Writing{Room: r.ID, Crowd: c})
		}
		if c.Count == 0 {
			delete(h.writing, r)
		}
	}
}

// said has somebody not write any more: they said it.
func (r *room) said(id string) {
	if len(r.writes) == 0 {
		return
	}
	maps.DeleteFunc(r.writes, func(p *person, _ time.Time) bool { return p.id == id })
}
