package hub

import (
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// TestWhatTheStoreRefusesIsAnswered finds a room that was locked in the log:
// the hub tells whoever comes of it, and whoever posts hears the store's answer.
func TestWhatTheStoreRefusesIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		folder := t.TempDir()
		log, err := store.Open(folder, func([]*store.Entry) {})
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range []store.Act{post("1", "before"), chat.ChangeRoom{ID: "2", Room: chat.Lobby, Locked: new(true)}} {
			author := chat.Person{ID: "ann", Name: "Ann"}
			if _, ok := act.(chat.ChangeRoom); ok {
				author = chat.Person{} // the place itself
			}
			if err := log.Place(&store.Entry{Author: author, Act: act, Time: wireTime(time.Now())}); err != nil {
				t.Fatal(err)
			}
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		h, err := Open(Config{Folder: folder, Build: "build", Open: true})
		if err != nil {
			t.Fatal(err)
		}
		defer h.Close(Close{})
		l := join(t, h, chat.Hello{})
		l.Do(post("3", "while it is locked"))
		settled()
		events := take(t, l)
		if status := only[chat.Welcome](events)[0].Rooms[0]; status.Head != 2 || status.After != 0 {
			t.Errorf("the room stands at %+v", status)
		}
		if changes := only[chat.RoomChanged](events); len(changes) != 1 || changes[0].Seq != 2 || changes[0].Locked == nil {
			t.Errorf("what was done to the room: %+v", changes)
		}
		if no := only[chat.Reject](events); len(no) != 1 || no[0].ID != "3" || no[0].Code != chat.CodeLocked {
			t.Errorf("posting: %+v", no)
		}
		if said := only[chat.Message](events); len(said) != 1 || said[0].Text != "before" {
			t.Errorf("said: %+v", said)
		}
	})
}
