package hub

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/secure/precis"
	"golang.org/x/time/rate"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// A person is somebody who is here, or was a moment ago. What is kept of people
// is the store's; this is as much of it as matters while they are connected.
// Fields without a note are guarded by Hub.mu.
type person struct {
	id      string        // never changes
	known   bool          // by a session; never changes
	limiter *rate.Limiter // guards itself

	name, about string
	inPlace     chat.Member
	hidden      map[string]bool  // ids of those whom they do not want to see
	rooms       map[string]*stay // those they are in, by id; nil if they are not connected
	listeners   []*Listener      // their connections
	version     int64            // grows with what the store hands out about them
	coming      int              // connections that wait for the store
	rolls       int              // that have them
	leftAt      time.Time        // when the last connection closed
	lost        bool             // that had been silent for long
}

func (p *person) public() chat.Person { return chat.Person{ID: p.id, Name: p.name} }

// self is what they are told of themselves.
func (p *person) self() chat.Self {
	return chat.Self{Person: p.public(), About: p.about, Member: p.inPlace, Known: p.known}
}

// personOf returns the person with an id, who may be new here.
func (h *Hub) personOf(id string) *person {
	p := h.people[id]
	if p == nil {
		p = &person{id: id, known: true, limiter: h.limiter()}
		h.people[id] = p
	}
	return p
}

// personID derives the public id of somebody new from their token, so that
// whoever made one before there were sessions is the same. It takes another hash
// of the token than the store has: neither leads back to the token, which has
// 128 random bits.
func personID(session store.Hash) string {
	sum := sha256.Sum256(append([]byte("cyberchat person "), session[:]...))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// leave counts a connection that closed.
func (h *Hub) leave(l *Listener, lost bool, now time.Time) {
	p := l.person
	p.listeners = slices.DeleteFunc(p.listeners, func(other *Listener) bool { return other == l })
	h.note(p) // they may be away now
	if len(p.listeners) > 0 {
		return
	}
	p.leftAt, p.lost, p.rooms = now, lost, nil
	if !p.known {
		delete(h.names, nameKey(p.name))
	}
	h.drop(p)
}

// drop forgets somebody of whom nothing is to be told.
func (h *Hub) drop(p *person) {
	if len(p.listeners)+p.coming+p.rolls > 0 || h.people[p.id] != p {
		return
	}
	for _, r := range h.rolls {
		if _, ok := r.roll.changed[p]; ok {
			return
		}
	}
	delete(h.people, p.id)
}

// State is whether somebody is around.
func (h *Hub) State(id string) chat.State {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.people[id]; p != nil {
		return p.state()
	}
	return chat.Offline
}

// rename gives l's person another name, or says why not.
func (h *Hub) rename(l *Listener, c chat.Rename) {
	p := l.person
	if !p.known {
		if fault := h.nameGuest(p, c.Name); fault != nil {
			l.Refuse(c.ID, fault)
			return
		}
		l.Tell(chat.Ack{ID: c.ID, Name: c.Name})
		h.mu.Lock()
		defer h.mu.Unlock()
		h.you(p)
		return
	}
	key, fault := h.reserve(c.Name, p.id)
	if fault != nil {
		l.Refuse(c.ID, fault)
		return
	}
	h.carry(l, &errand{l: l, id: c.ID, key: key}, store.Rename{Name: c.Name, Key: key})
}

// you tells somebody, on all their connections, what they are. The caller holds
// h.mu.
func (h *Hub) you(p *person) {
	for _, l := range p.listeners {
		l.queue(Frame(l.mode, chat.You{Self: p.self()}))
	}
}

// The names of those who have a session are the store's, where nobody has the
// same. A guest without one has theirs here. So that a name that either has is
// taken for both, whoever wants one has it here first, and then asks the store:
// until it has answered, nobody else gets it.

// reserve has a clean name be somebody's here, unless it is somebody else's.
func (h *Hub) reserve(name, id string) (key string, fault *chat.Fault) {
	if key = nameKey(name); key == "" {
		return "", &chat.Fault{Code: chat.CodeBadName, Text: "This cannot be a name: it mixes characters in a way that others could not tell apart. Choose another one."}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if other, ok := h.names[key]; ok && other != id {
		return "", chat.NameTaken(name)
	}
	h.names[key] = id
	return key, nil
}

// release undoes that. The key may be empty.
func (h *Hub) release(key, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.free(key, id)
}

func (h *Hub) free(key, id string) {
	if h.names[key] == id {
		delete(h.names, key)
	}
}

// nameGuest gives a guest without a session another clean name, or says why not.
// It reads from disk.
func (h *Hub) nameGuest(p *person, name string) *chat.Fault {
	key, fault := h.reserve(name, p.id)
	if fault != nil {
		return fault
	}
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	who, err := h.log.Named(ctx, key)
	h.mu.Lock()
	defer h.mu.Unlock()
	before := nameKey(p.name)
	if who != nil || err != nil {
		if key != before {
			h.free(key, p.id)
		}
		if err != nil {
			return chat.NotRead()
		}
		return chat.NameTaken(name)
	}
	if key != before {
		h.free(before, p.id)
	}
	p.name = name
	h.note(p)
	return nil
}

// guestName begins the names of those who have not chosen one.
const guestName = "guest-"

// guestLetters are for the name of somebody new, in the store: no guest without
// a session is called by any beginning of them.
func (h *Hub) guestLetters() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		letters, free := strings.ToLower(rand.Text()), true
		for n := 4; n <= len(letters); n++ {
			_, taken := h.names[guestName+letters[:n]]
			free = free && !taken
		}
		if free {
			return letters
		}
	}
}

// nameKey is what two names share that count as the same: RFC 8266 §2.4, the
// comparison of nicknames (width, white space, case and compatible characters
// do not matter). It is empty for what cannot be a nickname there.
func nameKey(name string) string {
	key, err := precis.Nickname.CompareKey(name)
	if err != nil {
		return ""
	}
	return key
}
