package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// The log in testdata was written by the server of schema 1: twenty messages
// each of Ann and Bob, who had these tokens, and of somebody without one.
const (
	annToken = "kT9vX2mQ8sLw4hRz6bNy1A"
	annID    = "m3ckg7v3gmlchbvt"
	bobID    = "2zrgkhi2w35kmywz"
	kimID    = "fm4l4nkrvtu3dntg"
)

func openSchema1(t *testing.T) *log {
	t.Helper()
	old, err := os.ReadFile("testdata/schema1.db")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "chat.db"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, folder)
}

func TestLogOfSchema1IsReadAsItWas(t *testing.T) {
	l := openSchema1(t)
	if l.Epoch() != "jx4yleizfhruhotciqsf2gok4e" {
		t.Errorf("the epoch is %s now", l.Epoch())
	}
	all := l.events(t, chat.Lobby)
	if len(all) != 60 {
		t.Fatalf("%d messages, want 60", len(all))
	}
	for i, want := range []chat.Message{
		{Room: chat.Lobby, Seq: 1, ID: "a0", Author: chat.Person{ID: annID, Name: "Ann"}, Text: "Ann says 0", Time: time.UnixMilli(1795460335416).UTC()},
		{Room: chat.Lobby, Seq: 2, ID: "b1", Author: chat.Person{ID: bobID, Name: "Bob"}, Text: "Bob says\n1 <&> 👋", Time: time.UnixMilli(1795460335420).UTC()},
		{Room: chat.Lobby, Seq: 3, Author: chat.Person{ID: kimID, Name: "guest-pzpi"}, Text: "plain 2", Time: time.UnixMilli(1795460335424).UTC()},
	} {
		if all[i] != chat.Durable(want) {
			t.Errorf("%+v, want %+v", all[i], want)
		}
	}
}

func TestLogOfSchema1GoesOn(t *testing.T) {
	l := openSchema1(t)
	again := l.do(t, &Entry{Author: chat.Person{ID: annID, Name: "Ann"}, Act: chat.Post{ID: "a0", Room: chat.Lobby, Text: "Ann says 0"}, Time: noon})
	if !again.Duplicate || again.Seq != 1 {
		t.Errorf("what was placed before the migration: %+v", again)
	}
	next := l.do(t, &Entry{Author: chat.Person{ID: kimID, Name: "guest-pzpi"}, Act: chat.Post{Room: chat.Lobby, Text: "more"}, Time: noon})
	if next.Seq != 61 || next.Fault != nil {
		t.Errorf("the next message: %+v", next)
	}
}

// TestPeopleOfSchema1KeepWhatTheySaid has Ann come with her token, as her page
// does, and take another name.
func TestPeopleOfSchema1KeepWhatTheySaid(t *testing.T) {
	l := openSchema1(t)
	ann := &Enter{Session: HashOf(annToken), Person: annID, ID: "1", Name: "Ann", Key: "ann", Guest: "abcdefgh", Open: true}
	l.does(t, "", ann)
	if ann.Entered != (chat.Person{ID: annID, Name: "Ann"}) {
		t.Fatalf("she is %+v", ann.Entered)
	}
	l.does(t, annID, Rename{"Ann Lee", "ann lee"})
	names := make(map[string]int)
	for _, e := range l.events(t, chat.Lobby) {
		names[e.Stamped().Author.Name]++
	}
	if names["Ann Lee"] != 20 || names["Bob"] != 20 || names["guest-pzpi"] != 20 {
		t.Errorf("messages by name: %v", names)
	}
	l.does(t, annID, chat.Delete{ID: "d", Room: chat.Lobby, Message: 1})
	if m := l.events(t, chat.Lobby)[0].(chat.Message); !m.Gone || m.Text != "" {
		t.Errorf("she took her first message back: %+v", m)
	}
	rooms, err := l.Rooms(t.Context(), annID)
	if err != nil || len(rooms) != 1 || rooms[0].ID != chat.Lobby || rooms[0].Unread != 0 {
		t.Errorf("her rooms: %+v, %v", rooms, err)
	}
}
