package hub

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// TestWhatHappensWhileItIsReadIsReadAgain has a room change that nobody listens to,
// or what somebody is, while their rooms are read.
func TestWhatHappensWhileItIsReadIsReadAgain(t *testing.T) {
	first := firstPlace(t)
	for name, happens := range map[string]store.Entry{
		"in a room that is not here": {Author: chat.Person{ID: idOf("maker")}, Act: chat.ChangeRoom{ID: "new", Room: "cellar", Title: new("Where nobody listens")}},
		"to them":                    {Author: chat.Person{ID: idOf("maker")}, Act: chat.ChangeMember{ID: "new", Room: "attic", Change: chat.Added, Person: idOf("member")}},
		"to somebody else":           {Author: chat.Person{ID: idOf("owner")}, Act: chat.ChangeRoom{ID: "new", Room: chat.Lobby, Title: new("Where all listen")}},
	} {
		synctest.Test(t, func(t *testing.T) {
			w := first.open(t, false)
			w.h.mu.Lock()
			defer w.h.mu.Unlock()
			p := w.h.personOf(idOf("member"))
			times := 0
			var heads []int64
			err := w.h.steady(p, func() error {
				rooms, err := w.h.log.Rooms(t.Context(), p.id)
				for _, r := range rooms {
					if r.ID == "cellar" {
						heads = append(heads, r.Head)
					}
				}
				if times++; times == 1 {
					e := happens
					e.Time = wireTime(time.Now())
					if fault, err := w.h.wait(&e); fault != nil || err != nil {
						t.Error(fault, err)
					}
				}
				return err
			})
			want := 2
			if name == "to somebody else" { // the room is here, and remembers it
				want = 1
			}
			if err != nil || times != want {
				t.Errorf("%s: it was read %d times, want %d (%v)", name, times, want, err)
			}
			if name == "in a room that is not here" && (len(heads) != 2 || heads[1] != heads[0]+1) {
				t.Errorf("the heads were %d", heads)
			}
		})
	}
}

// TestPageIsReadAgainWhenATextWasTakenAway while it was read.
func TestPageIsReadAgainWhenATextWasTakenAway(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, false)
		w.come("member", Typed)
		take(t, w.l)
		times := 0
		w.h.page(w.l, chat.History{ID: "h", Room: chat.Lobby, Before: 100}, func(page chat.Page) []byte {
			if times++; times == 1 {
				e := &store.Entry{Author: chat.Person{ID: idOf("target")}, Act: chat.Delete{ID: "new", Room: chat.Lobby, Message: w.said[chat.Lobby]}, Time: wireTime(time.Now())}
				if fault, err := w.h.wait(e); fault != nil || err != nil {
					t.Error(fault, err)
				}
			}
			return Frame(Typed, page)
		})
		texts, _ := messages(t, w.l)
		if got := strings.Join(texts, "\n"); times != 2 || strings.Contains(got, "what the target said") || !strings.Contains(got, `"gone":true`) {
			t.Errorf("read %d times: %s", times, got)
		}
	})
}

// TestDeletedWhileItWaits has a message taken away that was not sent to anybody
// yet, by a moderator and with its author: it goes out as gone, before the event
// that says so.
func TestDeletedWhileItWaits(t *testing.T) {
	first := firstPlace(t)
	for name, away := range map[string]chat.Command{
		"deleted": chat.Delete{ID: "away", Room: chat.Lobby, Message: 0},
		"erased":  chat.Depart{ID: "away", Erase: true},
	} {
		for _, mode := range []Mode{Typed, Plain} {
			synctest.Test(t, func(t *testing.T) {
				w := first.open(t, false)
				w.come("target", Typed)
				reader := w.also("member", mode)
				w.l.Do(post("before", "it is busy"))
				messages(t, reader)
				take(t, w.l)
				w.l.Do(post("busy", "so the flusher waits a moment"))
				w.l.Do(post("secret", "a secret"))
				c := away
				if d, ok := c.(chat.Delete); ok {
					d.Message = w.said[chat.Lobby] + 3
					c = d
				}
				w.l.Do(c)
				texts, _ := messages(t, reader)
				got := strings.Join(texts, "\n")
				if strings.Contains(got, "a secret") {
					t.Errorf("%s, mode %d: %s", name, mode, got)
				}
				if mode == Typed && !strings.Contains(got, `"gone":true`) {
					t.Errorf("%s: it leaves a hole: %s", name, got)
				}
			})
		}
	}
}
