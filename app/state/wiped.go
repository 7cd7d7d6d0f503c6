package state

import (
	"cmp"
	"slices"

	"cyberchat/app/chat"
)

// wiped is what was taken away in a room, so that a text which comes late is not
// shown. It remembers as many as messages are held; of those that are not, the
// server says so itself ([chat.Message.Gone]).
type wiped struct {
	seqs   []int64 // sorted
	people []erased
}

// An erased person took what they had said with them.
type erased struct {
	id     string
	before int64 // the seq of the event that says so
}

// has tells whether an entry is without its text.
func (w *wiped) has(e *entry) bool {
	if _, is := slices.BinarySearch(w.seqs, e.Seq); is {
		return true
	}
	return e.event == nil && len(w.people) > 0 && slices.ContainsFunc(w.people, func(p erased) bool { return p.id == e.Author.ID && e.Seq < p.before })
}

// take takes in an event, and reports whether it takes something away.
func (w *wiped) take(e chat.Durable) bool {
	var seq int64
	switch e := e.(type) {
	case chat.Deleted:
		if e.In == "" {
			seq = e.Message
		}
	case chat.Settled: // the text of a report goes with it
		seq = e.Report
	case chat.MemberChanged:
		if !e.Erased || e.Change != chat.Left {
			return false
		}
		p := erased{e.Person.ID, e.Seq}
		if slices.Contains(w.people, p) {
			return false
		}
		w.people = append(slices.Clip(w.people), p)
		slices.SortFunc(w.people, func(a, b erased) int { return cmp.Compare(a.before, b.before) })
		return true
	}
	i, is := slices.BinarySearch(w.seqs, seq)
	if seq == 0 || is {
		return false
	}
	w.seqs = slices.Insert(slices.Clone(w.seqs), i, seq)
	w.seqs = w.seqs[max(len(w.seqs)-MaxHeld, 0):]
	return true
}

// tells tells whether the entry has a text that can be taken away.
func (e *entry) tells() bool {
	report, ok := e.event.(chat.Reported)
	return ok && report.Text != "" || e.event == nil && !e.Gone
}

// wipe returns the entry without its text.
func (e *entry) wipe() *entry {
	if r, ok := e.event.(chat.Reported); ok {
		r.Text = ""
		return entryOf(r)
	}
	if e.event != nil {
		return e
	}
	said := e.Message
	said.Text, said.Gone = "", true
	return &entry{Message: said}
}

// wipe returns the run without the texts that were taken away.
func (r run) wipe(w *wiped) run {
	is := func(e *entry) bool { return e.tells() && w.has(e) }
	if !slices.ContainsFunc(r.said, is) {
		return r
	}
	said := slices.Clone(r.said)
	for i, e := range said {
		if is(e) {
			said[i] = e.wipe()
		}
	}
	return r.holding(said)
}
