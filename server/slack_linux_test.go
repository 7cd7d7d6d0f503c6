package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestEveryThreadHasTheSlack(t *testing.T) {
	cmd := command(t, "-addr", "localhost:0")
	p := launch(t, cmd)
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	if len(threads) < 2 {
		t.Fatalf("%d threads: not even the runtime's monitor", len(threads))
	}
	for _, thread := range threads {
		slack, err := os.ReadFile("/proc/" + thread.Name() + "/timerslack_ns")
		if os.IsNotExist(err) {
			continue // it has ended
		}
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(slack)); got != strconv.Itoa(int(timerSlack)) {
			t.Errorf("thread %s has a slack of %s ns", thread.Name(), got)
		}
	}
	environ, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(environ), startedAs+"="); n != 1 {
		t.Errorf("it was started anew %d times", n)
	}
	p.Process.Signal(syscall.SIGTERM)
	if code := p.end(t, 5*time.Second); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}
