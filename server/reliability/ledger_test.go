package reliability

import (
	"sync"

	"cyberchat/app/chat"
)

// A ledger is what happened at every client of one server, to be judged at the
// end. Ids are unique in it, and so are texts.
type ledger struct {
	mu      sync.Mutex
	records []*record
	others  map[string]string // text by id, see mayCome
}

// mayCome says that there is somebody without a record who sends this. It may be
// stored, or not.
func (l *ledger) mayCome(id, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.others == nil {
		l.others = make(map[string]string)
	}
	l.others[id] = text
}

// record returns a new record for a client.
func (l *ledger) record(name string) *record {
	r := &record{name: name, sent: make(map[string]string), waiting: make(map[string]bool), answers: make(map[string][]chat.Ack), refused: make(map[string]chat.Fault)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, r)
	return r
}

// A record is what one client did and was told. Its methods may be called from
// any goroutine.
type record struct {
	name string

	mu      sync.Mutex
	sent    map[string]string     // text by id
	order   []string              // ids, as they were sent
	waiting map[string]bool       // ids of what has no answer yet
	answers map[string][]chat.Ack // by id, as they came
	refused map[string]chat.Fault // by id, the latest refusal
	spans   []span                // of what was seen
	epochs  []string              // of each welcome
	returns int                   // welcomes but the first
	reloads int                   // returns that were not recovered
}

// A span is what a client saw from one welcome to the next.
type span struct {
	after     int64 // the seq behind which it was to begin
	recovered bool  // it goes on where the one before it has ended
	sight     []sight
}

// end is the seq of the latest message seen, or behind which one is to come.
func (s span) end() int64 {
	if len(s.sight) == 0 {
		return s.after
	}
	return s.sight[len(s.sight)-1].seq
}

// A sight is one message as somebody saw it.
type sight struct {
	seq      int64
	id, text string
}

func (r *record) send(id, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[id] = text
	r.order = append(r.order, id)
	r.waiting[id] = true
}

func (r *record) welcome(w chat.Welcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	again := len(r.epochs) > 0
	r.epochs = append(r.epochs, w.Epoch)
	for _, room := range w.Rooms {
		if room.ID != chat.Lobby {
			continue
		}
		if again {
			r.returns++
		}
		if again && !room.Recovered {
			r.reloads++
		}
		r.spans = append(r.spans, span{after: room.After, recovered: room.Recovered})
	}
}

func (r *record) see(m chat.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.spans) == 0 {
		r.spans = []span{{}}
	}
	last := &r.spans[len(r.spans)-1]
	last.sight = append(last.sight, sight{m.Seq, m.ID, m.Text})
}

func (r *record) ack(a chat.Ack) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[a.ID] = append(r.answers[a.ID], a)
	delete(r.waiting, a.ID)
}

func (r *record) refuse(e chat.Reject) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused[e.ID] = e.Fault
	delete(r.waiting, e.ID)
}

// unanswered counts what was sent and neither acknowledged nor refused.
func (r *record) unanswered() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.waiting)
}

// acknowledged counts what was sent and acknowledged.
func (r *record) acknowledged() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.answers)
}

// answer returns the first acknowledgement of a post.
func (r *record) answer(id string) (a chat.Ack, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if all := r.answers[id]; len(all) > 0 {
		return all[0], true
	}
	return chat.Ack{}, false
}

// refusal returns the latest refusal of a post.
func (r *record) refusal(id string) (f chat.Fault, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok = r.refused[id]
	return f, ok
}

// head returns the seq up to which everything was seen, 0 if nothing was.
func (r *record) head() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.spans) == 0 {
		return 0
	}
	return r.spans[len(r.spans)-1].end()
}

// sum adds up what f says of each record.
func (l *ledger) sum(f func(*record) int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, r := range l.records {
		n += f(r)
	}
	return n
}

// returns counts how often clients came back, and how often they had to reload.
func (l *ledger) returns() (all, reloads int) {
	return l.sum(func(r *record) int { r.mu.Lock(); defer r.mu.Unlock(); return r.returns }),
		l.sum(func(r *record) int { r.mu.Lock(); defer r.mu.Unlock(); return r.reloads })
}

// duplicates counts the answers that said that the post was there already.
func (l *ledger) duplicates() int {
	return l.sum(func(r *record) int {
		r.mu.Lock()
		defer r.mu.Unlock()
		n := 0
		for _, all := range r.answers {
			for _, a := range all {
				if a.Duplicate {
					n++
				}
			}
		}
		return n
	})
}
