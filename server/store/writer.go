package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"cyberchat/app/chat"
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
		err := broken
		if err == nil {
			err = s.commit(batch)
		}
		if err != nil {
			for _, e := range batch {
				if e.Fault == nil || e.Fault.Code != chat.CodeRoundOver {
					e.Seq, e.Duplicate, e.Room, e.Fault, e.Events, e.Err = 0, false, "", nil, nil, err
					e.Rounds.End(e.round())
				}
			}
			s.known.forget() // it is read again: nothing of the batch is in the log
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
	t := turn{known: &s.known, prepared: s.prepared, tx: tx}
	s.known.bound()
	if err := t.addresses(); err != nil {
		return fmt.Errorf("store: addresses: %w", err)
	}
	for _, e := range batch {
		if e.Rounds.Over(e.round()) {
			e.Fault = chat.RoundOver()
			continue
		}
		if err := t.do(e); err != nil {
			return fmt.Errorf("store: %T: %w", e.Act, err)
		}
		if e.Fault != nil && e.Fault.Retry {
			e.Rounds.End(e.round())
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("store: commit: %w", err)
	}
	return nil
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
