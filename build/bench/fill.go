package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// fill makes a log of so many messages in the lobby, by 500 people, a second
// apart. The product's store makes the log and has the last word on it; the
// messages are put in with SQL, in one go and without a sync, since placing
// ten million of them one batch after the other would take a quarter of an
// hour.
func fill(folder string, messages int) error {
	if _, err := headOf(folder); err != nil { // which makes the log
		return err
	}
	if err := fillTable(filepath.Join(folder, "chat.db"), messages); err != nil {
		return err
	}
	head, err := headOf(folder)
	if err == nil && head != int64(messages) {
		err = fmt.Errorf("it ends at %d, not at %d", head, messages)
	}
	return err
}

// headOf opens a log with the product's store and returns the lobby's head.
func headOf(folder string) (head int64, err error) {
	log, err := store.Open(folder, func([]*store.Entry) {})
	if err != nil {
		return 0, err
	}
	head, err = log.Head(context.Background(), chat.Lobby)
	return head, errors.Join(err, log.Close())
}

// insertMany makes messages of about 100 bytes with random ids, as clients do.
const insertMany = `
	WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :messages)
	INSERT INTO events (room, seq, author, client_id, name, text, time)
	SELECT :room, n, printf('p%05x', n % 500), hex(randomblob(16)), 'Person ' || (n % 500),
		printf('Message %d of a long history, about as long as what people say to one another in a room like this one', n),
		1735689600000 + n * 1000
	FROM number`

func fillTable(file string, messages int) error {
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // the pragmas are of a connection
	indexes, err := indexesOf(db)
	if err != nil {
		return err
	}
	// An index is made faster once there is something to sort.
	steps := []string{"PRAGMA synchronous = OFF", "PRAGMA cache_size = -500000"}
	for _, index := range indexes {
		steps = append(steps, "DROP INDEX "+index.name)
	}
	for _, step := range steps {
		if _, err := db.Exec(step); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	if _, err := db.Exec(insertMany, sql.Named("messages", messages), sql.Named("room", chat.Lobby)); err != nil {
		return err
	}
	for _, index := range indexes {
		if _, err := db.Exec(index.definition); err != nil {
			return fmt.Errorf("%s: %w", index.definition, err)
		}
	}
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// An index of the messages, and the statement that makes it.
type index struct{ name, definition string }

func indexesOf(db *sql.DB) (all []index, err error) {
	rows, err := db.Query("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'events' AND sql IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i index
		if err := rows.Scan(&i.name, &i.definition); err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, rows.Err()
}
