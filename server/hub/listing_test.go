package hub

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// asked is what somebody is answered who asks for a list.
func (w *world) asked(l *Listener, c chat.List) chat.Listing {
	w.t.Helper()
	c.ID = "list"
	take(w.t, l)
	l.Do(c)
	answers := only[chat.Listing](take(w.t, l))
	if len(answers) != 1 || answers[0].ID != "list" || answers[0].What != c.What {
		w.t.Fatalf("%+v is answered with %+v", c, answers)
	}
	return answers[0]
}

// also has somebody else connect.
func (w *world) also(who string, mode Mode) *Listener {
	w.t.Helper()
	mine := w.l
	w.come(who, mode)
	theirs := w.l
	w.l = mine
	return theirs
}

// described are people with what is told of them.
func described(people []chat.Profiled) string {
	var all []string
	for _, p := range people {
		s := fmt.Sprint(p.Name, " ", p.Member.Role)
		if p.State != chat.Offline {
			s += " " + string(p.State)
		}
		if !p.Member.Here {
			s += " not here"
		}
		if !p.Member.Muted.IsZero() {
			s += " muted"
		}
		if !p.Member.Banned.IsZero() {
			s += " banned"
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

func TestPeopleAreListed(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("owner", Typed)
		member, target := w.also("member", Typed), w.also("target", Typed)
		w.also("maker", Plain)
		target.Do(chat.Away{On: true})
		w.l.Do(chat.ChangeMember{ID: "m", Room: chat.Place, Change: chat.Muted, Person: idOf("other"), Until: chat.Forever})
		for _, c := range []struct {
			who  string
			l    *Listener
			ask  chat.List
			want string
		}{
			{"a member", member, chat.List{Room: "cellar"}, "maker owner online, member member online, target member away"},
			{"a member", member, chat.List{Room: "garden", Find: "M"}, "maker owner online, member member online, moderator member"},
			{"a member", member, chat.List{Find: "o"}, "other member, owner owner online"},
			{"a member", member, chat.List{Find: idOf("target")}, "target member away"},
			{"a member", member, chat.List{Room: "garden", Find: "ba"}, ""},
			{"a member", member, chat.List{Room: chat.Place, Find: "ba"}, "barred member"},
			{"a member", member, chat.List{Find: "nobody"}, ""},
			{"the owner", w.l, chat.List{Find: "o"}, "other member muted, owner owner online"},
			{"the owner", w.l, chat.List{Find: "ba"}, "banned guest not here banned, barred member"},
			{"the owner", w.l, chat.List{Room: "garden", Find: "barred"}, "barred guest not here banned"},
			{"the owner", w.l, chat.List{Room: chat.Lobby, Find: "own"}, "owner owner online"},
		} {
			c.ask.What = chat.ListPeople
			if got := w.asked(c.l, c.ask); described(got.People) != c.want || got.Next != "" {
				t.Errorf("%s asks for %+v: %s", c.who, c.ask, described(got.People))
			}
		}
	})
}

func TestListsComeInPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		w := &world{t: t, h: h}
		w.come("maker", Typed)
		w.l.Do(post("said", "hello"))
		settled()
		// More than there can be of a person's, so that the last page is short.
		const many = 2*chat.PageSize + 3
		place := func(e *store.Entry) {
			t.Helper()
			e.Time = wireTime(time.Now())
			if fault, err := h.wait(e); fault != nil || err != nil {
				t.Fatal(fault, err)
			}
		}
		for i := range many {
			who := fmt.Sprintf("person %03d", i)
			place(&store.Entry{Act: &store.Enter{
				Session: store.HashOf(secretOf(who)), Person: idOf(who), ID: who, Name: who, Key: who, Guest: "abcdefghijklmnop", Open: true,
			}})
			place(&store.Entry{Author: chat.Person{ID: idOf(who)}, Act: chat.Create{ID: "room", Room: fmt.Sprintf("room-%03d", i), Title: "Room", Access: chat.Public}})
			place(&store.Entry{Author: chat.Person{ID: idOf(who)}, Act: chat.Report{ID: "report", Room: chat.Lobby, Message: 1}})
			place(&store.Entry{Act: &store.Invite{Secret: store.HashOf(who), ID: who, Room: chat.Place, Uses: 1, Expires: wireTime(time.Now().Add(time.Duration(i%7+1) * time.Hour))}})
		}
		place(&store.Entry{Act: chat.ChangeMember{Room: chat.Place, Change: chat.Appointed, Person: idOf("maker"), Role: chat.RoleModerator}})
		for what, want := range map[chat.What]int{chat.ListPeople: many + 1, chat.ListRooms: many + 1, chat.ListInvitations: many, chat.ListReports: many} {
			seen := make(map[string]bool)
			pages := 0
			for after := ""; pages == 0 || after != ""; pages++ {
				page := w.asked(w.l, chat.List{What: what, After: after})
				n := len(seen)
				for _, p := range page.People {
					seen[p.ID] = true
				}
				for _, r := range page.Rooms {
					seen[r.ID] = true
				}
				for _, i := range page.Invitations {
					seen[i.ID] = true
				}
				for _, r := range page.Reports {
					seen[fmt.Sprint(r.Seq)] = true
				}
				if after = page.Next; after != "" && len(seen) != n+chat.PageSize {
					t.Errorf("a page of %s has %d new ones", what, len(seen)-n)
				}
				pass(time.Second) // within the rate
			}
			if pages != 3 || len(seen) != want {
				t.Errorf("%d %s on %d pages, want %d on 3", len(seen), what, pages, want)
			}
		}
	})
}

func TestDevicesAndInvitationsAreListed(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("maker", Typed)
		w.l.Do(chat.Invite{ID: "d", Secret: secretOf("link"), Room: chat.Place, Uses: 1, For: chat.DeviceLinkFor.Milliseconds(), Device: true})
		settled()
		phone, err := w.h.Join(Visit{Token: secretOf("phone"), Hello: chat.Hello{Invitation: secretOf("link"), Device: "A phone"}}, new(recorder))
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range []*Listener{w.l, phone} {
			devices := w.asked(l, chat.List{What: chat.ListDevices}).Devices
			if len(devices) != 2 || devices[0].Name != "A phone" || devices[0].This != (i == 1) || devices[1].This != (i == 0) || devices[1].ID != "session-maker" {
				t.Errorf("on device %d: %+v", i, devices)
			}
		}
		// A link to a device is nobody's invitation; those that are used up are on no list.
		mine := w.asked(w.l, chat.List{What: chat.ListInvitations}).Invitations
		if len(mine) != 1 || mine[0].ID != "of-maker" || mine[0].Author.Name != "maker" || mine[0].Room != "garden" || mine[0].Uses != 1 {
			t.Errorf("the maker's invitations: %+v", mine)
		}
		if others := w.asked(w.also("member", Typed), chat.List{What: chat.ListInvitations}).Invitations; len(others) != 0 {
			t.Errorf("a member sees %+v", others)
		}
		if all := w.asked(w.also("moderator", Typed), chat.List{What: chat.ListInvitations}).Invitations; len(all) != 1 || all[0].ID != "of-maker" {
			t.Errorf("a moderator sees %+v", all)
		}
		rooms := w.asked(w.l, chat.List{What: chat.ListRooms}).Rooms
		var ids []string
		for _, r := range rooms {
			ids = append(ids, r.ID)
		}
		if got := strings.Join(ids, " "); got != "attic garden lobby quarry ruin" {
			t.Errorf("the public rooms: %s", got)
		}
		reports := w.asked(w.also("owner", Typed), chat.List{What: chat.ListReports}).Reports
		if len(reports) != 1 || reports[0].Seq != w.report || reports[0].Text != "what the target said" || reports[0].Of.Name != "target" || reports[0].In != chat.Lobby {
			t.Errorf("reports: %+v", reports)
		}
	})
}

// A list is answered, or refused, also when the log cannot be read.
func TestListOfWhatCannotBeRead(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("owner", Typed)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for _, what := range []chat.What{chat.ListRooms, chat.ListPeople, chat.ListDevices, chat.ListInvitations, chat.ListReports} {
			if page, fault := (asker{w.h, w.l, time.Now(), ctx}).list(chat.List{What: what}); fault == nil || fault.Code != chat.CodeNotRead {
				t.Errorf("%s: %+v, %v", what, page, fault)
			}
		}
	})
}

// TestBannedAddressesAreListed has more of them than fit on a page, one whose ban
// is over and one whose ban was lifted.
func TestBannedAddressesAreListed(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, false)
		w.come("moderator", Typed)
		bans := func(address string, until time.Time) {
			t.Helper()
			c := chat.ChangeMember{ID: "ban " + address + until.String(), Room: chat.Place, Change: chat.Banned, Address: address, Until: until}
			if fault := w.l.done(c); fault != nil {
				t.Fatal(fault)
			}
		}
		for i := range chat.PageSize + 2 {
			bans(fmt.Sprintf("192.0.2.%d", 100+i), chat.Forever)
		}
		bans("192.0.2.110", time.Time{})
		bans("192.0.2.200", time.Now().Add(time.Minute))
		time.Sleep(2 * time.Minute) // of the bubble
		one := w.asked(w.l, chat.List{What: chat.ListAddresses})
		two := w.asked(w.l, chat.List{What: chat.ListAddresses, After: one.Next})
		if len(one.Addresses) != chat.PageSize || one.Next != "192.0.2.150" || !one.Addresses[0].Until.Equal(chat.Forever) {
			t.Errorf("the first page is %+v", one)
		}
		if len(two.Addresses) != 1 || two.Addresses[0].Address != "192.0.2.151" || two.Next != "" {
			t.Errorf("the second is %+v", two)
		}
	})
}
