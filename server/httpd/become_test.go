package httpd_test

import (
	"net/http"
	"strings"
	"testing"

	"cyberchat/app/chat"
)

// TestBrowserFollowsALinkAsSomebodyElse has a browser that is somebody follow the
// link to a device of somebody else's: it stays who it is until its person says so,
// and then gets a token that nobody had before.
func TestBrowserFollowsALinkAsSomebodyElse(t *testing.T) {
	p := start(t, byInvitation)
	olga, isOlga := owner(t, p)
	asks[chat.Ack](olga, chat.Invite{ID: "1", Secret: token("for-bob"), Room: chat.Place, Uses: 2, For: 60_000})
	link := token("olgas-phone")
	asks[chat.Ack](olga, chat.Invite{ID: "2", Secret: link, Device: true})

	b := newBrowser(t)
	c, isBob := b.visit(p, chat.Hello{Invitation: token("for-bob"), Name: "Bob"})
	asks[chat.Ack](c, chat.Post{ID: "3", Room: chat.Lobby, Text: "I am Bob"})
	old := b.token(p)
	again, still := b.visit(p, chat.Hello{Invitation: link})
	if still.You.ID != isBob.You.ID || still.Becomes == nil || still.Becomes.Person != isOlga.You.Person || !still.Becomes.Last {
		t.Errorf("with the link he is %+v, and can be %+v", still.You, still.Becomes)
	}
	if isBob.Becomes != nil {
		t.Errorf("without it he can be %+v", isBob.Becomes)
	}
	if res, text := b.bring(p, `{"invitation":"`+token("for-bob")+`"}`); res.StatusCode != http.StatusForbidden || !strings.Contains(text, "bad_invitation") || b.token(p) != old {
		t.Errorf("another invitation: %d %s", res.StatusCode, text)
	}
	res, text := b.bring(p, `{"invitation":"`+link+`","device":"A phone"}`)
	if res.StatusCode != http.StatusNoContent || text != "" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("it is answered with %d %q", res.StatusCode, text)
	}
	for _, was := range []client{c, again} {
		if code, _ := was.endsWithin(0); code != chat.CloseSignedOut {
			t.Errorf("his connection is closed with %d", code)
		}
	}
	if new := b.token(p); new == old || len(new) < 26 {
		t.Errorf("the cookie has %q", new)
	}
	phone, is := b.visit(p, chat.Hello{})
	if is.You.Person != isOlga.You.Person {
		t.Errorf("then it is %+v", is.You)
	}
	devices := asks[chat.Listing](phone, chat.List{ID: "4", What: chat.ListDevices}).Devices
	if len(devices) != 2 {
		t.Errorf("her devices are %+v", devices)
	}
	program := speak(t, p, old, chat.Hello{})
	if code, _ := program.endsWithin(0); code != chat.CloseSignedOut {
		t.Errorf("with the old token: closed with %d", code)
	}
	if res, text := b.bring(p, `{"invitation":"`+link+`"}`); res.StatusCode != http.StatusForbidden || !strings.Contains(text, "bad_invitation") {
		t.Errorf("once more: %d %s", res.StatusCode, text)
	}
	if res, text := b.bring(p, `{"invitation":"short"}`); res.StatusCode != http.StatusBadRequest || !strings.Contains(text, "bad_token") {
		t.Errorf("what is no link: %d %s", res.StatusCode, text)
	}
}
