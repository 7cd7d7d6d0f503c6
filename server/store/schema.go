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

	// What was a table of messages is the log of all that happens in the rooms.
	// Nothing in it is written anew, however much there is.
	`ALTER TABLE messages RENAME TO events;
	-- NULL: a message. 1: another event, and text is how chat.AppendEvent has it,
	-- but for what the columns say; 2: one that counts as unread, too. 3: a message
	-- that was taken away; its text is ''.
	ALTER TABLE events ADD COLUMN kind INTEGER;
	-- name is the author's only of somebody who has no row here; their index is
	-- still called messages_by_post.
	CREATE TABLE people (
		id       TEXT PRIMARY KEY,
		name     TEXT    NOT NULL, -- '' of somebody who left for good
		name_key TEXT,             -- what two names share that count as the same; NULL then
		about    TEXT    NOT NULL DEFAULT '',
		since    INTEGER NOT NULL,
		active   INTEGER NOT NULL DEFAULT 0, -- 1 once they did something that stays
		erased   INTEGER NOT NULL DEFAULT 0  -- 3 if what they said left with them, 4 once it is off the disk
	) WITHOUT ROWID;
	CREATE UNIQUE INDEX people_by_name ON people (name_key) WHERE name_key IS NOT NULL;

	CREATE TABLE sessions (
		hash   BLOB PRIMARY KEY, -- of the token, which is kept nowhere
		id     TEXT    NOT NULL, -- names it to its person
		person TEXT    NOT NULL REFERENCES people (id),
		device TEXT    NOT NULL, -- as its person knows it
		since  INTEGER NOT NULL,
		seen   INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX sessions_by_person ON sessions (person);

	CREATE TABLE rooms (
		id       TEXT PRIMARY KEY,
		title    TEXT    NOT NULL,
		about    TEXT    NOT NULL,
		access   TEXT    NOT NULL,
		archived INTEGER NOT NULL,
		locked   INTEGER NOT NULL,
		slow     INTEGER NOT NULL -- in milliseconds
	) WITHOUT ROWID;
	INSERT INTO rooms VALUES ('lobby', 'Lobby', '', 'public', 0, 0, 0), ('place', 'Place', '', 'private', 0, 0, 0);

	CREATE TABLE members (
		room   TEXT    NOT NULL,
		person TEXT    NOT NULL,
		role   INTEGER NOT NULL,
		here   INTEGER NOT NULL,
		muted  INTEGER NOT NULL, -- until when; 0 for not at all
		banned INTEGER NOT NULL,
		PRIMARY KEY (room, person)
	) WITHOUT ROWID;
	CREATE INDEX members_by_person ON members (person);

	CREATE TABLE banned_addresses (
		address TEXT PRIMARY KEY,
		until   INTEGER NOT NULL
	) WITHOUT ROWID;

	CREATE TABLE invitations (
		secret  BLOB PRIMARY KEY, -- its hash
		id      TEXT    NOT NULL UNIQUE,
		author  TEXT    NOT NULL, -- '' for the place itself
		person  TEXT    NOT NULL, -- whose other device it lets in, or ''
		room    TEXT    NOT NULL, -- that it leads to
		role    INTEGER NOT NULL, -- that it gives there
		uses    INTEGER NOT NULL, -- that are left
		since   INTEGER NOT NULL,
		expires INTEGER NOT NULL
	) WITHOUT ROWID;
	CREATE INDEX invitations_by_author ON invitations (author);

	CREATE TABLE marks (
		person TEXT    NOT NULL,
		room   TEXT    NOT NULL,
		seq    INTEGER NOT NULL DEFAULT 0, -- read up to it
		quiet  INTEGER NOT NULL DEFAULT 0,
		said   INTEGER NOT NULL DEFAULT 0, -- when last they said something while it was slow
		PRIMARY KEY (person, room)
	) WITHOUT ROWID;

	CREATE TABLE hidden (
		person TEXT NOT NULL,
		other  TEXT NOT NULL, -- whom they do not want to see
		PRIMARY KEY (person, other)
	) WITHOUT ROWID;

	CREATE TABLE reports (
		seq     INTEGER PRIMARY KEY, -- in the place's log
		settled INTEGER NOT NULL
	);
	CREATE INDEX open_reports ON reports (seq) WHERE settled = 0;`,
}

// minSQLite is the first release that is safe with several connections in WAL
// mode (a race between checkpoints was mended there).
const minSQLite = "3.51.3"

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
