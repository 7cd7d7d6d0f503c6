package hub

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
)

func inRound(round int64, id, text string) chat.Post {
	p := post(id, text)
	p.Round = round
	return p
}

// A post that counts less of the rate than the one before it would pass where
// that one did not.
func TestNoPostOvertakesOneThatCameTooFast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		long := strings.Repeat("x", chat.MaxText)
		for n := range 4 {
			l.Do(inRound(1, fmt.Sprint(n), long))
		}
		take(t, l)
		for _, tt := range []struct {
			command chat.Command
			want    chat.Code // empty if it is carried out
		}{
			{inRound(1, "long", long), chat.CodeTooFast},
			{inRound(1, "short", "x"), chat.CodeRoundOver},
			{post("alone", "x"), ""},
			{chat.Rename{ID: "name", Name: "Ann"}, ""},
			{inRound(1, "short", "x"), chat.CodeRoundOver},
			{inRound(2, "long", long), chat.CodeTooFast},
			{inRound(2, "short", "x"), chat.CodeRoundOver},
			{chat.Post{ID: "attic", Room: "attic", Text: "x", Round: 3}, chat.CodeNoRoom}, // trying again does not help: the round goes on
			{inRound(3, "short", "x"), ""},
		} {
			l.Do(tt.command)
			var got chat.Code
			events := take(t, l)
			if r := only[chat.Reject](events); len(r) == 1 {
				got = r[0].Code
			} else if len(only[chat.Ack](events)) != 1 {
				t.Fatalf("%s was answered with %+v", commandID(tt.command), events)
			}
			if got != tt.want {
				t.Errorf("%s was answered with %q, want %q", commandID(tt.command), got, tt.want)
			}
		}
	})
}

func TestNoPostOvertakesOneThatCouldNotBeStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		l := join(t, h, chat.Hello{})
		take(t, l)
		meddle(t, h, `CREATE TRIGGER fault BEFORE INSERT ON events WHEN NEW.text = 'fails' BEGIN SELECT RAISE(ABORT, 'a fault'); END`)
		l.Do(inRound(1, "a", "fails"))
		l.Do(inRound(1, "b", "x")) // it may wait for the log already
		first := only[chat.Reject](take(t, l))
		l.Do(inRound(1, "c", "x"))
		l.Do(inRound(2, "c", "x"))
		events := take(t, l)
		if len(first) != 2 || first[0].ID != "a" || first[0].Code != chat.CodeNotStored || first[1].ID != "b" {
			t.Errorf("one that cannot be stored, and one behind it: %+v", first)
		}
		if r := only[chat.Reject](events); len(r) != 1 || r[0].ID != "c" || r[0].Code != chat.CodeRoundOver || !r[0].Retry {
			t.Errorf("later in the round: %+v", r)
		}
		if a := only[chat.Ack](events); len(a) != 1 || a[0].ID != "c" || a[0].Seq != 1 {
			t.Errorf("in the next round: %+v", a)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.owed != 0 {
			t.Errorf("at rest %d are owed", h.owed)
		}
	})
}

// TestOrderHoldsWhateverIsRefused has somebody write faster than they may, on a
// log that fails at random, with many posts under way.
func TestOrderHoldsWhateverIsRefused(t *testing.T) {
	codes := make(map[chat.Code]int)
	for seed := range uint64(8) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			h := open(t)
			meddle(t, h, `CREATE TRIGGER fault BEFORE INSERT ON events WHEN abs(random()) % 30 = 0 BEGIN SELECT RAISE(ABORT, 'a fault'); END`)
			l := join(t, h, chat.Hello{})
			take(t, l)
			var written, stored []string
			var waiting []chat.Post // in the order of writing, all refused or not sent
			for n := range 150 {
				text := fmt.Sprint(n) + strings.Repeat("x", r.IntN(4000)*r.IntN(2))
				written = append(written, text)
				waiting = append(waiting, post(fmt.Sprint(n), text))
			}
			for round := int64(1); len(waiting) > 0; round++ {
				for _, p := range waiting[:min(len(waiting), 1+r.IntN(30))] {
					p.Round = round
					l.Do(p)
					if r.IntN(4) == 0 {
						pass(0) // the log takes what is there; the answer is not read yet
					}
				}
				var wait int64
				for _, e := range take(t, l) {
					switch e := e.(type) {
					case chat.Message:
						stored = append(stored, e.Text)
					case chat.Ack:
						waiting = slices.DeleteFunc(waiting, func(p chat.Post) bool { return p.ID == e.ID })
					case chat.Reject:
						codes[e.Code]++
						wait = max(wait, e.RetryAfter)
					}
				}
				pass(time.Duration(wait) * time.Millisecond)
			}
			if !slices.Equal(stored, written) {
				for i := range stored {
					if stored[i] != written[i] {
						t.Fatalf("seed %d: message %d is %.5s", seed, i, stored[i])
					}
				}
				t.Fatalf("seed %d: %d of %d are stored", seed, len(stored), len(written))
			}
		})
	}
	for _, code := range []chat.Code{chat.CodeTooFast, chat.CodeNotStored, chat.CodeRoundOver} {
		if codes[code] < 20 {
			t.Errorf("%s was answered only %d times: the test is too tame", code, codes[code])
		}
	}
}
