package httpd

import (
	"context"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

// lookEvery is how often the connections are looked after. It is well below the
// times that they are measured by.
const lookEvery = time.Second

// pingFrame is a whole ping of the WebSocket protocol (RFC 6455 §5.5.2). Every
// client answers it; those in typed mode get a chat.Ping of the hub's instead,
// which carries something.
var pingFrame = []byte{0x89, 0}

func (s *Server) watch(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watched[c] = struct{}{}
}

func (s *Server) unwatch(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watched, c)
}

// lookAfter frees the connections that nothing is heard from, and those that do
// not read, until ctx ends. One goroutine does it for all.
func (s *Server) lookAfter(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var beat time.Time
	for {
		var now time.Time
		select {
		case <-ctx.Done():
			return
		case now = <-tick.C:
		}
		ping := now.Sub(beat) >= chat.Heartbeat
		if ping {
			beat = now
		}
		s.mu.Lock()
		all := make([]*connection, 0, len(s.watched))
		for c := range s.watched {
			all = append(all, c)
		}
		s.mu.Unlock()
		for _, c := range all {
			switch {
			case c.line.silent(now) >= chat.DeadAfter:
				c.place.Load().Close(hub.Close{Code: chat.CloseNoPong, Text: "Nothing was heard from you for too long. Connect again."})
			case c.line.late(now):
				c.End(hub.TooSlow)
			case ping && c.mode == hub.Plain:
				c.Send(pingFrame)
			}
		}
	}
}
