package hub

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// notIn is the role of somebody who is not let in.
const notIn chat.Role = -1

// roleBy is what somebody new is in the place who comes by an invitation.
func roleBy(t *testing.T, h *Hub, name, secret string) chat.Role {
	t.Helper()
	hello := chat.Hello{Token: tokenOf(name), Name: name, Invitation: secret}
	l, err := h.Join(Visit{Hello: hello, Token: hello.Token}, new(recorder))
	if err != nil {
		return notIn
	}
	defer l.Leave()
	return welcomeOf(t, l).You.Member.Role
}

func TestInvitationOfThePlaceStaysAsLongAsItIsGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		invite := func(kept string) Invitation {
			t.Helper()
			i, err := h.Invite(kept)
			if err != nil || chat.CheckToken(i.Secret) != nil || i.Secret == "" {
				t.Fatalf("%+v, %v", i, err)
			}
			return i
		}
		first := invite("")
		if first.Uses != guestsUses || time.Until(first.Expires) > guestsFor || time.Until(first.Expires) < guestsFor-time.Second {
			t.Errorf("a new one is %+v", first)
		}
		if role := roleBy(t, h, "Ann", first.Secret); role != chat.RoleMember {
			t.Errorf("who comes by it and has a name is %d", role)
		}
		if again := invite(first.Secret); again.Secret != first.Secret || again.Uses != guestsUses-1 || !again.Expires.Equal(first.Expires) {
			t.Errorf("it was %+v, and is %+v", first, again)
		}
		if other := invite("somebody-wrote-this-into-the-file"); other.Secret == first.Secret || other.Uses != guestsUses {
			t.Errorf("another one is %+v", other)
		}
		for n := range guestsUses / 2 {
			roleBy(t, h, fmt.Sprint("Person ", n), first.Secret)
		}
		used := invite(first.Secret)
		if used.Secret == first.Secret {
			t.Errorf("one that is half used up stays: %+v", used)
		}
		pass(guestsFor/2 + time.Minute)
		if late := invite(used.Secret); late.Secret == used.Secret {
			t.Errorf("one that is soon too old stays: %+v", late)
		}
		if i, err := h.log.Invitation(t.Context(), store.HashOf(used.Secret), time.Now()); err != nil || i == nil {
			t.Errorf("one that was passed on is not good any more: %v", err)
		}
	})
}

func TestPlaceInvitesItsFirstOwnerByOneLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		invite := func(kept string) *Invitation {
			t.Helper()
			i, err := h.InviteOwner(kept)
			if err != nil {
				t.Fatal(err)
			}
			return i
		}
		first := invite("")
		if again := invite(first.Secret); again.Secret != first.Secret {
			t.Errorf("it was %+v, and is %+v", first, again)
		}
		everybody, err := h.Invite(first.Secret)
		if err != nil || everybody.Secret == first.Secret {
			t.Fatalf("everybody is to be the owner: %v", err)
		}
		second := invite(everybody.Secret) // as if the file had been mixed up
		if second.Secret == everybody.Secret || second.Secret == first.Secret {
			t.Fatal("it keeps what is not the owner's")
		}
		for name, secret := range map[string]string{"Everybody": everybody.Secret, "First": first.Secret} {
			if role := roleBy(t, h, name, secret); role != chat.RoleMember {
				t.Errorf("%s is %d", name, role)
			}
		}
		if role := roleBy(t, h, "Olga", second.Secret); role != chat.RoleOwner {
			t.Errorf("who comes by the link is %d", role)
		}
		if i := invite(second.Secret); i != nil {
			t.Errorf("a place with an owner invites one: %+v", i)
		}
		if role := roleBy(t, h, "Mallory", second.Secret); role != notIn {
			t.Errorf("who comes by it after that is %d", role)
		}
	})
}

func TestOwnersLinkIsGoodForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		i, err := h.InviteOwner("")
		if err != nil {
			t.Fatal(err)
		}
		pass(ownerFor)
		if role := roleBy(t, h, "Late", i.Secret); role != notIn {
			t.Errorf("who comes by it after that is %d", role)
		}
	})
}
