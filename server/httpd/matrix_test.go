package httpd_test

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
)

// in is what becomes of whoever is let in; anybody else is told a code.
const in chat.CloseCode = 0

// door is what becomes of whoever may show an invitation first.
const door chat.CloseCode = 1

// TestWhoGetsIn has everybody ask for everything there is over HTTP, in a place
// that is open and in one that takes an invitation. What somebody may do inside
// is hub's and the store's to decide, and in their matrices.
func TestWhoGetsIn(t *testing.T) {
	const home = "203.0.113.7"
	for _, open := range []bool{true, false} {
		p, network := startMapped(t, home, func(c *httpd.Config) { c.Open = open })
		_, page := get(t, p, "/")
		olga, _ := owner(t, p)
		secret := invitation(t, p)

		// Everybody has come before, in a browser and as a program.
		been := func(name string, room string) (*browser, string) {
			shown := secret
			if room != "" {
				shown = token("room")
				asks[chat.Ack](olga, chat.Invite{ID: "invite", Secret: shown, Room: room, Uses: 2, For: 60_000})
			}
			b, program := newBrowser(t), token(name)
			b.visit(p, chat.Hello{Name: name, Invitation: shown})
			become(t, p, program, chat.Hello{Name: name + " II", Invitation: shown})
			return b, program
		}
		room := asks[chat.Ack](olga, chat.Create{ID: "room", Access: chat.Private, Title: "A room"}).Room
		member, memberToken := been("Member", "")
		ended, endedToken := been("Ended", "")
		banned, bannedToken := been("Banned", "")
		guest, guestToken := been("Guest", room)
		for _, c := range []client{first(ended.visit(p, chat.Hello{})), first(become(t, p, endedToken, chat.Hello{}))} {
			mine := asks[chat.Listing](c, chat.List{ID: "list", What: chat.ListDevices}).Devices
			c.say(chat.SignOut{ID: "end", Device: mine[0].ID})
			c.closed()
		}
		for i, w := range []chat.Welcome{second(banned.visit(p, chat.Hello{})), second(become(t, p, bannedToken, chat.Hello{}))} {
			asks[chat.Ack](olga, chat.ChangeMember{ID: fmt.Sprint("ban-", i), Room: chat.Place, Change: chat.Banned, Person: w.You.ID, Until: chat.Forever})
		}
		const elsewhere = "203.0.113.8"
		asks[chat.Ack](olga, chat.ChangeMember{ID: "address", Room: chat.Place, Change: chat.Banned, Address: elsewhere, Until: chat.Forever})

		// Whoever comes to an open place is in the place, also if they were in one
		// room only until then.
		stranger, uninvited := in, in // what becomes of those, in typed and in plain mode
		if !open {
			stranger, uninvited = chat.CloseNotInvited, door
		}
		for _, tt := range []struct {
			who                        string
			browser                    *browser // nil for a new one
			token                      string   // of a program
			from, invitation           string
			typed, plain               chat.CloseCode // in the browser
			programTyped, programPlain chat.CloseCode
		}{
			{who: "nobody", typed: stranger, plain: uninvited, programTyped: stranger, programPlain: uninvited},
			{who: "a program with a new token", token: token("new"), typed: stranger, plain: uninvited, programTyped: stranger, programPlain: uninvited},
			{who: "whoever is invited", token: token("invited"), invitation: secret, plain: uninvited, programPlain: uninvited},
			{who: "whoever shows what is no invitation", token: token("guessing"), invitation: token("guess"),
				typed: stranger, plain: uninvited, programTyped: stranger, programPlain: uninvited},
			{who: "a member", browser: member, token: memberToken},
			{who: "whose session was ended", browser: ended, token: endedToken, // a browser begins anew
				typed: stranger, plain: uninvited, programTyped: chat.CloseSignedOut, programPlain: chat.CloseSignedOut},
			{who: "whose session was ended, with an invitation", browser: ended, token: endedToken, invitation: secret,
				plain: uninvited, programTyped: chat.CloseSignedOut, programPlain: chat.CloseSignedOut},
			{who: "a banned person", browser: banned, token: bannedToken,
				typed: chat.CloseBanned, plain: chat.CloseBanned, programTyped: chat.CloseBanned, programPlain: chat.CloseBanned},
			{who: "a banned person with an invitation", browser: banned, token: bannedToken, invitation: secret,
				typed: chat.CloseBanned, plain: chat.CloseBanned, programTyped: chat.CloseBanned, programPlain: chat.CloseBanned},
			{who: "a member at a banned address", browser: member, token: memberToken, from: elsewhere,
				typed: chat.CloseBanned, plain: chat.CloseBanned, programTyped: chat.CloseBanned, programPlain: chat.CloseBanned},
			{who: "whoever is invited at a banned address", token: token("late"), from: elsewhere, invitation: secret,
				typed: chat.CloseBanned, plain: chat.CloseBanned, programTyped: chat.CloseBanned, programPlain: chat.CloseBanned},
			{who: "a guest of one room", browser: guest, token: guestToken},
		} {
			t.Run(fmt.Sprintf("open %v/%s", open, tt.who), func(t *testing.T) {
				network.come(cmp.Or(tt.from, home))
				b := newBrowser(t)
				if tt.browser != nil {
					b.Client = &http.Client{Jar: tt.browser.Jar} // with connections of its own
				}
				for _, path := range []string{"/", "/room/lobby", "/room/" + room, "/room/" + room + "/1", "/room/none"} {
					if res, body := send(t, b.Client, p, http.MethodGet, path, ""); res.StatusCode != 200 || body != page || len(res.Cookies()) > 0 {
						t.Errorf("%s: %d", path, res.StatusCode)
					}
				}
				hello := chat.Hello{Invitation: tt.invitation}
				// Plain mode first: it gives a browser no session.
				c, _ := b.dial(p, "/ws")
				outcome(c, "a browser in plain mode", tt.plain, false)
				c, _ = b.dial(p, "/ws", chat.Protocol)
				c.say(hello)
				outcome(c, "a browser", tt.typed, tt.who != "a guest of one room" || open)
				c = dial(t, p, "/ws", nil, bearer(tt.token))
				outcome(c, "a program in plain mode", tt.programPlain, false)
				outcome(speak(t, p, tt.token, hello), "a program", tt.programTyped, tt.who != "a guest of one room" || open)

				want := 204
				if tt.typed == chat.CloseBanned && tt.from != "" {
					want = 403
				}
				fresh := newBrowser(t)
				fresh.Client = &http.Client{Jar: fresh.Jar, Transport: &http.Transport{DisableKeepAlives: true}}
				if res, text := fresh.bring(p, `{"token":"`+token("brought")+`"}`); res.StatusCode != want || (want == 403) != strings.Contains(text, `"banned"`) {
					t.Errorf("to bring a session: %d %s", res.StatusCode, text)
				}
			})
		}
	}
}

// outcome looks at what becomes of a connection, and, if it is in, whether it is
// in the lobby, as far as its first message says.
func outcome(c client, how string, want chat.CloseCode, lobby bool) {
	c.Helper()
	first, err := c.read()
	got, said := in, first
	switch {
	case err != nil || strings.Contains(first, `"type":"closing"`) || strings.HasPrefix(first, "! "):
		_, end := c.closed()
		got, said = chat.CloseCode(end.Code), end.Reason
	case first == chat.Greeting:
		if said = c.line(); said == chat.AskInvitation {
			got = door
		}
	case !strings.HasPrefix(first, `{"type":"welcome"`):
		got = -1
	case lobby != strings.Contains(first, `"name":"lobby"`):
		c.Errorf("%s is in %s", how, first)
	}
	if got != want || said == "" {
		c.Errorf("%s: %d %q, want %d", how, got, said, want)
	}
}

func first[A, B any](a A, _ B) A  { return a }
func second[A, B any](_ A, b B) B { return b }
