package reliability

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A verdict is what is wrong, in sentences: nothing, if all promises were kept.
type verdict struct {
	// lost: acknowledged or seen and not stored, or stored and not seen by a
	// client that was there.
	lost []string
	// duplicated: stored or shown twice.
	duplicated []string
	// phantom: stored or seen, although nobody sent it or with another text.
	phantom []string
	// reordered: a gap or a step back in what is stored or was seen, two orders,
	// or another order than that in which somebody sent.
	reordered []string
	// misanswered: an acknowledgement that is not true, that contradicts
	// another one, or that nobody asked for; or no answer at all.
	misanswered []string
	// ghosts: refused and stored nevertheless.
	ghosts []string
	// reset: the server's data set changed.
	reset []string
}

// judge compares the ledger with all that the server has stored, in the order
// of seq.
func (l *ledger) judge(stored []sight) verdict {
	l.mu.Lock()
	defer l.mu.Unlock()
	j := judge{stored: make(map[int64]sight), places: make(map[string]int64), sent: make(map[string]string)}
	maps.Copy(j.sent, l.others)
	for _, r := range l.records {
		r.mu.Lock()
		defer r.mu.Unlock()
		maps.Copy(j.sent, r.sent)
	}
	j.log(stored)
	epochs := make(map[string]bool)
	for _, r := range l.records {
		j.spans(r)
		j.answers(r)
		j.posts(r)
		for _, e := range r.epochs {
			epochs[e] = true
		}
	}
	if len(epochs) > 1 {
		j.note(&j.reset, "there were %d epochs", len(epochs))
	}
	return j.verdict
}

// A judge is a comparison under way.
type judge struct {
	verdict
	stored map[int64]sight
	places map[string]int64  // seq by id
	sent   map[string]string // text by id, of all
	head   int64
}

// note writes a sentence down.
func (j *judge) note(where *[]string, format string, v ...any) {
	*where = append(*where, fmt.Sprintf(format, v...))
}

// log looks at what is stored by itself.
func (j *judge) log(stored []sight) {
	texts := make(map[string]int64)
	for i, s := range stored {
		if s.seq != int64(i)+1 {
			j.note(&j.reordered, "the log has seq %d in place %d", s.seq, i+1)
		}
		if at, twice := j.places[s.id]; twice {
			j.note(&j.duplicated, "the log has post %s as %d and as %d", s.id, at, s.seq)
		} else if at, twice := texts[s.text]; twice {
			j.note(&j.duplicated, "the log has text %s as %d and as %d", clip(s.text), at, s.seq)
		}
		if text, known := j.sent[s.id]; !known {
			j.note(&j.phantom, "the log has %d, %s, which nobody sent", s.seq, clip(s.text))
		} else if text != s.text {
			j.note(&j.phantom, "the log has %d as %s, sent was %s", s.seq, clip(s.text), clip(text))
		}
		if _, twice := j.places[s.id]; !twice {
			j.places[s.id] = s.seq
		}
		texts[s.text] = s.seq
		j.stored[s.seq] = s
		j.head = max(j.head, s.seq)
	}
}

// spans looks at what a client saw.
func (j *judge) spans(r *record) {
	ids := make(map[string]bool) // since the latest reload
	var before int64
	for i, span := range r.spans {
		switch {
		case !span.recovered:
			clear(ids)
			before = span.after
		case i == 0:
			j.note(&j.lost, "%s was told to go on behind %d, and had seen nothing", r.name, span.after)
		case span.after != before:
			j.note(&j.lost, "%s was told to go on behind %d, and had seen %d last", r.name, span.after, before)
		}
		for n, s := range span.sight {
			switch {
			case s.seq == before+1 && ids[s.id]:
				j.note(&j.duplicated, "%s saw post %s twice, again as %d", r.name, s.id, s.seq)
			case s.seq == before+1:
			case ids[s.id] || s.seq == before:
				j.note(&j.duplicated, "%s saw %d (%s) again after %d", r.name, s.seq, clip(s.text), before)
			case n == 0 && s.seq > before+1:
				j.note(&j.lost, "%s was to begin behind %d, and began with %d", r.name, before, s.seq)
			case s.seq > before+1:
				j.note(&j.reordered, "%s saw %d after %d", r.name, s.seq, before)
			default:
				j.note(&j.reordered, "%s saw %d after %d, a step back", r.name, s.seq, before)
			}
			j.sight(r, s)
			ids[s.id] = true
			before = s.seq
		}
	}
	if len(r.spans) > 0 && before < j.head {
		j.note(&j.lost, "%s saw nothing after %d, and the log goes on to %d", r.name, before, j.head)
	}
}

// sight compares one message that a client saw with what was sent and stored.
func (j *judge) sight(r *record, s sight) {
	if text, known := j.sent[s.id]; !known || text != s.text {
		j.note(&j.phantom, "%s saw %d, %s, which nobody sent", r.name, s.seq, clip(s.text))
	}
	kept, there := j.stored[s.seq]
	if _, elsewhere := j.places[s.id]; !elsewhere {
		j.note(&j.lost, "%s saw %d (%s), which is not stored", r.name, s.seq, clip(s.text))
	} else if there && kept != s {
		j.note(&j.reordered, "%s saw %s as %d, where the log has %s", r.name, clip(s.text), s.seq, clip(kept.text))
	}
}

// answers looks at what a client was told.
func (j *judge) answers(r *record) {
	for id, all := range r.answers {
		if _, known := r.sent[id]; !known {
			j.note(&j.misanswered, "%s got an answer for %s, which it did not send", r.name, id)
			continue
		}
		at, there := j.places[id]
		if !there {
			j.note(&j.lost, "%s was told that %s is stored as %d; it is not", r.name, clip(r.sent[id]), all[0].Seq)
		}
		for _, a := range all {
			if there && a.Seq != at {
				j.note(&j.misanswered, "%s was told that %s is stored as %d; it is %d", r.name, clip(r.sent[id]), a.Seq, at)
			}
		}
		if len(all) > 1 {
			j.note(&j.misanswered, "%s was told %d times that %s is stored", r.name, len(all), clip(r.sent[id]))
		}
	}
}

// posts looks at what became of what a client sent.
func (j *judge) posts(r *record) {
	before := int64(0)
	for _, id := range r.order {
		at, there := j.places[id]
		_, refused := r.refused[id]
		answered := len(r.answers[id]) > 0
		switch {
		case refused && there && !answered:
			j.note(&j.ghosts, "%s was refused %s; it is stored as %d", r.name, clip(r.sent[id]), at)
		case !refused && !answered:
			j.note(&j.misanswered, "%s never got an answer for %s", r.name, clip(r.sent[id]))
		}
		if there && !refused { // who was refused sends again when they like
			if at < before {
				j.note(&j.reordered, "%s sent %s later than what is stored as %d; it is stored as %d", r.name, clip(r.sent[id]), before, at)
			}
			before = max(before, at)
		}
	}
}

// report fails the test with what is wrong.
func (v verdict) report(t testing.TB) {
	t.Helper()
	for kind, notes := range v.all() {
		if len(notes) > 0 {
			slices.Sort(notes)
			t.Errorf("%d %s:\n  %s", len(notes), kind, strings.Join(notes[:min(len(notes), 8)], "\n  "))
		}
	}
}

func (v verdict) all() map[string][]string {
	return map[string][]string{
		"lost": v.lost, "duplicated": v.duplicated, "phantom": v.phantom, "reordered": v.reordered,
		"misanswered": v.misanswered, "ghosts": v.ghosts, "reset": v.reset,
	}
}

// clip is enough of a text to know it by.
func clip(text string) string {
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return fmt.Sprintf("%q", text)
}
