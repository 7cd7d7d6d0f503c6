package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// Screen readers are told what is said by a region of its own. The log itself
// is silent: what is loaded, let go or drawn again in it is no news, and a
// browser could not tell that from a message that has just come.

const (
	// heardEvery is how often new messages are read out, and maxHeard how many
	// at a time; of more only the number is told.
	heardEvery, maxHeard = 500 * time.Millisecond, 3
	// heardFor is how long they stay in the document, for a screen reader that
	// is busy.
	heardFor = 10 * time.Second
	// maxRead is how much of a message is read out, in characters.
	maxRead = 400
)

// heard is what is read out. Each sentence goes to the next of a few slots,
// and what stood there goes, so that nothing that is still there changes.
type heard struct {
	before  int64 // messages up to this seq are no news
	waiting []chat.Message
	more    int // that wait, beyond those
	slots   [2 * maxHeard]slot
	at      int // the next slot
	timer   *time.Timer
	clear   *time.Timer
}

// A slot holds a sentence; turn says how often it was used.
type slot struct {
	said string
	turn int
}

// take takes in a message that came.
func (h *heard) take(m chat.Message) {
	switch {
	case m.Seq <= h.before:
		return
	case len(h.waiting) == maxHeard:
		h.waiting = append(h.waiting[:0:0], h.waiting[1:]...)
		h.more++
	}
	h.before = m.Seq
	h.waiting = append(h.waiting, m)
}

// tell has what waits read out.
func (h *heard) tell(zone *time.Location) {
	if h.more > 0 {
		last := h.waiting[len(h.waiting)-1]
		h.say(strconv.Itoa(h.more+len(h.waiting)) + " new messages, the last from " + nameOf(last.Author))
	} else {
		for _, m := range h.waiting {
			h.say(heardText(m, zone))
		}
	}
	h.waiting, h.more = nil, 0
}

func (h *heard) say(text string) {
	s := &h.slots[h.at]
	s.said, s.turn = text, s.turn+1
	h.at = (h.at + 1) % len(h.slots)
}

// forget empties the slots.
func (h *heard) forget() {
	for i := range h.slots {
		h.slots[i].said = ""
	}
}

// heardText is how a message is read out: who said what, and then when.
func heardText(m chat.Message, zone *time.Location) string {
	text := m.Text
	if r := []rune(text); len(r) > maxRead {
		text = string(r[:maxRead]) + "…"
	}
	return nameOf(m.Author) + ": " + text + ", " + clockText(m.Time.In(zone))
}

// hearOf has a message read out.
func (c *Chat) hearOf(m chat.Message) {
	h := &c.reader.heard
	if h.take(m); len(h.waiting) == 0 || h.timer != nil || app.IsServer {
		return
	}
	h.timer = time.AfterFunc(heardEvery, func() {
		h.timer = nil
		h.tell(timeHere().Location())
		if h.clear != nil {
			h.clear.Stop()
		}
		h.clear = time.AfterFunc(heardFor, func() {
			h.forget()
			c.Update()
		})
		c.Update()
	})
}

// A heardRegion is where it stands.
type heardRegion struct {
	app.Compo
	Slots [2 * maxHeard]slot
}

func (r *heardRegion) Render() app.UI {
	said := make([]app.UI, len(r.Slots))
	for i, s := range r.Slots {
		// An element of the other kind takes the place of the old one: what is
		// added is read out, and what only changes may not be.
		if s.turn%2 == 0 {
			said[i] = app.P().Text(s.said)
		} else {
			said[i] = app.Div().Text(s.said)
		}
	}
	return app.Div().ID("heard").Class("unseen").Aria("live", "polite").Aria("relevant", "additions").Body(said...)
}
