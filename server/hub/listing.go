package hub

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// list answers a List, a page of [chat.PageSize] at a time. It reads from disk.
// Guests who are not known again are on no list: they are around, or they are
// not there.
func (h *Hub) list(l *Listener, c chat.List) (chat.Listing, *chat.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	return asker{h: h, l: l, now: time.Now(), ctx: ctx}.list(c)
}

// An asker is somebody who asks for a list. The error of its methods is a
// [*chat.Fault] if they may not.
type asker struct {
	h   *Hub
	l   *Listener
	now time.Time
	ctx context.Context
}

func (a asker) list(c chat.List) (chat.Listing, *chat.Fault) {
	page := chat.Listing{ID: c.ID, What: c.What}
	var err error
	switch c.What {
	case chat.ListRooms:
		err = a.rooms(c, &page)
	case chat.ListPeople:
		err = a.people(c, &page)
	case chat.ListDevices:
		err = a.devices(&page)
	case chat.ListInvitations:
		err = a.invitations(c, &page)
	case chat.ListReports:
		err = a.reports(c, &page)
	case chat.ListAddresses:
		err = a.addresses(c, &page)
	}
	if fault, ok := errors.AsType[*chat.Fault](err); ok {
		return chat.Listing{}, fault
	}
	if err != nil {
		return chat.Listing{}, chat.NotRead()
	}
	return page, nil
}

// may tells whether they may do something in a room, or why not.
func (a asker) may(d chat.Deed, room string) error {
	c, err := a.h.log.Standing(a.ctx, a.l.person.id, room, a.now)
	if err != nil {
		return err
	}
	if fault := chat.May(d, c); fault != nil {
		return fault
	}
	return nil
}

// can tells whether they may, and nothing of why not.
func (a asker) can(d chat.Deed, room string) (bool, error) {
	err := a.may(d, room)
	if _, ok := errors.AsType[*chat.Fault](err); ok {
		return false, nil
	}
	return err == nil, err
}

// rooms lists the public ones, to those in the place.
func (a asker) rooms(c chat.List, page *chat.Listing) (err error) {
	if err := a.may(chat.ToRead, chat.Lobby); err != nil {
		return err
	}
	page.Rooms, err = a.h.log.Listed(a.ctx, c.After, chat.PageSize)
	if len(page.Rooms) == chat.PageSize {
		page.Next = page.Rooms[chat.PageSize-1].ID
	}
	return err
}

// people lists those of a room, to whoever can read it, and those of the place,
// to those in it. Who keeps order there finds who is banned or muted, too. What
// somebody is told about others is in the room's log; that of the place is not
// for everybody.
func (a asker) people(c chat.List, page *chat.Listing) error {
	room := cmp.Or(c.Room, chat.Place)
	read := room
	if room == chat.Place {
		read = chat.Lobby
	}
	if err := a.may(chat.ToRead, read); err != nil {
		return err
	}
	keeps, err := a.can(chat.ToMute, room)
	if err != nil {
		return err
	}
	prefix := nameKey(c.Find)
	if c.Find != "" && prefix == "" {
		return nil // no name begins like this
	}
	found, err := a.h.log.People(a.ctx, store.Search{
		Room: room, Prefix: prefix, ID: c.Find, After: c.After, Barred: keeps, Now: a.now, Most: chat.PageSize,
	})
	if err != nil {
		return err
	}
	a.h.mu.Lock()
	defer a.h.mu.Unlock()
	for i, f := range found {
		if room == chat.Lobby { // everybody in the place is in it
			f.InRoom.Here, f.InRoom.Role = f.InPlace.Here, max(f.InRoom.Role, f.InPlace.Role)
		}
		if room == chat.Place && !keeps {
			f.InRoom.Muted, f.InRoom.Banned = time.Time{}, time.Time{}
		}
		who := chat.Profiled{Person: f.Person, About: f.About, Since: f.Since, Member: f.InRoom}
		if p := a.h.people[f.ID]; p != nil {
			who.State = p.state()
		}
		page.People = append(page.People, who)
		if i == len(found)-1 && len(found) >= chat.PageSize {
			page.Next = f.Key
		}
	}
	return nil
}

// devices lists one's own.
func (a asker) devices(page *chat.Listing) error {
	sessions, err := a.h.log.Sessions(a.ctx, a.l.person.id)
	for _, s := range sessions {
		page.Devices = append(page.Devices, chat.Device{ID: s.ID, Name: s.Device, Since: s.Since, Seen: s.Seen, This: s.ID == a.l.device})
	}
	return err
}

// invitations lists one's own, and to those who invite to the place everybody's.
func (a asker) invitations(c chat.List, page *chat.Listing) error {
	author := a.l.person.id
	all, err := a.can(chat.ToInvite, chat.Place)
	if err != nil {
		return err
	}
	if all {
		author = ""
	}
	open, err := a.h.log.Invitations(a.ctx, author, a.now)
	if err != nil {
		return err
	}
	for _, i := range open {
		at := fmt.Sprintf("%015d-%s", i.Expires.UnixMilli(), i.ID)
		if at <= c.After {
			continue
		}
		if len(page.Invitations) == chat.PageSize {
			last := page.Invitations[chat.PageSize-1]
			page.Next = fmt.Sprintf("%015d-%s", last.Expires.UnixMilli(), last.ID)
			break
		}
		page.Invitations = append(page.Invitations, chat.Invitation{ID: i.ID, Author: i.Author, Room: i.Room, Role: i.Role, Uses: i.Uses, Expires: i.Expires})
	}
	return nil
}

// reports lists those that are not settled.
func (a asker) reports(c chat.List, page *chat.Listing) (err error) {
	if err := a.may(chat.ToSettle, chat.Place); err != nil {
		return err
	}
	after, _ := strconv.ParseInt(c.After, 10, 64) // 0 if it is none of ours
	page.Reports, err = a.h.log.Reports(a.ctx, after, chat.PageSize)
	if n := len(page.Reports); n == chat.PageSize {
		page.Next = strconv.FormatInt(page.Reports[n-1].Seq, 10)
	}
	return err
}

// addresses lists those that are banned now, in the order of their names.
func (a asker) addresses(c chat.List, page *chat.Listing) error {
	if err := a.may(chat.ToBan, chat.Place); err != nil {
		return err
	}
	a.h.mu.Lock()
	defer a.h.mu.Unlock()
	for _, address := range slices.Sorted(maps.Keys(a.h.banned)) {
		until := a.h.banned[address]
		if address <= c.After || !until.After(a.now) {
			continue
		}
		if len(page.Addresses) == chat.PageSize {
			page.Next = page.Addresses[chat.PageSize-1].Address
			break
		}
		page.Addresses = append(page.Addresses, chat.BannedAddress{Address: address, Until: until})
	}
	return nil
}
