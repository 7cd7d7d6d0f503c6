package hub

import (
	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// hides takes in whom somebody does not want to see now, and tells them what is
// unread where that makes another count. The caller holds h.mu.
func (h *Hub) hides(p *person, c chat.Hide) {
	if len(p.listeners) == 0 {
		return // all is read when they come
	}
	was := make(map[string]int, len(p.rooms))
	for id, s := range p.rooms {
		was[id] = h.reading(p, s).Unread
	}
	if delete(p.hidden, c.Person); c.On {
		p.hidden[c.Person] = true
	}
	p.coming++
	h.ending.Go(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.recount(p, was)
		p.coming--
		h.drop(p)
	})
}

// recount counts anew what is unread to somebody. It is called with h.mu held, and
// lets go of it while it reads.
func (h *Hub) recount(p *person, was map[string]int) {
	for _, e := range h.roomsNow(p) {
		h.counted(p, e, was)
	}
}

// counted takes over how the store counts a room, and tells it if that is another
// count than it was.
func (h *Hub) counted(p *person, e store.Entered, was map[string]int) {
	s := p.rooms[e.ID]
	if s == nil {
		return
	}
	s.read, s.counted, s.unread = e.Read, e.Head, e.Unread
	if before, told := was[e.ID]; told && h.reading(p, s).Unread != before {
		h.marked(p, s)
	}
}
