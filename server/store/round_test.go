package store

import (
	"errors"
	"math"
	"testing"
)

func TestRounds(t *testing.T) {
	var r Rounds
	r.End(0) // of a post without a round
	for _, round := range []int64{0, 1, math.MaxInt64} {
		if r.Over(round) {
			t.Errorf("round %d is over at the beginning", round)
		}
	}
	r.End(3)
	r.End(2) // late
	for round, over := range map[int64]bool{-1: false, 0: false, 1: true, 3: true, 4: false} {
		if r.Over(round) != over {
			t.Errorf("round %d is over: %t", round, !over)
		}
	}
	var none *Rounds
	if none.End(1); none.Over(1) {
		t.Error("without an account, a round is over")
	}
}

// TestWhatFollowsAnEntryThatFailedIsNotPlaced has the first entry of a round
// fail, while those behind it wait already or come later.
func TestWhatFollowsAnEntryThatFailedIsNotPlaced(t *testing.T) {
	l := open(t, t.TempDir())
	if _, err := l.write.Exec(`CREATE TRIGGER fault BEFORE INSERT ON messages WHEN NEW.text = 'fails' BEGIN SELECT RAISE(ABORT, 'a fault'); END`); err != nil {
		t.Fatal(err)
	}
	ann, bob := new(Rounds), new(Rounds)
	say := func(who string, on *Rounds, round int64, id, text string) *Entry {
		e := entry(who, id, text)
		e.Rounds, e.Post.Round = on, round
		return e
	}
	l.place(t, say("ann", ann, 1, "1", "fails"))
	for range 50 { // in the same transaction or in the next
		l.place(t, say("ann", ann, 1, "follows", "x"))
	}
	l.wait(t, 51)
	l.place(t, say("ann", ann, 1, "follows", "x"))
	for i, e := range l.wait(t, 52) {
		if e.Err == nil || e.Seq != 0 || i == 51 && !errors.Is(e.Err, ErrRoundOver) {
			t.Fatalf("entry %d of the round: %+v", i, e)
		}
	}
	l.place(t,
		say("bob", bob, 1, "1", "on another connection"),
		say("ann", ann, 0, "2", "without a round"),
		say("ann", ann, 2, "1", "again"),
		say("ann", ann, 1, "late", "x"),
		say("ann", ann, 2, "follows", "x"),
	)
	for i, e := range l.wait(t, 57)[52:] {
		if late := i == 3; late != (e.Err != nil) || !late && (e.Seq == 0 || e.Duplicate) {
			t.Errorf("%s of %s: %+v", e.Post.ID, e.Author.ID, e)
		}
	}
}
