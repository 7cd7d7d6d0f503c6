package load

import (
	"testing"
	"time"
)

// fake is a run of two connections without sockets, one of which sends.
func fake(job Job) *run {
	r := &run{job: job, dialect: typed{}, start: time.Now(), sending: true, measuring: true}
	for i := range 2 {
		r.conns = append(r.conns, &conn{run: r, index: i, next: make([]int, 1)})
	}
	s := &sender{conn: r.conns[0]}
	r.conns[0].sender = s
	r.senders = []*sender{s}
	return r
}

// see gives a connection the sender's messages with these numbers.
func see(c *conn, numbers ...int) {
	for _, n := range numbers {
		c.line(appendText(nil, 0, n))
	}
}

func TestCountsWhatIsMissingDoubledOrOutOfOrder(t *testing.T) {
	for name, tt := range map[string]struct {
		seen       []int // by the second connection, of four
		lost       int
		disordered int
	}{
		"all":         {[]int{0, 1, 2, 3}, 0, 0},
		"one missing": {[]int{0, 1, 3}, 1, 0},
		"none":        {nil, 4, 0},
		"swapped":     {[]int{0, 2, 1, 3}, 0, 1},
		"twice":       {[]int{0, 1, 2, 3, 3}, 0, 1},
	} {
		r := fake(Job{})
		for range 4 {
			r.senders[0].post()
		}
		see(r.conns[0], 0, 1, 2, 3)
		see(r.conns[1], tt.seen...)
		if lost := max(r.due()-r.delivered, 0); lost != tt.lost || r.disordered != tt.disordered || r.damaged != 0 {
			t.Errorf("%s: lost %d, out of order %d, damaged %d", name, lost, r.disordered, r.damaged)
		}
		if int(r.latency.Count()) != r.delivered {
			t.Errorf("%s: %d times for %d deliveries", name, r.latency.Count(), r.delivered)
		}
	}
}

func TestCountsWhatWasNeverSent(t *testing.T) {
	r := fake(Job{})
	see(r.conns[1], 0)                        // not yet
	r.conns[1].line(appendText(nil, 1, 0))    // nobody
	r.conns[1].line([]byte("~ something"))    // not ours
	r.conns[1].line([]byte(`{"type":"new"}`)) // to be passed over
	if r.damaged != 3 || r.delivered != 0 {
		t.Errorf("damaged %d, delivered %d", r.damaged, r.delivered)
	}
}

func TestWindowMovesWhenOnesOwnComesBack(t *testing.T) {
	r := fake(Job{Window: 2})
	r.senders[0].post()
	r.senders[0].post()
	see(r.conns[1], 0) // somebody else's copy
	if r.sent != 2 {
		t.Fatalf("%d sent", r.sent)
	}
	see(r.conns[0], 0)
	if r.sent != 3 {
		t.Errorf("%d sent after one came back", r.sent)
	}
	r.conns[0].line([]byte(`{"type":"ack","id":"000000000001","seq":1}`))
	if r.sent != 3 || r.acked != 1 || r.acks.Count() != 1 {
		t.Errorf("%d sent, %d acknowledged", r.sent, r.acked)
	}
	r.conns[0].line([]byte(`{"type":"reject","id":"000000000001","code":"too_fast","text":"no"}`))
	if r.sent != 4 || r.refused != 1 || r.due() != 6 || r.unanswered() != 2 || r.words == "" {
		t.Errorf("%d sent, %d refused, %d due, %d not answered, %q", r.sent, r.refused, r.due(), r.unanswered(), r.words)
	}
	r.dialect = lines{} // which has no answers
	if n := r.unanswered(); n != 0 {
		t.Errorf("%d not answered", n)
	}
	r.dialect = typed{}
	r.sending = false
	see(r.conns[0], 1)
	if r.sent != 4 {
		t.Errorf("%d sent after the end", r.sent)
	}
}

func TestWindowMovesByAcknowledgement(t *testing.T) {
	r := fake(Job{Window: 1, ByAck: true})
	r.senders[0].post()
	see(r.conns[0], 0)
	if r.sent != 1 {
		t.Errorf("%d sent after one came back", r.sent)
	}
	r.conns[0].line([]byte(`{"type":"ack","id":"000000000000","seq":1}`))
	if r.sent != 2 {
		t.Errorf("%d sent after one was acknowledged", r.sent)
	}
}

func BenchmarkDelivery(b *testing.B) {
	r := fake(Job{})
	r.senders[0].sent = 1
	line := []byte(`{"type":"message","room":"lobby","seq":123456,"id":"000000000000","author":{"id":"p1f3a0c9e","name":"Guest 12"},"text":"` +
		string(appendText(nil, 0, 0)) + `","time":"2026-03-14T15:09:26.535Z"}`)
	b.ReportAllocs()
	for b.Loop() {
		r.conns[1].next[0] = 0
		r.conns[1].line(line)
	}
}
