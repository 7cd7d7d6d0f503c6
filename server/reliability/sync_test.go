package reliability

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// strace runs the program with its syncs watched from outside: what is injected
// into them is as in strace(1). It returns the file that they are written to.
func (s *server) strace(t *testing.T, inject string) (file string) {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		lacks(t, "strace is missing, so what a failing sync does was not tried: apt-get install strace")
	}
	file = filepath.Join(t.TempDir(), "syncs")
	s.wrapper = []string{path, "-D", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none", "-e", "trace=fsync,fdatasync", "-o", file}
	if inject != "" {
		s.wrapper = append(s.wrapper, "-e", "inject=fsync,fdatasync:"+inject)
	}
	if out, err := exec.Command(path, "-f", "--seccomp-bpf", "-o", os.DevNull, "-e", "trace=fsync", "true").CombinedOutput(); err != nil {
		lacks(t, "strace may not trace here (%v), so what a failing sync does was not tried: %s", err, out)
	}
	return file
}

// syncs counts those that have succeeded. strace writes each line before the
// program goes on.
func syncs(t *testing.T, file string) int {
	t.Helper()
	lines, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(lines, []byte("= 0"))
}

// failedSyncs counts those that have failed.
func failedSyncs(t *testing.T, file string) int {
	t.Helper()
	lines, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(lines, []byte(" EIO "))
}

// TestSyncComesBeforeTheAnswer counts the syncs from outside: when a message is
// acknowledged, and when anybody sees it, it has been synced. Each sync is made
// slow, so that who does not wait for it is found out.
func TestSyncComesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t, true)
	file := s.strace(t, "delay_enter=20000")
	s.start()
	author, reader := rawTo(t, s.addr, chat.Hello{}), rawTo(t, s.addr, chat.Hello{})
	author.SetDeadline(time.Now().Add(patience))
	before := syncs(t, file)
	messages := size(20, 200)
	for i := range messages {
		text := fmt.Sprintf("message %d", i)
		seen := make(chan error, 1)
		var synced int
		go func() {
			_, err := expect[chat.Message](reader)
			synced = syncs(t, file)
			seen <- err
		}()
		if _, err := author.post(fmt.Sprint("id", i), text); err != nil {
			t.Fatal(err)
		}
		if n := syncs(t, file) - before; n < i+1 {
			t.Fatalf("message %d was acknowledged after %d syncs", i+1, n)
		}
		if err := <-seen; err != nil {
			t.Fatal(err)
		}
		if n := synced - before; n < i+1 {
			t.Fatalf("message %d was seen after %d syncs", i+1, n)
		}
	}
	t.Logf("%d messages one by one, %d syncs", messages, syncs(t, file)-before)

	// Many at once share a sync.
	before = syncs(t, file)
	l := new(ledger)
	c := l.join(t, s.url(), "c")
	c.sayAll(t, 500, nil)
	await(t, patience, "all is answered", func() bool { return c.unanswered() == 0 })
	n := syncs(t, file) - before
	t.Logf("500 messages, at most %d at a time, %d syncs", room, n)
	if n == 0 || n > 250 {
		t.Errorf("500 messages took %d syncs", n)
	}
}

// TestSyncFails lets a sync fail while somebody talks. strace counts the syncs of
// each thread, so which one it is depends on chance, and all later ones fail.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	s := newServer(t, true)
	file := s.strace(t, "error=EIO:when=30+")
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, s.url(), 4)
	talker := l.record("talker")
	author := rawTo(t, s.addr, chat.Hello{})
	author.SetDeadline(time.Now().Add(patience))

	// One by one, so that each answer needs a sync of its own.
	before, acknowledged := syncs(t, file), 0
	var fault *chat.Fault
	for {
		id, text := fmt.Sprint("id", acknowledged), fmt.Sprint("message ", acknowledged)
		talker.send(id, text)
		ack, err := author.post(id, text)
		synced := syncs(t, file) - before
		if f, refused := errors.AsType[*chat.Fault](err); refused {
			fault = f
			talker.refuse(chat.Reject{ID: id, Fault: *f})
			break
		} else if err != nil {
			t.Fatalf("message %d got no answer: %v", acknowledged+1, err)
		}
		talker.ack(ack)
		if acknowledged++; acknowledged > synced {
			t.Fatalf("%d messages were acknowledged with %d syncs", acknowledged, synced)
		}
	}
	if fault.Code != chat.CodeNotStored || !fault.Retry {
		t.Errorf("when the sync failed the answer was %v", fault)
	}
	if n := failedSyncs(t, file); n == 0 || acknowledged == 0 {
		t.Errorf("%d messages were acknowledged, and %d syncs failed", acknowledged, n)
	}
	for _, c := range clients { // nothing is taken any more
		if _, err := c.say(); err != nil {
			t.Error(err)
		}
	}
	if code := s.end(patience); code != 1 {
		t.Errorf("the server ended with code %d", code)
	} else if !strings.Contains(s.said.String(), "cyberchat: ") {
		t.Errorf("the server did not say why it ended")
	}
	if n := l.sum((*record).acknowledged); n != acknowledged {
		t.Errorf("after the failure %d posts were acknowledged", n-acknowledged)
	}

	// Without the fault it starts again, and goes on where it was. What was
	// refused may be there: a sync that failed says nothing of what is on disk.
	s.wrapper = nil
	s.start()
	await(t, patience, "everybody is back", func() bool { hurry(clients); return open(clients) == len(clients) })
	await(t, patience, "all is answered", func() bool { hurry(clients); return l.sum((*record).unanswered) == 0 })
	stored := storedAt(t, s.addr)
	await(t, patience, "everybody saw everything", func() bool {
		return !slices.ContainsFunc(clients, func(c *client) bool { return c.head() < int64(len(stored)) })
	})
	verdict := l.judge(stored)
	t.Logf("%d acknowledged before, %d stored, %d of them refused first", acknowledged, len(stored), len(verdict.ghosts))
	verdict.ghosts = nil
	verdict.report(t)
}
