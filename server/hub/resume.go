package hub

import "cyberchat/app/chat"

// open returns the frames that a listener is sent first: the welcome, which it
// completes, and what it missed.
func (h *Hub) open(w *chat.Welcome, stays []*stay, v Visit) [][]byte {
	if v.Mode == Plain {
		lines := frameLines(nil, chat.WelcomeLines(*w))
		if len(stays) == 0 || stays[0].room != h.lobby {
			return [][]byte{lines}
		}
		return [][]byte{lines, appendFrames(nil, Plain, eventsOf(h.lobby.recent.last(chat.PlainHistory), Plain))}
	}
	var page []encoded    // of the lobby, for who does not go on where they were
	var replayed [][]byte // room by room, for who does
	left := maxReplayBytes
	for i, s := range stays {
		status := &w.Rooms[i]
		if last, ok := resumed(v.Hello.Resume, w.Epoch, status); ok {
			status.Recovered, status.After = true, last
			missed := s.room.recent.from(last, left)
			for _, e := range missed {
				left -= len(e.as[Typed])
			}
			replayed = append(replayed, s.room.recent.replayOf(missed)) // what a crowd missed that comes back is framed once
		} else if s.room == h.lobby {
			page = s.room.recent.last(chat.PageSize)
			if len(page) > 0 {
				status.After = page[0].seq - 1
			}
		}
	}
	// Together, so that a page draws it at once: one message, or a few of MaxOutbound.
	first := appendFrames(nil, Typed, append([][]byte{Typed.append(nil, *w)}, eventsOf(page, Typed)...))
	return append([][]byte{first}, replayed...)
}

// resumed tells what somebody has of a room, if they can go on from there: all
// up to a seq, and not too far behind.
func resumed(r *chat.Resume, epoch string, s *chat.RoomStatus) (last int64, ok bool) {
	if r == nil || r.Epoch != epoch {
		return 0, false
	}
	last, said := r.Rooms[s.ID]
	return last, said && last >= 0 && last <= s.Head && s.Head-last <= chat.MaxReplay
}
