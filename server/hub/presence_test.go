package hub

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
)

// running opens a hub that runs, in the middle between two ticks.
func running(t *testing.T) *Hub {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	h := open(t)
	go h.Run(ctx)
	pass(chat.PresenceEvery / 2)
	return h
}

// stateOf is how a client knows somebody that follows what it is told.
func stateOf(events []chat.Event, id string) chat.State {
	var state chat.State
	has := func(ids []string) bool { return slices.Contains(ids, id) }
	of := func(people []chat.Person) bool {
		return slices.ContainsFunc(people, func(p chat.Person) bool { return p.ID == id })
	}
	for _, e := range events {
		switch e := e.(type) {
		case chat.Welcome:
			if r := e.Rooms[0].Roll; of(r.People) {
				state = chat.Online
				if has(r.Away) {
					state = chat.StateAway
				}
			}
		case chat.Presence:
			if of(e.Joined.People) || has(e.Back) {
				state = chat.Online
			}
			if has(e.Away) {
				state = chat.StateAway
			}
			if has(e.Gone) || of(e.Left.People) {
				state = chat.Offline
			}
		}
	}
	return state
}

func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		watcher := join(t, h, chat.Hello{})
		laptop, phone := known(t, h, "Ann"), known(t, h, "Ann")
		ann := laptop.person.id
		var told []chat.Event
		want := func(when string, state chat.State, online int) {
			t.Helper()
			pass(chat.PresenceEvery)
			told = append(told, take(t, watcher)...)
			if got := stateOf(told, ann); got != state {
				t.Errorf("%s: she is %q, want %q", when, got, state)
			}
			if p := only[chat.Presence](told); len(p) == 0 || p[len(p)-1].Online != online {
				t.Errorf("%s: %+v, want %d online", when, p[len(p)-1], online)
			}
			fresh := join(t, h, chat.Hello{}) // is told the same, but for who may be back in a moment
			if got := stateOf(take(t, fresh), ann); state != chat.Offline && got != state || state == chat.Offline && got == chat.Online {
				t.Errorf("%s: who comes is told that she is %q", when, got)
			}
			fresh.Leave()
			if got := h.State(ann); got != state {
				t.Errorf("%s: listed as %q", when, got)
			}
			pass(10*chat.PresenceEvery + chat.PresenceEvery/2)
			told = append(told, take(t, watcher)...)
			told = append(told, take(t, watcher)...)
		}
		want("on both", chat.Online, 2)
		laptop.Do(chat.Away{On: true})
		want("away from one", chat.Online, 2)
		phone.Do(chat.Away{On: true})
		want("away from both", chat.StateAway, 2)
		laptop.Do(chat.Away{})
		want("back at one", chat.Online, 2)
		laptop.Leave()
		want("closed that: away on all there are", chat.StateAway, 2)
		phone.Leave()
		want("closed both", chat.Offline, 1)
		laptop = known(t, h, "Ann")
		want("back", chat.Online, 2)
		laptop.Leave()
		pass(chat.PresenceEvery)
		known(t, h, "Ann")
		want("after a reload", chat.Online, 2)
	})
}

// TestALostLineIsOfflineInTime has nothing heard of somebody for chat.DeadAfter,
// after which httpd closes them.
func TestALostLineIsOfflineInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		watcher, ann := join(t, h, chat.Hello{}), known(t, h, "Ann")
		pass(3 * chat.PresenceEvery)
		take(t, watcher)
		silent := time.Now()
		pass(chat.DeadAfter)
		ann.Close(Close{Code: chat.CloseNoPong})
		ann.Leave()
		pass(2 * chat.PresenceEvery)
		p := only[chat.Presence](take(t, watcher))
		if len(p) != 1 || p[0].Left.Count != 1 || p[0].Online != 1 || p[0].Time.Sub(silent) > 40*time.Second {
			t.Errorf("told: %+v", p)
		}
	})
}

func TestMoreAwayThanOneEventNamesAreToldByTheNext(t *testing.T) {
	const crowd = 2*chat.MaxListed + 50
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		watcher := join(t, h, chat.Hello{})
		var all []*Listener
		for n := range crowd {
			l := join(t, h, chat.Hello{Name: fmt.Sprint("p", n)})
			l.Do(chat.Away{On: true}) // before anybody was told of them
			all = append(all, l)
		}
		pass(5 * chat.PresenceEvery)
		events := take(t, watcher)
		for _, l := range all {
			l.Do(chat.Away{})
		}
		pass(5 * chat.PresenceEvery)
		later := take(t, watcher)
		for _, l := range all {
			l.Leave()
		}
		pass(5*chat.PresenceEvery + leaveGrace)
		last := take(t, watcher)
		away, back, gone := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, p := range only[chat.Presence](slices.Concat(events, later, last)) {
			if max(len(p.Away), len(p.Back), len(p.Gone)) > chat.MaxListed {
				t.Errorf("one event names %d, %d and %d", len(p.Away), len(p.Back), len(p.Gone))
			}
			for _, ids := range []struct {
				all []string
				in  map[string]bool
			}{{p.Away, away}, {p.Back, back}, {p.Gone, gone}} {
				for _, id := range ids.all {
					if ids.in[id] {
						t.Errorf("%s is told twice", id)
					}
					ids.in[id] = true
				}
			}
		}
		if len(away) != crowd || len(back) != crowd || len(gone) != crowd {
			t.Errorf("%d away, %d back and %d gone of %d", len(away), len(back), len(gone), crowd)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		if r := h.lobby.roll; len(h.people) != 1 || len(r.told) != 1 || len(r.here) != 1 || len(r.changed) != 0 || r.gone != 0 || len(h.names) != 1 {
			t.Errorf("in the end %d people, %d told, %d here, %d changed, %d gone and %d names are kept", len(h.people), len(r.told), len(r.here), len(r.changed), r.gone, len(h.names))
		}
	})
}

func TestWriting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		outside := known(t, h, "Kim")
		does(t, ann, garden("1"))
		does(t, bob, joining("1", "garden"))
		pass(2 * time.Second)
		take(t, bob)
		take(t, outside)
		names := func(w chat.Writing) (names []string) {
			for _, p := range w.People {
				names = append(names, p.Name)
			}
			return names
		}
		typing := chat.Typing{Room: "garden"}
		for range 4 { // she writes for twelve seconds
			ann.Do(typing)
			pass(chat.TypingEvery)
		}
		told := only[chat.Writing](take(t, bob))
		last := time.Duration(len(told)) * chat.TypingEvery // told again before it is over, and not every second
		if len(told) < 3 || len(told) > 6 {
			t.Errorf("while she writes he is told %d times, over %v", len(told), last)
		}
		for _, w := range told {
			if w.Room != "garden" || w.Count != 1 || !slices.Equal(names(w), []string{"Ann"}) {
				t.Errorf("told: %+v", w)
			}
		}
		pass(chat.TypingFor)
		if told := only[chat.Writing](take(t, bob)); len(told) == 0 || told[len(told)-1].Count != 0 {
			t.Errorf("when she stopped: %+v", told)
		}
		ann.Do(typing)
		bob.Do(typing)
		pass(chat.PresenceEvery)
		if told := only[chat.Writing](take(t, bob)); len(told) != 1 || !slices.Equal(names(told[0]), []string{"Ann", "Bob"}) {
			t.Errorf("both write: %+v", told)
		}
		does(t, ann, chat.Post{ID: "2", Room: "garden", Text: "said"})
		if told := only[chat.Writing](take(t, bob)); len(told) != 1 || !slices.Equal(names(told[0]), []string{"Bob"}) {
			t.Errorf("she said it: %+v", told)
		}
		does(t, bob, chat.ChangeMember{ID: "3", Room: "garden", Change: chat.Left})
		pass(chat.PresenceEvery)
		if told := only[chat.Writing](take(t, ann)); len(told) == 0 || told[len(told)-1].Count != 0 {
			t.Errorf("he left: %+v", told)
		}
		if told := only[chat.Writing](take(t, outside)); len(told) > 0 {
			t.Errorf("somebody who is not in the room was told %+v", told)
		}
	})
}

func TestInACrowdFewOfThoseWhoWriteAreNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		for n := range crowded {
			join(t, h, chat.Hello{Name: fmt.Sprint("p", n)}).Do(chat.Typing{Room: chat.Lobby})
		}
		watcher := join(t, h, chat.Hello{})
		pass(chat.PresenceEvery)
		if told := only[chat.Writing](take(t, watcher)); len(told) != 1 || told[0].Count != crowded || len(told[0].People) != chat.MaxNamed {
			t.Errorf("told: %+v", told)
		}
	})
}

func TestHeartbeatTellsTheHeadsOfOnesRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		ann, bob := known(t, h, "Ann"), known(t, h, "Bob")
		does(t, ann, garden("1"))
		does(t, ann, chat.Post{ID: "2", Room: "garden", Text: "x"})
		does(t, ann, post("3", "x"))
		pass(chat.Heartbeat)
		take(t, bob)
		heads := map[string]int64{}
		for _, p := range only[chat.Ping](take(t, ann)) {
			for room, head := range p.Heads {
				heads[room] = head
			}
		}
		if len(heads) != 2 || heads[chat.Lobby] != 1 || heads["garden"] != 3 {
			t.Errorf("after something happened: %v", heads)
		}
		pass(chat.Heartbeat)
		if p := only[chat.Ping](take(t, ann)); len(p) != 1 || len(p[0].Heads) != 1 || p[0].Heads[chat.Lobby] != 1 {
			t.Errorf("after nothing happened: %+v", p)
		}
		if p := only[chat.Ping](take(t, bob)); len(p) != 1 || len(p[0].Heads) != 1 {
			t.Errorf("somebody who is only in the lobby: %+v", p)
		}
	})
}

func TestRoomsNobodyListensToAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		ann := known(t, h, "Ann")
		does(t, ann, garden("1"))
		does(t, ann, chat.Post{ID: "2", Room: "garden", Text: "said"})
		h.mu.Lock()
		if h.rooms["garden"] == nil || h.kept.bytes == 0 {
			t.Error("the room is not here")
		}
		h.mu.Unlock()
		ann.Leave()
		pass(emptyFor + 2*chat.PresenceEvery)
		h.mu.Lock()
		if len(h.rooms) != 2 || len(h.people) != 0 || h.kept.bytes != h.place.recent.bytes {
			t.Errorf("%d rooms, %d people and %d bytes are kept for nobody", len(h.rooms), len(h.people), h.kept.bytes)
		}
		h.mu.Unlock()
		w := welcomeOf(t, known(t, h, "Ann"))
		if len(w.Rooms) != 2 || w.Rooms[1].ID != "garden" || w.Rooms[1].Head != 3 || w.Rooms[1].Title != "The garden" || w.Rooms[1].Member.Role != chat.RoleOwner {
			t.Errorf("who comes back is told %+v", w.Rooms)
		}
	})
}

// TestWhatAllRoomsKeepIsBounded fills more rooms than there is memory for: those
// in which something was said lately keep theirs.
func TestWhatAllRoomsKeepIsBounded(t *testing.T) {
	var k kept
	all := make([]recent, 40)
	big := encodeTyped(chat.Message{Text: string(make([]byte, 100<<10))})
	for n := range all {
		all[n].kept = &k
		for seq := range int64(30) {
			big.seq = seq + 1
			all[n].add(big)
			if k.bytes > maxKept {
				t.Fatalf("%d bytes are kept", k.bytes)
			}
		}
	}
	sum := 0
	for n := range all {
		sum += all[n].bytes
		if (all[n].bytes == 0) != (len(all[n].events) == 0) {
			t.Errorf("room %d counts %d bytes for %d events", n, all[n].bytes, len(all[n].events))
		}
	}
	if sum != k.bytes || all[0].bytes != 0 || all[39].bytes == 0 {
		t.Errorf("%d bytes are counted for %d; the first room has %d and the last %d", k.bytes, sum, all[0].bytes, all[39].bytes)
	}
}

func TestThePlaceDoesItsChores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := running(t)
		known(t, h, "idle").Leave() // and does nothing
		stays := known(t, h, "stays connected")
		ann := known(t, h, "Ann")
		for n := range choreMost + 50 {
			ann.Do(post(fmt.Sprint(n), "secret"))
			pass(time.Second / chat.PostRate)
		}
		ann.Do(chat.Depart{ID: "x", Erase: true})
		pass(10 * chat.PresenceEvery)
		h.mu.Lock()
		if h.chores.erase != nil || h.chores.waiting {
			t.Errorf("the chores: %+v", h.chores)
		}
		h.mu.Unlock()
		if n := texts(t, h, "secret"); n != 0 {
			t.Errorf("%d texts are still on disk", n)
		}
		came := time.Now()
		pass(seenEvery + choresEvery)
		if who, err := h.log.Session(t.Context(), stays.session); err != nil || who.Session.Seen.Before(came) {
			t.Errorf("somebody who stays connected was seen last at %v, %v", who, err)
		}
		meddle(t, h, `UPDATE people SET since = 1`)
		meddle(t, h, `UPDATE sessions SET seen = 1 WHERE person = (SELECT id FROM people WHERE name = 'idle')`)
		pass(choresEvery)
		for name, want := range map[string]bool{"idle": false, "stays connected": true} {
			who, err := h.log.Named(t.Context(), nameKey(name))
			if err != nil || (who != nil) != want {
				t.Errorf("after %v %q is %+v, %v", chat.ForgetAfter, name, who, err)
			}
		}
		does(t, stays, post("1", "still here"))
	})
}
