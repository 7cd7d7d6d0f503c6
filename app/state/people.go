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
	you    string        // our own name
}

// presence takes in who came, went or changed their name.
func (m *Model) presence(e chat.Presence) {
	m.insertNews(&e)
	if !m.welcomed || e.Number <= m.here.number {
		return
	}
	if slices.ContainsFunc(e.Renamed, m.isOurs) {
		m.asked = ""
	}
	if e.Number > m.now.number {
		m.now = m.now.after(e, m.You.ID)
	} else {
		m.recount()
	}
	m.show()
}

// recount calls the roll anew: who was here at the welcome, and then every
// presence since, in the order of their numbers.
func (m *Model) recount() {
	m.now = m.here
	for _, p := range m.told() {
		m.now = m.now.after(*p, m.You.ID)
	}
}

// told returns the presences since the welcome, in the order of their numbers.
func (m *Model) told() []*chat.Presence {
	var told []*chat.Presence
	for _, p := range m.news {
		if p.Number > m.here.number {
			told = append(told, p)
		}
	}
	slices.SortFunc(told, func(a, b *chat.Presence) int { return cmp.Compare(a.Number, b.Number) })
	return told
}

// show puts the roll where it can be read.
func (m *Model) show() {
	m.Online, m.People = m.now.online, m.now.people
	m.You.Name = cmp.Or(m.asked, m.now.you)
}

// given takes in a name that an answer gave us. The presence that tells it to
// the room comes later, unless it, or even the next one, was here before.
func (m *Model) given(name string) {
	m.Refused = nil
	for _, p := range m.told() {
		if slices.ContainsFunc(p.Renamed, func(r chat.Renamed) bool {
			return m.isOurs(r) && (r.From == name || r.To == name)
		}) {
			return
		}
	}
	m.asked = name
	m.show()
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

// sorted returns people by name without regard to case, in a slice of its own.
func sorted(people []chat.Person) []chat.Person {
	return slices.SortedFunc(slices.Values(people), func(a, b chat.Person) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
}
