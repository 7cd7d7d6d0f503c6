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
	ends chan error // how the reading ended

	mu    sync.Mutex
	late  []time.Duration // of each message since calm
	seq   int64           // of the latest message
	fault string          // the first one
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
		g := &gauge{raw: rawTo(t, addr, chat.Hello{}), name: fmt.Sprintf("gauge %d", i), ends: make(chan error, 1)}
		g.SetDeadline(time.Time{})
		gauges[i] = g
		go func() { g.ends <- g.run() }() // ends when the test closes the connection
	}
	return gauges
}

func (g *gauge) run() error {
	for {
		message, err := g.message()
		if err != nil {
			return err
		}
		now := time.Now().UnixNano()
		for line := range bytes.Lines(message) {
			switch {
			case bytes.Contains(line, []byte(`"type":"message"`)):
				seq, _ := number(line, `"seq":`)
				written, ok := number(line, `"text":"@`)
				g.take(seq, time.Duration(now-written), ok)
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

func (g *gauge) take(seq int64, late time.Duration, measured bool) {
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

// measure lets time pass and returns how late messages came meanwhile to all:
// the 99th percentile. It fails the test for a gauge that missed something or
// was thrown out.
func measure(t testing.TB, gauges []*gauge, what string, during func()) (p99 time.Duration) {
	t.Helper()
	for _, g := range gauges {
		g.mu.Lock()
		g.late = nil
		g.mu.Unlock()
	}
	during()
	var all []time.Duration
	for _, g := range gauges {
		g.mu.Lock()
		all = append(all, g.late...)
		if g.fault != "" {
			t.Errorf("%s: %s %s", what, g.name, g.fault)
		}
		if len(g.late) == 0 {
			t.Errorf("%s: %s saw nothing", what, g.name)
		}
		g.mu.Unlock()
		select {
		case err := <-g.ends:
			t.Errorf("%s: %s was thrown out: %v", what, g.name, err)
			g.ends <- err
		default:
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	p99 = all[len(all)*99/100]
	t.Logf("%s: %d deliveries to %d, p50 %v, p99 %v, at the most %v", what, len(all), len(gauges), all[len(all)/2], p99, all[len(all)-1])
	return p99
}
