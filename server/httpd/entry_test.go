package httpd_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// outWithin is how soon whoever must go is out.
const outWithin = 2 * time.Second

// TestInvitationForOneLetsInOne has a hundred come by it at the same moment, in
// browsers and as programs.
func TestInvitationForOneLetsInOne(t *testing.T) {
	p := start(t, byInvitation)
	olga, _ := owner(t, p)
	secret := token("for-one")
	asks[chat.Ack](olga, chat.Invite{ID: "1", Secret: secret, Room: chat.Place, Uses: 1, For: 60_000})
	const many = 100
	sockets, browsers := make([]client, many), make([]*browser, many)
	for i := range many {
		if browsers[i] = newBrowser(t); i%2 == 0 {
			sockets[i], _ = browsers[i].dial(p, "/ws", chat.Protocol)
		} else {
			sockets[i] = dial(t, p, "/ws", []string{chat.Protocol}, bearer(token(fmt.Sprint("one-", i))))
		}
	}
	var in [many]bool
	var all sync.WaitGroup
	for i, c := range sockets {
		all.Go(func() {
			c.say(chat.Hello{Invitation: secret, Name: fmt.Sprint("Person ", i)})
			first, err := c.read()
			if in[i] = err == nil && strings.HasPrefix(first, `{"type":"welcome"`); in[i] {
				return
			}
			for err == nil {
				_, err = c.read()
			}
			if code := chat.CloseCode(websocket.CloseStatus(err)); code != chat.CloseNotInvited || !strings.Contains(err.Error(), "does not work") {
				t.Errorf("%d is closed with %v", i, err)
			}
		})
	}
	all.Wait()
	lucky := -1
	for i := range many {
		if in[i] {
			if lucky >= 0 {
				t.Errorf("%d and %d are in", lucky, i)
			}
			lucky = i
		}
	}
	if lucky < 0 {
		t.Fatal("nobody is in")
	}
	people := asks[chat.Listing](olga, chat.List{ID: "2", What: chat.ListPeople, Room: chat.Place}).People
	if len(people) != 2 {
		t.Errorf("in the place are %+v", people)
	}
	// Whoever is in comes again by the same link, as after a reload.
	hello := chat.Hello{Invitation: secret}
	if lucky%2 == 0 {
		browsers[lucky].visit(p, hello)
	} else {
		become(t, p, token(fmt.Sprint("one-", lucky)), hello)
	}
}

// A crowd is connections that are to end.
type crowd struct {
	all  sync.WaitGroup
	mu   sync.Mutex
	ends []end
}

// An end is how and when a connection ended, and whether it was in before.
type end struct {
	in   bool
	code chat.CloseCode
	at   time.Time
}

// add has a connection that is in be one of the crowd.
func (c *crowd) add(s client) { c.all.Go(func() { c.follow(s, true) }) }

// join has the one that dial opens now be one of it.
func (c *crowd) join(dial func() client) {
	c.all.Go(func() {
		s := dial()
		first, err := s.read()
		if in := err == nil && (strings.HasPrefix(first, `{"type":"welcome"`) || first == chat.Greeting); in || err == nil {
			c.follow(s, in)
		} else {
			c.note(false, err)
		}
	})
}

func (c *crowd) follow(s client, in bool) {
	_, err := s.read()
	for err == nil {
		_, err = s.read()
	}
	c.note(in, err)
}

func (c *crowd) note(in bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends = append(c.ends, end{in, chat.CloseCode(websocket.CloseStatus(err)), time.Now()})
}

// isOut waits until all have ended, and looks at when, and at how: those who
// were in, and those who came too late.
func (c *crowd) isOut(t *testing.T, since time.Time, in, late chat.CloseCode) {
	t.Helper()
	c.all.Wait()
	for _, e := range c.ends {
		want := map[bool]chat.CloseCode{true: in, false: late}[e.in]
		if e.code != want || e.at.Sub(since) > outWithin {
			t.Errorf("a connection (in: %v) ended with %d after %v, want %d", e.in, e.code, e.at.Sub(since), want)
		}
	}
}

// withDevices has somebody come in with two browsers, the first of which has two
// tabs, and a terminal, each with a session of its own.
func withDevices(t *testing.T, p place, name string) (tabs []client, browsers []*browser, terminal string, id string) {
	t.Helper()
	link := func(n int) string {
		secret := token(fmt.Sprint(name, "-device-", n))
		asks[chat.Ack](tabs[0], chat.Invite{ID: fmt.Sprint("device-", n), Secret: secret, Device: true})
		return secret
	}
	one, two := newBrowser(t), newBrowser(t)
	tab, w := one.visit(p, chat.Hello{Name: name, Invitation: invitation(t, p)})
	tabs = append(tabs, tab)
	tab, _ = one.visit(p, chat.Hello{})
	tabs = append(tabs, tab)
	tab, other := two.visit(p, chat.Hello{Invitation: link(1)})
	tabs = append(tabs, tab)
	c := knock(t, p)
	c.send("/enter " + link(2))
	c.lineThat(func(s string) bool { return strings.HasPrefix(s, "* You are "+name+".") })
	told := c.lineThat(func(s string) bool { return strings.Contains(s, "Bearer ") })
	_, terminal, _ = strings.Cut(told, "Bearer ")
	tabs = append(tabs, c)
	if other.You.ID != w.You.ID {
		t.Fatalf("the other device is %+v, not %+v", other.You, w.You)
	}
	return tabs, []*browser{one, two}, terminal, w.You.ID
}

// TestBanClosesEverySocket bans somebody who opens more of them meanwhile.
func TestBanClosesEverySocket(t *testing.T) {
	p := start(t, byInvitation)
	olga, _ := owner(t, p)
	tabs, browsers, terminal, id := withDevices(t, p, "Mallory")
	var out crowd
	for _, c := range tabs {
		out.add(c)
	}
	for i := range 30 {
		out.join(func() client {
			if i%3 == 2 {
				return dial(t, p, "/ws", nil, bearer(terminal))
			}
			c, _ := browsers[i%3].dial(p, "/ws", chat.Protocol)
			c.say(chat.Hello{})
			return c
		})
	}
	asks[chat.Ack](olga, chat.ChangeMember{ID: "ban", Room: chat.Place, Change: chat.Banned, Person: id, Until: chat.Forever})
	out.isOut(t, time.Now(), chat.CloseBanned, chat.CloseBanned)
	asks[chat.Ack](olga, chat.Post{ID: "still", Room: chat.Lobby, Text: "I am still here."})
}

// TestBanOfAnAddressClosesWhoComesFromThere, and nobody else.
func TestBanOfAnAddressClosesWhoComesFromThere(t *testing.T) {
	p, network := startMapped(t, "2001:db8::1", byInvitation)
	olga, _ := owner(t, p)
	secret := invitation(t, p)
	network.come("2001:db8:0:1::7")
	var out crowd
	c, _ := become(t, p, token("one"), chat.Hello{Invitation: secret})
	out.add(c)
	network.come("2001:db8:0:1::8") // the same network
	c, _ = become(t, p, token("two"), chat.Hello{Invitation: secret})
	out.add(c)
	asks[chat.Ack](olga, chat.ChangeMember{ID: "ban", Room: chat.Place, Change: chat.Banned, Address: "2001:db8:0:1::7", Until: chat.Forever})
	out.isOut(t, time.Now(), chat.CloseBanned, chat.CloseBanned)
	b := newBrowser(t)
	c, res := b.dial(p, "/ws", chat.Protocol) // whoever it is: nobody says hello
	if _, end := c.closed(); chat.CloseCode(end.Code) != chat.CloseBanned || len(res.Cookies()) > 0 {
		t.Errorf("a banned address is told %d %q, and given %v", end.Code, end.Reason, res.Cookies())
	}
	network.come("2001:db8:0:2::1")
	become(t, p, token("one"), chat.Hello{})
	asks[chat.Ack](olga, chat.ChangeMember{ID: "unban", Room: chat.Place, Change: chat.Banned, Address: "2001:db8:0:1::/64"})
	network.come("2001:db8:0:1::9")
	become(t, p, token("two"), chat.Hello{})
}

// TestSigningOutClosesTheSocketsOfASession, which opens more of them meanwhile,
// and no other's.
func TestSigningOutClosesTheSocketsOfASession(t *testing.T) {
	p := start(t, byInvitation)
	tabs, browsers, terminal, _ := withDevices(t, p, "Ann")
	// The others, over the first browser.
	var out crowd
	for _, c := range tabs[2:] {
		out.add(c)
	}
	token := browsers[1].token(p)
	for i := range 20 {
		out.join(func() client { // the browser itself would be given a new one
			return speak(t, p, map[bool]string{true: terminal, false: token}[i%2 == 0], chat.Hello{})
		})
	}
	for _, d := range asks[chat.Listing](tabs[0], chat.List{ID: "devices", What: chat.ListDevices}).Devices {
		if !d.This {
			asks[chat.Ack](tabs[0], chat.SignOut{ID: "out-" + d.ID, Device: d.ID})
		}
	}
	out.isOut(t, time.Now(), chat.CloseSignedOut, chat.CloseNotInvited) // it was a second device: without its session it is a stranger's
	// And then itself, with both of its tabs.
	if left := asks[chat.Listing](tabs[0], chat.List{ID: "left", What: chat.ListDevices}).Devices; len(left) != 1 || !left[0].This {
		t.Errorf("what is left is %+v", left)
	} else {
		asks[chat.Ack](tabs[1], chat.Post{ID: "still", Room: chat.Lobby, Text: "I am still here."})
		begin := time.Now()
		tabs[0].say(chat.SignOut{ID: "out", Device: left[0].ID})
		var both crowd
		for _, c := range tabs[:2] {
			both.add(c)
		}
		both.isOut(t, begin, chat.CloseSignedOut, 0)
	}
}

// TestLeavingForGoodClosesEverySocket says why with a code of its own.
func TestLeavingForGoodClosesEverySocket(t *testing.T) {
	p := start(t, byInvitation)
	tabs, browsers, _, _ := withDevices(t, p, "Ann")
	begin := time.Now()
	tabs[0].say(chat.Depart{ID: "1"})
	var out crowd
	for _, c := range tabs {
		out.add(c)
	}
	out.isOut(t, begin, chat.CloseLeft, 0)
	if _, end := dial(t, p, "/ws", nil, bearer(browsers[0].token(p))).closed(); chat.CloseCode(end.Code) != chat.CloseSignedOut {
		t.Errorf("with the old token: %d", end.Code)
	}
}

// TestRemovedFromThePlaceIsOut until another invitation, and says so.
func TestRemovedFromThePlaceIsOut(t *testing.T) {
	p := start(t, byInvitation)
	olga, _ := owner(t, p)
	tabs, browsers, _, id := withDevices(t, p, "Bob")
	var out crowd
	for _, c := range tabs {
		out.add(c)
	}
	asks[chat.Ack](olga, chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Removed, Person: id})
	out.isOut(t, time.Now(), chat.CloseRemoved, 0)
	c, _ := browsers[0].dial(p, "/ws", chat.Protocol)
	c.say(chat.Hello{})
	if _, end := c.closed(); chat.CloseCode(end.Code) != chat.CloseNotInvited {
		t.Errorf("who comes back without an invitation is told %d", end.Code)
	}
	if _, w := browsers[0].visit(p, chat.Hello{Invitation: invitation(t, p)}); w.You.ID != id || w.You.Name != "Bob" {
		t.Errorf("with an invitation it is %+v", w.You)
	}
}
