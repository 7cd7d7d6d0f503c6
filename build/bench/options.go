package main

import (
	"flag"
	"fmt"
	"strings"
	"time"
)

// Options are what the flags say.
type options struct {
	product  string
	readme   string
	folder   string
	only     string
	scenario string
	rounds   int
	warm     time.Duration
	duration time.Duration
	settle   time.Duration
	quick    bool
	large    bool
	messages int
}

// idleFor is how long connections are idle before their memory is measured. Go
// collects garbage at least every two minutes and gives memory back in the
// seconds after that; ours gives it back every minute. With less, the memory of
// the peers would still be what so many connections took while they came.
const idleFor = 150 * time.Second

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.product, "product", "../..", "`folder` of the product's source")
	flags.StringVar(&o.readme, "readme", "", "`file` whose text between <!-- bench:begin --> and <!-- bench:end --> is replaced by the tables (with -large: bench-large)")
	flags.StringVar(&o.folder, "folder", "", "`folder` for what is built and stored meanwhile; its disk is the one that is measured (default: build/out of the product)")
	flags.StringVar(&o.only, "only", "", "measure only the contestants whose name has one of these `words`, with commas between them")
	flags.StringVar(&o.scenario, "scenario", "", "do only the scenarios whose name has one of these `words`: throughput, burst, pace, idle, ack")
	flags.IntVar(&o.rounds, "rounds", 3, "how many `times` everything is measured; the medians are shown")
	flags.DurationVar(&o.warm, "warm", time.Second, "how long messages flow before they count")
	flags.DurationVar(&o.duration, "duration", 5*time.Second, "how long they count")
	flags.DurationVar(&o.settle, "settle", idleFor, "how long connections are idle before their memory is measured")
	flags.BoolVar(&o.quick, "quick", false, "see in three minutes that all works: one round, a second each, a tenth of the connections")
	flags.BoolVar(&o.large, "large", false, "measure the product with a large history instead")
	flags.IntVar(&o.messages, "messages", 10_000_000, "how many messages the large history has")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("%q is not a flag", flags.Arg(0))
	case o.rounds < 1 || o.duration <= 0 || o.messages < 1000:
		return o, fmt.Errorf("-rounds and -duration must be above zero, -messages at least 1000")
	}
	if o.quick {
		o.rounds, o.warm, o.duration, o.settle = 1, time.Second/5, time.Second, time.Second
	}
	return o, nil
}

// samples is how many of a thing are measured at the least.
func (o options) samples() int {
	if o.quick {
		return samples / 10
	}
	return samples
}

// contestants are those that -only leaves.
func (o options) contestants() (some []contestant) {
	for _, c := range contestants {
		if has(o.only, c.name) {
			some = append(some, c)
		}
	}
	return some
}

// scenarios are those that -scenario leaves.
func (o options) scenarios() (some []scenario) {
	for _, s := range scenarios(o) {
		if has(o.scenario, s.name) {
			some = append(some, s)
		}
	}
	return some
}

// has tells whether a name has one of the words, which have commas between
// them. No words are in every name.
func has(words, name string) bool {
	if words == "" {
		return true
	}
	for word := range strings.SplitSeq(strings.ToLower(words), ",") {
		if word = strings.TrimSpace(word); word != "" && strings.Contains(strings.ToLower(name), word) {
			return true
		}
	}
	return false
}
