package hub

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"cyberchat/app/chat"
)

// A roll is who is around in the lobby, which is the whole place, as everybody
// there was told: each presence makes it what it is at the time. Another room
// has one as long as there is somebody who is in it and not in the place, for
// them alone. It is guarded by Hub.mu.
//
// Who closes their last connection is offline with the next presence
// ([chat.Presence.Gone]), and has left, which is news, if they are not back
// within leaveGrace. Of a line that was silent for long it is both at once.
type roll struct {
	room    *room
	number  int64             // the latest presence's
	here    []listed          // those whom it leaves here, in order
	gone    int               // those among them who are offline
	told    map[string]told   // each of them by their id, as they were told
	changed map[*person]int64 // who may be otherwise since, and the room's head when that began
}

// A told is how somebody is as the others know it.
type told struct {
	name  string
	state chat.State
}

// beginRoll begins to tell who is around in a room. Whoever is there is known to
// all to whom that is told.
func (h *Hub) beginRoll(r *room) {
	// A presence's number never goes back, also over a restart.
	r.roll = &roll{room: r, number: time.Now().UnixMilli(), told: make(map[string]told), changed: make(map[*person]int64)}
	h.rolls = append(h.rolls, r)
	var all []listed
	for _, s := range r.seats {
		if p := s.l.person; !r.roll.has(p) {
			r.roll.set(p, told{p.name, p.state()})
			all = append(all, list(p.public()))
		}
	}
	r.roll.here = all
	sortListed(r.roll.here)
}

// endRoll stops telling it.
func (h *Hub) endRoll(r *room) {
	for id := range r.roll.told {
		p := h.people[id]
		p.rolls--
		h.drop(p)
	}
	r.roll = nil
	h.rolls = slices.DeleteFunc(h.rolls, func(other *room) bool { return other == r })
}

func (r *roll) has(p *person) bool {
	_, ok := r.told[p.id]
	return ok
}

func (r *roll) set(p *person, t told) {
	if !r.has(p) {
		p.rolls++
	}
	r.told[p.id] = t
}

// note has the next presences tell what became of p since those before.
func (h *Hub) note(p *person) {
	for _, r := range h.rolls {
		if _, ok := r.roll.changed[p]; !ok && (r.roll.has(p) || h.around(p, r)) {
			r.roll.changed[p] = r.head
		}
	}
}

// around tells whether somebody is connected, and in the room.
func (h *Hub) around(p *person, r *room) bool {
	if len(p.listeners) == 0 {
		return false
	}
	if r == h.lobby {
		return p.inPlace.Here
	}
	return p.rooms[r.ID] != nil
}

// state is whether somebody is around: away, if they are on all their
// connections.
func (p *person) state() chat.State {
	if len(p.listeners) == 0 {
		return chat.Offline
	}
	for _, l := range p.listeners {
		if !l.away {
			return chat.Online
		}
	}
	return chat.StateAway
}

// announce tells everybody how the rolls differ from what they were told: what
// happened and was undone since is not told. The caller holds h.mu.
func (h *Hub) announce(now time.Time) {
	for _, r := range slices.Clone(h.rolls) {
		if p, ok := h.next(r, now); ok {
			h.tellPresence(r, p)
		}
		if r != h.lobby && !slices.ContainsFunc(r.seats, func(s seat) bool { return !s.l.person.inPlace.Here }) {
			h.endRoll(r)
		}
	}
}

// tellPresence tells it to those to whom the roll is told.
func (h *Hub) tellPresence(r *room, p chat.Presence) {
	if r == h.lobby {
		h.tell(r, p)
		return
	}
	for _, s := range r.seats {
		if !s.l.person.inPlace.Here {
			s.l.queue(Frame(s.l.mode, p))
		}
	}
}

// next is a room's next presence. It reports whether there is anything to tell.
func (h *Hub) next(room *room, now time.Time) (chat.Presence, bool) {
	r := room.roll
	n := news{Presence: chat.Presence{Room: room.ID, After: room.head, Time: wireTime(now)}}
	for who, after := range r.changed {
		before := n.rows()
		if h.tellOf(who, room, &n) {
			delete(r.changed, who)
			h.drop(who)
		}
		if n.rows() > before { // After is where the first of them stands: nobody speaks before they join
			n.After = min(n.After, after)
		}
	}
	if n.rows()+len(n.Away)+len(n.Back)+len(n.Gone) == 0 {
		return n.Presence, false
	}
	r.tell(n.joined, n.left, n.Renamed)
	slices.SortFunc(n.Renamed, func(a, b chat.Renamed) int {
		return cmp.Compare(strings.ToLower(a.To), strings.ToLower(b.To))
	})
	n.Number, n.Online = r.number, len(r.here)-r.gone
	n.Joined, n.Left = crowd(n.joined), crowd(n.left)
	return n.Presence, true
}

// A news is a presence in the making.
type news struct {
	chat.Presence
	joined, left []listed
}

// rows is how many things it tells that are shown in the conversation.
func (n *news) rows() int { return len(n.joined) + len(n.left) + len(n.Renamed) }

// tellOf puts into n what is new of somebody. It reports whether that is all
// there is: lists have a bound, and who went may be back in a moment.
func (h *Hub) tellOf(who *person, room *room, n *news) (all bool) {
	r := room.roll
	was, knew := r.told[who.id]
	around := h.around(who, room)
	switch {
	case around && !knew:
		n.joined = append(n.joined, list(who.public()))
		r.set(who, told{who.name, chat.Online})
		return r.tellState(who, who.state(), n)
	case around:
		named := was.name == who.name
		if !named && len(n.Renamed) < chat.MaxListed {
			n.Renamed, named = append(n.Renamed, chat.Renamed{ID: who.id, From: was.name, To: who.name}), true
			r.told[who.id] = told{who.name, was.state}
		}
		return r.tellState(who, who.state(), n) && named
	case knew && h.mayBeBack(who, room, n.Time):
		r.tellState(who, chat.Offline, n)
		return false
	case knew:
		n.left = append(n.left, list(chat.Person{ID: who.id, Name: was.name}))
		if was.state == chat.Offline {
			r.gone--
		}
		delete(r.told, who.id)
		who.rolls--
	}
	return true
}

// tellState puts the state of somebody into n, who is on the roll. It reports
// whether there was room for it.
func (r *roll) tellState(who *person, state chat.State, n *news) bool {
	t := r.told[who.id]
	ids := &n.Back
	switch state {
	case t.state:
		return true
	case chat.StateAway:
		ids = &n.Away
	case chat.Offline:
		ids = &n.Gone
	}
	if len(*ids) == chat.MaxListed {
		return false
	}
	*ids = append(*ids, who.id)
	if state == chat.Offline {
		r.gone++
	} else if t.state == chat.Offline {
		r.gone--
	}
	r.told[who.id] = told{t.name, state}
	return true
}

// mayBeBack tells whether somebody who is not around went a moment ago, and
// would be in the room again: a page that reloads, or a line that breaks, is
// back before others need to know.
func (h *Hub) mayBeBack(p *person, r *room, now time.Time) bool {
	return len(p.listeners) == 0 && !p.lost && now.Sub(p.leftAt) < leaveGrace && (r != h.lobby || p.inPlace.Here)
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
func (r *roll) tell(joined, left []listed, renamed []chat.Renamed) {
	r.number++
	if len(joined)+len(left)+len(renamed) == 0 {
		return
	}
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

// status is the roll for p, of whom the others may not have been told yet, or not
// by this name. Whoever went a moment ago is away in it.
func (r *roll) status(p *person) *chat.Roll {
	was, knew := r.told[p.id]
	online := len(r.here) - r.gone
	if !knew || was.state == chat.Offline {
		online++
	}
	first := slices.Clone(r.here[:min(len(r.here), chat.MaxListed)])
	if was.name != p.name {
		first = slices.DeleteFunc(first, func(q listed) bool { return q.ID == p.id })
		first = append(first, list(p.public()))
		sortListed(first)
	}
	status := &chat.Roll{Number: r.number, Online: online, People: public(first)}
	for _, q := range status.People {
		if q.ID != p.id && r.told[q.ID].state != chat.Online {
			status.Away = append(status.Away, q.ID)
		}
	}
	return status
}
