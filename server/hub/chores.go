package hub

import (
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// chores are what the place does by itself, now and then: it erases the texts of
// those who took them with them, lets go those who did nothing, and notes that
// whoever stays connected was seen. They are guarded by Hub.mu.
type chores struct {
	erase   *store.Erase // to be placed next; nil if nothing is known to be left
	letGo   bool         // to be placed next
	waiting bool         // for one of them
	next    time.Time    // when all are due anew
}

const (
	// choresEvery is how often all are due.
	choresEvery = time.Hour
	// choreMost is how much each does in one batch of the store.
	choreMost = 200
)

// due returns what is to be placed now: a little at a time, so that nobody waits
// for it.
func (h *Hub) due(now time.Time) (acts []store.Act) {
	c := &h.chores
	if now.After(c.next) {
		c.next, c.letGo, c.waiting = now.Add(choresEvery), true, false
		if c.erase == nil {
			c.erase = &store.Erase{Most: choreMost}
		}
		acts = h.seen(now)
	}
	switch {
	case c.waiting:
	case c.erase != nil:
		acts = append(acts, c.erase)
		c.erase, c.waiting = nil, true
	case c.letGo:
		acts = append(acts, &store.LetGo{Unseen: wireTime(now.Add(-chat.ForgetAfter)), Most: choreMost})
		c.letGo, c.waiting = false, true
	}
	return acts
}

// seen is what notes that the sessions were seen of those who have been connected
// for long.
func (h *Hub) seen(now time.Time) (acts []store.Act) {
	for _, l := range h.listeners {
		if l.session != (store.Hash{}) && now.Sub(l.seen) >= seenEvery && l.person.inPlace.Here {
			l.seen = now
			acts = append(acts, &store.Enter{Session: l.session, Person: l.person.id, Guest: guestName + newID(), Open: false})
		}
	}
	return acts
}

// see has acts of the place itself placed. What finds no room is due again with
// all.
func (h *Hub) see(acts []store.Act, now time.Time) {
	for _, act := range acts {
		if h.log.Place(&store.Entry{Act: act, Time: wireTime(now)}) != nil {
			return
		}
	}
}

// did notes what became of one of them, or that there is more to do.
func (c *chores) did(e *store.Entry) {
	failed := e.Err != nil || e.Fault != nil
	switch act := e.Act.(type) {
	case *store.Erase:
		c.waiting = false
		if !failed && act.Left {
			c.erase = act
		}
	case *store.LetGo:
		c.waiting = false
		c.letGo = c.letGo || !failed && act.Gone == act.Most
	case store.Depart:
		if !failed && act.Erased && c.erase == nil {
			c.erase = &store.Erase{Most: choreMost}
		}
	}
}
