package journey

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"cyberchat/server/httpd"
)

// A server that is to be killed needs a process of its own: this test program,
// started once more with this variable. Its words are the address to listen on,
// the folder of the log and that of the files.
const placeVariable = "CYBERCHAT_JOURNEY_PLACE"

// servePlace is that process. It ends when its standard input does.
func servePlace() int {
	words := strings.Split(os.Getenv(placeVariable), "\n")
	l, err := net.Listen("tcp4", words[0])
	if err == nil {
		var s *httpd.Server
		s, err = httpd.New(httpd.Config{
			Listeners: []net.Listener{l},
			Static:    os.DirFS(words[2]),
			Data:      words[1],
			Rate:      busyRate,
			FileKey:   "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
			Log:       slog.New(slog.DiscardHandler),
		})
		if err == nil {
			ctx, stop := context.WithCancel(context.Background())
			go func() {
				io.Copy(io.Discard, os.Stdin)
				stop()
			}()
			fmt.Println(l.Addr())
			err = s.Run(ctx)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// startProcess starts a server in a process of its own. Stopping it kills it.
func startProcess(t testing.TB) *place {
	t.Helper()
	p := newPlace(t, "127.0.0.1:0")
	files, err := static()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
	p.again = func() { p.process(folder) }
	p.again()
	t.Cleanup(func() { p.stop() })
	return p
}

func (p *place) process(folder string) {
	p.t.Helper()
	program, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), placeVariable+"="+strings.Join([]string{p.addr, p.data, folder}, "\n"))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.stop = func() {
		p.stop = func() {}
		cmd.Process.Kill()
		cmd.Wait() // it was killed
		in.Close()
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		p.stop()
		p.t.Fatal("the server said nothing: ", err)
	}
	p.addr = strings.TrimSpace(addr)
}
