package load

import "time"

// remembered is how many messages back it is known when they were sent: more
// than a server keeps for a slow connection.
const remembered = 1 << 14

// A sender is a connection that also says something.
type sender struct {
	conn  *conn
	index int
	sent  int // also the number of the next message
	times [remembered]time.Duration
}

// post says the next text.
func (s *sender) post() {
	r := s.conn.run
	if s.conn.gone {
		return
	}
	s.times[s.sent%remembered] = time.Since(r.start)
	r.payload = r.dialect.appendPost(r.payload[:0], s.index, s.sent)
	s.conn.say(opText, r.payload)
	s.sent++
	r.sent++
}

// more posts again when one of a window has come back.
func (s *sender) more() {
	if r := s.conn.run; r.sending && r.job.Window > 0 {
		s.post()
	}
}

func (s *sender) sentAt(number int) time.Duration { return s.times[number%remembered] }
