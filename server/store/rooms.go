package store

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"

	"cyberchat/app/chat"
)

// DirectRoom is the id of the direct conversation among the people with these
// ids, in any order.
func DirectRoom(people []string) string {
	sum := sha256.Sum256([]byte("cyberchat direct\n" + strings.Join(unique(slices.Clone(people)...), "\n")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:15]))
}

// create makes a room, whose maker owns it, or finds the direct one there is.
func (t *turn) create(e *Entry, c chat.Create) (*chat.Fault, error) {
	place, err := t.room(chat.Place)
	if err != nil {
		return nil, err
	}
	if fault, err := t.may(e, chat.ToCreate, place); fault != nil || err != nil {
		return fault, err
	}
	others := slices.DeleteFunc(unique(slices.Clone(c.With)...), func(id string) bool { return id == e.Author.ID })
	id, role := c.Room, chat.RoleOwner
	if c.Access == chat.Direct {
		if len(others) == 0 {
			return chat.NoPerson(), nil
		}
		if len(others)+1 > chat.MaxDirect {
			return chat.TooMany(chat.MaxDirect, "people in a direct conversation"), nil
		}
		id, role = DirectRoom(append(others, e.Author.ID)), chat.RoleMember
	}
	r, err := t.room(id)
	if err != nil {
		return nil, err
	}
	if c.Access == chat.Direct && r.Access != "" {
		return nil, nil // it is there
	}
	if r.Access != "" || r.head > 0 {
		return chat.RoomTaken(id), nil
	}
	if fault, err := t.roomFor(e.Author.ID); fault != nil || err != nil {
		return fault, err
	}
	for _, other := range others {
		if fault, err := t.canBeAdded(e, other, r); fault != nil || err != nil {
			return fault, err
		}
	}
	made := chat.RoomChanged{Stamp: t.stamp(e, r), Created: c.Access}
	if c.Access != chat.Direct {
		made.Title = &c.Title
		if c.About != "" {
			made.About = &c.About
		}
	}
	if err := t.log(e, r, made); err != nil {
		return nil, err
	}
	if err := t.log(e, r, chat.MemberChanged{Stamp: t.stamp(e, r), Change: chat.Joined, Person: e.Author, Role: role}); err != nil {
		return nil, err
	}
	for _, other := range others {
		if err := t.add(e, other, r); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// changeRoom changes what differs. What keeps order is in the audit.
func (t *turn) changeRoom(e *Entry, c chat.ChangeRoom) (*chat.Fault, error) {
	r, err := t.room(c.Room)
	if err != nil {
		return nil, err
	}
	changed, deeds := different(r, c)
	if len(deeds) == 0 {
		deeds = []chat.Deed{chat.ToRead}
	}
	for _, deed := range deeds {
		if fault, err := t.may(e, deed, r); fault != nil || err != nil {
			return fault, err
		}
	}
	if deeds[0] == chat.ToRead {
		return nil, nil
	}
	changed.Stamp = t.stamp(e, r)
	if err := t.log(e, r, changed); err != nil || !slices.ContainsFunc(deeds, keepsOrder) {
		return nil, err
	}
	return nil, t.audit(e)
}

func keepsOrder(d chat.Deed) bool { return d == chat.ToGovern || d == chat.ToArchive }

// different is what c changes about a room, and what it takes to do so.
func different(r *room, c chat.ChangeRoom) (changed chat.RoomChanged, deeds []chat.Deed) {
	if c.Title != nil && *c.Title != r.Title {
		changed.Title, deeds = c.Title, append(deeds, chat.ToDescribe)
	}
	if c.About != nil && *c.About != r.About {
		changed.About, deeds = c.About, append(deeds, chat.ToDescribe)
	}
	if c.Archived != nil && *c.Archived != r.Archived {
		changed.Archived, deeds = c.Archived, append(deeds, chat.ToArchive)
	}
	if c.Locked != nil && *c.Locked != r.Locked {
		changed.Locked, deeds = c.Locked, append(deeds, chat.ToGovern)
	}
	if c.Slow != nil && *c.Slow != r.Slow {
		changed.Slow, deeds = c.Slow, append(deeds, chat.ToGovern)
	}
	return changed, deeds
}
