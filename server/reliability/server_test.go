package reliability

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A server is the program as a process that can be ended and started again, at
// the same address and with the same data. It belongs to the test's goroutine.
type server struct {
	testing.TB
	addr    string // host:port
	data    string // its data folder
	path    string // of the program
	origins []string
	wrapper []string // a command that runs the program in its own process, or none
	rate    string   // of -rate, empty for the program's own

	cmd   *exec.Cmd
	ended chan struct{} // closed once the process has ended
	said  *transcript   // what all its processes wrote
	asked bool          // the process was asked for a dump of its goroutines
}

// newServer prepares a server. It is built with the race detector if these
// tests are, unless it is to be measured.
func newServer(t testing.TB, measured bool) *server {
	t.Helper()
	program := plain
	if withRace && !measured {
		program = raced
	}
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{TB: t, addr: freeAddr(t), data: t.TempDir(), path: path, rate: unlimited, said: new(transcript)}
	t.Cleanup(s.check)
	return s
}

// check ends the process and looks at what it said. A dump that was asked for
// looks like a crash.
func (s *server) check() {
	if s.running() {
		s.kill()
	}
	said := s.said.String()
	for _, bad := range []string{"DATA RACE", "panic: ", "fatal error: ", "SIGBUS", "SIGSEGV"} {
		if strings.Contains(said, bad) && !s.asked {
			s.Errorf("the server said %q", bad)
		}
	}
	if s.Failed() && said != "" {
		s.Logf("the server said:\n%s", said[max(0, len(said)-8<<10):])
	}
}

// Ports are below those that systems give to connections that go out: one of
// a client could else take the port of a server that is being started again.
const firstPort, lastPort = 3100, 3999

var ports = struct {
	sync.Mutex
	next int
}{next: firstPort + rand.IntN(lastPort-firstPort)}

// freeAddr returns an address that nobody listens on, and no other test got.
func freeAddr(t testing.TB) string {
	t.Helper()
	ports.Lock()
	defer ports.Unlock()
	for range lastPort - firstPort {
		if ports.next++; ports.next > lastPort {
			ports.next = firstPort
		}
		addr := fmt.Sprintf("127.0.0.1:%d", ports.next)
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			return addr
		}
	}
	t.Fatal("no port is free")
	return ""
}

func (s *server) url() string { return "ws://" + s.addr + "/ws" }

// behind lets clients connect through a proxy, and returns it.
func (s *server) behind(chance *chance) *proxy {
	s.Helper()
	p := newProxy(s.TB, s.addr, chance)
	s.origins = append(s.origins, "http://"+p.addr)
	return p
}

// start starts the process and waits until the port is open.
func (s *server) start() {
	s.Helper()
	s.launch()
	s.opened()
}

// launch starts the process.
func (s *server) launch() {
	s.Helper()
	args := append([]string{}, s.wrapper...)
	args = append(args, s.path, "-addr", s.addr, "-data", s.data)
	if s.rate != "" {
		args = append(args, "-rate", s.rate)
	}
	for _, o := range s.origins {
		args = append(args, "-origin", o)
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = []string{"HOME=" + s.data, "PATH=" + os.Getenv("PATH"), "GOTRACEBACK=all"}
	cmd.Stdout, cmd.Stderr = s.said, s.said
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // ends with the process
		cmd.Wait()
		close(ended)
	}()
	s.cmd, s.ended = cmd, ended
}

// opened waits until the port is open.
func (s *server) opened() {
	s.Helper()
	await(s, patience, "the port is open", func() bool {
		if !s.running() {
			s.Fatalf("the server ended with code %d:\n%s", s.cmd.ProcessState.ExitCode(), s.said)
		}
		c, err := net.DialTimeout("tcp", s.addr, time.Second)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

func (s *server) running() bool {
	if s.cmd == nil {
		return false
	}
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// kill ends the process as a power cut would, but for the system's buffers.
func (s *server) kill() {
	s.Helper()
	s.signal(syscall.SIGKILL)
	s.end(patience)
}

func (s *server) signal(sig syscall.Signal) {
	s.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.Fatal(err)
	}
}

// end waits until the process has ended, and returns its exit code, -1 if a
// signal ended it.
func (s *server) end(within time.Duration) int {
	s.Helper()
	select {
	case <-s.ended:
		return s.cmd.ProcessState.ExitCode()
	case <-time.After(within):
		s.Fatalf("the server still runs after %v", within)
		return 0
	}
}

// stop asks the process to end, as the system does, and returns how long that
// took. It must end well.
func (s *server) stop(within time.Duration) time.Duration {
	s.Helper()
	begin := time.Now()
	s.signal(syscall.SIGTERM)
	if code := s.end(within); code != 0 {
		s.Errorf("the server ended with code %d", code)
	}
	return time.Since(begin)
}

// ready tells whether the server says that it takes part.
func (s *server) ready() bool {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + s.addr + "/healthz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// A transcript is what processes wrote. Beyond a bound the middle is dropped.
type transcript struct {
	mu         sync.Mutex
	begin, end []byte
}

const transcriptHalf = 8 << 20

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if room := transcriptHalf - len(w.begin); room > 0 {
		w.begin = append(w.begin, p[:min(room, len(p))]...)
		w.end = append(w.end, p[min(room, len(p)):]...)
	} else {
		w.end = append(w.end, p...)
	}
	if len(w.end) > 2*transcriptHalf {
		w.end = append([]byte(nil), w.end[len(w.end)-transcriptHalf:]...)
	}
	return len(p), nil
}

func (w *transcript) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return string(w.begin) + string(w.end)
}
