package store

import (
	"math"
	"testing"

	"cyberchat/app/chat"
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
	if _, err := l.write.Exec(`CREATE TRIGGER fault BEFORE INSERT ON events WHEN NEW.text = 'fails' BEGIN SELECT RAISE(ABORT, 'a fault'); END`); err != nil {
		t.Fatal(err)
	}
	ann, bob := new(Rounds), new(Rounds)
	say := func(who string, on *Rounds, round int64, id, text string) *Entry {
		e := entry(who, id, text)
		p := e.Act.(chat.Post)
		p.Round = round
		e.Rounds, e.Act = on, p
		return e
	}
	l.place(t, say("ann", ann, 1, "1", "fails"))
	for range 50 { // in the same transaction or in the next
		l.place(t, say("ann", ann, 1, "follows", "x"))
	}
	l.wait(t, 51)
	l.place(t, say("ann", ann, 1, "follows", "x"))
	for i, e := range l.wait(t, 52) {
		over := e.Fault != nil && e.Fault.Code == chat.CodeRoundOver
		if e.Err == nil && !over || e.Seq != 0 || i == 51 && !over {
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
		if late := i == 3; late != (e.Fault != nil) || e.Err != nil || !late && (e.Seq == 0 || e.Duplicate) {
			t.Errorf("%s of %s: %+v", clientID(e.Act), e.Author.ID, e)
		}
	}
}

// TestNoPostOvertakesOneThatTheRoomIsTooSlowFor has somebody say two things in a
// slow room in which they may just say one, and one more elsewhere.
func TestNoPostOvertakesOneThatTheRoomIsTooSlowFor(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "mod", "ann")
	l.does(t, "ann", chat.Create{ID: "c", Room: "garden", Access: chat.Public})
	l.does(t, "mod", chat.ChangeRoom{ID: "s", Room: chat.Lobby, Slow: new(int64(60_000))})
	on := new(Rounds)
	say := func(round int64, id, room string) *Entry {
		p := post(id, room)
		p.Round = round
		e := l.act("ann", p)
		e.Rounds = on
		return e
	}
	entries := []*Entry{say(1, "1", chat.Lobby), say(1, "2", chat.Lobby), say(1, "3", "garden"), say(2, "3", "garden")}
	l.do(t, entries...)
	for i, want := range []chat.Code{"", chat.CodeTooFast, chat.CodeRoundOver, ""} {
		var got chat.Code
		if f := entries[i].Fault; f != nil {
			got = f.Code
		}
		if got != want {
			t.Errorf("entry %d: %q, want %q", i, got, want)
		}
	}
}
