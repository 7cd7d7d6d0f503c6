package hub

import (
	"database/sql"
	"path/filepath"
	"testing"
	"testing/synctest"

	"cyberchat/app/chat"
)

// meddle changes the database of a hub from outside.
func meddle(t *testing.T, h *Hub, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.cfg.Folder, "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// A program has to know whether something it said is to be said again.
func TestWhatCannotBeReadIsNotCalledNotStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		take(t, l)
		meddle(t, h, "ALTER TABLE events RENAME TO mislaid")
		l.Do(chat.History{ID: "h", Room: chat.Lobby, Around: 1})
		if r := only[chat.Reject](take(t, l)); len(r) != 1 || r[0].ID != "h" || r[0].Code != chat.CodeNotRead || !r[0].Retry {
			t.Errorf("a history that cannot be read: %+v", r)
		}
		l.Do(post("p", "x"))
		if r := only[chat.Reject](take(t, l)); len(r) != 1 || r[0].ID != "p" || r[0].Code != chat.CodeNotStored || !r[0].Retry {
			t.Errorf("a post that cannot be written: %+v", r)
		}
	})
}

// texts counts the messages on disk with a text.
func texts(t *testing.T, h *Hub, text string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(h.cfg.Folder, "chat.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`SELECT count(*) FROM events WHERE text = ?`, text).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
