package hub

import (
	"context"
	"crypto/rand"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// What the place itself invites with: everybody, and the first owner.
const (
	guestsUses = 100
	guestsFor  = 7 * 24 * time.Hour
	ownerFor   = 24 * time.Hour
)

// An Invitation is one that the place itself made, with its secret.
type Invitation struct {
	Secret  string
	Uses    int // that are left
	Expires time.Time
}

// Invite returns an invitation of the place's own for everybody: the one with
// the secret that was kept from an earlier start, if it is good for long enough,
// so that a link which was passed on is not replaced for nothing, or a new one.
// Who comes by it is a guest until they have a name. It waits for the disk.
func (h *Hub) Invite(kept string) (Invitation, error) {
	return h.inviteAs(chat.RoleGuest, guestsUses, guestsFor, kept)
}

// InviteOwner returns an invitation, good once, for whoever is to be the first
// owner, in the same way; nil if the place has one. No other one from the place
// is good from then on.
func (h *Hub) InviteOwner(kept string) (*Invitation, error) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	has, err := h.log.HasOwner(ctx)
	if err != nil {
		return nil, err
	}
	var i Invitation
	if !has {
		if i, err = h.inviteAs(chat.RoleOwner, 1, ownerFor, kept); err != nil {
			return nil, err
		}
	}
	made, err := h.log.Invitations(ctx, "", time.Now())
	if err != nil {
		return nil, err
	}
	current, err := h.log.Invitation(ctx, store.HashOf(i.Secret), time.Now())
	if err != nil {
		return nil, err
	}
	for _, old := range made {
		if old.Author.ID == "" && old.Role == chat.RoleOwner && (current == nil || old.ID != current.ID) {
			if err := h.act(store.Revoke{ID: old.ID}); err != nil {
				return nil, err
			}
		}
	}
	if has {
		return nil, nil
	}
	return &i, nil
}

// inviteAs returns the kept invitation if half of its time and uses are left, or
// a new one.
func (h *Hub) inviteAs(role chat.Role, uses int, lasts time.Duration, kept string) (Invitation, error) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	now := time.Now()
	old, err := h.log.Invitation(ctx, store.HashOf(kept), now)
	if err != nil {
		return Invitation{}, err
	}
	if old != nil && old.Author.ID == "" && old.Role == role && 2*old.Uses >= uses && old.Expires.Sub(now) >= lasts/2 {
		return Invitation{kept, old.Uses, old.Expires}, nil
	}
	made := Invitation{rand.Text(), uses, wireTime(now.Add(lasts))} // 130 random bits
	return made, h.act(&store.Invite{
		Secret: store.HashOf(made.Secret), ID: newID(),
		Room: chat.Place, Role: role, Uses: uses, Expires: made.Expires,
	})
}

// act has the place itself do something and waits until it is on disk.
func (h *Hub) act(a store.Act) error {
	fault, err := h.wait(&store.Entry{Act: a, Time: wireTime(time.Now())})
	if fault != nil {
		return fault
	}
	return err
}
