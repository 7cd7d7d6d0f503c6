package store

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
)

func invitation1(secret, room string, uses int) *Invite {
	return &Invite{Secret: HashOf(secret), ID: secret, Room: room, Role: chat.RoleMember, Uses: uses, Expires: noon.Add(24 * time.Hour)}
}

// invited is somebody's first visit where it takes an invitation.
func invited(id, secret string) *Enter {
	e := entering(id)
	e.Open, e.Invitation = false, HashOf(secret)
	return e
}

// TestOneUseAdmitsOne has a hundred people use an invitation for one at once.
func TestOneUseAdmitsOne(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner")
	l.does(t, "owner", invitation1("once", chat.Place, 1))
	const people = 100
	entries := make([]*Entry, people)
	for i := range entries {
		entries[i] = l.act("", invited(fmt.Sprint("p", i), "once"))
	}
	before := len(l.out)
	var all sync.WaitGroup
	for _, e := range entries {
		all.Go(func() {
			if err := l.Place(e); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	l.wait(t, before+people)
	admitted := 0
	for i, e := range entries {
		who, err := l.Session(t.Context(), HashOf(fmt.Sprint("p", i)))
		if err != nil || e.Err != nil {
			t.Fatal(err, e.Err)
		}
		if in := e.Fault == nil; in != (who != nil) || in != (len(e.Events) == 1) {
			t.Errorf("%d: %v, %d events, and the session is %+v's", i, e.Fault, len(e.Events), who)
		} else if in {
			admitted++
		} else if e.Fault.Code != chat.CodeBadInvitation {
			t.Errorf("%d: %v", i, e.Fault)
		}
	}
	if admitted != 1 {
		t.Errorf("%d were let in by an invitation for one", admitted)
	}
}

func TestInvitationsEnd(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann")
	l.does(t, "owner", invitation1("twice", chat.Place, 2))
	l.does(t, "", invited("bob", "twice"))
	l.does(t, "", invited("bob", "twice")) // a reload of the page uses nothing up
	l.does(t, "ann", entering("x").of(t, l, "twice"))
	l.does(t, "", invited("kim", "twice"))
	l.mayNot(t, "", invited("lee", "twice"), chat.CodeBadInvitation)
	l.does(t, "", invited("kim", "twice")) // and who is in does not need it any more
	l.mayNot(t, "", invited("lee", "never made"), chat.CodeBadInvitation)
	uninvited := entering("lee")
	uninvited.Open = false
	l.mayNot(t, "", uninvited, chat.CodeBadInvitation)

	l.does(t, "owner", invitation1("taken-back", chat.Place, 5))
	l.does(t, "ann", Revoke{"never made"})
	l.mayNot(t, "ann", Revoke{"taken-back"}, chat.CodeNotAllowed)
	l.does(t, "owner", Revoke{"taken-back"})
	l.mayNot(t, "", invited("lee", "taken-back"), chat.CodeBadInvitation)

	l.does(t, "owner", invitation1("old", chat.Place, 5))
	late := l.act("", invited("lee", "old"))
	late.Time = noon.Add(24 * time.Hour)
	if l.do(t, late); late.Fault == nil {
		t.Error("an invitation that is too old let somebody in")
	}
	if open, err := l.Invitations(t.Context(), "owner", noon); err != nil || len(open) != 1 || open[0].ID != "old" || open[0].Author.Name != "OWNER" {
		t.Errorf("what can be used: %+v, %v", open, err)
	}
	if i, err := l.Invitation(t.Context(), HashOf("twice"), noon); i != nil || err != nil {
		t.Errorf("the one that is used up: %+v, %v", i, err)
	}
	if i, err := l.Invitation(t.Context(), HashOf("old"), noon); i == nil || err != nil || i.Uses != 5 {
		t.Errorf("the one that is not: %+v, %v", i, err)
	}
}

// of is what a page asks that has a session and follows an invitation.
func (c *Enter) of(t *testing.T, l *log, secret string) *Enter {
	t.Helper()
	c.Session, c.Person, c.Invitation = HashOf("ann"), "ann", HashOf(secret)
	return c
}

func TestWhoMayInvite(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "mod", "ann")
	owners := invitation1("owners", chat.Place, 1)
	owners.Role = chat.RoleOwner
	l.mayNot(t, "ann", invitation1("a", chat.Place, 1), chat.CodeNotAllowed)
	l.mayNot(t, "mod", owners, chat.CodeNotAllowed)
	l.does(t, "mod", invitation1("b", chat.Place, 1))
	l.does(t, "owner", owners)
	l.does(t, "", entering("x").of(t, l, "owners")) // Ann follows it, and is an owner
	if who, err := l.Person(t.Context(), "ann"); err != nil || who.InPlace.Role != chat.RoleOwner {
		t.Errorf("she is %+v, %v", who, err)
	}
	l.mayNot(t, "mod", chat.ChangeMember{ID: "1", Room: chat.Place, Change: chat.Banned, Person: "ann", Until: chat.Forever}, chat.CodeNotAllowed)
	for i := range chat.MaxInvitations - 1 {
		l.does(t, "mod", invitation1(fmt.Sprint("more", i), chat.Place, 1))
	}
	l.mayNot(t, "mod", invitation1("one too many", chat.Place, 1), chat.CodeTooMany)
}

func TestInvitationToOneRoomLeadsOnlyThere(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann", "bob")
	l.does(t, "ann", chat.Create{ID: "1", Room: "cellar", Access: chat.Private})
	l.mayNot(t, "bob", invitation1("not his", "cellar", 1), chat.CodeNoRoom)
	l.does(t, "ann", invitation1("to-cellar", "cellar", 2))
	l.does(t, "", invited("kim", "to-cellar"))
	l.does(t, "kim", post("1", "cellar"))
	l.mayNot(t, "kim", post("2", chat.Lobby), chat.CodeNoRoom)
	l.mayNot(t, "kim", chat.Create{ID: "3", Access: chat.Direct, With: []string{"ann"}}, chat.CodeNoRoom)
	l.does(t, "kim", Rename{"Kimberly", "kimberly"})
	l.mayNot(t, "kim", post("4", chat.Lobby), chat.CodeNoRoom) // a name alone lets nobody into the place
	rooms, err := l.Rooms(t.Context(), "kim")
	if err != nil || len(rooms) != 1 || rooms[0].ID != "cellar" {
		t.Errorf("her rooms: %+v, %v", rooms, err)
	}
	if seen := last[chat.MemberChanged](t, l, chat.Place); seen.In != "cellar" || seen.Person.ID != "kim" || seen.Via != "to-cellar" {
		t.Errorf("the audit's last: %+v", seen)
	}
	l.does(t, "", entering("x").of(t, l, "to-cellar")) // Ann is there already
	bob := entering("bob")
	bob.Invitation = HashOf("to-cellar")
	l.does(t, "", bob) // whom nobody let in yet
	if m := last[chat.MemberChanged](t, l, "cellar"); m.Person.ID != "bob" || m.Role != chat.RoleMember {
		t.Errorf("the last to come: %+v", m)
	}
	l.mayNot(t, "", invited("lee", "to-cellar"), chat.CodeBadInvitation)
}
