package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

const (
	startWithin = 20 * time.Second
	stopWithin  = 20 * time.Second
	// askEvery is how often a starting server is asked whether it is ready: the
	// precision of its start-up time.
	askEvery = time.Millisecond
)

// A server is a contestant that runs.
type server struct {
	cmd   *exec.Cmd
	addr  string
	ready time.Duration // from its start to its first answer
	words bytes.Buffer  // what it said
	ended chan struct{} // closed when it has ended
	err   error         // of its end
}

// start starts a contestant on the server's core and waits until it answers.
func (b *bench) start(c contestant, data string) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	s := &server{cmd: c.command(b.folder, addr, data), addr: addr, ended: make(chan struct{})}
	s.cmd.Stdout, s.cmd.Stderr = &s.words, &s.words
	begun := time.Now()
	if err := startOn(b.cores.server, s.cmd); err != nil {
		return nil, fmt.Errorf("%s cannot be started: %w", c.name, err)
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	answers := s.accepts
	if c.name == ours {
		answers = s.isHealthy
	}
	every := time.NewTicker(askEvery)
	defer every.Stop()
	for !answers() {
		select {
		case <-s.ended:
			return nil, fmt.Errorf("%s ended at its start (%v)\n%s", c.name, s.err, s.words.String())
		case <-every.C:
		}
		if time.Since(begun) > startWithin {
			s.stop()
			return nil, fmt.Errorf("%s does not answer after %v\n%s", c.name, startWithin, s.words.String())
		}
	}
	s.ready = time.Since(begun)
	return s, nil
}

// accepts tells whether connections can be opened.
func (s *server) accepts() bool {
	conn, err := net.DialTimeout("tcp", s.addr, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// isHealthy tells whether the product says that it serves.
func (s *server) isHealthy() bool {
	if !s.accepts() {
		return false
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	answer, err := client.Get("http://" + s.addr + "/healthz")
	if err != nil {
		return false
	}
	io.Copy(io.Discard, answer.Body)
	answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// stop ends the server. The error is that it had ended before, by itself.
func (s *server) stop() error {
	select {
	case <-s.ended:
		return fmt.Errorf("the server ended by itself (%v)\n%s", s.err, lastOf(s.words.String()))
	default:
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
	case <-time.After(stopWithin):
		s.cmd.Process.Kill()
		<-s.ended
	}
	return nil
}

// lastOf is the end of what a server said.
func lastOf(words string) string { return words[max(0, len(words)-2000):] }

// freeAddr is an address on loopback that nobody listened on a moment ago.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("no free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// dataFolder makes a fresh folder for what a server keeps.
func (b *bench) dataFolder() (string, error) { return os.MkdirTemp(b.folder, "data-") }
