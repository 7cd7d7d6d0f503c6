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

	name   string
	open   int       // connections
	leftAt time.Time // when the last connection closed
	told   string    // the name under which the room knows they are here; empty if it does not
}

// A tokenHash stands for a token, which is kept nowhere.
type tokenHash [sha256.Size]byte

func (p *person) public() chat.Person { return chat.Person{ID: p.id, Name: p.name} }

// limit takes one command from what the person may send now and returns 0, or
// how long they must wait.
func (p *person) limit(now time.Time) time.Duration {
	r := p.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// enter counts a connection of the person with the token, who may be new.
func (h *Hub) enter(token string) *person {
	var hash tokenHash
	if token != "" {
		hash = sha256.Sum256([]byte(token))
	}
	p := h.byToken[hash]
	if p == nil {
		p = &person{token: hash, limiter: rate.NewLimiter(chat.PostRate, chat.PostBurst)}
		if token != "" {
			p.id = personID(hash)
			h.byToken[hash] = p
		} else {
			p.id = strings.ToLower(rand.Text()[:16])
		}
	}
	if p.open == 0 {
		h.changed[p] = struct{}{}
		h.held = slices.DeleteFunc(h.held, func(q *person) bool { return q == p })
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
	h.changed[p] = struct{}{}
	if p.token == (tokenHash{}) || len(h.held) >= maxHeld {
		h.forget(p)
		return
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

// forget frees p's name. The room may still have to be told that they left.
func (h *Hub) forget(p *person) {
	delete(h.byName, nameKey(p.name))
	delete(h.byToken, p.token)
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
	h.changed[p] = struct{}{}
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

// announce tells the room how it differs from what it was told: what happened
// and was undone since is not told. The caller holds h.mu.
func (h *Hub) announce(now time.Time) {
	var joined, left []chat.Person
	var renamed []chat.Renamed
	for p := range h.changed {
		here := p.open > 0
		if !here && p.told != "" && now.Sub(p.leftAt) < leaveGrace {
			continue // they may be back in a moment
		}
		delete(h.changed, p)
		switch {
		case here && p.told == "":
			joined = append(joined, p.public())
		case !here && p.told != "":
			left = append(left, chat.Person{ID: p.id, Name: p.told})
		case here && p.told != p.name:
			renamed = append(renamed, chat.Renamed{ID: p.id, From: p.told, To: p.name})
		}
		if p.told = ""; here {
			p.told = p.name
		}
	}
	if len(joined)+len(left)+len(renamed) == 0 {
		return
	}
	h.lobby.tell(joined, left, renamed)
	slices.SortFunc(renamed, func(a, b chat.Renamed) int { return compareNames(a.To, b.To) })
	h.broadcast(chat.Presence{
		Room:    h.lobby.name,
		Number:  h.lobby.number,
		After:   h.lobby.head,
		Time:    wireTime(now),
		Online:  len(h.lobby.here),
		Joined:  crowd(joined),
		Left:    crowd(left),
		Renamed: renamed[:min(len(renamed), chat.MaxListed)],
	})
}

// tell brings r.here up to the next presence.
func (r *room) tell(joined, left []chat.Person, renamed []chat.Renamed) {
	r.number++
	gone := make(map[string]bool, len(left)+len(renamed))
	for _, p := range left {
		gone[p.ID] = true
	}
	for _, c := range renamed {
		gone[c.ID] = true
	}
	r.here = slices.DeleteFunc(r.here, func(p chat.Person) bool { return gone[p.ID] })
	r.here = append(r.here, joined...)
	for _, c := range renamed {
		r.here = append(r.here, chat.Person{ID: c.ID, Name: c.To})
	}
	sortByName(r.here)
}

// status is where the room stands for p, who may be so new that the others
// were not told yet.
func (r *room) status(p *person) chat.RoomStatus {
	people := slices.Clone(r.here[:min(len(r.here), chat.MaxListed)])
	online := len(r.here)
	if p.told == "" {
		people = append(people, p.public())
		sortByName(people)
		online++
	}
	return chat.RoomStatus{Name: r.name, Head: r.head, Number: r.number, Online: online, People: people}
}

func crowd(people []chat.Person) chat.Crowd {
	sortByName(people)
	return chat.Crowd{Count: len(people), People: people[:min(len(people), chat.MaxListed)]}
}

func sortByName(people []chat.Person) {
	slices.SortFunc(people, func(a, b chat.Person) int {
		return cmp.Or(compareNames(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}

func compareNames(a, b string) int { return cmp.Compare(strings.ToLower(a), strings.ToLower(b)) }
