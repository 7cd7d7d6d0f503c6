package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

var (
	somePeople = []string{"owner", "mod", "ann", "bob", "kim", "lee", "guest", "nobody"}
	someRooms  = []string{chat.Lobby, chat.Place, "garden", "cellar", "attic", DirectRoom([]string{"ann", "bob"})}
)

// anything is what somebody might do next, allowed or not.
func anything(r *rand.Rand, n int) (author string, a Act) {
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	author, room, person := pick(somePeople), pick(someRooms), pick(somePeople)
	id := fmt.Sprint(n)
	if r.IntN(10) == 0 {
		id = fmt.Sprint(r.IntN(n + 1)) // of something before, perhaps of theirs
	}
	var until time.Time
	if r.IntN(2) == 0 {
		until = noon.Add(time.Duration(n+r.IntN(60)) * time.Second)
	}
	message := r.Int64N(int64(n)/4 + 2)
	switch r.IntN(26) {
	case 0:
		return author, chat.Delete{ID: id, Room: room, Message: message, Reason: "why"}
	case 1:
		return author, chat.Create{ID: id, Room: pick([]string{"garden", "cellar", "attic"}), Title: id, Access: []chat.Access{chat.Public, chat.Private}[r.IntN(2)], With: []string{person}}
	case 2:
		return author, chat.Create{ID: id, Access: chat.Direct, With: []string{person}}
	case 3:
		return author, chat.ChangeRoom{ID: id, Room: room, Title: new("title " + id), Locked: new(r.IntN(3) == 0)}
	case 4:
		return author, chat.ChangeRoom{ID: id, Room: room, Archived: new(r.IntN(3) == 0)}
	case 5:
		return author, chat.ChangeRoom{ID: id, Room: room, About: new(id), Slow: new(int64(r.IntN(3) * 1000))}
	case 6, 7:
		return author, chat.ChangeMember{ID: id, Room: room, Change: chat.Joined}
	case 8:
		return author, chat.ChangeMember{ID: id, Room: room, Change: chat.Left}
	case 9:
		return author, chat.ChangeMember{ID: id, Room: room, Change: chat.Added, Person: person}
	case 10:
		return author, chat.ChangeMember{ID: id, Room: room, Change: []chat.Change{chat.Removed, chat.Banned, chat.Muted}[r.IntN(3)], Person: person, Until: until, Reason: id}
	case 11:
		return author, chat.ChangeMember{ID: id, Room: room, Change: chat.Appointed, Person: person, Role: chat.Role(r.IntN(4))}
	case 12:
		return author, chat.ChangeMember{ID: id, Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7", Until: until}
	case 13:
		return author, chat.Report{ID: id, Room: room, Message: message}
	case 14:
		return author, chat.Settle{ID: id, Report: message}
	case 15:
		return author, chat.Mark{ID: id, Room: room, Seq: message, Unread: r.IntN(2) == 0}
	case 16:
		return author, Rename{"Name " + id, "name " + id}
	case 17, 20, 21, 22:
		enter := entering(person)
		enter.Open = r.IntN(4) > 0
		if r.IntN(2) == 0 {
			enter.Invitation = HashOf(fmt.Sprint("invitation ", r.IntN(5)))
		}
		if r.IntN(8) == 0 {
			enter.Session, enter.Person = HashOf("new "+id), "new "+id
		}
		return "", enter
	case 18:
		return author, &Invite{Secret: HashOf(fmt.Sprint("invitation ", r.IntN(5))), ID: id, Room: room, Role: chat.RoleMember, Uses: 2, Expires: noon.Add(time.Hour), Device: r.IntN(4) == 0}
	case 19:
		switch r.IntN(12) {
		case 0:
			return author, Depart{Erased: r.IntN(2) == 0}
		case 1:
			return "", &LetGo{Unseen: noon.Add(time.Duration(n) * time.Second), Most: 2}
		case 2:
			return "", &Erase{Most: 3}
		case 3:
			return author, &EndSession{ID: "of-" + person}
		}
		return author, Profile{About: id}
	}
	return author, post(id, room)
}

// history is n entries that come of a seed, and before them those of whom it is
// about.
func history(seed uint64, n int) (all []*Entry) {
	r := rand.New(rand.NewPCG(seed, 5))
	add := func(author string, a Act) {
		e := &Entry{Author: chat.Person{ID: author, Name: strings.ToUpper(author)}, Act: a, Time: noon.Add(time.Duration(len(all)) * time.Second)}
		if r.IntN(20) == 0 {
			e.From = "192.0.2.7"
		}
		all = append(all, e)
	}
	for _, role := range []chat.Role{chat.RoleOwner, chat.RoleModerator} {
		id := map[chat.Role]string{chat.RoleOwner: "owner", chat.RoleModerator: "mod"}[role]
		add("", &Invite{Secret: HashOf(id), ID: id, Room: chat.Place, Role: role, Uses: 1, Expires: noon.Add(time.Hour)})
		enter := entering(id)
		enter.Invitation = HashOf(id)
		add("", enter)
	}
	for _, id := range []string{"ann", "bob", "kim"} {
		add("", entering(id))
	}
	for len(all) < n {
		add(anything(r, len(all)))
	}
	return all
}

// TestReplayedEventsMakeTheTables has people do whatever they like, and then
// reads each room from its start, in any chunks, as a client does.
func TestReplayedEventsMakeTheTables(t *testing.T) {
	done, refused := 0, 0
	for seed := range uint64(8) {
		l := open(t, t.TempDir())
		entries := history(seed, 500)
		l.do(t, entries...)
		for _, e := range entries {
			if e.Fault != nil {
				refused++
			} else {
				done++
			}
		}
		for _, room := range someRooms {
			l.replay(t, rand.New(rand.NewPCG(seed, 6)), room)
		}
		if t.Failed() {
			t.Fatalf("with the seed %d", seed)
		}
		l.Close()
	}
	t.Logf("%d done, %d refused", done, refused)
	if done < 1000 || refused < 1000 {
		t.Errorf("%d acts were done and %d refused: too few to tell", done, refused)
	}
}

// replay compares what the events of a room make with what the tables hold.
func (l *log) replay(t *testing.T, r *rand.Rand, id string) {
	t.Helper()
	room, members := chat.FirstRoom(id), make(map[string]chat.Member)
	gone, left := make(map[int64]bool), make(map[string]bool)
	var messages []chat.Message
	for seq := int64(0); ; {
		page, err := l.After(t.Context(), id, seq, 1+r.IntN(20))
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			seq++
			if s := e.Stamped(); s.Seq != seq || s.Room != id {
				t.Fatalf("%s: at %d there is %+v", id, seq, e)
			}
			for range 1 + r.IntN(2) { // once more changes nothing
				room.Apply(e)
				if c, ok := e.(chat.MemberChanged); ok && c.In == "" && c.Person.ID != "" {
					m := members[c.Person.ID]
					m.Apply(c.Person.ID, c)
					members[c.Person.ID] = m
				}
			}
			switch e := e.(type) {
			case chat.Message:
				messages = append(messages, e)
			case chat.Deleted:
				gone[e.Message] = e.In == ""
			case chat.MemberChanged:
				left[e.Person.ID] = left[e.Person.ID] || e.Erased
			}
		}
	}
	for _, m := range messages {
		if want := gone[m.Seq] || left[m.Author.ID]; m.Gone != want || (m.Text == "") != want {
			t.Errorf("%s: %+v, and it is gone: %v", id, m, want)
		}
	}
	stored, err := l.Room(t.Context(), id)
	if err != nil || stored == nil != (room.Access == "") || stored != nil && *stored != room {
		t.Errorf("the events make %+v, the table holds %+v, %v", room, stored, err)
	}
	found, err := l.Members(t.Context(), id, "", 1000)
	if err != nil || len(found) != len(members) {
		t.Errorf("%s: the events make %d members, the table holds %d, %v", id, len(members), len(found), err)
	}
	for _, m := range found {
		if m.InRoom != members[m.ID] {
			t.Errorf("%s: the events make of %s %+v, the table holds %+v", id, m.ID, members[m.ID], m.InRoom)
		}
	}
}

// TestSameEntriesMakeTheSameLog applies the same entries in one go, and one by
// one with restarts: what the writer decides does not depend on how they come
// together, or on what it has in memory.
func TestSameEntriesMakeTheSameLog(t *testing.T) {
	for seed := range uint64(3) {
		atOnce := open(t, t.TempDir())
		atOnce.do(t, history(seed, 300)...)
		want := atOnce.dump(t)
		atOnce.Close()
		folder := t.TempDir()
		oneByOne := open(t, folder)
		for i, e := range history(seed, 300) {
			if oneByOne.do(t, e); i%50 == 0 {
				oneByOne.Close()
				oneByOne = open(t, folder)
			}
		}
		if got := oneByOne.dump(t); !slices.Equal(got, want) {
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("with the seed %d the logs differ:\n%s\n%s", seed, want[i], got[i])
				}
			}
			t.Fatalf("with the seed %d there are %d rows and %d", seed, len(want), len(got))
		}
		oneByOne.Close()
	}
}

// dump is all that a log holds.
func (l *log) dump(t *testing.T) (all []string) {
	t.Helper()
	for _, table := range []string{"events", "people", "sessions", "rooms", "members", "banned_addresses", "invitations", "marks", "hidden", "reports"} {
		rows, err := l.read.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		var found []string
		for rows.Next() {
			row := make([]any, len(columns))
			for i := range row {
				row[i] = new(any)
			}
			if err := rows.Scan(row...); err != nil {
				t.Fatal(err)
			}
			var line strings.Builder
			line.WriteString(table)
			for i, v := range row {
				fmt.Fprintf(&line, " %s=%v", columns[i], *v.(*any))
			}
			found = append(found, line.String())
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 && table == "events" {
			t.Fatal("nothing happened")
		}
		slices.Sort(found)
		all = append(all, found...)
	}
	return all
}
