package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"cyberchat/build/bench/load"
)

// pages is how many are read from random places of a large history.
const pages = 2000

// Large are the figures of a large history, beside those of an empty one. Times
// are in seconds, memory in bytes.
type large struct {
	ready, emptyReady   []float64
	memory, emptyMemory []float64
	pageP50, pageP99    []float64
	stored              int64 // bytes on disk
}

// measureLarge fills a log and measures the product with it.
func (b *bench) measureLarge() error {
	c := contestants[0]
	if err := c.build(b.folder, b.options.product); err != nil {
		return err
	}
	data, err := b.dataFolder()
	if err != nil {
		return err
	}
	progress("filling a log with " + thousands(b.options.messages) + " messages")
	if err := fill(data, b.options.messages); err != nil {
		return fmt.Errorf("the log cannot be filled: %w", err)
	}
	var l large
	if l.stored, err = sizeOf(data); err != nil {
		return err
	}
	for round := range b.options.rounds {
		if err := b.largeRound(c, data, &l); err != nil {
			return err
		}
		progress(fmt.Sprintf("%d/%d  ready after %s, %.1f MiB; a page at p99 %s", round+1, b.options.rounds,
			millis(l.ready[round]), l.memory[round]/(1<<20), millis(l.pageP99[round])))
	}
	text := b.largeTable(l)
	fmt.Println(text)
	b.printGoals(os.Stdout, l.goals())
	if b.options.readme != "" {
		return replaceIn(b.options.readme, largeMark, text)
	}
	return nil
}

func (b *bench) largeRound(c contestant, data string, l *large) error {
	empty, err := b.dataFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(empty)
	for _, side := range []struct {
		folder        string
		ready, memory *[]float64
	}{{empty, &l.emptyReady, &l.emptyMemory}, {data, &l.ready, &l.memory}} {
		ready, memory, err := b.startAndRest(c, side.folder)
		if err != nil {
			return err
		}
		*side.ready = append(*side.ready, ready.Seconds())
		*side.memory = append(*side.memory, float64(memory))
	}
	srv, err := b.start(c, data)
	if err != nil {
		return err
	}
	times, err := load.Pages(srv.addr, int64(b.options.messages), pages)
	if stopped := srv.stop(); stopped != nil {
		return stopped
	}
	if err != nil {
		return err
	}
	l.pageP50 = append(l.pageP50, times.Quantile(0.5).Seconds())
	l.pageP99 = append(l.pageP99, times.Quantile(0.99).Seconds())
	return nil
}

func (b *bench) largeTable(l large) string {
	mib := func(v float64) string { return fmt.Sprintf("%.1f MiB", v/(1<<20)) }
	return table(row{"Cyber Chat", "nothing stored", thousands(b.options.messages) + " messages stored"}, []row{
		{"on disk", "", fmt.Sprintf("%.2f GiB", float64(l.stored)/(1<<30))},
		{"start, to the first answer", millis(median(l.emptyReady)), millis(median(l.ready))},
		{"memory at rest, nobody connected", mib(median(l.emptyMemory)), mib(median(l.memory))},
		{"a page of 50 from a random place, p50", "", millis(median(l.pageP50))},
		{"the same, p99", "", millis(median(l.pageP99))},
	})
}

func (l large) goals() []goal {
	times := func(v float64) string { return fmt.Sprintf("%.2f× that of an empty server", v) }
	return []goal{
		{what: "ready", bound: time.Second.Seconds(), got: median(l.ready), measured: true, as: millis},
		{what: "memory at rest", bound: 1.1, got: median(l.memory) / median(l.emptyMemory), measured: true, as: times},
		{what: "a page of 50, p99", bound: 0.005, got: median(l.pageP99), measured: true, as: millis},
	}
}

// sizeOf is how many bytes the files of a folder have.
func sizeOf(folder string) (sum int64, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return 0, err
		}
		sum += info.Size()
	}
	return sum, nil
}
