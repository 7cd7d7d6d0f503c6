package hub

import (
	"context"
	"time"

	"cyberchat/app/chat"
)

// resume returns the messages that follow a welcome, none beyond the head of the
// status, and completes the status with what they are. The caller holds h.mu.
func (h *Hub) resume(resume *chat.Resume, mode Mode, status *chat.RoomStatus) []encoded {
	recent := &h.lobby.recent
	most := chat.PageSize
	if mode == Plain {
		most = chat.PlainHistory
	} else if resume != nil && resume.Epoch == h.log.Epoch() {
		last, said := resume.Rooms[status.ID]
		if said && last >= 0 && last <= status.Head && status.Head-last <= chat.MaxReplay {
			status.Recovered, status.After = true, last
			return recent.from(last)
		}
	}
	show := recent.last(most)
	status.After = status.Head
	if len(show) > 0 {
		status.After = show[0].seq - 1
	}
	return show
}

// history answers a History.
func (h *Hub) history(c chat.History) (chat.Page, *chat.Fault) {
	if c.Room != chat.Lobby {
		return chat.Page{}, chat.NoRoom(c.Room)
	}
	n := c.Limit
	if n == 0 {
		n = chat.PageSize
	}
	head := h.head()
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
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
	page := chat.Log(events)
	for len(page) > 0 && page[len(page)-1].Stamped().Seq > head { // on disk, and nobody was told yet
		page = page[:len(page)-1]
	}
	answer := chat.Page{ID: c.ID, Room: c.Room, Events: page}
	if len(page) > 0 {
		answer.Earlier, answer.Later = page[0].Stamped().Seq > 1, page[len(page)-1].Stamped().Seq < head
	} else {
		answer.Events = chat.Log{}
		answer.Earlier, answer.Later = c.Before == 0 && head > 0, c.After == 0 && head > 0
	}
	return answer, nil
}

// head is the lobby's.
func (h *Hub) head() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lobby.head
}
