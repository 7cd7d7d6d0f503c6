package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
)

func TestPrivateRoomIsItsPeoples(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann", "bob", "kim")
	l.does(t, "ann", chat.Create{ID: "1", Room: "cellar", Title: "The cellar", Access: chat.Private, With: []string{"bob"}})
	l.does(t, "bob", post("1", "cellar"))
	for _, who := range []string{"owner", "kim", "nobody"} {
		for _, a := range []Act{
			post("1", "cellar"), chat.Mark{ID: "2", Room: "cellar", Seq: 1}, chat.Quiet{ID: "3", Room: "cellar", On: true},
			chat.ChangeMember{ID: "4", Room: "cellar", Change: chat.Joined}, chat.ChangeRoom{ID: "5", Room: "cellar", Locked: new(true)},
			chat.Report{ID: "6", Room: "cellar", Message: 4}, chat.ChangeMember{ID: "7", Room: "cellar", Change: chat.Removed, Person: "bob"},
			chat.ChangeRoom{ID: "8", Room: "cellar"},
		} {
			l.mayNot(t, who, a, chat.CodeNoRoom)
		}
		if rooms, err := l.Rooms(t.Context(), who); err != nil || len(rooms) > 2 {
			t.Errorf("%s is in %+v, %v", who, rooms, err)
		}
		c, err := l.Standing(t.Context(), who, "cellar", noon)
		if err != nil || chat.May(chat.ToRead, c) == nil {
			t.Errorf("%s may read it: %+v, %v", who, c, err)
		}
	}
	c, err := l.Standing(t.Context(), "bob", "cellar", noon)
	if err != nil || chat.May(chat.ToRead, c) != nil || chat.May(chat.ToGovern, c) == nil {
		t.Errorf("Bob stands to it as %+v, %v", c, err)
	}
	if listed, err := l.Listed(t.Context(), "", 10); err != nil || len(listed) != 1 || listed[0].ID != chat.Lobby {
		t.Errorf("found are %+v, %v", listed, err)
	}
	l.does(t, "ann", chat.ChangeMember{ID: "9", Room: "cellar", Change: chat.Removed, Person: "bob"})
	l.mayNot(t, "bob", post("2", "cellar"), chat.CodeNoRoom)
	again := l.does(t, "bob", post("1", "cellar")) // what he said before is answered as before
	if !again.Duplicate || again.Seq != 4 {
		t.Errorf("his message again: %+v", again)
	}
}

func TestRoomIsMadeOnce(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "ann", "bob", "kim")
	first := l.does(t, "ann", chat.Create{ID: "1", Room: "garden", Title: "Garden", Access: chat.Public})
	again := l.does(t, "ann", chat.Create{ID: "1", Room: "garden", Title: "Garden", Access: chat.Public})
	if first.Seq != 1 || len(first.Events) != 2 || !again.Duplicate || again.Seq != 1 || len(again.Events) > 0 {
		t.Errorf("made as %+v, again %+v", first, again)
	}
	l.mayNot(t, "bob", chat.Create{ID: "1", Room: "garden", Access: chat.Public}, chat.CodeRoomTaken)
	l.mayNot(t, "bob", chat.Create{ID: "2", Room: chat.Lobby, Access: chat.Private}, chat.CodeRoomTaken)
	l.mayNot(t, "bob", chat.Create{ID: "3", Room: chat.Place, Access: chat.Private}, chat.CodeRoomTaken)
	l.mayNot(t, "ann", post("1", "garden"), chat.CodeBadID) // the id is that of another command

	id := DirectRoom([]string{"ann", "bob"})
	both := []*Entry{l.act("ann", chat.Create{ID: "5", Access: chat.Direct, With: []string{"bob", "ann"}}), l.act("bob", chat.Create{ID: "5", Access: chat.Direct, With: []string{"ann"}})}
	l.do(t, both...)
	if len(both[0].Events) != 3 || both[1].Fault != nil || len(both[1].Events) != 0 || both[0].Events[0].Stamped().Room != id {
		t.Errorf("begun from both sides: %+v, %+v", both[0], both[1])
	}
	l.does(t, "bob", post("hello", id))
	l.mayNot(t, "kim", post("hello", id), chat.CodeNoRoom)
	l.mayNot(t, "ann", chat.ChangeMember{ID: "6", Room: id, Change: chat.Added, Person: "kim"}, chat.CodeNotAllowed)
	l.mayNot(t, "ann", chat.Create{ID: "7", Access: chat.Direct, With: []string{"nobody"}}, chat.CodeNoPerson)
	l.mayNot(t, "ann", chat.Create{ID: "8", Access: chat.Direct, With: []string{"ann"}}, chat.CodeNoPerson)
}

func TestIDIsOfOneCommandOverAllRooms(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "ann", "bob")
	l.does(t, "ann", chat.Create{ID: "c", Room: "garden", Access: chat.Public})
	l.does(t, "ann", post("1", chat.Lobby))
	l.mayNot(t, "ann", post("1", "garden"), chat.CodeBadID)
	l.mayNot(t, "ann", chat.Delete{ID: "1", Room: chat.Lobby, Message: 1}, chat.CodeBadID)
	l.does(t, "ann", chat.Delete{ID: "d", Room: chat.Lobby, Message: 1})
	if again := l.does(t, "ann", chat.Delete{ID: "d", Room: chat.Lobby, Message: 1}); !again.Duplicate || again.Seq != 2 {
		t.Errorf("deleted again: %+v", again)
	}
	if again := l.does(t, "ann", post("1", chat.Lobby)); !again.Duplicate || again.Seq != 1 {
		t.Errorf("posted again what was deleted: %+v", again)
	}
}

func TestModeratorDeletes(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.come(t, "mod", "ann", "bob")
	l.does(t, "ann", chat.Create{ID: "c", Room: "cellar", Access: chat.Private})
	l.does(t, "ann", chat.Post{ID: "1", Room: "cellar", Text: "a password that slipped out" + strings.Repeat(" and more", 50)})
	l.mayNot(t, "bob", chat.Delete{ID: "d", Room: "cellar", Message: 3}, chat.CodeNoRoom)
	l.does(t, "mod", chat.Delete{ID: "d", Room: "cellar", Message: 3, Reason: "Asked for"})
	l.mayNot(t, "mod", chat.Delete{ID: "d2", Room: "cellar", Message: 3}, chat.CodeNoRoom) // which he cannot read
	l.mayNot(t, "ann", chat.Delete{ID: "d3", Room: "cellar", Message: 3}, chat.CodeNoMessage)
	for _, room := range []string{"cellar", chat.Place} {
		d := last[chat.Deleted](t, l, room)
		if d.Message != 3 || d.Author.Name != "MOD" || d.Of.Name != "ANN" || d.Reason != "Asked for" || d.In != map[bool]string{true: "cellar"}[room == chat.Place] {
			t.Errorf("in %s: %+v", room, d)
		}
	}
	l.Close()
	found(t, folder, "slipped out", false)
}

func TestReports(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "mod", "ann", "bob")
	l.does(t, "bob", post("1", chat.Lobby))
	l.does(t, "ann", chat.Report{ID: "r", Room: chat.Lobby, Message: 1, Reason: "Spam"})
	l.mayNot(t, "ann", chat.Report{ID: "r2", Room: chat.Lobby, Message: 2}, chat.CodeNoMessage)
	rooms, err := l.Rooms(t.Context(), "mod")
	if err != nil || len(rooms) != 2 || rooms[1].ID != chat.Place || rooms[1].Unread != 1 {
		t.Errorf("the moderator's rooms: %+v, %v", rooms, err)
	}
	open, err := l.Reports(t.Context(), 0, 10)
	if err != nil || len(open) != 1 || open[0].Text != "text of 1" || open[0].Of.Name != "BOB" || open[0].In != chat.Lobby {
		t.Fatalf("reported: %+v, %v", open, err)
	}
	if more, err := l.Reports(t.Context(), open[0].Seq, 10); err != nil || len(more) != 0 {
		t.Errorf("behind it: %+v, %v", more, err)
	}
	l.mayNot(t, "ann", chat.Settle{ID: "s", Report: open[0].Seq}, chat.CodeNotAllowed)
	l.does(t, "mod", chat.Settle{ID: "s", Report: open[0].Seq})
	l.mayNot(t, "mod", chat.Settle{ID: "s2", Report: open[0].Seq}, chat.CodeNoMessage)
	if open, err := l.Reports(t.Context(), 0, 10); err != nil || len(open) != 0 {
		t.Errorf("still reported: %+v, %v", open, err)
	}
	for _, e := range l.events(t, chat.Place) {
		if r, ok := e.(chat.Reported); ok && r.Text != "" {
			t.Errorf("the text stays in the audit: %+v", r)
		}
	}
}

func TestOrderInARoom(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "mod", "ann", "bob")
	l.does(t, "ann", post("1", chat.Lobby))
	l.does(t, "mod", chat.ChangeRoom{ID: "1", Room: chat.Lobby, Slow: new(int64(30_000))})
	l.does(t, "ann", post("2", chat.Lobby))
	if e := l.do(t, l.act("ann", post("3", chat.Lobby))); e.Fault == nil || e.Fault.RetryAfter != 29_000 || !e.Fault.Retry {
		t.Errorf("a second later in a slow room: %+v", e.Fault)
	}
	l.does(t, "mod", post("p1", chat.Lobby))
	l.does(t, "mod", post("p2", chat.Lobby))
	l.made += 30
	l.does(t, "ann", post("3", chat.Lobby))
	l.does(t, "mod", chat.ChangeRoom{ID: "2", Room: chat.Lobby, Slow: new(int64(0)), Locked: new(true)})
	l.mayNot(t, "ann", post("4", chat.Lobby), chat.CodeLocked)
	l.does(t, "mod", post("p3", chat.Lobby))
	l.does(t, "mod", chat.ChangeRoom{ID: "3", Room: chat.Lobby, Locked: new(false)})
	unlocked := l.act("mod", chat.ChangeRoom{ID: "4", Room: chat.Lobby, Locked: new(false)})
	if l.do(t, unlocked); unlocked.Fault != nil || len(unlocked.Events) > 0 {
		t.Errorf("unlocked again: %+v", unlocked)
	}
	l.mayNot(t, "mod", chat.ChangeRoom{ID: "5", Room: chat.Lobby, Archived: new(true)}, chat.CodeNotAllowed)

	muted := chat.ChangeMember{ID: "m", Room: chat.Place, Change: chat.Muted, Person: "ann", Until: noon.Add(time.Hour)}
	l.mayNot(t, "bob", muted, chat.CodeNotAllowed)
	l.does(t, "mod", muted)
	l.mayNot(t, "ann", post("5", chat.Lobby), chat.CodeMuted)
	later := l.act("ann", post("6", chat.Lobby))
	later.Time = noon.Add(time.Hour)
	if l.do(t, later); later.Fault != nil {
		t.Errorf("after an hour: %v", later.Fault)
	}
	l.mayNot(t, "mod", chat.ChangeMember{ID: "o", Room: chat.Place, Change: chat.Muted, Person: "owner", Until: chat.Forever}, chat.CodeNotAllowed)
	l.mayNot(t, "owner", chat.ChangeMember{ID: "o", Room: chat.Place, Change: chat.Appointed, Person: "owner", Role: chat.RoleMember}, chat.CodeNotAllowed)
	l.does(t, "owner", chat.ChangeMember{ID: "o2", Room: chat.Place, Change: chat.Appointed, Person: "mod", Role: chat.RoleOwner})
	l.does(t, "owner", chat.ChangeMember{ID: "o3", Room: chat.Place, Change: chat.Appointed, Person: "owner", Role: chat.RoleMember})
}

// TestBanAndPostRace has somebody speak while they are banned: what is in the
// log before the ban was said, and nothing behind it.
func TestBanAndPostRace(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "mod", "ann")
	l.does(t, "ann", chat.Create{ID: "c", Room: "cellar", Access: chat.Private})
	const posts = 400
	before := len(l.out)
	var all sync.WaitGroup
	ban := l.act("mod", chat.ChangeMember{ID: "b", Room: chat.Place, Change: chat.Banned, Person: "ann", Until: noon.Add(time.Hour)})
	half := make(chan struct{})
	all.Go(func() {
		for i := range posts {
			if i == posts/2 {
				close(half)
			}
			e := &Entry{Author: chat.Person{ID: "ann"}, Act: post(fmt.Sprint(i), []string{chat.Lobby, "cellar"}[i%2]), Time: noon}
			if err := l.Place(e); err != nil {
				t.Error(err)
			}
		}
	})
	<-half
	if err := l.Place(ban); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	banned := false
	for _, e := range l.wait(t, before+posts+1)[before:] {
		switch {
		case e == ban:
			banned = true
		case banned != (e.Fault != nil):
			t.Fatalf("%+v, and she is banned: %v", e, banned)
		}
	}
	l.mayNot(t, "ann", post("after", chat.Lobby), chat.CodeBanned)
	l.mayNot(t, "", entering("ann"), chat.CodeBanned)
	if m := last[chat.MemberChanged](t, l, "cellar"); m.Change != chat.Removed || m.Author.ID != "mod" {
		t.Errorf("the last in her room: %+v", m)
	}
	l.does(t, "mod", chat.ChangeMember{ID: "u", Room: chat.Place, Change: chat.Banned, Person: "ann"})
	back := entering("ann")
	l.does(t, "", back)
	l.does(t, "ann", post("back", chat.Lobby))
}

func TestBanOfAnAddress(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.come(t, "mod", "ann")
	ban := chat.ChangeMember{ID: "b", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7", Until: chat.Forever}
	l.mayNot(t, "ann", ban, chat.CodeNotAllowed)
	l.does(t, "mod", ban)
	from := func(author string, a Act, want bool) {
		t.Helper()
		e := l.act(author, a)
		e.From = "192.0.2.7"
		if l.do(t, e); (e.Fault != nil && e.Fault.Code == chat.CodeBanned) != want {
			t.Errorf("%+v from there: %v", a, e.Fault)
		}
	}
	from("ann", post("1", chat.Lobby), true)
	from("", entering("bob"), true)
	l.Close()
	l = open(t, folder)
	from("ann", chat.Mark{ID: "2", Room: chat.Lobby}, true)
	if all, err := l.BannedAddresses(t.Context()); err != nil || len(all) != 1 || !all["192.0.2.7"].Equal(chat.Forever) {
		t.Errorf("banned are %v, %v", all, err)
	}
	ban.ID, ban.Until = "u", time.Time{}
	l.does(t, "mod", ban)
	from("ann", post("3", chat.Lobby), false)
	if all, err := l.BannedAddresses(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("still banned are %v, %v", all, err)
	}
}

func TestUnreadOnTwoDevices(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "ann", "bob")
	l.does(t, "bob", chat.Create{ID: "c", Room: "garden", Access: chat.Public, With: []string{"ann"}})
	unread := func(want ...int) {
		t.Helper()
		rooms, err := l.Rooms(t.Context(), "ann")
		if err != nil || len(rooms) != 2 || rooms[0].Unread != want[0] || rooms[1].Unread != want[1] {
			t.Errorf("unread: %+v, %v; want %v", rooms, err, want)
		}
	}
	unread(0, 0)
	for i := range 5 {
		l.does(t, "bob", post(fmt.Sprint("l", i), chat.Lobby))
	}
	l.does(t, "bob", post("g", "garden")) // behind what made the room and let her in
	l.does(t, "ann", post("hers", "garden"))
	unread(1, 5)
	mark := func(seq int64, unread bool, want int64) {
		t.Helper()
		if e := l.does(t, "ann", chat.Mark{ID: "m", Room: chat.Lobby, Seq: seq, Unread: unread}); e.Seq != want {
			t.Errorf("marked at %d, want %d", e.Seq, want)
		}
	}
	mark(4, false, 4)
	mark(2, false, 4) // a device that lags behind
	unread(1, 1)
	mark(100, false, 5)
	unread(1, 0)
	mark(2, true, 2)
	unread(1, 3)
	l.does(t, "bob", chat.Delete{ID: "d", Room: chat.Lobby, Message: 3})
	unread(1, 2)
	for i := range 150 {
		l.do(t, l.act("bob", post(fmt.Sprint("g", i), "garden")))
	}
	unread(chat.MaxUnread+1, 2)
	l.does(t, "ann", chat.Quiet{ID: "q", Room: "garden", On: true})
	unread(chat.MaxUnread+1, 2)
	if rooms, _ := l.Rooms(t.Context(), "ann"); !rooms[0].Quiet || rooms[1].Quiet {
		t.Errorf("quiet: %+v", rooms)
	}
	l.mayNot(t, "nobody", chat.Mark{ID: "m", Room: chat.Lobby, Seq: 1}, chat.CodeNotAllowed)
	l.mayNot(t, "nobody", chat.Hide{ID: "h", Person: "bob", On: true}, chat.CodeNotAllowed)
	l.does(t, "ann", chat.Hide{ID: "h", Person: "bob", On: true})
	if hidden, err := l.Hidden(t.Context(), "ann"); err != nil || fmt.Sprint(hidden) != "[bob]" {
		t.Errorf("hidden: %v, %v", hidden, err)
	}
	l.does(t, "ann", chat.Hide{ID: "h", Person: "bob"})
	if hidden, err := l.Hidden(t.Context(), "ann"); err != nil || len(hidden) != 0 {
		t.Errorf("still hidden: %v, %v", hidden, err)
	}
}

// A list shows whom a direct conversation is with, and where something happened
// last.
func TestRoomsSayWhomTheyAreWithAndWhenSomethingHappened(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "ann", "bob", "kim")
	begun := l.does(t, "ann", chat.Create{ID: "c", Access: chat.Direct, With: []string{"bob", "kim"}})
	of := func(who string) (found Entered) {
		t.Helper()
		rooms, err := l.Rooms(t.Context(), who)
		for _, r := range rooms {
			if r.Access == chat.Direct {
				found = r
			} else if len(r.With) > 0 {
				t.Errorf("%s is with %v", r.ID, r.With)
			}
		}
		if err != nil || found.ID == "" {
			t.Fatalf("%s is in %+v, %v", who, rooms, err)
		}
		return found
	}
	if got := of("ann"); len(got.With) != 2 || got.With[0].ID != "bob" || got.With[0].Name == "" || got.With[1].ID != "kim" || !got.Active.Equal(begun.Time) {
		t.Errorf("with %v, active at %v, begun at %v", got.With, got.Active, begun.Time)
	}
	said := l.act("bob", post("p", of("bob").ID))
	said.Time = begun.Time.Add(time.Hour)
	l.do(t, said)
	l.does(t, "kim", Depart{})
	if got := of("ann"); !got.Active.After(begun.Time) || got.With[1].Name != "" {
		t.Errorf("active at %v, with %v", got.Active, got.With)
	}
}

func TestNobodyIsInTooManyRooms(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "ann", "bob")
	for i := range chat.MaxRooms {
		l.does(t, "ann", chat.Create{ID: fmt.Sprint(i), Room: fmt.Sprint("r", i), Access: chat.Public})
	}
	l.does(t, "bob", chat.Create{ID: "b", Room: "bobs", Access: chat.Public})
	l.mayNot(t, "ann", chat.ChangeMember{ID: "j", Room: "bobs", Change: chat.Joined}, chat.CodeTooMany)
	l.mayNot(t, "bob", chat.ChangeMember{ID: "a", Room: "bobs", Change: chat.Added, Person: "ann"}, chat.CodeTooMany)
	l.does(t, "ann", chat.ChangeMember{ID: "l", Room: "r0", Change: chat.Left})
	l.does(t, "ann", chat.ChangeMember{ID: "j2", Room: "bobs", Change: chat.Joined})
}

// What somebody hides does not count as unread to them, but for a report in the
// place.
func TestWhatTheHiddenSayIsNotCounted(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann", "bob")
	for i := range 3 {
		l.does(t, "ann", post(fmt.Sprint("a", i), chat.Lobby))
		l.does(t, "bob", post(fmt.Sprint("b", i), chat.Lobby))
	}
	l.does(t, "ann", chat.Report{ID: "r", Room: chat.Lobby, Message: 2})
	l.does(t, "owner", chat.Mark{Room: chat.Lobby, Seq: 0, Unread: true})
	unread := func(room string) int {
		t.Helper()
		rooms, err := l.Rooms(t.Context(), "owner")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rooms {
			if r.ID == room {
				return r.Unread
			}
		}
		t.Fatal("not in", room)
		return 0
	}
	if lobby, place := unread(chat.Lobby), unread(chat.Place); lobby != 6 || place != 1 {
		t.Errorf("at first %d and %d are unread", lobby, place)
	}
	l.does(t, "owner", chat.Hide{Person: "ann", On: true})
	if lobby, place := unread(chat.Lobby), unread(chat.Place); lobby != 3 || place != 1 {
		t.Errorf("with one hidden %d and %d are unread", lobby, place)
	}
	if e := l.does(t, "owner", chat.Mark{Room: chat.Lobby, Seq: 2}); e.Unread != 2 {
		t.Errorf("behind a mark %d are unread", e.Unread)
	}
	if e := l.does(t, "bob", chat.Mark{Room: chat.Lobby, Seq: 0, Unread: true}); e.Unread != 3 {
		t.Errorf("to another %d are unread", e.Unread)
	}
}
