package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Place queues an entry for the writer, which hands it out once it is on disk
// or cannot be. On an error it is not queued.
func (s *Store) Place(e *Entry) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return ErrClosed
	}
	select {
	case s.queue <- e:
		return nil
	default:
		return ErrBusy
	}
}

// run is the writer. It ends when the queue is closed and empty.
func (s *Store) run() {
	batch := make([]*Entry, 0, maxBatch)
	var broken error
	for first := range s.queue {
		batch = append(batch[:0], first)
	waiting:
		for len(batch) < maxBatch {
			select {
			case e, ok := <-s.queue:
				if !ok {
					break waiting
				}
				batch = append(batch, e)
			default:
				break waiting
			}
		}
		for _, e := range batch {
			if e.Rounds.Over(e.Post.Round) {
				e.Err = ErrRoundOver
			}
		}
		err := broken
		if err == nil {
			err = s.commit(batch)
		}
		if err != nil {
			for _, e := range batch {
				if e.Err == nil {
					e.Seq, e.Duplicate, e.Err = 0, false, err
					e.Rounds.End(e.Post.Round)
				}
			}
			clear(s.heads) // they are read again: nothing of the batch is in the log
			if broken == nil && isFatal(err) {
				broken = err
				s.failed <- err
			}
		}
		s.handOut(batch)
		clear(batch)
	}
}

// commit places a batch in one transaction. When it returns nil, it is on disk.
func (s *Store) commit(batch []*Entry) error {
	tx, err := s.write.Begin()
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	defer tx.Rollback() // fails once it is committed
	inserter, finder := tx.Stmt(s.inserter), tx.Stmt(s.finder)
	for _, e := range batch {
		if e.Err != nil {
			continue
		}
		head, err := s.headIn(tx, e.Post.Room)
		if err != nil {
			return err
		}
		done, err := inserter.Exec(e.Post.Room, head+1, e.Author.ID, e.Post.ID, e.Author.Name, e.Post.Text, e.Time.UnixMilli())
		if err != nil {
			return fmt.Errorf("store: append: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil {
			return fmt.Errorf("store: append: %w", err)
		} else if n == 1 {
			e.Seq = head + 1
			s.heads[e.Post.Room] = e.Seq
			continue
		}
		if err := finder.QueryRow(e.Author.ID, e.Post.ID).Scan(&e.Seq); err != nil {
			return fmt.Errorf("store: find a duplicate: %w", err)
		}
		e.Duplicate = true
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	return nil
}

// headIn returns the head of a room as the transaction sees it.
func (s *Store) headIn(tx *sql.Tx, room string) (int64, error) {
	if head, ok := s.heads[room]; ok {
		return head, nil
	}
	var head sql.NullInt64
	if err := tx.QueryRowContext(context.Background(), headOf, room).Scan(&head); err != nil {
		return 0, fmt.Errorf("store: head: %w", err)
	}
	s.heads[room] = head.Int64
	return head.Int64, nil
}

// IsFull tells whether an entry was refused because there is no room on disk.
func IsFull(err error) bool { return resultOf(err) == sqlite3.SQLITE_FULL }

// isFatal tells whether the log cannot be trusted after an error: it is damaged,
// or the system could not read it or say that it is on disk. That there was no
// way to write more, of a quota or a size, is not.
func isFatal(err error) bool {
	switch resultOf(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return true
	case sqlite3.SQLITE_IOERR:
		e, _ := errors.AsType[*sqlite.Error](err)
		return e.Code() != sqlite3.SQLITE_IOERR_WRITE && e.Code() != sqlite3.SQLITE_IOERR_SHMSIZE
	}
	return false
}

// resultOf is SQLite's primary result code of an error, 0 if it is none of its.
func resultOf(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}
