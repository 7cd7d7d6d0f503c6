package state

import (
	"cmp"
	"slices"
	"time"

	"cyberchat/app/chat"
)

// A Row is one line of the log: a message, something else that happened, or a
// presence. The others are nil.
type Row struct {
	Message *chat.Message
	// Folded says that the message is by somebody whom the reader does not want
	// to see.
	Folded bool
	// Event is a [chat.RoomChanged] or a [chat.MemberChanged], and in the place
	// also a [chat.Deleted], [chat.Reported] or [chat.Settled].
	Event    chat.Durable
	Presence *chat.Presence
}

// Seq is that of the message or of the event; 0 of a presence.
func (r Row) Seq() int64 {
	switch {
	case r.Message != nil:
		return r.Message.Seq
	case r.Event != nil:
		return r.Event.Stamped().Seq
	}
	return 0
}

// Time is when it happened.
func (r Row) Time() time.Time {
	switch {
	case r.Message != nil:
		return r.Message.Time
	case r.Event != nil:
		return r.Event.Stamped().Time
	case r.Presence != nil:
		return r.Presence.Time
	}
	return time.Time{}
}

// A place is where a row stands: what has a seq there, a presence behind what
// it follows, in the order of the numbers.
type place struct{ seq, number int64 }

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.seq, q.seq), cmp.Compare(p.number, q.number))
}

func placeOf(p *chat.Presence) place { return place{p.After, p.Number} }

func (r Row) place() place {
	if r.Presence != nil {
		return placeOf(r.Presence)
	}
	return place{seq: r.Seq()}
}

// row is what is shown of an entry, and whether anything is.
//
// A message that was deleted stays, without its text, as what was answered to it
// would make no sense otherwise; that it was deleted is not told a second time.
// What became of the room is told, and who came into it, left it, or was given
// another role, a mute or a ban. A direct conversation is among those who began
// it, so there that is not told; and who comes to the lobby and goes is told by
// presences. In the place, which moderators read as the audit, all is.
func (r *Room) row(e *entry) (row Row, shown bool) {
	if e.event == nil {
		return Row{Message: &e.Message, Folded: r.hides(e.Author.ID)}, true
	}
	row.Event = e.event
	switch e := e.event.(type) {
	case chat.Newer:
		return row, false
	case chat.MemberChanged:
		moves := e.Change == chat.Joined || e.Change == chat.Added || e.Change == chat.Left
		return row, r.ID == chat.Place || r.Access != chat.Direct && !(moves && r.ID == chat.Lobby)
	case chat.RoomChanged:
		return row, r.ID == chat.Place || r.Access != chat.Direct
	}
	return row, r.ID == chat.Place
}

// Rows are what is shown of what was said and what happened, in order: what is
// in the window and the presences that stand behind it. They are put together
// anew each time, in O(their number).
func (r Room) Rows() []Row {
	said := r.shown()
	low, high := r.from, r.until()
	if r.from <= r.run().floor+1 {
		low-- // behind a message that is not there
	}
	begin, end := r.findNews(place{seq: low}), len(r.news)
	if r.away {
		end = max(r.findNews(place{seq: high + 1}), begin)
	}
	news := r.news[begin:end]
	rows := make([]Row, 0, len(said)+len(news))
	for _, e := range said {
		for len(news) > 0 && news[0].After < e.Seq {
			if isNews(news[0]) {
				rows = append(rows, Row{Presence: news[0]})
			}
			news = news[1:]
		}
		if row, shown := r.row(e); shown {
			rows = append(rows, row)
		}
	}
	for _, p := range news {
		if isNews(p) {
			rows = append(rows, Row{Presence: p})
		}
	}
	return rows
}

// isNews tells whether a presence is shown as a row: one that tells only that
// somebody is away, or reloads their page, is not.
func isNews(p *chat.Presence) bool {
	return p.Joined.Count+p.Left.Count+len(p.Renamed) > 0 || len(p.Away)+len(p.Back)+len(p.Gone) == 0
}

// Before is the row in front of the first message or event of the rows, zero if
// it is not there.
func (r Room) Before() Row {
	held := r.run()
	for _, e := range slices.Backward(held.said[:held.find(r.from)]) {
		if row, shown := r.row(e); shown {
			return row
		}
	}
	return Row{}
}

// Said is the message with the seq, nil if it is not held.
func (r Room) Said(seq int64) *chat.Message {
	for _, held := range []run{r.tail, r.part} {
		if i := held.find(seq); i < len(held.said) && held.said[i].Seq == seq && held.said[i].event == nil {
			return &held.said[i].Message
		}
	}
	return nil
}

// message takes in what was said.
func (r *Room) message(e chat.Message) {
	r.wrote(e.Author.ID)
	if e.Time.After(r.Active) {
		r.Active = e.Time
	}
	r.place(&entry{Message: e})
	r.settle(&e)
}

// happened takes in what is no message.
func (r *Room) happened(e chat.Durable) {
	r.place(entryOf(e))
	r.takesAway(e)
	r.changes(e)
}

// place puts an entry where it belongs, unless it is there.
func (r *Room) place(e *entry) {
	last := r.Head
	r.Head = max(r.Head, e.Seq)
	if e.Seq <= r.tail.floor || r.tail.has(e.Seq) {
		return
	}
	if r.wiped.has(e) {
		e = e.wipe()
	}
	r.tail = r.tail.with(e)
	if e.Seq == last+1 {
		r.countNext(e)
	} else {
		r.count()
	}
	r.follow()
	r.trim()
}

// takesAway takes in what may take texts away.
func (r *Room) takesAway(e chat.Durable) {
	if r.wiped.take(e) {
		r.tail, r.part = r.tail.wipe(&r.wiped), r.part.wipe(&r.wiped)
		r.count()
	}
}

// page takes in what was asked for: what meets what is held joins it, and what
// does not takes the place of what is held apart from the latest. What the room
// is now, it does not change.
func (r *Room) page(e chat.Page) {
	if len(e.Events) == 0 {
		if !e.Earlier {
			r.begins()
		}
		return
	}
	first := e.Events[0].Stamped().Seq
	if !possible(first) {
		return
	}
	page := make([]*entry, len(e.Events))
	for i, d := range e.Events {
		if at := d.Stamped(); at.Seq != first+int64(i) || at.Room != r.ID {
			return
		}
		page[i] = entryOf(d)
		r.wiped.take(d)
	}
	for i, said := range page {
		if r.wiped.has(said) {
			page[i] = said.wipe()
		}
	}
	last := page[len(page)-1].Seq
	begins := first == 1 || !e.Earlier
	switch {
	case first > r.tail.floor: // all of it came, or will
		return
	case last >= r.tail.floor:
		r.tail = r.tail.join(page[:r.tail.floor-first+1]) // the rest came, or will
		r.tail.begins = r.tail.begins || begins
	case len(r.part.said) > 0 && first <= r.part.last()+1 && last >= r.part.floor:
		if r.part.floor >= first {
			r.part.begins = begins
		}
		r.part = r.part.join(page)
	default:
		r.part = run{floor: first - 1, begins: begins}.holding(page)
		if r.apart {
			r.from, r.to = first, last
		}
	}
	r.meet()
	if !r.away && len(r.tail.said) <= MaxShown {
		r.from = r.tail.floor + 1
	}
	r.tail, r.part = r.tail.wipe(&r.wiped), r.part.wipe(&r.wiped)
	for _, said := range page {
		r.settle(&said.Message)
	}
	r.count()
	r.trim()
}

// settleAll takes the pending messages away that are held.
func (r *Room) settleAll() {
	if len(r.Pending) == 0 {
		return
	}
	for _, held := range []run{r.tail, r.part} {
		for _, said := range held.said {
			r.settle(&said.Message)
		}
	}
	r.adopt()
}

// begins takes in that nothing was said before the messages that are read.
func (r *Room) begins() {
	if r.apart {
		r.part.begins = true
	} else {
		r.tail.begins = true
	}
}

// meet makes one of what is read and of the latest once they meet.
func (r *Room) meet() {
	if len(r.part.said) == 0 || r.part.last() < r.tail.floor {
		return
	}
	begins := r.part.begins || r.part.floor >= r.tail.floor && r.tail.begins
	r.tail = r.tail.join(r.part.said)
	r.tail.begins = begins
	r.part, r.apart = run{}, false
}

// clear lets all that was said and happened go; what follows begins behind
// floor, and is read at the end.
func (r *Room) clear(floor int64) {
	r.tail, r.part, r.apart = run{floor: floor}, run{}, false
	r.news, r.hushed, r.wiped = nil, place{}, wiped{}
	r.since, r.mark = nil, mark{}
	r.away, r.from, r.to = false, floor+1, 0
}

// insertNews places a presence unless it is there, or too old.
func (r *Room) insertNews(p *chat.Presence) {
	at := placeOf(p)
	i := r.findNews(at)
	if at.compare(r.hushed) <= 0 || i < len(r.news) && placeOf(r.news[i]) == at {
		return
	}
	r.news = slices.Insert(slices.Clip(r.news), i, p)
	if len(r.news) <= MaxNews {
		return
	}
	old := r.news[:len(r.news)-KeptNews]
	for _, p := range old {
		r.letGo(*p)
	}
	r.news = slices.Clone(r.news[len(old):])
}

// findNews returns the index of the first presence that is not before a place.
func (r *Room) findNews(at place) int {
	i, _ := slices.BinarySearchFunc(r.news, at, func(p *chat.Presence, at place) int { return placeOf(p).compare(at) })
	return i
}

// letGo remembers of a presence what is not to be forgotten with it.
func (r *Room) letGo(p chat.Presence) {
	r.hushed = placeOf(&p)
	if r.rolled && p.Number > r.first.number {
		r.first = r.first.after(p, r.us)
	}
}
