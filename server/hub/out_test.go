package hub

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

func TestABanClosesAllConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		bob, phone, ann := known(t, h, "Bob"), known(t, h, "Bob"), known(t, h, "Ann")
		does(t, ann, garden("1"))
		does(t, bob, joining("1", "garden"))
		take(t, ann)
		until := wireTime(time.Now().Add(time.Hour))
		bob.Do(post("before", "before"))
		owner.Do(chat.ChangeMember{ID: "b", Room: chat.Place, Change: chat.Banned, Person: bob.person.id, Until: until})
		bob.Do(post("behind", "behind"))
		phone.Do(post("behind too", "behind"))
		events := take(t, ann)
		if said := only[chat.Message](events); len(said) != 1 || said[0].Text != "before" {
			t.Errorf("said: %+v", said)
		}
		if out := in("garden", events); len(out) != 1 || out[0].(chat.MemberChanged).Person.ID != bob.person.id || out[0].(chat.MemberChanged).Change != chat.Removed {
			t.Errorf("in the garden: %+v", out)
		}
		for _, l := range []*Listener{bob, phone} {
			if _, closed := messages(t, l); closed == nil || closed.Code != chat.CloseBanned || closed.Code.ComeBack() {
				t.Errorf("closed with %+v", closed)
			}
			l.Leave()
		}
		_, err := h.Join(Visit{Hello: chat.Hello{}, Token: tokenOf("Bob")}, new(recorder))
		if r, ok := err.(*Refused); !ok || r.Code != chat.CloseBanned {
			t.Errorf("he comes back: %v", err)
		}
		pass(time.Hour)
		if w := welcomeOf(t, known(t, h, "Bob")); w.You.Name != "Bob" || len(w.Rooms) != 1 {
			t.Errorf("when it is over: %+v", w)
		}
	})
}

func TestABannedAddressIsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		from := func(address, token string) (*Listener, error) {
			return h.Join(Visit{Token: token, Address: address}, new(recorder))
		}
		bob, _ := from("192.0.2.7", tokenOf("Bob"))
		guest, _ := from("192.0.2.7", "")
		other, _ := from("192.0.2.8", "")
		does(t, owner, chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7", Until: chat.Forever})
		for l, out := range map[*Listener]bool{bob: true, guest: true, other: false} {
			if _, closed := messages(t, l); (closed != nil) != out || out && closed.Code != chat.CloseBanned {
				t.Errorf("%s: closed with %+v", l.address, closed)
			}
		}
		for _, token := range []string{"", tokenOf("Bob"), tokenOf("somebody new")} {
			_, err := from("192.0.2.7", token)
			if r, ok := err.(*Refused); !ok || r.Code != chat.CloseBanned {
				t.Errorf("another one from there: %v", err)
			}
		}
		if f := h.Banned("192.0.2.7"); f == nil || f.Code != chat.CodeBanned || h.Banned("192.0.2.8") != nil {
			t.Errorf("banned: %v", f)
		}
		does(t, owner, chat.ChangeMember{ID: "2", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7"})
		if _, err := from("192.0.2.7", tokenOf("Bob")); err != nil {
			t.Errorf("when it is over: %v", err)
		}
	})
}

func TestWhoIsOutOfThePlaceIsToldWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Open = false
		owner := keeper(t, h, "Owner", chat.RoleOwner)
		bob, ann := keeper(t, h, "Bob", chat.RoleMember), keeper(t, h, "Ann", chat.RoleMember)
		does(t, owner, chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Removed, Person: bob.person.id})
		if _, closed := messages(t, bob); closed == nil || closed.Code != chat.CloseRemoved {
			t.Errorf("removed, and closed with %+v", closed)
		}
		bob.Leave()
		ann.Do(chat.Depart{ID: "1"})
		texts, closed := messages(t, ann)
		if closed == nil || closed.Code != chat.CloseLeft || !strings.Contains(strings.Join(texts, "\n"), `"type":"ack","id":"1"`) {
			t.Errorf("left, and closed with %+v after %q", closed, texts)
		}
		ann.Leave()
		for token, code := range map[string]chat.CloseCode{
			"":                     chat.CloseNotInvited,
			tokenOf("Bob"):         chat.CloseNotInvited,
			tokenOf("Ann"):         chat.CloseSignedOut,
			tokenOf("not invited"): chat.CloseNotInvited,
		} {
			_, err := h.Join(Visit{Token: token}, new(recorder))
			if r, ok := err.(*Refused); !ok || r.Code != code {
				t.Errorf("%q: %v, want %d", token, err, code)
			}
		}
		if !h.Knows(tokenOf("Bob")) || h.Knows(tokenOf("Ann")) || h.Knows("") {
			t.Error("the sessions that are known are not those there are")
		}
	})
}

func TestAnEndedSessionIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		laptop := known(t, h, "Ann")
		secret := tokenOf("to the phone")
		does(t, laptop, chat.Invite{ID: "1", Secret: secret, Room: chat.Place, Uses: 1, For: time.Minute.Milliseconds(), Device: true})
		phone := join(t, h, chat.Hello{Token: tokenOf("phone"), Invitation: secret})
		if w := welcomeOf(t, phone); w.You.Person != laptop.person.public() || phone.person != laptop.person {
			t.Fatalf("on the phone she is %+v", w.You)
		}
		tab := join(t, h, chat.Hello{Token: tokenOf("phone")})
		does(t, laptop, chat.SignOut{ID: "2", Device: phone.device})
		for l, out := range map[*Listener]bool{laptop: false, phone: true, tab: true} {
			if _, closed := messages(t, l); (closed != nil) != out || out && closed.Code != chat.CloseSignedOut {
				t.Errorf("closed with %+v", closed)
			}
		}
		does(t, laptop, post("3", "still here"))
		if h.Knows(tokenOf("phone")) {
			t.Error("the session is still there")
		}
		// Its token does not lead back: it makes a stranger.
		if w := welcomeOf(t, join(t, h, chat.Hello{Token: tokenOf("phone")})); w.You.ID == laptop.person.id {
			t.Errorf("the token of an ended session leads to %+v", w.You)
		}
	})
}

func TestAnInvitationForOneLetsInOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Open = false
		secret := tokenOf("for one")
		byItself(t, h, &store.Invite{Secret: store.HashOf(secret), ID: "one", Room: chat.Place, Role: chat.RoleMember, Uses: 1, Expires: time.Now().Add(time.Hour)})
		const people = 100
		results := make(chan error, people)
		for i := range people {
			go func() {
				hello := chat.Hello{Name: fmt.Sprint("p", i), Invitation: secret}
				_, err := h.Join(Visit{Hello: hello, Token: tokenOf(hello.Name)}, new(recorder))
				results <- err
			}()
		}
		in := 0
		for range people {
			switch err := (<-results).(type) {
			case nil:
				in++
			case *Refused:
				if err.Code != chat.CloseNotInvited || err.Code.ComeBack() {
					t.Errorf("refused with %+v", err.Close)
				}
			default:
				t.Error(err)
			}
		}
		if in != 1 {
			t.Errorf("%d of %d came in", in, people)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.people) != 1 || len(h.names) != 0 {
			t.Errorf("%d people and %d names are kept", len(h.people), len(h.names))
		}
	})
}
