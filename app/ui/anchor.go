package ui

import (
	"sort"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// An anchor is a message and where it stands in the log's window: what comes
// above it must not move it. Browsers do that too, but not all, and none at the
// very top.
type anchor struct {
	seq string
	top float64 // from the upper edge of the log, in CSS pixels
}

// newAnchor returns the first message of which something is in sight, nil if
// there is none.
func newAnchor(log app.Value) *anchor {
	chunks := log.Call("querySelector", ".chunks").Get("children")
	edge := topOf(log)
	below := func(el app.Value) bool { return el.Call("getBoundingClientRect").Get("bottom").Float() > edge }
	n := chunks.Get("length").Int()
	for i := sort.Search(n, func(i int) bool { return below(chunks.Index(i)) }); i < n; i++ {
		rows := chunks.Index(i).Call("querySelectorAll", "[data-seq]")
		m := rows.Get("length").Int()
		if k := sort.Search(m, func(k int) bool { return below(rows.Index(k)) }); k < m {
			row := rows.Index(k)
			return &anchor{row.Get("dataset").Get("seq").String(), topOf(row) - edge}
		}
	}
	return nil
}

// hold scrolls the log so that the message is where it was.
func (a *anchor) hold(log app.Value) {
	row := log.Call("querySelector", `[data-seq="`+a.seq+`"]`)
	if !row.Truthy() {
		return
	}
	if moved := topOf(row) - topOf(log) - a.top; moved <= -0.5 || moved >= 0.5 {
		log.Set("scrollTop", log.Get("scrollTop").Float()+moved)
	}
}

func topOf(el app.Value) float64 { return el.Call("getBoundingClientRect").Get("top").Float() }
