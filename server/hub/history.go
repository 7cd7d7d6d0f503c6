package hub

import (
	"context"
	"time"

	"cyberchat/app/chat"
)

// page answers a History, with what frames makes of it.
func (h *Hub) page(l *Listener, c chat.History, frames func(chat.Page) []byte) {
	for {
		h.mu.Lock()
		wiped := h.wiped
		h.mu.Unlock()
		page, fault := h.history(l.person, c)
		if fault != nil {
			l.Refuse(c.ID, fault)
			return
		}
		all := frames(page)
		h.mu.Lock()
		same := h.wiped == wiped // else a text was taken away meanwhile, and it is read again
		if same {
			l.queue(all)
		}
		h.mu.Unlock()
		if same {
			return
		}
	}
}

// history reads what a History asks for, if p may read it.
func (h *Hub) history(p *person, c chat.History) (chat.Page, *chat.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	head, fault := h.mayRead(ctx, p, c.Room)
	if fault != nil {
		return chat.Page{}, fault
	}
	n := c.Limit
	if n == 0 {
		n = chat.PageSize
	}
	var events []chat.Durable
	var err error
	switch {
	case c.Before > 0:
		events, err = h.log.Before(ctx, c.Room, min(c.Before, head+1), n)
	case c.After > 0:
		events, err = h.log.After(ctx, c.Room, c.After, int(max(0, min(int64(n), head-c.After))))
	default:
		around := c.Around
		if c.At > 0 {
			around, err = h.log.At(ctx, c.Room, time.UnixMilli(c.At), head)
		}
		if err == nil {
			events, err = h.log.Around(ctx, c.Room, min(around, head), n)
		}
	}
	if err != nil {
		return chat.Page{}, chat.NotRead()
	}
	for len(events) > 0 && events[len(events)-1].Stamped().Seq > head { // on disk, and nobody was told yet
		events = events[:len(events)-1]
	}
	answer := chat.Page{ID: c.ID, Room: c.Room, Events: events}
	if len(events) > 0 {
		answer.Earlier, answer.Later = events[0].Stamped().Seq > 1, events[len(events)-1].Stamped().Seq < head
	} else {
		answer.Events = chat.Log{}
		answer.Earlier, answer.Later = c.Before == 0 && head > 0, c.After == 0 && head > 0
	}
	return answer, nil
}

// mayRead tells whether somebody may read a room, or why not, and up to where.
func (h *Hub) mayRead(ctx context.Context, p *person, room string) (head int64, fault *chat.Fault) {
	standing, err := h.log.Standing(ctx, p.id, room, time.Now())
	if err != nil {
		return 0, chat.NotRead()
	}
	if fault := chat.May(chat.ToRead, standing); fault != nil {
		return 0, fault
	}
	h.mu.Lock()
	r := h.rooms[room]
	if r != nil {
		head = r.head
	}
	h.mu.Unlock()
	if r == nil {
		if head, err = h.log.Head(ctx, room); err != nil {
			return 0, chat.NotRead()
		}
	}
	return head, nil
}
