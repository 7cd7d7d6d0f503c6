package hub

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// A world is a place in which one of the people is.
type world struct {
	t *testing.T
	h *Hub
	l *Listener // theirs
	*firstly
	close func() // of the hub, once
}

// firstly is how the place is at first.
type firstly struct {
	files  map[string][]byte
	said   map[string]int64 // the seq of what the target said in each room
	report int64
}

// secretOf, idOf: somebody's token, and their id.
func secretOf(who string) string { return "the-token-of-somebody-called-" + who }
func idOf(who string) string     { return personID(store.HashOf(secretOf(who))) }

// direct is the conversation of the member and the target.
var direct = store.DirectRoom([]string{idOf("member"), idOf("target")})

// open has it be so. In an open place whoever comes is let in, and somebody who
// was let in to one room is in the place when they come again.
func (f *firstly) open(t *testing.T, entry bool) *world {
	t.Helper()
	folder := t.TempDir()
	for name, data := range f.files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h, err := Open(Config{Folder: folder, Build: "build", Open: entry})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, h: h, firstly: f, close: sync.OnceFunc(func() { h.Close(Close{}) })}
	t.Cleanup(w.close)
	return w
}

// come has somebody connect.
func (w *world) come(who string, mode Mode) {
	w.t.Helper()
	v := Visit{Token: secretOf(who), Mode: mode}
	if who == "visitor" {
		v.Token = ""
	}
	var err error
	if w.l, err = w.h.Join(v, new(recorder)); err != nil {
		w.t.Fatalf("%s: %v", who, err)
	}
}

// firstPlace makes the place of the matrix, without a hub.
func firstPlace(t *testing.T) *firstly {
	t.Helper()
	folder := t.TempDir()
	out := make(chan *store.Entry, 100)
	log, err := store.Open(folder, func(batch []*store.Entry) {
		for _, e := range batch {
			out <- e
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	f := &firstly{said: make(map[string]int64), files: make(map[string][]byte)}
	made := 0
	does := func(who string, a store.Act) *store.Entry {
		t.Helper()
		made++
		e := &store.Entry{Act: a, Time: time.Date(1999, 12, 1, 0, 0, made, 0, time.UTC)}
		if who != "" {
			e.Author = chat.Person{ID: idOf(who)}
		}
		if err := log.Place(e); err != nil {
			t.Fatal(err)
		}
		if <-out; e.Err != nil || e.Fault != nil {
			t.Fatalf("%s, %+v: %v, %v", who, a, e.Err, e.Fault)
		}
		return e
	}
	id := func() string { return fmt.Sprint("first-", made) }
	invite := func(who, name, room string, role chat.Role) {
		does(who, &store.Invite{Secret: store.HashOf(name), ID: name, Room: room, Role: role, Uses: 1, Expires: time.Date(2000, 2, 1, 0, 0, 0, 0, time.UTC)})
	}
	enter := func(who, name, invitation string) {
		e := &store.Enter{Session: store.HashOf(secretOf(who)), Person: idOf(who), ID: "session-" + who, Name: name, Key: name, Guest: "abcdefghijklmnop", Open: invitation == ""}
		if invitation != "" {
			e.Invitation = store.HashOf(invitation)
		}
		does("", e)
	}
	invite("", "for-owner", chat.Place, chat.RoleOwner)
	invite("", "for-moderator", chat.Place, chat.RoleModerator)
	enter("owner", "owner", "for-owner")
	enter("moderator", "moderator", "for-moderator")
	for _, who := range []string{"member", "maker", "target", "other", "barred", "banned"} {
		enter(who, who, "")
	}
	enter("guest", "", "")
	public := []string{"garden", "attic", "quarry", "ruin"}
	for _, room := range append(public, "cellar", "shed") {
		access := chat.Public
		if room == "cellar" || room == "shed" {
			access = chat.Private
		}
		does("maker", chat.Create{ID: id(), Room: room, Title: "The " + room, Access: access})
	}
	for _, room := range []string{"garden", "quarry", "ruin"} {
		for _, who := range []string{"owner", "moderator", "member", "target", "guest"} {
			does("maker", chat.ChangeMember{ID: id(), Room: room, Change: chat.Added, Person: idOf(who)})
		}
	}
	for _, who := range []string{"member", "target"} {
		does("maker", chat.ChangeMember{ID: id(), Room: "cellar", Change: chat.Added, Person: idOf(who)})
	}
	invite("maker", "for-outsider", "shed", chat.RoleGuest)
	enter("outsider", "outsider", "for-outsider")
	does("member", chat.Create{ID: id(), Access: chat.Direct, With: []string{idOf("target")}})
	for _, room := range []string{chat.Lobby, "garden", "cellar", direct} {
		f.said[room] = does("target", chat.Post{ID: id(), Room: room, Text: "what the target said"}).Seq
	}
	f.report = does("maker", chat.Report{ID: id(), Room: chat.Lobby, Message: f.said[chat.Lobby]}).Seq
	does("maker", chat.ChangeRoom{ID: id(), Room: "quarry", Locked: new(true)})
	does("maker", chat.ChangeRoom{ID: id(), Room: "ruin", Archived: new(true)})
	invite("maker", "of-maker", "garden", chat.RoleGuest)
	does("maker", chat.ChangeMember{ID: id(), Room: "garden", Change: chat.Banned, Person: idOf("barred"), Until: chat.Forever})
	does("owner", chat.ChangeMember{ID: id(), Room: chat.Place, Change: chat.Banned, Person: idOf("banned"), Until: chat.Forever})
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if f.files[e.Name()], err = os.ReadFile(filepath.Join(folder, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// heads are those of all rooms.
func (w *world) heads() string {
	w.t.Helper()
	var all []string
	for _, room := range []string{chat.Lobby, "garden", "attic", "quarry", "ruin", "cellar", "shed", direct, chat.Place, "new"} {
		head, err := w.h.log.Head(w.t.Context(), room)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, fmt.Sprint(room, " ", head))
	}
	return strings.Join(all, ", ")
}
