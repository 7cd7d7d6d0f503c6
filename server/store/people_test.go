package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

func TestFirstVisit(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.come(t, "ann")
	again := entering("ann")
	again.Name, again.Key = "Someone else", "someone else"
	l.does(t, "", again) // a reload
	if want := (chat.Person{ID: "ann", Name: "ANN"}); again.Entered != want {
		t.Errorf("when back she is %+v, want %+v", again.Entered, want)
	}
	bob := entering("bob")
	bob.Name, bob.Key = "Ann", "ann"
	l.does(t, "", bob)
	if bob.Entered.Name != "guest-abcd" || bob.Refused == nil || bob.Refused.Code != chat.CodeNameTaken {
		t.Errorf("with her name he is %+v, %v", bob.Entered, bob.Refused)
	}
	kim := entering("kim")
	kim.Name, kim.Key = "", ""
	l.does(t, "", kim)
	if kim.Entered.Name != "guest-abcde" {
		t.Errorf("without a name she is %+v", kim.Entered)
	}
	l.mayNot(t, "kim", Rename{"Ann", "ann"}, chat.CodeNameTaken)
	l.mayNot(t, "kim", chat.Create{ID: "1", Room: "garden", Access: chat.Public}, chat.CodeNotAllowed)
	l.does(t, "kim", Rename{"Kim", "kim"})
	l.does(t, "kim", chat.Create{ID: "1", Room: "garden", Access: chat.Public})
	l.Close()

	l = open(t, folder)
	for token, want := range map[string]string{"ann": "ANN member", "bob": "guest-abcd guest", "kim": "Kim member"} {
		who, err := l.Session(t.Context(), HashOf(token))
		if err != nil || who == nil || fmt.Sprint(who.Name, " ", who.InPlace.Role) != want {
			t.Errorf("after a restart %s is %+v, %v; want %s", token, who, err, want)
		}
		if sessions, err := l.Sessions(t.Context(), who.ID); err != nil || len(sessions) != 1 || who.Session != sessions[0] || who.Session.Seen.IsZero() {
			t.Errorf("%s was found by %+v, and has %+v, %v", token, who.Session, sessions, err)
		}
	}
	if who, err := l.Session(t.Context(), HashOf("nobody")); who != nil || err != nil {
		t.Errorf("an unknown session is %+v's, %v", who, err)
	}
}

// TestTokenIsNowhere looks for what was secret in the files.
func TestTokenIsNowhere(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	enter := entering("ann")
	enter.Session = HashOf("a-very-secret-token-of-ann")
	l.does(t, "", enter)
	found(t, folder, "a-very-secret-token-of-ann", false)
	found(t, folder, "ANN", true)
}

func TestSecondDeviceAndTheEndOfASession(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "ann")
	link := func(secret string) *Invite {
		return &Invite{Secret: HashOf(secret), ID: secret, Device: true, Expires: noon.Add(chat.DeviceLinkFor)}
	}
	phone := func(session, secret string) *Enter {
		return &Enter{Session: HashOf(session), Person: "p-" + session, ID: session, Device: "phone", Name: "X", Key: "x", Guest: "abcdefgh", Invitation: HashOf(secret)}
	}
	l.does(t, "ann", link("first"))
	l.does(t, "ann", link("second"))
	l.mayNot(t, "", phone("phone", "first"), chat.CodeBadInvitation) // only the latest is good
	enter := phone("phone", "second")
	l.does(t, "", enter)
	if want := (chat.Person{ID: "ann", Name: "ANN"}); enter.Entered != want {
		t.Errorf("on her phone she is %+v, want %+v", enter.Entered, want)
	}
	l.mayNot(t, "", phone("thief", "second"), chat.CodeBadInvitation)
	if all, err := l.Sessions(t.Context(), "ann"); err != nil || len(all) != 2 || all[0].Device != "phone" {
		t.Errorf("her sessions: %+v, %v", all, err)
	}

	end := &EndSession{ID: "of-ann"}
	l.does(t, "bob", end)
	if end.Session != (Hash{}) {
		t.Error("somebody else ended it")
	}
	l.does(t, "ann", end)
	if end.Session != HashOf("ann") {
		t.Errorf("she ended %x", end.Session)
	}
	l.mayNot(t, "", entering("ann"), chat.CodeSignedOut) // the token does not come back
	l.does(t, "", phone("phone", "second"))              // and hers on the phone still does
	late := link("late")
	l.does(t, "ann", late)
	tooLate := l.act("", phone("other", "late"))
	tooLate.Time = late.Expires
	if l.do(t, tooLate); tooLate.Fault == nil || tooLate.Fault.Code != chat.CodeBadInvitation {
		t.Errorf("a link that is too old: %v", tooLate.Fault)
	}
	for i := range chat.MaxDevices - 1 {
		l.does(t, "ann", link(fmt.Sprint("more", i)))
		l.does(t, "", phone(fmt.Sprint("phone", i), fmt.Sprint("more", i)))
	}
	l.does(t, "ann", link("one too many"))
	l.mayNot(t, "", phone("one too many", "one too many"), chat.CodeTooMany)
}

func TestLeavingForGood(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.come(t, "owner", "ann", "bob")
	l.does(t, "ann", chat.Create{ID: "c", Room: "garden", Access: chat.Public})
	for _, who := range []string{"ann", "bob"} {
		l.does(t, who, chat.ChangeMember{ID: "j", Room: "garden", Change: chat.Joined})
		l.does(t, who, post("from-"+who, "garden"))
		l.does(t, who, post("1", chat.Lobby))
	}
	l.mayNot(t, "owner", Depart{}, chat.CodeNotAllowed) // the place needs one
	l.does(t, "ann", Depart{})
	l.does(t, "bob", Depart{Erased: true})
	for _, who := range []string{"ann", "bob"} {
		l.mayNot(t, "", entering(who), chat.CodeSignedOut)
		l.mayNot(t, who, post("2", chat.Lobby), chat.CodeSignedOut)
		if p, err := l.Person(t.Context(), who); p != nil || err != nil {
			t.Errorf("%s is still %+v, %v", who, p, err)
		}
	}
	other := entering("other")
	other.Name, other.Key = "ANN", "ann"
	if l.does(t, "", other); other.Entered.Name != "ANN" {
		t.Errorf("her name is not free: %+v", other)
	}
	for _, room := range []string{"garden", chat.Lobby} {
		for _, e := range l.events(t, room) {
			if m, ok := e.(chat.Message); ok && (m.Author.Name != "" || m.Gone != (m.Author.ID == "bob") || m.Gone != (m.Text == "")) {
				t.Errorf("in %s: %+v", room, m)
			}
		}
		if left := last[chat.MemberChanged](t, l, room); left.Change != chat.Left || left.Person != (chat.Person{ID: "bob"}) || !left.Erased {
			t.Errorf("the last in %s: %+v", room, left)
		}
	}
	erase := &Erase{Most: 1}
	for turns := 0; ; turns++ {
		if l.does(t, "", erase); !erase.Left {
			break
		}
		if turns > 10 {
			t.Fatal("it does not end")
		}
	}
	l.Close()
	found(t, folder, "text of from-bob", false)
	found(t, folder, "BOB", false)
	found(t, folder, "text of from-ann", true)
}

func TestWhoDidNothingIsLetGo(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann", "bob", "kim", "lee")
	l.does(t, "ann", post("1", chat.Lobby))
	l.does(t, "kim", chat.Create{ID: "c", Room: "garden", Access: chat.Public})
	late := l.act("", entering("lee")) // is seen once more
	late.Time = noon.Add(time.Hour)
	l.do(t, late)
	letGo := &LetGo{Unseen: noon.Add(time.Hour), Most: 10}
	if l.does(t, "", letGo); letGo.Gone != 1 {
		t.Errorf("%d were let go, want Bob", letGo.Gone)
	}
	for _, who := range []string{"owner", "ann", "bob", "kim", "lee"} {
		if p, err := l.Person(t.Context(), who); err != nil || (p == nil) != (who == "bob") {
			t.Errorf("%s: %+v, %v", who, p, err)
		}
	}
	other := entering("other")
	other.Name, other.Key = "Bob", "bob"
	if l.does(t, "", other); other.Entered.Name != "Bob" {
		t.Errorf("his name is not free: %+v", other)
	}
	l.does(t, "", entering("bob")) // and he may come again
}

// found tells whether a text is somewhere in the files of a log.
func found(t *testing.T, folder, text string, want bool) {
	t.Helper()
	got := false
	for _, data := range files(t, folder) {
		got = got || strings.Contains(data, text)
	}
	if got != want {
		t.Errorf("%q is in the files: %v", text, got)
	}
}

// TestDeviceChangesOver has a device that is somebody's follow the link to a device
// of somebody else's.
func TestDeviceChangesOver(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann", "bob", "kim")
	l.does(t, "bob", post("1", chat.Lobby)) // and Kim did nothing
	link := func(secret string) Hash {
		l.does(t, "ann", &Invite{Secret: HashOf(secret), ID: secret, Device: true, Expires: noon.Add(chat.DeviceLinkFor)})
		return HashOf(secret)
	}
	follow := func(id string, secret Hash) *Enter {
		e := entering(id)
		e.Invitation, e.Open = secret, false
		return e
	}
	become := func(session, instead string, secret Hash) *Enter {
		return &Enter{Session: HashOf(session), Person: "p-" + session, ID: session, Guest: "abcdefgh", Invitation: secret, Instead: HashOf(instead)}
	}
	who := func(session string) string {
		t.Helper()
		w, err := l.Session(t.Context(), HashOf(session))
		if err != nil {
			t.Fatal(err)
		}
		if w == nil {
			return ""
		}
		return w.ID
	}
	first := link("first")
	asks := follow("bob", first)
	l.does(t, "", asks)
	if asks.Entered.ID != "bob" || asks.Becomes == nil || asks.Becomes.ID != "ann" || asks.Becomes.Name != "ANN" || !asks.Becomes.Last {
		t.Errorf("he comes as %+v and can be %+v", asks.Entered, asks.Becomes)
	}
	if own := follow("ann", first); l.does(t, "", own) == nil || own.Becomes != nil || own.Entered.ID != "ann" {
		t.Errorf("she follows her own and comes as %+v, can be %+v", own.Entered, own.Becomes)
	}
	change := become("bob-as-ann", "bob", first)
	l.does(t, "", change)
	if change.Entered.ID != "ann" || change.Was != "bob" || who("bob-as-ann") != "ann" || who("bob") != "" {
		t.Errorf("it is %+v instead of %q; the old session is %q's", change.Entered, change.Was, who("bob"))
	}
	if p, err := l.Person(t.Context(), "bob"); err != nil || p == nil {
		t.Errorf("whoever said something is gone: %v", err)
	}
	l.mayNot(t, "", entering("bob"), chat.CodeSignedOut)
	l.mayNot(t, "", become("again", "kim", first), chat.CodeBadInvitation) // it was good once
	l.does(t, "owner", invitation1("for-anybody", chat.Place, 5))
	l.mayNot(t, "", become("again", "kim", HashOf("for-anybody")), chat.CodeBadInvitation)
	if who("kim") != "kim" {
		t.Error("what was refused ended a session")
	}
	second := link("second")
	late := l.act("", follow("kim", second))
	late.Time = noon.Add(chat.DeviceLinkFor)
	if l.do(t, late); late.Fault == nil || late.Fault.Code != chat.CodeBadInvitation {
		t.Errorf("a link that is too old: %v", late.Fault)
	}
	e := l.does(t, "", become("kim-as-ann", "kim", second))
	if p, err := l.Person(t.Context(), "kim"); err != nil || p != nil {
		t.Errorf("whoever did nothing is still %+v, %v", p, err)
	}
	if left := last[chat.MemberChanged](t, l, chat.Place); left.Change != chat.Left || left.Person.ID != "kim" || e.Author.ID != "ann" {
		t.Errorf("the last in the place is %+v, done by %+v", left, e.Author)
	}
	if sessions, err := l.Sessions(t.Context(), "ann"); err != nil || len(sessions) != 3 {
		t.Errorf("she has %+v, %v", sessions, err)
	}
}
