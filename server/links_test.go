package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"
	"rsc.io/qr"

	"cyberchat/app/chat"
)

// linkIn finds links, and their secrets.
var linkIn = regexp.MustCompile(`(https?://\S+)/#invite=(\S+)`)

// linksOf returns the links file of a program that was launched, as lines.
func linksOf(t *testing.T, p *program) []string {
	t.Helper()
	path := filepath.Join(p.Dir, "cyberchat-data", "links")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the links: %v", info.Mode())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Collect(strings.Lines(string(text)))
}

// launchWithLinks waits until the links are said too, which is behind the
// banner.
func launchWithLinks(t *testing.T, args ...string) *program {
	t.Helper()
	p := launch(t, command(t, args...))
	res, err := http.Get("http://" + p.addr + "/healthz") // answered once they are made
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return p
}

// hello comes in typed mode and returns the welcome.
func hello(t *testing.T, p *program, h chat.Hello) chat.Welcome {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr+"/ws", &websocket.DialOptions{Subprotocols: []string{chat.Protocol}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if err := conn.Write(t.Context(), websocket.MessageText, chat.AppendCommand(nil, h)); err != nil {
		t.Fatal(err)
	}
	_, message, err := conn.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for frame := range chat.Frames(message) {
		e, err := chat.DecodeEvent(frame)
		if w, ok := e.(chat.Welcome); ok && err == nil {
			return w
		}
		break
	}
	t.Fatalf("no welcome: %s", message)
	return chat.Welcome{}
}

func TestServiceSaysNoSecretsAndKeepsThem(t *testing.T) {
	p := launchWithLinks(t, "-addr", "localhost:0", "-entry", "invite")
	lines := linksOf(t, p)
	p.Process.Signal(os.Interrupt)
	p.end(t, 5*time.Second)
	var what []string
	for _, line := range lines {
		if strings.HasPrefix(line, "#") {
			continue
		}
		found := linkIn.FindStringSubmatch(line)
		if found == nil || chat.CheckToken(found[2]) != nil || !strings.Contains(found[1], p.addr) {
			t.Fatalf("the line %q has no link to %s", line, p.addr)
		}
		kind, _, _ := strings.Cut(line, " ")
		what = append(what, kind)
		if said := p.said.String() + p.errors.String(); strings.Contains(said, found[2]) {
			t.Errorf("the secret is in what may be a log:\n%s", said)
		}
	}
	if !slices.Equal(what, []string{"owner", "invite"}) {
		t.Errorf("the links file holds\n%s", lines)
	}
	if !strings.Contains(p.said.String(), filepath.Join(p.Dir, "cyberchat-data", "links")) {
		t.Errorf("it does not say where the links are:\n%s", p.said)
	}
}

func TestOpenPlaceInvitesOnlyItsOwner(t *testing.T) {
	p := launchWithLinks(t, "-addr", "localhost:0")
	if lines := linksOf(t, p); len(lines) != 2 || !strings.HasPrefix(lines[1], "owner http://"+p.addr+"/#invite=") {
		t.Errorf("the links file holds\n%s", lines)
	}
}

func TestLinksBeginWithWhatPeopleCallTheServer(t *testing.T) {
	p := launchWithLinks(t, "-addr", "localhost:0", "-origin", "null", "-origin", "https://chat.example.com/")
	for _, line := range linksOf(t, p) {
		if !strings.HasPrefix(line, "#") && !strings.Contains(line, " https://chat.example.com/#invite=") {
			t.Errorf("a link is %q", line)
		}
	}
}

func TestRestartShowsTheSameLinks(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	var before [][]string
	for range 2 {
		p := launchWithLinks(t, "-addr", "127.0.0.1:0", "-entry", "invite", "-data", data)
		text, err := os.ReadFile(filepath.Join(data, "links"))
		if err != nil {
			t.Fatal(err)
		}
		var secrets []string
		for _, found := range linkIn.FindAllStringSubmatch(string(text), -1) {
			secrets = append(secrets, found[2])
		}
		before = append(before, secrets)
		p.Process.Signal(os.Interrupt)
		p.end(t, 5*time.Second)
	}
	if len(before[0]) != 2 || !slices.Equal(before[0], before[1]) {
		t.Errorf("the links were %q", before)
	}
}

// TestOwnersLinkMakesTheOwner comes by it, after which there is none any more.
func TestOwnersLinkMakesTheOwner(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"-addr", "127.0.0.1:0", "-data", data}
	p := launchWithLinks(t, args...)
	secret := readLinks(filepath.Join(data, "links"))[forOwner]
	w := hello(t, p, chat.Hello{Token: strings.Repeat("a", chat.MinToken), Name: "Ann", Invitation: secret})
	if w.You.Member.Role != chat.RoleOwner || w.You.Name != "Ann" {
		t.Errorf("whoever comes by the owner's link is %+v", w.You)
	}
	p.Process.Signal(os.Interrupt)
	p.end(t, 5*time.Second)
	launchWithLinks(t, args...)
	if _, err := os.Stat(filepath.Join(data, "links")); !os.IsNotExist(err) {
		t.Errorf("an open place with an owner has links: %v", err)
	}
}

// TestQRCodeIsDrawnAsItIs reads what is drawn, module by module.
func TestQRCodeIsDrawnAsItIs(t *testing.T) {
	const text = "http://192.168.178.100:3000/#invite=ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	showQR(&out, text)
	y, width := -quiet, 0
	for line := range strings.Lines(out.String()) {
		drawn, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "  \x1b[30;107m")
		if !ok {
			continue
		}
		drawn = strings.TrimSuffix(drawn, "\x1b[0m")
		x := -quiet
		for _, r := range drawn {
			if upper, lower := r == '█' || r == '▀', r == '█' || r == '▄'; upper != code.Black(x, y) || lower != code.Black(x, y+1) {
				t.Fatalf("at %d, %d stands %q", x, y, r)
			}
			x++
		}
		width = x + quiet
		y += 2
	}
	if width < code.Size+2*quiet || width+2 > 80 || y < code.Size+quiet-1 {
		t.Errorf("the code of %d modules is drawn up to row %d, in %d columns", code.Size, y, width)
	}
}
