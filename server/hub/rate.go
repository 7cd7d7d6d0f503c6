package hub

import (
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// costBytes is how much text costs as much as a command.
const costBytes = 1000

// maxCost is the cost of the longest post. Every burst is as large, or that post
// could never be sent.
const maxCost = 1 + chat.MaxText*utf8.UTFMax/costBytes

// costRooms is what it costs to see all rooms in plain mode, each of which is
// looked up.
const costRooms = 10

// cost is what a command counts of a rate: one, and for a post one more for each
// costBytes, as everybody has to read it. It is at most maxCost.
func cost(c chat.Command) int {
	switch c := c.(type) {
	case chat.Post:
		return 1 + len(c.Text)/costBytes
	case chat.Msg:
		return 1 + len(c.Text)/costBytes
	case chat.Rooms:
		return costRooms
	}
	return 1
}

// limiter bounds the commands of one person.
func (h *Hub) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(h.cfg.Rate), max(h.cfg.Rate*chat.PostBurst/chat.PostRate, maxCost))
}

// limit takes n from each of the limiters and returns 0, or takes none and
// returns how long to wait. A nil one has no limit. N is at most maxCost.
func limit(now time.Time, n int, limiters ...*rate.Limiter) (wait time.Duration) {
	var taken []*rate.Reservation
	for _, l := range limiters {
		if l != nil {
			r := l.ReserveN(now, n)
			taken = append(taken, r)
			wait = max(wait, r.DelayFrom(now))
		}
	}
	if wait > 0 {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	return wait
}
