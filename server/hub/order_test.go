package hub

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// TestWhatTellsHowARoomStandsComesBehindWhatHappened has things wait for the
// flusher when somebody is told of a head or a count that includes them.
func TestWhatTellsHowARoomStandsComesBehindWhatHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		does(t, ann, garden("1"))
		does(t, bob, joining("2", "garden"))
		take(t, ann)
		stopFlusher(h)
		said := func(n int64) chat.Message {
			return chat.Message{Room: "garden", Seq: n, ID: fmt.Sprint(n), Author: bob.person.public(), Text: "x", Time: wireTime(time.Now())}
		}
		happens := func(n int64) {
			h.handOut([]*store.Entry{{Author: bob.person.public(), Act: chat.Post{ID: fmt.Sprint(n), Room: "garden", Text: "x"}, Owner: bob, Seq: n, Events: []chat.Durable{said(n)}}})
		}
		for name, tell := range map[string]func(){
			"a heartbeat": func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.ping()
			},
			"a count": func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.marked(ann.person, ann.person.rooms["garden"])
			},
			"how it stands": func() {
				h.handOut([]*store.Entry{{Author: ann.person.public(), Act: joining("again", "garden"), Owner: &errand{l: ann, id: "again"}}})
				synctest.Wait()
			},
		} {
			h.mu.Lock()
			head := h.rooms["garden"].head
			h.mu.Unlock()
			happens(head + 1)
			tell()
			h.flush()
			told := false
			for _, e := range take(t, ann) {
				switch e := e.(type) {
				case chat.Message:
					told = told || e.Seq == head+1
				case chat.Ping:
					if _, ok := e.Heads["garden"]; ok && !told {
						t.Errorf("%s comes before what happened: %+v", name, e)
					}
				case chat.Marked, chat.Entered:
					if !told {
						t.Errorf("%s comes before what happened: %+v", name, e)
					}
				}
			}
			if !told {
				t.Errorf("%s: she was not told what happened", name)
			}
			happens(head + 1) // as of a room that was read before it was handed out
			h.flush()
			if again := in("garden", take(t, ann)); len(again) > 0 {
				t.Errorf("what the head includes is told again: %+v", again)
			}
		}
	})
}

// TestWhoComesWhileTheyAreBroughtIntoRoomsIsInAllOfThem has somebody connect
// while others have them enter rooms and talk there.
func TestWhoComesWhileTheyAreBroughtIntoRoomsIsInAllOfThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t)
		h.cfg.Rate = 1e6
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		id := bob.person.id
		bob.Leave()
		for n := range 60 {
			name := fmt.Sprint("room-", n)
			came := make(chan *Listener)
			go func() { came <- join(t, h, chat.Hello{Token: tokenOf("Bob")}) }()
			ann.Do(chat.Create{ID: name, Room: name, Title: name, Access: chat.Public})
			ann.Do(chat.ChangeMember{ID: "add " + name, Room: name, Change: chat.Added, Person: id})
			for k := range n % 7 {
				ann.Do(chat.Post{ID: fmt.Sprint(name, " ", k), Room: name, Text: "x"})
			}
			l := <-came
			heads := map[string]int64{}
			for _, e := range take(t, l) {
				switch e := e.(type) {
				case chat.Welcome:
					for _, s := range e.Rooms {
						heads[s.ID] = s.After
					}
				case chat.Entered:
					heads[e.ID] = e.After
				case chat.Durable:
					s := e.Stamped()
					if heads[s.Room]+1 != s.Seq {
						t.Fatalf("%s: after %d comes %d", s.Room, heads[s.Room], s.Seq)
					}
					heads[s.Room] = s.Seq
				}
			}
			rooms, err := h.log.Rooms(t.Context(), id)
			if err != nil || len(rooms) != len(heads) || !slices.ContainsFunc(rooms, func(e store.Entered) bool { return e.ID == name }) {
				t.Fatalf("he is in %d rooms and was told of %d, %v; she was told %+v", len(rooms), len(heads), err, only[chat.Reject](take(t, ann)))
			}
			l.Leave()
		}
	})
}
