package hub

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/secure/precis"
	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// A person is somebody who is here, or was a moment ago. Fields without a note
// are guarded by Hub.mu.
type person struct {
	id      string        // never changes
	token   tokenHash     // never changes; zero for somebody without one
	limiter *rate.Limiter // guards itself

	name   string    // empty once they were forgotten
	open   int       // connections
	leftAt time.Time // when the last connection closed
	told   string    // the name under which the room knows they are here; empty if it does not
	after  int64     // the room's head when they came, went or changed their name, if it was not told yet
}

// A tokenHash stands for a token, which is kept nowhere.
type tokenHash [sha256.Size]byte

func (p *person) public() chat.Person { return chat.Person{ID: p.id, Name: p.name} }

// enter counts a connection of the person with the token, who may be new.
func (h *Hub) enter(token string) *person {
	var hash tokenHash
	if token != "" {
		hash = sha256.Sum256([]byte(token))
	}
	p := h.byToken[hash]
	if p == nil {
		p = &person{token: hash, limiter: h.limiter()}
		if token != "" {
			p.id = personID(hash)
			h.byToken[hash] = p
		} else {
			p.id = strings.ToLower(rand.Text()[:16])
		}
	} else if p.open == 0 {
		h.held = slices.DeleteFunc(h.held, func(q *person) bool { return q == p })
	}
	if p.open == 0 {
		h.note(p)
	}
	p.open++
	return p
}

// personID derives the public id from a token, so that somebody is the same to
// others after a restart. It takes another hash of the token than byToken has:
// neither leads back to the token, which has 128 random bits.
func personID(token tokenHash) string {
	sum := sha256.Sum256(append([]byte("cyberchat person "), token[:]...))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// leave counts a connection of p's that closed.
func (h *Hub) leave(p *person, now time.Time) {
	p.open--
	if p.open > 0 {
		return
	}
	p.leftAt = now
	h.note(p)
	if p.token == (tokenHash{}) {
		h.forget(p)
		return
	}
	if len(h.held) >= maxHeld {
		h.forget(h.held[0])
		h.held = slices.Delete(h.held, 0, 1)
	}
	h.held = append(h.held, p)
}

// release forgets those who have been gone for nameHold.
func (h *Hub) release(now time.Time) {
	n := 0
	for n < len(h.held) && now.Sub(h.held[n].leftAt) >= nameHold {
		h.forget(h.held[n])
		n++
	}
	h.held = slices.Delete(h.held, 0, n)
}

// forget frees p's name. Their token goes with it, or, if the room thinks that
// they are here, when it is told: who comes back before that is the same to it.
func (h *Hub) forget(p *person) {
	delete(h.byName, nameKey(p.name))
	p.name = ""
	if p.told == "" {
		delete(h.byToken, p.token)
	}
}

// nameAtHello gives p the name they ask for, keeps the one they have, or makes
// a guest of them. It returns why a name they asked for was not given.
func (h *Hub) nameAtHello(p *person, want string) (refused *chat.Fault) {
	if p.name != "" && (p.open > 1 || want == "") {
		return nil // on another connection, or held: what they have stays
	}
	if want != "" {
		var name string
		if name, refused = chat.CleanName(want); refused == nil {
			if refused = h.setName(p, name); refused == nil {
				return nil
			}
		}
	}
	if p.name == "" {
		h.nameGuest(p)
	}
	return refused
}

// rename gives p another name, or says why not.
func (h *Hub) rename(p *person, c chat.Rename) (chat.Ack, *chat.Fault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if fault := h.setName(p, c.Name); fault != nil {
		return chat.Ack{}, fault
	}
	return chat.Ack{ID: c.ID, Name: p.name}, nil
}

// setName gives p a clean name, unless somebody else has it.
func (h *Hub) setName(p *person, name string) *chat.Fault {
	key := nameKey(name)
	if key == "" {
		return &chat.Fault{Code: chat.CodeBadName, Text: "This cannot be a name: it mixes characters in a way that others could not tell apart. Choose another one."}
	}
	if other := h.byName[key]; other != nil && other != p {
		return chat.NameTaken(name)
	}
	if p.name != "" {
		delete(h.byName, nameKey(p.name))
	}
	h.byName[key] = p
	p.name = name
	h.note(p)
	return nil
}

// nameGuest gives p a name that nobody has, longer with each try.
func (h *Hub) nameGuest(p *person) {
	for n := 4; ; n++ {
		if h.setName(p, "guest-"+strings.ToLower(rand.Text()[:min(n, 26)])) == nil {
			return
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

// note has the next presence tell what became of p since the one before.
func (h *Hub) note(p *person) {
	if _, ok := h.changed[p]; !ok {
		h.changed[p] = struct{}{}
		p.after = h.lobby.head
	}
}

// announce tells the room how it differs from what it was told: what happened
// and was undone since is not told. The caller holds h.mu.
func (h *Hub) announce(now time.Time) {
	var joined, left []listed
	var renamed []chat.Renamed
	after := h.lobby.head // or where the first of them stands: nobody speaks before they join
	for p := range h.changed {
		here := p.open > 0
		if !here && p.told != "" && now.Sub(p.leftAt) < leaveGrace {
			continue // they may be back in a moment
		}
		if here && p.told != "" && p.told != p.name && len(renamed) == chat.MaxListed {
			continue // the next one tells it
		}
		delete(h.changed, p)
		switch {
		case here && p.told == "":
			joined = append(joined, list(p.public()))
		case !here && p.told != "":
			left = append(left, list(chat.Person{ID: p.id, Name: p.told}))
			if p.name == "" {
				delete(h.byToken, p.token)
			}
		case here && p.told != p.name:
			renamed = append(renamed, chat.Renamed{ID: p.id, From: p.told, To: p.name})
		}
		after = min(after, p.after)
		if p.told = ""; here {
			p.told = p.name
		}
	}
	if len(joined)+len(left)+len(renamed) == 0 {
		return
	}
	h.lobby.tell(joined, left, renamed)
	slices.SortFunc(renamed, func(a, b chat.Renamed) int {
		return cmp.Compare(strings.ToLower(a.To), strings.ToLower(b.To))
	})
	h.tell(chat.Presence{
		Room:    h.lobby.name,
		Number:  h.lobby.number,
		After:   after,
		Time:    wireTime(now),
		Online:  len(h.lobby.here),
		Joined:  crowd(joined),
		Left:    crowd(left),
		Renamed: renamed,
	})
}

// listed is somebody in a list, which has an order.
type listed struct {
	chat.Person
	key string // the order: names without regard to case
}

func list(p chat.Person) listed { return listed{p, strings.ToLower(p.Name)} }

func sortListed(people []listed) {
	slices.SortFunc(people, func(a, b listed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.ID, b.ID))
	})
}

// public returns the first people as they go over the wire.
func public(people []listed) []chat.Person {
	var first []chat.Person
	for _, p := range people[:min(len(people), chat.MaxListed)] {
		first = append(first, p.Person)
	}
	return first
}

func crowd(people []listed) chat.Crowd {
	sortListed(people)
	return chat.Crowd{Count: len(people), People: public(people)}
}

// tell brings r.here up to the next presence.
func (r *room) tell(joined, left []listed, renamed []chat.Renamed) {
	r.number++
	gone := make(map[string]bool, len(left)+len(renamed))
	for _, p := range left {
		gone[p.ID] = true
	}
	for _, c := range renamed {
		gone[c.ID] = true
	}
	r.here = slices.DeleteFunc(r.here, func(p listed) bool { return gone[p.ID] })
	r.here = append(r.here, joined...)
	for _, c := range renamed {
		r.here = append(r.here, list(chat.Person{ID: c.ID, Name: c.To}))
	}
	sortListed(r.here)
}

// status is where the room stands for p, of whom the others may not have been
// told yet, or not by this name.
func (r *room) status(p *person) chat.RoomStatus {
	online := len(r.here)
	if p.told == "" {
		online++
	}
	first := slices.Clone(r.here[:min(len(r.here), chat.MaxListed)])
	if p.told != p.name {
		first = slices.DeleteFunc(first, func(q listed) bool { return q.ID == p.id })
		first = append(first, list(p.public()))
		sortListed(first)
	}
	return chat.RoomStatus{
		Room: chat.FirstRoom(r.name), Head: r.head,
		Roll: &chat.Roll{Number: r.number, Online: online, People: public(first)},
	}
}
