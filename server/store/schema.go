package store

import (
	"database/sql"
	"fmt"
)

// migrations make the schema, one step a transaction. The number of those done
// is the database's user_version. A step that was released is never changed.
var migrations = []string{
	`CREATE TABLE meta (
		key   TEXT PRIMARY KEY,
		value TEXT NOT NULL
	) WITHOUT ROWID;
	INSERT INTO meta VALUES ('epoch', :epoch);

	CREATE TABLE messages (
		room      TEXT    NOT NULL,
		seq       INTEGER NOT NULL, -- 1, 2, 3 … in each room
		author    TEXT    NOT NULL, -- id of the person
		client_id TEXT    NOT NULL, -- of the post; '' in plain mode
		name      TEXT    NOT NULL, -- of the author when it was said
		text      TEXT    NOT NULL,
		time      INTEGER NOT NULL, -- Unix, in milliseconds
		PRIMARY KEY (room, seq)
	) WITHOUT ROWID;
	CREATE UNIQUE INDEX messages_by_post ON messages (author, client_id) WHERE client_id <> '';`,
}

// minSQLite is the first release that is safe with several connections in WAL
// mode (a race between checkpoints was mended there).
const minSQLite = "3.51.3"

const (
	headOf = `SELECT max(seq) FROM messages WHERE room = ?`
	insert = `INSERT INTO messages (room, seq, author, client_id, name, text, time) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	find   = `SELECT seq FROM messages WHERE author = ? AND client_id = ? AND client_id <> ''`
)

// migrate brings the schema up to this build's.
func migrate(db *sql.DB) error {
	var done int
	if err := db.QueryRow("PRAGMA user_version").Scan(&done); err != nil {
		return fmt.Errorf("the log cannot be read: %w", err)
	}
	if done > len(migrations) {
		return fmt.Errorf("the log was written by a newer Cyber Chat (its schema is %d, this one knows up to %d). Start that one, or name another folder with -data", done, len(migrations))
	}
	for i := done; i < len(migrations); i++ {
		if err := step(db, i); err != nil {
			return fmt.Errorf("the log cannot be brought up to schema %d: %w", i+1, err)
		}
	}
	return nil
}

func step(db *sql.DB, i int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // fails once it is committed
	if _, err := tx.Exec(migrations[i], sql.Named("epoch", newEpoch())); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", i+1)); err != nil {
		return err
	}
	return tx.Commit()
}

// checkVersion refuses a SQLite that is known to be unsafe here.
func checkVersion(db *sql.DB) error {
	var version string
	if err := db.QueryRow("SELECT sqlite_version()").Scan(&version); err != nil {
		return fmt.Errorf("the log cannot be read: %w", err)
	}
	var have, want [3]int
	fmt.Sscanf(version, "%d.%d.%d", &have[0], &have[1], &have[2])
	fmt.Sscanf(minSQLite, "%d.%d.%d", &want[0], &want[1], &want[2])
	for i := range want {
		if have[i] != want[i] {
			if have[i] < want[i] {
				return fmt.Errorf("this build has SQLite %s; it needs %s or later. Build it again with a newer modernc.org/sqlite", version, minSQLite)
			}
			break
		}
	}
	return nil
}
