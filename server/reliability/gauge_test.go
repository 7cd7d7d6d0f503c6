package reliability

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// A gauge is a client that measures how late messages come, and hardly works
// for that: what it reads it does not decode. The messages must be those of
// stamped.
type gauge struct {
	*raw
	name string

	mu    sync.Mutex
	late  []lateness // of each message since it was last asked for
	seq   int64      // of the latest message
	fault string     // the first one
	over  error      // how the reading ended
}

// A lateness is when a message was written and how long it took to come.
type lateness struct {
	written time.Time
	took    time.Duration
}

// stamped is a text that says when it was written, n characters long or more.
func stamped(n int) string {
	text := fmt.Sprintf("@%d ", time.Now().UnixNano())
	return text + filler(max(n-len(text), 0))
}

// newGauges opens n of them.
func newGauges(t testing.TB, addr string, n int) []*gauge {
	t.Helper()
	gauges := make([]*gauge, n)
	for i := range gauges {
		g := &gauge{raw: rawTo(t, addr, chat.Hello{}), name: fmt.Sprintf("gauge %d", i)}
		g.SetDeadline(time.Time{})
		gauges[i] = g
		go func() { // ends when the test closes the connection
			err := g.run()
			g.mu.Lock()
			defer g.mu.Unlock()
			g.over = err
		}()
	}
	return gauges
}

func (g *gauge) run() error {
	for {
		message, err := g.message()
		if err != nil {
			return err
		}
		now := time.Now()
		for line := range bytes.Lines(message) {
			switch {
			case bytes.Contains(line, []byte(`"type":"message"`)):
				seq, _ := number(line, `"seq":`)
				nanos, ok := number(line, `"text":"@`)
				written := time.Unix(0, nanos)
				g.take(seq, lateness{written, now.Sub(written)}, ok)
			case bytes.Contains(line, []byte(`"type":"ping"`)):
				g.command(chat.Pong{})
			}
		}
	}
}

// number reads the number that stands behind a key.
func number(line []byte, key string) (n int64, ok bool) {
	_, rest, found := bytes.Cut(line, []byte(key))
	if end := slices.IndexFunc(rest, func(b byte) bool { return b < '0' || b > '9' }); found && end > 0 {
		n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
		return n, err == nil
	}
	return 0, false
}

func (g *gauge) take(seq int64, late lateness, measured bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seq > 0 && seq != g.seq+1 && g.fault == "" {
		g.fault = fmt.Sprintf("saw %d after %d", seq, g.seq)
	}
	g.seq = seq
	if measured {
		g.late = append(g.late, late)
	}
}

// has tells whether the gauge has seen what was written at that time, or will
// see nothing any more.
func (g *gauge) has(written time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.over != nil || len(g.late) > 0 && !g.late[len(g.late)-1].written.Before(written)
}

// measure lets something happen and returns how late the messages came to all
// that were written meanwhile: the 99th percentile. Somebody must go on to write.
// It fails the test for a gauge that missed something or was thrown out.
func measure(t testing.TB, gauges []*gauge, what string, do func()) (p99 time.Duration) {
	t.Helper()
	for _, g := range gauges {
		g.mu.Lock()
		g.late = nil
		g.mu.Unlock()
	}
	begin := time.Now()
	do()
	end := time.Now()
	await(t, patience, "everybody has seen what was written meanwhile", func() bool {
		return !slices.ContainsFunc(gauges, func(g *gauge) bool { return !g.has(end) })
	})
	var all []time.Duration
	for _, g := range gauges {
		before := len(all)
		g.mu.Lock()
		for _, l := range g.late {
			if !l.written.Before(begin) && l.written.Before(end) {
				all = append(all, l.took)
			}
		}
		if g.fault != "" {
			t.Errorf("%s: %s %s", what, g.name, g.fault)
		}
		if len(all) == before {
			t.Errorf("%s: %s saw nothing", what, g.name)
		}
		if g.over != nil {
			t.Errorf("%s: %s was thrown out: %v", what, g.name, g.over)
		}
		g.mu.Unlock()
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	p99 = all[len(all)*99/100]
	t.Logf("%s: %d deliveries to %d, p50 %v, p99 %v, at the most %v", what, len(all), len(gauges), all[len(all)/2], p99, all[len(all)-1])
	return p99
}
