package reliability

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What Linux tells of a process, see proc(5).

// needProc ends a test where there is no such thing.
func needProc(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		lacks(t, "only Linux tells what this test looks at")
	}
}

func (s *server) proc(name string) string {
	return filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), name)
}

// resident is how much memory the process has, in bytes: now, and at the most
// since calm.
func (s *server) resident() (now, peak int64) {
	s.Helper()
	status, err := os.ReadFile(s.proc("status"))
	if err != nil {
		s.Fatal(err)
	}
	value := func(key string) (kib int64) {
		_, rest, _ := strings.Cut(string(status), key)
		fmt.Sscan(rest, &kib)
		return kib << 10
	}
	return value("\nVmRSS:"), value("\nVmHWM:")
}

// clockTick is the unit of the processors' time in /proc (USER_HZ), the same on
// every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// othersCPU is the time of the processors that all programs have used so far but
// this one and the server, and what the host of a virtual machine took away.
func (s *server) othersCPU() time.Duration {
	s.Helper()
	machine := s.ticks("/proc/stat", "cpu", 0, 1, 2, 7) // user, nice, system, steal
	for _, own := range []string{"/proc/self/stat", s.proc("stat")} {
		machine -= s.ticks(own, ")", 11, 12) // user, system
	}
	return machine * clockTick
}

// ticks adds up some of the fields in the line of a file that follow a word.
func (s *server) ticks(file, word string, fields ...int) (sum time.Duration) {
	s.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		s.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	all := strings.Fields(line[strings.LastIndex(line, word)+len(word):])
	for _, i := range fields {
		n, err := strconv.ParseInt(all[i], 10, 64)
		if err != nil {
			s.Fatal(err)
		}
		sum += time.Duration(n)
	}
	return sum
}

// calm begins a new peak of memory.
func (s *server) calm() {
	s.Helper()
	if err := os.WriteFile(s.proc("clear_refs"), []byte("5"), 0); err != nil {
		s.Fatal(err)
	}
}

// sockets counts the sockets that the process has open, those it listens on
// included.
func (s *server) sockets() int {
	s.Helper()
	files, err := os.ReadDir(s.proc("fd"))
	if err != nil {
		s.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if to, err := os.Readlink(filepath.Join(s.proc("fd"), f.Name())); err == nil && strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}

// goroutines ends the process and returns the stacks of its goroutines, those
// of the runtime left out.
func (s *server) goroutines() []string {
	s.Helper()
	before := len(s.said.String())
	s.asked = true
	s.signal(syscall.SIGQUIT)
	s.end(10 * time.Second)
	var stacks []string
	for stack := range strings.SplitSeq(s.said.String()[before:], "\n\n") {
		stack = strings.TrimSpace(stack)
		_, birth, made := strings.Cut(stack, "\ncreated by ")
		if strings.HasPrefix(stack, "goroutine ") && made && !strings.HasPrefix(birth, "runtime.") {
			stacks = append(stacks, stack)
		}
	}
	if len(stacks) == 0 {
		s.Fatal("the dump of the goroutines holds none")
	}
	return stacks
}
