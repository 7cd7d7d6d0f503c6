// Command bench measures Cyber Chat and its peers side by side, in one run, and
// writes what it finds as tables. Each server is a process of its own on one
// core, the generator another on a second core, and traffic stays on loopback.
// Run it in its folder:
//
//	go run . -help
//
// Cyber Chat's messages are durable, acknowledged and kept; the peers' are
// not. Its rate limits are raised (see limits); nothing else is switched off.
// It needs Linux, and Node with npm for one of the peers.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"cyberchat/build/bench/load"
)

func main() {
	run := func() error { return compare(os.Args[1:]) }
	if len(os.Args) == 2 && os.Args[1] == asGenerator {
		run = func() error { return generate(os.Stdin, os.Stdout) }
	}
	switch err := run(); {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A bench is one run of the benchmark.
type bench struct {
	options  options
	cores    cores
	folder   string // for what is built and stored, removed at the end
	measures measures
	alone    alone    // figures of ours alone
	failures []string // sentences
}

// compare is the whole program but for the generator.
func compare(args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	b, err := newBench(o)
	if err != nil {
		return err
	}
	defer os.RemoveAll(b.folder)
	if o.large {
		return b.measureLarge()
	}
	if err := b.rounds(b.prepare(o.contestants())); err != nil {
		return err
	}
	text := b.tables()
	fmt.Println(text)
	b.printGoals(os.Stdout, b.goals())
	if o.readme != "" {
		if err := replaceIn(o.readme, compareMark, text); err != nil {
			return err
		}
	}
	if len(b.failures) > 0 {
		return fmt.Errorf("not everything could be measured:\n%s", list(b.failures))
	}
	return nil
}

func newBench(o options) (*bench, error) {
	if _, err := os.Stat("peers"); err != nil {
		return nil, errors.New("run this in its own folder, build/bench")
	}
	cores, err := findCores()
	if err != nil {
		return nil, err
	}
	if err := raiseFiles(); err != nil {
		return nil, err
	}
	parent := o.folder
	if parent == "" {
		parent = filepath.Join(o.product, "build", "out")
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(parent, "bench-")
	if err != nil {
		return nil, err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return nil, err
	}
	return &bench{options: o, cores: cores, folder: folder, measures: make(measures)}, nil
}

// neededFiles is how many files a process must be able to open for the largest
// scenario.
const neededFiles = 8192

// raiseFiles raises the limit of open files as far as it goes, for the servers
// and the generator too, which inherit it.
func raiseFiles() error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("the limit of open files: %w", err)
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fmt.Errorf("the limit of open files: %w", err)
	}
	if limit.Max < neededFiles {
		return fmt.Errorf("a process may open %d files here, and %d are needed: raise the hard limit (ulimit -Hn)", limit.Max, neededFiles)
	}
	return nil
}

// prepare builds the contestants and returns those that can take part.
func (b *bench) prepare(all []contestant) (ready []contestant) {
	for _, c := range all {
		if c.isNode() {
			if _, err := exec.LookPath("node"); err != nil {
				b.fail(c.name + " is left out: there is no Node here.")
				continue
			}
		}
		if err := c.build(b.folder, b.options.product); err != nil {
			b.fail(err.Error())
			continue
		}
		ready = append(ready, c)
	}
	return ready
}

// fail notes what could not be measured.
func (b *bench) fail(what string) {
	b.failures = append(b.failures, what)
	progress(what)
}

// rounds measures everything as often as the options say: a round of all, then
// the next, so that what disturbs the machine for a while disturbs all alike.
// The memory of idle connections is measured once: it is no noisier than that.
func (b *bench) rounds(all []contestant) error {
	for _, s := range b.options.scenarios() {
		if s.name == idleScenario {
			b.idle(all, s)
		}
	}
	for round := range b.options.rounds {
		for _, c := range all {
			for _, s := range b.options.scenarios() {
				if s.mine && c.name != ours || s.name == idleScenario {
					continue
				}
				result, err := b.measure(c, s)
				if err != nil {
					b.fail(err.Error())
					continue
				}
				b.measures.add(c.name, s.name, result)
				progress(fmt.Sprintf("%d/%d  %-45s %-18s %s", round+1, b.options.rounds, c.name, s.name, brief(result)))
			}
			if c.name == ours {
				if err := b.measureAlone(c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// idle measures the memory of idle connections, of all contestants at the same
// time: they do nothing, so none disturbs the others, and the wait is long.
func (b *bench) idle(all []contestant, s scenario) {
	results, errs := make([]load.Result, len(all)), make([]error, len(all))
	var measuring sync.WaitGroup
	for i, c := range all {
		measuring.Go(func() { results[i], errs[i] = b.measure(c, s) })
	}
	measuring.Wait()
	for i, c := range all {
		if errs[i] != nil {
			b.fail(errs[i].Error())
			continue
		}
		b.measures.add(c.name, s.name, results[i])
		progress(fmt.Sprintf("     %-45s %-18s %s", c.name, s.name, brief(results[i])))
	}
}

// progress tells on standard error what is done, so that the tables alone are
// on standard output.
func progress(what string) {
	fmt.Fprintln(os.Stderr, time.Now().Format(time.TimeOnly), what)
}
