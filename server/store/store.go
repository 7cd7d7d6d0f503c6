// Package store is the durable log of the place, and everything that is read
// from it: one SQLite database in the data folder.
//
// One goroutine writes. It takes what is waiting, places it in one transaction,
// has it on disk (synchronous=FULL), and only then hands the batch out: one
// sync serves them all. What it decides depends only on the entries and the
// database; times are given to it.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"cyberchat/app/chat"
)

const (
	// maxBatch is how many entries one transaction places at the most.
	maxBatch = 512
	// maxQueued is how many entries may wait for the writer. Beyond that
	// [Store.Place] refuses.
	maxQueued = 4096
	// readers is how many pages can be read at a time.
	readers = 4
)

// ErrBusy is the error of placing an entry while too many wait.
var ErrBusy = errors.New("store: too much is waiting to be written")

// ErrClosed is the error of placing an entry in a store that was closed.
var ErrClosed = errors.New("store: closed")

// An Entry is a message on its way into the log. Whoever places it fills in the
// first part and does not touch it until it is handed out.
type Entry struct {
	Author chat.Person
	Post   chat.Post // clean; its ID may be empty, then nothing is a duplicate of it
	Time   time.Time // UTC, in whole milliseconds
	Owner  any       // for whoever placed it; not looked at here
	Rounds *Rounds   // of the connection that it came over; nil if its order does not matter

	// What became of it, once it is handed out.
	Seq       int64
	Duplicate bool  // it was placed before, at Seq
	Err       error // it was not placed; after a sync that failed, it may be found in the log at the next start
}

// Message is the entry as everybody gets it.
func (e *Entry) Message() chat.Message {
	return chat.Message{Room: e.Post.Room, Seq: e.Seq, ID: e.Post.ID, Author: e.Author, Text: e.Post.Text, Time: e.Time}
}

// A Store is an open log. Place and the methods that read may be called from
// any goroutine.
type Store struct {
	lock  *flock.Flock
	write *sql.DB // one connection, of the writer
	read  *sql.DB // query_only
	epoch string

	queue    chan *Entry
	handOut  func([]*Entry)
	writing  sync.WaitGroup
	mu       sync.RWMutex // guards closed against Place
	closed   bool
	failed   chan error // receives what ended the writer
	inserter *sql.Stmt  // of the writer
	finder   *sql.Stmt  // of the writer

	heads map[string]int64 // of each room; of the writer
}

// Open opens the log in the folder, which must be there, and makes it on the
// first start. HandOut is called by the writer with each batch that was tried,
// in the order of the log; it must not wait. The error is a sentence for the
// person who started the server.
func Open(folder string, handOut func([]*Entry)) (*Store, error) {
	lock := flock.New(filepath.Join(folder, "lock"))
	free, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("the data folder cannot be locked: %w", err)
	}
	if !free {
		return nil, fmt.Errorf("another server uses the data folder %s. Stop that one, or name another folder with -data", folder)
	}
	s := &Store{
		lock:    lock,
		queue:   make(chan *Entry, maxQueued),
		handOut: handOut,
		failed:  make(chan error, 1),
		heads:   make(map[string]int64),
	}
	if err := s.open(filepath.Join(folder, "chat.db")); err != nil {
		s.release()
		return nil, err
	}
	s.writing.Go(s.run)
	return s, nil
}

func (s *Store) open(path string) error {
	if _, err := os.Stat(path); err == nil {
		if f, err := os.OpenFile(path, os.O_RDWR, 0); err != nil {
			return fmt.Errorf("the log cannot be written: %w", err)
		} else {
			f.Close()
		}
	}
	var err error
	if s.write, err = connect(path, 1, "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "busy_timeout(1000)", "temp_store(MEMORY)"); err != nil {
		return err
	}
	if err := checkVersion(s.write); err != nil {
		return err
	}
	if err := migrate(s.write); err != nil {
		return err
	}
	if s.read, err = connect(path, readers, "query_only(ON)", "busy_timeout(1000)"); err != nil {
		return err
	}
	if err := s.write.QueryRow("SELECT value FROM meta WHERE key = 'epoch'").Scan(&s.epoch); err != nil {
		return fmt.Errorf("the log cannot be read: %w", err)
	}
	if s.inserter, err = s.write.Prepare(insert); err == nil {
		s.finder, err = s.write.Prepare(find)
	}
	if err != nil {
		return fmt.Errorf("the log cannot be read: %w", err)
	}
	return nil
}

// connect opens a pool of up to n connections with these pragmas.
func connect(path string, n int, pragmas ...string) (*sql.DB, error) {
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, fmt.Errorf("the log cannot be opened: %w", err)
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	if err := db.Ping(); err != nil {
		db.Close()
		return nil, fmt.Errorf("the log cannot be opened: %w", err)
	}
	return db, nil
}

// Epoch is the identity of the data: it changes when they are not the same
// log any more.
func (s *Store) Epoch() string { return s.epoch }

// Failed receives an error when the writer had to stop: after a sync that
// failed nobody knows what is on disk, and a new start reads it afresh.
func (s *Store) Failed() <-chan error { return s.failed }

// Stop writes what is waiting, hands it out, and takes nothing more. The log can
// still be read.
func (s *Store) Stop() {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.queue)
	}
	s.mu.Unlock()
	s.writing.Wait()
}

// Close stops and closes the log. Nobody reads it any more.
func (s *Store) Close() error {
	s.Stop()
	return s.release()
}

func (s *Store) release() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, s.lock.Unlock())...)
}

// Head returns the seq of the latest message of a room, 0 if there is none.
func (s *Store) Head(ctx context.Context, room string) (int64, error) {
	var head sql.NullInt64
	err := s.read.QueryRowContext(ctx, headOf, room).Scan(&head)
	if err != nil {
		return 0, fmt.Errorf("store: head: %w", err)
	}
	return head.Int64, nil
}

// newEpoch is the identity of a new log.
func newEpoch() string { return strings.ToLower(rand.Text()) }
