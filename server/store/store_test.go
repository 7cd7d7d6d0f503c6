package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// A log is an open store and what it handed out.
type log struct {
	*Store
	made int // entries, by act
	mu   sync.Mutex
	out  []*Entry
	news chan struct{}
}

func open(t testing.TB, folder string) *log {
	t.Helper()
	l := &log{news: make(chan struct{}, 1)}
	s, err := Open(folder, func(batch []*Entry) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.out = append(l.out, batch...)
		select {
		case l.news <- struct{}{}:
		default:
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Store = s
	t.Cleanup(func() { s.Close() })
	return l
}

func entry(author, id, text string) *Entry {
	return &Entry{
		Author: chat.Person{ID: author, Name: strings.ToUpper(author)},
		Act:    chat.Post{ID: id, Room: chat.Lobby, Text: text},
		Time:   time.Date(2026, 11, 23, 10, 0, 0, 123_000_000, time.UTC),
	}
}

func seqOf(e chat.Durable) int64 { return e.Stamped().Seq }

// wait returns the first n entries that were handed out.
func (l *log) wait(t testing.TB, n int) []*Entry {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		out := slices.Clone(l.out)
		l.mu.Unlock()
		if len(out) >= n {
			return out[:n]
		}
		select {
		case <-l.news:
		case <-late:
			t.Fatalf("%d of %d entries were handed out", len(out), n)
		}
	}
}

func (l *log) place(t testing.TB, entries ...*Entry) {
	t.Helper()
	for _, e := range entries {
		if err := l.Place(e); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPlacedIsHandedOutInOrderAndReadAgain(t *testing.T) {
	l := open(t, t.TempDir())
	for i := range 1000 {
		l.place(t, entry("ann", fmt.Sprint(i), fmt.Sprint("text ", i)))
	}
	for i, e := range l.wait(t, 1000) {
		if e.Err != nil || e.Fault != nil || e.Seq != int64(i+1) || e.Act.(chat.Post).Text != fmt.Sprint("text ", i) || e.Duplicate {
			t.Fatalf("entry %d: %+v", i, e)
		}
	}
	head, err := l.Head(t.Context(), chat.Lobby)
	if err != nil || head != 1000 {
		t.Errorf("the head is %d, %v", head, err)
	}
	page, err := l.Before(t.Context(), chat.Lobby, 501, 50)
	if err != nil || len(page) != 50 || seqOf(page[0]) != 451 || seqOf(page[49]) != 500 {
		t.Fatalf("the page: %d messages, %v", len(page), err)
	}
	if want := l.out[499].Events[0]; page[49] != want {
		t.Errorf("read again: %+v, want %+v", page[49], want)
	}
}

func TestPages(t *testing.T) {
	l := open(t, t.TempDir())
	for i := range 100 {
		l.place(t, entry("ann", fmt.Sprint(i), "x"))
	}
	l.wait(t, 100)
	for _, tt := range []struct {
		name string
		read func() ([]chat.Durable, error)
		want [2]int64 // first and last seq; 0 for an empty page
	}{
		{"before the first", func() ([]chat.Durable, error) { return l.Before(t.Context(), chat.Lobby, 1, 10) }, [2]int64{}},
		{"before the end", func() ([]chat.Durable, error) { return l.Before(t.Context(), chat.Lobby, 1000, 10) }, [2]int64{91, 100}},
		{"before, at the start", func() ([]chat.Durable, error) { return l.Before(t.Context(), chat.Lobby, 5, 10) }, [2]int64{1, 4}},
		{"after", func() ([]chat.Durable, error) { return l.After(t.Context(), chat.Lobby, 10, 10) }, [2]int64{11, 20}},
		{"after the last", func() ([]chat.Durable, error) { return l.After(t.Context(), chat.Lobby, 100, 10) }, [2]int64{}},
		{"around", func() ([]chat.Durable, error) { return l.Around(t.Context(), chat.Lobby, 50, 10) }, [2]int64{45, 54}},
		{"around the first", func() ([]chat.Durable, error) { return l.Around(t.Context(), chat.Lobby, 1, 10) }, [2]int64{1, 5}},
		{"another room", func() ([]chat.Durable, error) { return l.Before(t.Context(), "attic", 1000, 10) }, [2]int64{}},
	} {
		page, err := tt.read()
		var got [2]int64
		if len(page) > 0 {
			got = [2]int64{seqOf(page[0]), seqOf(page[len(page)-1])}
		}
		if err != nil || got != tt.want {
			t.Errorf("%s: %v, %v; want %v", tt.name, got, err, tt.want)
		}
		for i := range page {
			if seqOf(page[i]) != seqOf(page[0])+int64(i) {
				t.Errorf("%s: a gap at %d", tt.name, i)
			}
		}
	}
}

func TestPageOfLongMessagesIsShorter(t *testing.T) {
	l := open(t, t.TempDir())
	for i := range 20 {
		l.place(t, entry("ann", fmt.Sprint(i), strings.Repeat("😀", chat.MaxText)))
	}
	l.wait(t, 20)
	page, err := l.Before(t.Context(), chat.Lobby, 21, 20)
	if err != nil || len(page) != 3 || seqOf(page[2]) != 20 {
		t.Errorf("%d messages, %v", len(page), err)
	}
}

func TestSameIDOfTheSamePersonIsPlacedOnce(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.place(t, entry("ann", "1", "once"), entry("ann", "1", "once"), entry("bob", "1", "another person"), entry("ann", "", "plain"), entry("ann", "", "plain"))
	var got []string
	for _, e := range l.wait(t, 5) {
		got = append(got, fmt.Sprint(e.Seq, e.Duplicate))
	}
	if want := []string{"1 false", "1 true", "2 false", "3 false", "4 false"}; !slices.Equal(got, want) {
		t.Errorf("placed as %v, want %v", got, want)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, folder) // as long as the row lives, after a restart too
	again.place(t, entry("ann", "1", "once"), entry("ann", "2", "new"))
	out := again.wait(t, 2)
	if out[0].Seq != 1 || !out[0].Duplicate || out[1].Seq != 5 || out[1].Duplicate {
		t.Errorf("after a restart: %+v, %+v", out[0], out[1])
	}
}

func TestEpochStaysAndDiffersFromOthers(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	first := l.Epoch()
	l.Close()
	if again := open(t, folder).Epoch(); again != first || len(first) < 20 {
		t.Errorf("the epoch was %q and is %q", first, again)
	}
	if other := open(t, t.TempDir()).Epoch(); other == first {
		t.Error("two logs have one epoch")
	}
}

func TestSecondServerIsRefused(t *testing.T) {
	folder := t.TempDir()
	open(t, folder)
	if _, err := Open(folder, nil); err == nil || !strings.Contains(err.Error(), "-data") {
		t.Errorf("a second server: %v", err)
	}
}

func TestWhatCannotBeOpenedIsSaid(t *testing.T) {
	newer := t.TempDir()
	l := open(t, newer)
	if _, err := l.write.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := Open(newer, nil); err == nil || !strings.Contains(err.Error(), "newer Cyber Chat") {
		t.Errorf("a newer schema: %v", err)
	}
	garbage := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbage, "chat.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(garbage, nil); err == nil {
		t.Error("garbage was opened")
	}
	if _, err := Open(filepath.Join(t.TempDir(), "nowhere"), nil); err == nil {
		t.Error("a folder that is not there was opened")
	}
}

func TestCloseWritesWhatIsWaiting(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	for i := range 500 {
		l.place(t, entry("ann", fmt.Sprint(i), "x"))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if len(l.out) != 500 {
		t.Errorf("%d of 500 entries were handed out before the end", len(l.out))
	}
	if err := l.Place(entry("ann", "late", "x")); err == nil {
		t.Error("an entry was taken after the end")
	}
	if head, err := open(t, folder).Head(t.Context(), chat.Lobby); head != 500 || err != nil {
		t.Errorf("%d entries are in the log, %v", head, err)
	}
}

func TestSettingsOfTheDatabase(t *testing.T) {
	l := open(t, t.TempDir())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := l.write.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", pragma, got, err, want)
		}
	}
	if _, err := l.read.Exec("DELETE FROM events"); err == nil {
		t.Error("a reader can write")
	}
}

// TestFailedCommitIsRefusedAndNothingStays makes the database refuse, as one
// does that is locked by another program, and lets it go on.
func TestFailedCommitIsRefusedAndNothingStays(t *testing.T) {
	folder := t.TempDir()
	l := open(t, folder)
	l.place(t, entry("ann", "1", "before"))
	l.wait(t, 1)
	other, err := connect(filepath.Join(folder, "chat.db"), 1, "busy_timeout(1000)")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin() // immediate: it locks
	if err != nil {
		t.Fatal(err)
	}
	l.place(t, entry("ann", "2", "while it is locked"))
	if e := l.wait(t, 2)[1]; e.Err == nil || e.Seq != 0 {
		t.Errorf("placed in a locked database: %+v", e)
	}
	if page, err := l.Before(t.Context(), chat.Lobby, 10, 10); err != nil || len(page) != 1 {
		t.Errorf("reading while it is locked: %d messages, %v", len(page), err)
	}
	tx.Rollback()
	l.place(t, entry("ann", "2", "again"))
	if e := l.wait(t, 3)[2]; e.Err != nil || e.Seq != 2 || e.Duplicate {
		t.Errorf("after the lock is gone: %+v", e)
	}
	select {
	case err := <-l.Failed():
		t.Errorf("the log gave up: %v", err)
	default:
	}
}

func BenchmarkPlace(b *testing.B) {
	for _, flight := range []int{1, 16, 256} {
		b.Run(fmt.Sprint(flight), func(b *testing.B) {
			done := make(chan struct{}, maxQueued)
			s, err := Open(b.TempDir(), func(batch []*Entry) {
				for range batch {
					done <- struct{}{}
				}
			})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			text := strings.Repeat("x", 100)
			n, out := 0, 0
			for b.Loop() {
				if out == flight {
					<-done
					out--
				}
				n++
				out++
				s.Place(entry("ann", fmt.Sprint(n), text))
			}
			for ; out > 0; out-- {
				<-done
			}
		})
	}
}

func BenchmarkPage(b *testing.B) {
	l := open(b, b.TempDir())
	const stored = 20_000
	for i := range stored {
		for l.Place(entry("ann", fmt.Sprint(i), "a text as people write it")) == ErrBusy {
			<-l.news
		}
	}
	l.wait(b, stored)
	n := int64(0)
	for b.Loop() {
		n = (n + 7919) % stored
		if _, err := l.Before(b.Context(), chat.Lobby, n+1, chat.PageSize); err != nil {
			b.Fatal(err)
		}
	}
}
