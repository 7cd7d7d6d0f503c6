package httpd_test

import (
	"strings"
	"testing"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// knock opens a plain socket of a place that takes an invitation.
func knock(t *testing.T, p place) client {
	t.Helper()
	c := dial(t, p, "/ws", nil, nil)
	if first, second := c.line(), c.line(); first != chat.Greeting || second != chat.AskInvitation {
		t.Fatalf("a stranger is greeted with %q, %q", first, second)
	}
	return c
}

func TestPlainClientEntersByInvitation(t *testing.T) {
	p := start(t, byInvitation)
	secret := invitation(t, p)
	c := knock(t, p)
	for _, tt := range []struct{ send, want string }{
		{"hello?", chat.AskInvitation},
		{"/who", chat.AskInvitation},
		{"/enter", "! Say the invitation and your name, as in /enter INVITATION Ann. (bad_invitation)"},
		{"/enter " + secret + " a:b", "! A name cannot contain a colon. Choose another one. (bad_name)"},
		{"/enter " + token("wrong") + " Ann", "! " + chat.BadInvitation().Text},
	} {
		c.send(tt.send)
		if line := c.line(); line != tt.want {
			t.Errorf("%s is answered with %q, want %q", tt.send, line, tt.want)
		}
	}
	c.send("/enter http://" + p.addr + "/#invite=" + secret + " Ann Lee")
	told := c.lineThat(func(s string) bool { return strings.Contains(s, "Authorization: Bearer ") })
	c.send("I am in")
	c.lineThat(func(s string) bool { return s == "Ann Lee: I am in" })
	c.conn.CloseNow()

	_, token, _ := strings.Cut(told, "Bearer ")
	again := dial(t, p, "/ws", nil, bearer(token))
	again.lineThat(func(s string) bool { return strings.HasPrefix(s, "* You are Ann Lee.") })
	if _, w := become(t, p, token, chat.Hello{}); w.You.Name != "Ann Lee" || !w.You.Known {
		t.Errorf("in typed mode it is %+v", w.You)
	}
}

func TestPlainClientWithATokenKeepsItWhenItEnters(t *testing.T) {
	p := start(t, byInvitation)
	c := dial(t, p, "/ws", nil, bearer(token("mine")))
	c.lineThat(func(s string) bool { return s == chat.AskInvitation })
	c.send("/enter " + invitation(t, p) + " Ann")
	c.lineThat(func(s string) bool { return strings.HasPrefix(s, "* You are Ann.") })
	c.send("/who")
	c.lineThat(func(s string) bool {
		if strings.Contains(s, token("mine")) {
			t.Errorf("it says the token: %q", s)
		}
		return strings.HasPrefix(s, "* Here: Ann")
	})
	if _, w := become(t, p, token("mine"), chat.Hello{}); w.You.Name != "Ann" {
		t.Errorf("with the token it is %+v", w.You)
	}
}

func TestPlainClientHasThreeTries(t *testing.T) {
	p := start(t, byInvitation)
	c := knock(t, p)
	for range 3 {
		c.send("/enter " + token("wrong"))
	}
	before, end := c.closed()
	if chat.CloseCode(end.Code) != chat.CloseNotInvited || end.Reason == "" || len(before) != 3 {
		t.Errorf("closed with %d %q after %q", end.Code, end.Reason, before)
	}
	for _, line := range before {
		if line != "! "+chat.BadInvitation().Text {
			t.Errorf("it is told %q", line)
		}
	}
}

func TestPlainClientMayGoAgain(t *testing.T) {
	c := knock(t, start(t, byInvitation))
	c.send("/quit")
	if _, end := c.closed(); end.Code != websocket.StatusNormalClosure {
		t.Errorf("/quit closed with %d", end.Code)
	}
}

func TestPlainClientThatSendsNonsenseAtTheDoorIsClosed(t *testing.T) {
	p := start(t, byInvitation)
	c := knock(t, p)
	c.send(strings.Repeat("x", chat.MaxFrame+1))
	if _, end := c.closed(); chat.CloseCode(end.Code) != chat.CloseTooBig {
		t.Errorf("a large line closed with %d", end.Code)
	}
	c = knock(t, p)
	if err := c.conn.Write(t.Context(), websocket.MessageBinary, []byte{1}); err != nil {
		t.Fatal(err)
	}
	if _, end := c.closed(); chat.CloseCode(end.Code) != chat.CloseUnsupported {
		t.Errorf("a binary message closed with %d", end.Code)
	}
}

// TestEveryEndIsSaidInWords comes in both modes as those who may not: the code
// and a sentence are in the close frame, and the sentence before it too.
func TestEveryEndIsSaidInWords(t *testing.T) {
	p := start(t)
	olga, _ := owner(t, p)
	_, bob := become(t, p, token("bob"), chat.Hello{Name: "Bob"})
	asks[chat.Ack](olga, chat.ChangeMember{ID: "ban", Room: chat.Place, Change: chat.Banned, Person: bob.You.ID, Until: chat.Forever})
	for _, protocols := range [][]string{{chat.Protocol}, nil} {
		c := dial(t, p, "/ws", protocols, bearer(token("bob")))
		if protocols != nil {
			c.say(chat.Hello{})
		}
		before, end := c.closed()
		said := chat.BannedUntil(chat.Forever).Text
		if chat.CloseCode(end.Code) != chat.CloseBanned || end.Reason != said || len(before) != 1 || !strings.Contains(before[0], said) {
			t.Errorf("%v: %d %q, after %q", protocols, end.Code, end.Reason, before)
		}
	}
}

// TestGuestInATerminalEnters where the place is open: by an invitation to a room
// they are somebody from then on, with the name they had.
func TestGuestInATerminalEnters(t *testing.T) {
	p := start(t)
	olga, _ := owner(t, p)
	made := asks[chat.Ack](olga, chat.Create{ID: "1", Title: "Den", Access: chat.Private})
	asks[chat.Ack](olga, chat.Invite{ID: "2", Secret: token("den"), Room: made.Room, Uses: 1, For: 60_000})
	c := dial(t, p, "/ws", nil, nil)
	c.send("/name Vera")
	c.lineThat(func(s string) bool { return strings.Contains(s, "Vera") })
	c.send("/enter " + token("wrong"))
	c.lineThat(func(s string) bool { return s == "! "+chat.BadInvitation().Text+" (bad_invitation)" })
	c.send("before")
	c.lineThat(func(s string) bool { return s == "Vera: before" })
	c.send("/enter " + token("den"))
	told := c.lineThat(func(s string) bool { return strings.Contains(s, "Authorization: Bearer ") })
	c.send("/join " + made.Room)
	c.send("I am in")
	c.lineThat(func(s string) bool { return s == "#"+made.Room+" Vera: I am in" })
	c.send("/join lobby")
	c.send("here too")
	c.lineThat(func(s string) bool { return s == "Vera: here too" })
	c.conn.CloseNow()
	_, token, _ := strings.Cut(told, "Bearer ")
	if _, w := become(t, p, token, chat.Hello{}); w.You.Name != "Vera" || !w.You.Known || len(w.Rooms) != 2 {
		t.Errorf("with the token it is %+v in %d rooms", w.You, len(w.Rooms))
	}
}
