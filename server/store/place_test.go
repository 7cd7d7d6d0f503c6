package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// act is an entry of somebody's, a second after noon for each that the test has
// made before.
func (l *log) act(author string, a Act) *Entry {
	l.made++
	return &Entry{Author: chat.Person{ID: author, Name: strings.ToUpper(author)}, Act: a, Time: noon.Add(time.Duration(l.made) * time.Second)}
}

// do places entries and returns the last one when all are handed out.
func (l *log) do(t testing.TB, entries ...*Entry) *Entry {
	t.Helper()
	l.mu.Lock()
	n := len(l.out)
	l.mu.Unlock()
	l.place(t, entries...)
	l.wait(t, n+len(entries))
	for _, e := range entries {
		if e.Err != nil {
			t.Fatal(e.Err)
		}
	}
	return entries[len(entries)-1]
}

// does has somebody do something, which must not be refused.
func (l *log) does(t testing.TB, author string, a Act) *Entry {
	t.Helper()
	e := l.do(t, l.act(author, a))
	if e.Fault != nil {
		t.Fatalf("%s, %+v: %v", author, a, e.Fault)
	}
	return e
}

// mayNot has somebody do something, which must be refused with a code.
func (l *log) mayNot(t testing.TB, author string, a Act, want chat.Code) {
	t.Helper()
	e := l.do(t, l.act(author, a))
	if e.Fault == nil || e.Fault.Code != want || len(e.Events) > 0 || e.Seq != 0 {
		t.Errorf("%s, %+v: %v, %d events; want %s", author, a, e.Fault, len(e.Events), want)
	}
}

// entering is how somebody comes for the first time, with a token of their name.
func entering(id string) *Enter {
	return &Enter{Session: HashOf(id), Person: id, ID: "of-" + id, Device: "a test", Name: strings.ToUpper(id), Key: id, Guest: "abcdefghijklmnop", Open: true}
}

// come has people enter, in the role that is their name or as members.
func (l *log) come(t testing.TB, people ...string) {
	t.Helper()
	roles := map[string]chat.Role{"owner": chat.RoleOwner, "mod": chat.RoleModerator}
	for _, id := range people {
		enter := entering(id)
		if role, ok := roles[id]; ok {
			enter.Invitation, enter.Open = HashOf("for "+id), false
			l.does(t, "", &Invite{Secret: enter.Invitation, ID: "i-" + id, Room: chat.Place, Role: role, Uses: 1, Expires: noon.Add(time.Hour)})
		}
		l.does(t, "", enter)
	}
}

func post(id, room string) chat.Post { return chat.Post{ID: id, Room: room, Text: "text of " + id} }

// events reads a whole room.
func (l *log) events(t testing.TB, room string) (all []chat.Durable) {
	t.Helper()
	for seq := int64(0); ; seq = seqOf(all[len(all)-1]) {
		page, err := l.After(t.Context(), room, seq, 7)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
	}
}

// last is a room's latest event, which must be of the type.
func last[T chat.Durable](t testing.TB, l *log, room string) T {
	t.Helper()
	all := l.events(t, room)
	if len(all) == 0 {
		t.Fatalf("nothing happened in %s", room)
	}
	e, ok := all[len(all)-1].(T)
	if !ok {
		t.Fatalf("the last in %s is %+v", room, all[len(all)-1])
	}
	return e
}

// files are the files of a log.
func files(t testing.TB, folder string) (all []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(data))
	}
	return all
}
