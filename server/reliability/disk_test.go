package reliability

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// A disk is a file system of 32 MiB that only processes in its name spaces
// (see namespaces(7)) see, and the folder where it is.
type disk struct {
	folder string   // as those processes see it
	enter  []string // a command that runs another one there
	root   string   // where this process finds it
}

// newDisk makes a disk that goes away with the test.
func newDisk(t *testing.T) disk {
	t.Helper()
	folder := t.TempDir()
	unshare := []string{"unshare", "--mount", "--propagation", "private"}
	enter := []string{"nsenter", "--mount"}
	if os.Geteuid() != 0 {
		unshare = []string{"unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"}
		enter = []string{"nsenter", "--user", "--preserve-credentials", "--mount"}
	}
	// The shell keeps the name spaces as long as its input is open.
	holder := exec.Command(unshare[0], append(unshare[1:], "sh", "-c", `mount -t tmpfs -o size=32m tmpfs "$1" && echo ready && exec cat`, "sh", folder)...)
	var said strings.Builder
	holder.Stderr = &said
	in, err := holder.StdinPipe()
	out, err2 := holder.StdoutPipe()
	if err = cmp.Or(err, err2, holder.Start()); err == nil {
		t.Cleanup(func() { in.Close(); holder.Wait() })
		_, err = bufio.NewReader(out).ReadString('\n')
	}
	if err != nil {
		lacks(t, "a file system of 32 MiB cannot be mounted here (%v), so a full disk was not tried. It needs root with the right to mount, as in a virtual machine or a privileged container, or a system where users may make name spaces: %s", err, said.String())
	}
	pid := fmt.Sprint(holder.Process.Pid)
	return disk{folder: folder, enter: append(enter, "--target", pid, "--"), root: filepath.Join("/proc", pid, "root", folder)}
}

// fill takes all that is left. The returned function frees it.
func (d disk) fill(t *testing.T) (free func()) {
	t.Helper()
	f, err := os.Create(filepath.Join(d.root, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for piece := make([]byte, 64<<10); len(piece) > 0; {
		if _, err := f.Write(piece); errors.Is(err, syscall.ENOSPC) {
			piece = piece[:len(piece)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Error(err)
		}
	}
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	d := newDisk(t)
	s := newServer(t, false)
	s.wrapper, s.data = d.enter, filepath.Join(d.folder, "data")
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, s.url(), 5)
	for round := range size(2, 5) {
		for _, c := range clients {
			c.sayAll(t, size(20, 200), nil)
		}
		await(t, patience, "all is answered", func() bool { return l.sum((*record).unanswered) == 0 })
		free := d.fill(t)
		fault := refusedAtLast(t, clients)
		if fault.Code != chat.CodeNotStored || !strings.Contains(fault.Text, "disk") || !fault.Retry {
			t.Errorf("on a full disk people are told %+v", fault)
		}
		// Whatever happens now, what is stored can be read, and nobody is
		// thrown out.
		for range 3 {
			for _, c := range clients {
				if _, err := c.say(); err != nil {
					t.Error(err)
				}
			}
			if stored, err := history(s.addr); err != nil || len(stored) == 0 {
				t.Errorf("on a full disk the history of %d messages cannot be read: %v", len(stored), err)
			}
		}
		await(t, patience, "all is answered", func() bool { return l.sum((*record).unanswered) == 0 })
		if n := open(clients); n != len(clients) || !s.running() {
			t.Fatalf("on a full disk %d of %d lines are open", n, len(clients))
		}
		free()
		took := await(t, 5*time.Second, "messages are taken again", func() bool {
			id, err := clients[0].say()
			if err != nil {
				t.Fatal(err)
			}
			await(t, patience, "it is answered", func() bool { return clients[0].unanswered() == 0 })
			_, ok := clients[0].answer(id)
			return ok
		})
		t.Logf("round %d: messages are taken again after %v", round+1, took)
	}
	l.settle(t, s, clients)
	s.kill()
	s.start()
	l.judge(storedAt(t, s.addr)).report(t)
}

// refusedAtLast says long things, which may still fit into what is allocated
// already, until one is refused.
func refusedAtLast(t *testing.T, clients []*client) (fault chat.Fault) {
	t.Helper()
	c := clients[0]
	await(t, patience, "a message is refused", func() bool {
		id, err := c.sayText(stamped(chat.MaxText))
		if err != nil {
			t.Fatal(err)
		}
		await(t, patience, "it is answered", func() bool { return c.unanswered() == 0 })
		var refused bool
		fault, refused = c.refusal(id)
		return refused
	})
	return fault
}
