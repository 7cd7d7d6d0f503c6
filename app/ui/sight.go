package ui

import (
	"sort"
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// A sight is what of the log can be seen: the messages from the first seq to
// the last, both 0 if there are none.
type sight struct {
	first, last int64
	top         float64 // where the first stands, from the log's upper edge, in CSS pixels
}

// lookAt returns what is in sight. It asks for the places of a few elements
// only, whatever is drawn.
func lookAt(log app.Value) sight {
	box := log.Call("getBoundingClientRect")
	upper, lower := box.Get("top").Float(), box.Get("bottom").Float()
	chunks := log.Call("querySelectorAll", ".chunk")
	n := chunks.Get("length").Int()
	var s sight
	below := func(list app.Value, n int, edge float64) int { // the first that ends below an edge
		return sort.Search(n, func(i int) bool {
			return list.Index(i).Call("getBoundingClientRect").Get("bottom").Float() > edge
		})
	}
	for i := below(chunks, n, upper+1); i < n && s.first == 0; i++ {
		rows, m := messagesIn(chunks.Index(i))
		if k := below(rows, m, upper+1); k < m {
			if top := topOf(rows.Index(k)); top < lower {
				s.first, s.top = seqOf(rows.Index(k)), top-upper
			}
		}
	}
	if s.first == 0 {
		return sight{}
	}
	s.last = s.first
	for i := min(below(chunks, n, lower-1), n-1); i >= 0; i-- {
		rows, m := messagesIn(chunks.Index(i))
		k := sort.Search(m, func(k int) bool { return topOf(rows.Index(k)) >= lower-1 })
		if k > 0 {
			s.last = max(s.first, seqOf(rows.Index(k-1)))
			break
		}
	}
	return s
}

// messagesIn returns the messages of a chunk, and how many there are.
func messagesIn(chunk app.Value) (rows app.Value, n int) {
	rows = chunk.Call("querySelectorAll", "[data-seq]")
	return rows, rows.Get("length").Int()
}

// rowOf returns the element of the message with the seq; the value is not
// truthy if it is not drawn.
func rowOf(log app.Value, seq int64) app.Value {
	return log.Call("querySelector", `[data-seq="`+strconv.FormatInt(seq, 10)+`"]`)
}

func seqOf(row app.Value) int64 {
	seq, _ := strconv.ParseInt(row.Get("dataset").Get("seq").String(), 10, 64)
	return seq
}

func topOf(el app.Value) float64 { return el.Call("getBoundingClientRect").Get("top").Float() }
