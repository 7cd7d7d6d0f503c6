package main

import (
	"os"
	"testing"
	"time"

	"cyberchat/build/bench/load"
)

// TestMain lets the test program be the generator, as the real one is.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == asGenerator {
		if err := generate(os.Stdin, os.Stdout); err != nil {
			println(err.Error())
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// TestEveryServerDelivers has each contestant that needs no Node carry a little
// and a lot at once, and expects all of it, in order.
func TestEveryServerDelivers(t *testing.T) {
	b, err := newBench(options{product: "../..", folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	base := load.Job{Connections: 20, Senders: 4, Warm: 50 * time.Millisecond, Duration: 200 * time.Millisecond}
	if testing.Short() {
		base.Warm, base.Duration = 0, 50*time.Millisecond
	}
	jobs := map[string]func(*load.Job){
		"a window": func(j *load.Job) { j.Window = 4 },
		"a pace":   func(j *load.Job) { j.Rate = 200 },
		"a burst":  func(j *load.Job) { j.Burst, j.Duration = 100, 10*time.Second },
	}
	for _, c := range contestants {
		if c.isNode() {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			if err := c.build(b.folder, b.options.product); err != nil {
				t.Fatal(err)
			}
			if c.name != ours && c.version(b.folder) == "" {
				t.Errorf("no version of %s is found in what was built", c.module)
			}
			for name, change := range jobs {
				if name == "a window" && (c.peer == "gorilla" || c.peer == "library") {
					continue // these examples drop whoever falls 256 messages behind, which a window allows
				}
				job := base
				change(&job)
				r, err := b.measure(c, scenario{name: name, job: job})
				if err != nil {
					t.Error(err)
					continue
				}
				if r.Delivered == 0 || r.Sent == 0 || r.P99 == 0 {
					t.Errorf("%s: nothing was delivered: %+v", name, r)
				}
				if r.Lost+r.Disordered+r.Damaged+r.Closed+r.Refused+r.Unanswered > 0 {
					t.Errorf("%s: not all was well: %+v", name, r)
				}
				if job.Burst > 0 && r.Delivered != job.Burst*job.Connections {
					t.Errorf("%s: %d deliveries", name, r.Delivered)
				}
				if c.name == ours && r.Acked == 0 {
					t.Errorf("%s: nothing was acknowledged: %+v", name, r)
				}
			}
		})
	}
}
