package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// built is the folder of the program that these tests run.
var built string

// binary builds the program once, as `make build` does.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(built, "cyberchat")
	build := exec.Command("go", "build", "-ldflags", "-X main.version=v1.2.3-test", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "cyberchat"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

// A program is a running server process.
type program struct {
	*exec.Cmd
	banner string
	addr   string        // host:port
	said   *bytes.Buffer // on standard output; to be read once it has ended
	errors *bytes.Buffer
	ended  chan error
}

// command is the program in a folder of its own, without the caller's settings.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = []string{"HOME=" + cmd.Dir}
	return cmd
}

// launch starts the program and waits for its banner.
func launch(t *testing.T, cmd *exec.Cmd) *program {
	t.Helper()
	p := &program{Cmd: cmd, said: new(bytes.Buffer), errors: new(bytes.Buffer), ended: make(chan error, 1)}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = p.errors
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	banner := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			p.said.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), "Ctrl-C") {
				banner <- p.said.String()
			}
		}
		p.ended <- cmd.Wait()
	}()
	select {
	case p.banner = <-banner:
	case err := <-p.ended:
		t.Fatalf("the program ended: %v\n%s", err, p.errors)
	case <-time.After(10 * time.Second):
		t.Fatal("the program said nothing in ten seconds")
	}
	p.addr = regexp.MustCompile(`http://(\S+)`).FindStringSubmatch(p.banner)[1]
	return p
}

// end waits until the program has ended and returns its exit code: -1 if a
// signal ended it.
func (p *program) end(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-p.ended:
		return p.ProcessState.ExitCode()
	case <-time.After(within):
		t.Fatalf("the program still runs after %v", within)
	}
	return 0
}

// fail runs the program, which must say one sentence and stop with code 1.
func fail(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("%v ended with %v", cmd.Args[1:], err)
	}
	said := errs.String()
	if out.Len() > 0 || strings.Count(said, "\n") != 1 || strings.Contains(said, "goroutine") || !strings.HasPrefix(said, "cyberchat: ") {
		t.Errorf("%v said on standard output %q, on standard error %q", cmd.Args[1:], out.String(), said)
	}
	return said
}

func TestBannerSaysWhatRunsAndWhere(t *testing.T) {
	cmd := command(t, "-addr", "localhost:0")
	begin := time.Now()
	p := launch(t, cmd)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the banner took %v", took)
	}
	for _, want := range []string{
		"Cyber Chat v1.2.3-test is running.",
		"http://localhost:",
		"npx wscat -c ws://localhost:",
		filepath.Join(cmd.Dir, "cyberchat-data"),
		"Ctrl-C",
	} {
		if !strings.Contains(p.banner, want) {
			t.Errorf("the banner lacks %q:\n%s", want, p.banner)
		}
	}
	if strings.Contains(p.banner, "Network") || !strings.Contains(p.banner, "Access    anybody on this machine") {
		t.Errorf("a server for this machine alone says\n%s", p.banner)
	}
	res, err := http.Get("http://" + p.addr + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); string(body) != "ok\n" {
		t.Errorf("/healthz: %q", body)
	}
	if _, err := os.Stat(filepath.Join(cmd.Dir, "cyberchat-data", "file-key")); err != nil {
		t.Error(err)
	}
}

func TestBannerNamesTheNetworkWhenItListensBeyondThisMachine(t *testing.T) {
	p := launch(t, command(t, "-addr", ":0"))
	if len(networkAddresses()) > 0 && !strings.Contains(p.banner, "Network   http://"+networkAddresses()[0]) {
		t.Errorf("the banner does not name %v:\n%s", networkAddresses(), p.banner)
	}
}

func TestEntryIsByInvitationWhereOthersReachIt(t *testing.T) {
	const invited, anybody, local = "whoever has an invitation", "anybody who can reach this machine", "anybody on this machine; "
	for _, tt := range []struct {
		args, env []string
		access    string
	}{
		{[]string{"-addr", "localhost:0"}, nil, local},
		{[]string{"-addr", "127.0.0.1:0", "-origin", "http://localhost:8080"}, nil, local},
		{[]string{"-addr", "127.0.0.1:0", "-origin", "null"}, nil, local},
		{[]string{"-addr", "localhost:0", "-origin", "https://chat.example.com"}, nil, invited}, // a proxy brings them
		{[]string{"-addr", ":0"}, nil, invited},
		{[]string{"-addr", ":0", "-entry", "open"}, nil, anybody},
		{[]string{"-addr", "localhost:0", "-entry", "invite"}, nil, invited},
		{[]string{"-addr", "localhost:0"}, []string{"CYBERCHAT_ENTRY=invite"}, invited},
		{[]string{"-addr", ":0", "-entry", "open"}, []string{"CYBERCHAT_ENTRY=invite"}, anybody},
	} {
		cmd := command(t, tt.args...)
		cmd.Env = append(cmd.Env, tt.env...)
		p := launch(t, cmd)
		if !strings.Contains(p.banner, "Access    "+tt.access) {
			t.Errorf("%v %v: the banner does not say %q:\n%s", tt.args, tt.env, tt.access, p.banner)
		}
		conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		conn.Read(t.Context()) // the greeting
		if _, line, err := conn.Read(t.Context()); err != nil || strings.Contains(string(line), "/enter") != (tt.access == invited) {
			t.Errorf("%v %v: a stranger is told %q, %v", tt.args, tt.env, line, err)
		}
		conn.CloseNow()
	}
}

func TestLocalhostIsOpenedOnBothFamilies(t *testing.T) {
	p := launch(t, command(t, "-addr", "localhost:0"))
	_, port, _ := net.SplitHostPort(p.addr)
	for _, addr := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(addr, "0"))
		if err != nil {
			continue // this machine has no such family
		}
		l.Close()
		conn, err := net.Dial("tcp", net.JoinHostPort(addr, port))
		if err != nil {
			t.Error(err)
			continue
		}
		conn.Close()
	}
}

func TestSettings(t *testing.T) {
	data := filepath.Join(t.TempDir(), "deep", "down")
	cmd := command(t)
	cmd.Env = append(cmd.Env, "CYBERCHAT_ADDR=127.0.0.1:0", "CYBERCHAT_DATA="+data, "CYBERCHAT_ORIGIN=https://a.example.com, https://b.example.com")
	p := launch(t, cmd)
	if _, err := os.Stat(filepath.Join(data, "file-key")); err != nil {
		t.Error(err)
	}
	for origin, ok := range map[string]bool{"https://a.example.com": true, "https://b.example.com": true, "https://c.example.com": false} {
		conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr+"/ws", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if (err == nil) != ok {
			t.Errorf("origin %s: %v", origin, err)
		}
		if err == nil {
			conn.CloseNow()
		}
	}
}

func TestWhatIsWrongIsSaidInOneSentence(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "chat.db"), []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-addr", "localhost:" + port}, "port " + port + " is in use"},
		{[]string{"-addr", "127.0.0.1:" + port}, "port " + port + " is in use"},
		{[]string{"-addr", "localhost"}, "Give host:port"},
		{[]string{"-addr", "localhost:http"}, "Give a number"},
		{[]string{"-addr", "localhost:70000"}, "Give a number"},
		{[]string{"-addr", "192.0.2.1:3000"}, "not an address of this machine"},
		{[]string{"-addr", "nowhere.invalid:3000"}, "not found"},
		{[]string{"-colour", "red"}, "Run it with -help"},
		{[]string{"start"}, "Run it with -help"},
		{[]string{"-addr"}, "Run it with -help"},
		{[]string{"-addr", "localhost:0", "-data", file}, "-data"},
		{[]string{"-addr", "localhost:0", "-data", filepath.Join(file, "below")}, "-data"},
		{[]string{"-addr", "localhost:0", "-data", ""}, "-data"},
		{[]string{"-addr", "localhost:0", "-rate", "0"}, "give a number from 1 to 1000000"},
		{[]string{"-addr", "localhost:0", "-data", broken}, "the log"},
		{[]string{"-addr", "localhost:0", "-entry", "closed"}, "Give open or invite"},
		{[]string{"-addr", "localhost:0", "-origin", "chat.example.com"}, "as in https://chat.example.com"},
	} {
		if said := fail(t, command(t, tt.args...)); !strings.Contains(said, tt.want) {
			t.Errorf("%v said %q, which lacks %q", tt.args, said, tt.want)
		}
	}
}

func TestSecondServerOnTheSameDataSaysSo(t *testing.T) {
	folder := t.TempDir()
	launch(t, command(t, "-addr", "localhost:0", "-data", folder))
	said := fail(t, command(t, "-addr", "localhost:0", "-data", folder))
	if !strings.Contains(said, "another server uses the data folder") || !strings.Contains(said, "-data") {
		t.Errorf("it said %q", said)
	}
}

func TestVersionAndHelp(t *testing.T) {
	for arg, want := range map[string]string{"-version": "Cyber Chat v1.2.3-test\n", "-help": "CYBERCHAT_ADDR"} {
		out, err := command(t, arg).Output()
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", arg, err, out)
		}
	}
}

func TestSignalsEndItOrderly(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		p := launch(t, command(t, "-addr", "localhost:0"))
		conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.CloseNow()
		if err := p.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		for err == nil {
			_, _, err = conn.Read(t.Context())
		}
		if code := websocket.CloseStatus(err); chat.CloseCode(code) != chat.CloseGoingAway || time.Since(begin) > time.Second {
			t.Errorf("%v: the client was closed with %d after %v", sig, code, time.Since(begin))
		}
		if code := p.end(t, 5*time.Second); code != 0 {
			t.Errorf("%v: the program ended with %d\n%s", sig, code, p.errors)
		}
	}
}

func TestSecondSignalEndsItAtOnce(t *testing.T) {
	p := launch(t, command(t, "-addr", "localhost:0"))
	// A client that never answers the close keeps an orderly end waiting.
	conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	p.Process.Signal(os.Interrupt)
	// The port is closed once the first signal was taken.
	for {
		c, err := net.DialTimeout("tcp", p.addr, time.Second)
		if err != nil {
			break
		}
		c.Close()
	}
	begin := time.Now()
	p.Process.Signal(os.Interrupt)
	if code := p.end(t, time.Second); code == 0 {
		t.Errorf("it ended orderly after %v; the second signal did nothing", time.Since(begin))
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(ctx, []string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}, func(string) string { return "" }, io.Discard, io.Discard)
	if err != nil {
		t.Error(err)
	}
}

// BenchmarkStart is the time from the start of the program to its first line,
// in an empty folder.
func BenchmarkStart(b *testing.B) {
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		cmd := exec.Command(path, "-addr", "127.0.0.1:0", "-data", b.TempDir())
		out, err := cmd.StdoutPipe()
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		cmd.Process.Kill()
		cmd.Wait()
		b.StartTimer()
	}
}
