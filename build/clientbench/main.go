// Command clientbench measures the page in Chromium, against a real server in a
// room with a long history: how long it takes to arrive, how evenly it scrolls
// and how much of the room it holds, and whether one can type while everybody
// else does. It prints tables, and writes them into a page with -readme:
//
//	go run ./build/clientbench -help
//
// It needs the client that `make wasm` builds, and Chromium.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"time"
)

// Options of one run.
type options struct {
	messages int           // in the room
	rounds   int           // of what is measured several times
	scroll   time.Duration // for each place and speed
	burst    time.Duration
	rate     int    // messages a second meanwhile
	readme   string // the page to write into
}

func main() {
	switch err := run(os.Args[1:]); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "clientbench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var o options
	flags := flag.NewFlagSet("clientbench", flag.ContinueOnError)
	flags.IntVar(&o.messages, "messages", 100_000, "how many messages are in the room")
	flags.IntVar(&o.rounds, "rounds", 5, "how often an arrival is measured; the median counts")
	flags.DurationVar(&o.scroll, "scroll", 6*time.Second, "how long to scroll, in each place and at each speed")
	flags.DurationVar(&o.burst, "burst", 10*time.Second, "how long many messages come")
	flags.IntVar(&o.rate, "rate", 1000, "how many of them a second")
	flags.StringVar(&o.readme, "readme", "", "write the tables between the marks in this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := measure(o)
	if err != nil {
		return err
	}
	fmt.Println(text)
	if o.readme != "" {
		return replaceIn(o.readme, text)
	}
	return nil
}

// measure does all there is to measure, one thing after the other, and returns
// the tables.
func measure(o options) (string, error) {
	p, err := openPlace(o.messages)
	if err != nil {
		return "", err
	}
	defer p.close()
	b, err := openBrowser()
	if err != nil {
		return "", err
	}
	defer b.close()
	var r results
	progress("arriving")
	if r.arrivals, err = measureArrivals(b, p, o.rounds); err != nil {
		return "", fmt.Errorf("arriving: %w", err)
	}
	progress("scrolling")
	if r.scrolls, err = measureScrolling(b, p, o); err != nil {
		return "", fmt.Errorf("scrolling: %w", err)
	}
	progress("typing while everybody else does")
	if r.burst, err = measureBurst(b, p, o); err != nil {
		return "", fmt.Errorf("typing: %w", err)
	}
	return r.tables(o), nil
}

// progress tells on standard error what is done, so that the tables alone are
// on standard output.
func progress(what string) {
	fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), what)
}
