package reliability

import (
	"slices"
	"testing"
	"time"
)

// A comparison holds how late messages are while something goes on against how
// late they are without it. The two are measured in turn, for some rounds, and
// the medians of the rounds count, so that what comes over the machine for a
// moment befalls both or neither.
//
// Times say nothing while other programs want the same processors. A round in
// which they did is done again.
type comparison struct {
	server *server
	gauges []*gauge
	rounds int
	ready  func()        // called before each round, if set
	calm   time.Duration // how long nothing goes on in each
	// patience is for how long rounds are done again. Those after it count as
	// they are.
	patience time.Duration

	before, during []time.Duration // p99 of each round
	others         float64         // the most that others used in a round that counts, in cores
}

// tooMuch is what other programs may use while something is measured, in cores.
const tooMuch = 0.25

// run does the rounds: do is called once in each, and has returned when all is
// over that it began.
func (c *comparison) run(t *testing.T, what string, do func()) {
	t.Helper()
	end := time.Now().Add(c.patience)
	for len(c.during) < c.rounds {
		if c.ready != nil {
			c.ready()
		}
		before, others, ok := c.measure(t, "before", func() { pass(c.calm, nil) }, end)
		if !ok {
			continue
		}
		during, more, ok := c.measure(t, what, do, end)
		if !ok {
			continue
		}
		c.before, c.during = append(c.before, before), append(c.during, during)
		c.others = max(c.others, others, more)
	}
}

// measure is that of the gauges, with what others used meanwhile. It is not ok
// if that was too much, before the end.
func (c *comparison) measure(t *testing.T, what string, do func(), end time.Time) (p99 time.Duration, others float64, ok bool) {
	t.Helper()
	used := c.server.othersCPU()
	begin := time.Now()
	p99 = measure(t, c.gauges, what, do)
	others = (c.server.othersCPU() - used).Seconds() / time.Since(begin).Seconds()
	if ok = others <= tooMuch || time.Now().After(end); !ok {
		t.Logf("%s: other programs used %.2f cores, so it is measured again", what, others)
	}
	return p99, others, ok
}

// judge fails the test if messages were later than allowed, given how late they
// are without what went on.
func (c *comparison) judge(t *testing.T, allowed func(before time.Duration) time.Duration) {
	t.Helper()
	before, during := middle(c.before), middle(c.during)
	t.Logf("the p99 was %v before, of %v, and %v meanwhile, of %v", before, c.before, during, c.during)
	switch {
	case during <= allowed(before):
	case c.others > tooMuch:
		lacks(t, "the p99 grew from %v to %v; other programs used up to %.1f cores, so it is not known why: run this test alone", before, during, c.others)
	default:
		t.Errorf("the p99 grew from %v to %v", before, during)
	}
}

// middle is the median of an odd number of times.
func middle(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[len(all)/2]
}
