package state

import (
	"cmp"
	"slices"
	"strings"

	"cyberchat/app/chat"
)

// A roll is who is here after the presence with the number.
type roll struct {
	number int64
	online int
	people []chat.Person // sorted by name without regard to case
	away   []string      // sorted
	gone   []string      // of people, who are offline and may be back in a moment, sorted
	you    string        // our own name
}

// Around is who is around.
type Around struct {
	Online int // how many people
	// People are those of them known by name, sorted by name without regard to
	// case. They may be fewer than Online, and for a while more: when more
	// leave at once than a [chat.Presence] names, the others stay listed until
	// the next welcome.
	People []chat.Person
	Away   []string // ids of those of them who are away, sorted
}

// Around is who is around in the place, or, for somebody who is only in rooms, in
// the open one.
func (m Model) Around() Around {
	if lobby := m.Find(chat.Lobby); lobby != nil && lobby.rolled {
		return lobby.around()
	}
	return m.Room.around()
}

func (r *Room) around() Around {
	people := r.now.people
	if len(r.now.gone) > 0 {
		people = slices.DeleteFunc(slices.Clone(people), func(p chat.Person) bool {
			_, gone := slices.BinarySearch(r.now.gone, p.ID)
			return gone
		})
	}
	return Around{r.now.online, people, r.now.away}
}

// State is whether somebody is around, as far as they are known by name.
func (a Around) State(person string) chat.State {
	if _, away := slices.BinarySearch(a.Away, person); away {
		return chat.StateAway
	}
	if slices.ContainsFunc(a.People, func(p chat.Person) bool { return p.ID == person }) {
		return chat.Online
	}
	return chat.Offline
}

// calls calls the roll anew with a welcome; our name is in it. Without one, who
// is here is told elsewhere.
func (r *Room) calls(is *chat.Roll, name string) {
	r.rolled, r.first = is != nil, roll{}
	if is != nil {
		r.first = roll{number: is.Number, online: is.Online, people: sorted(is.People), away: slices.Sorted(slices.Values(is.Away)), you: name}
	}
	r.recount()
}

// presence takes in who came, went or changed their name.
func (m *Model) presence(r *Room, e chat.Presence) {
	r.insertNews(&e)
	if !r.rolled || e.Number <= r.first.number {
		return
	}
	if slices.ContainsFunc(e.Renamed, m.isOurs) {
		m.asked = ""
	}
	if e.Number > r.now.number {
		r.now = r.now.after(e, r.us)
	} else {
		r.recount()
	}
	m.You.Name = cmp.Or(m.asked, r.now.you)
}

// recount calls the roll anew: who was here at the welcome, and then every
// presence since, in the order of their numbers.
func (r *Room) recount() {
	r.now = r.first
	if !r.rolled {
		return
	}
	for _, p := range r.presences() {
		r.now = r.now.after(*p, r.us)
	}
}

// presences returns those since the welcome, in the order of their numbers.
func (r *Room) presences() []*chat.Presence {
	var told []*chat.Presence
	for _, p := range r.news {
		if p.Number > r.first.number {
			told = append(told, p)
		}
	}
	slices.SortFunc(told, func(a, b *chat.Presence) int { return cmp.Compare(a.Number, b.Number) })
	return told
}

// given takes in a name that an answer gave us. The presence that tells it to
// the room comes later, unless it, or even the next one, was here before.
func (m *Model) given(name string) {
	for _, p := range m.called() {
		if slices.ContainsFunc(p.Renamed, func(r chat.Renamed) bool {
			return m.isOurs(r) && (r.From == name || r.To == name)
		}) {
			return
		}
	}
	m.asked = name
	m.You.Name = name
}

// called returns the presences since the welcome of the room that calls the roll.
func (m *Model) called() (told []*chat.Presence) {
	for _, id := range []string{chat.Lobby, m.Room.ID} {
		if r := m.Find(id); r != nil && r.rolled {
			return r.presences()
		}
	}
	return nil
}

func (m *Model) isOurs(r chat.Renamed) bool { return r.ID == m.You.ID }

// after returns the roll after one more presence; you is our own id. Who came
// and went in it is not here.
func (r roll) after(p chat.Presence, you string) roll {
	r.number, r.online = p.Number, p.Online
	changed := make(map[string]string) // id to name, empty for those who left
	for _, q := range p.Joined.People {
		changed[q.ID] = q.Name
	}
	for _, q := range p.Renamed {
		changed[q.ID] = q.To
		if q.ID == you {
			r.you = q.To
		}
	}
	for _, q := range p.Left.People {
		changed[q.ID] = ""
	}
	left := make([]string, len(p.Left.People))
	for i, q := range p.Left.People {
		left[i] = q.ID
	}
	r.away = among(r.away, p.Away, p.Back, p.Gone, left)
	r.gone = among(r.gone, p.Gone, p.Back, p.Away, left)
	if len(changed) == 0 {
		return r
	}
	people := make([]chat.Person, 0, len(r.people)+len(changed))
	for _, q := range r.people {
		if _, ok := changed[q.ID]; !ok {
			people = append(people, q)
		}
	}
	for id, name := range changed {
		if name != "" {
			people = append(people, chat.Person{ID: id, Name: name})
		}
	}
	r.people = sorted(people)
	return r
}

// among returns sorted ids with some more and without others.
func among(ids, more []string, others ...[]string) []string {
	not := slices.Concat(others...)
	if len(more) == 0 && (len(ids) == 0 || len(not) == 0) {
		return ids
	}
	out := make(map[string]bool, len(not))
	for _, id := range not {
		out[id] = true
	}
	ids = slices.DeleteFunc(slices.Concat(ids, more), func(id string) bool { return out[id] })
	slices.Sort(ids)
	return slices.Compact(ids)
}

// sorted returns people by name without regard to case, in a slice of its own.
func sorted(people []chat.Person) []chat.Person {
	return slices.SortedFunc(slices.Values(people), func(a, b chat.Person) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
