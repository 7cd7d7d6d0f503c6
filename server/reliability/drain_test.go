package reliability

import (
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// TestDrain stops the server while 500 messages a second come.
func TestDrain(t *testing.T) {
	people, lasts := 10, size(2*time.Second, 10*time.Second)
	s := newServer(t, false)
	s.start()
	l := new(ledger)
	clients := l.joinAll(t, s.url(), people)
	for round := range size(1, 3) {
		stop := chatter(t, clients, 500, 0)
		pass(lasts, nil)
		stop()
		for _, c := range clients { // the signal finds a lot under way
			for range 60 {
				if _, err := c.say(); err != nil {
					t.Error(err)
				}
			}
		}
		took := s.stop(15 * time.Second)
		// What the server has accepted it has answered, before it ended. Nothing
		// may be said to it before both are counted: who comes back says again
		// what was not accepted.
		await(t, patience, "everybody knows that the line is gone", func() bool { return open(clients) == 0 })
		answered := make(map[string]bool)
		for _, c := range clients {
			c.record.mu.Lock()
			for id := range c.answers {
				answered[id] = true
			}
			c.record.mu.Unlock()
		}
		drained := 0
		for _, c := range clients {
			c.mu.Lock()
			if len(c.drains) > round && c.drains[round].Within > 0 {
				drained++
			}
			c.mu.Unlock()
		}
		if drained < people {
			t.Errorf("%d of %d clients were told when to come back", drained, people)
		}
		stored := storedIn(t, s.data)
		for _, m := range stored {
			if !answered[m.ID] {
				t.Errorf("%d (%s) was stored; its author was not told", m.Seq, clip(m.Text))
			}
		}
		t.Logf("it ended after %v with %d messages stored and %d answered", took, len(stored), len(answered))
		s.start()
		await(t, patience, "everybody is back", func() bool { return open(clients) == people })
	}
	l.settle(t, s, clients)
}

// storedIn reads the whole log in the folder of a server that does not run.
func storedIn(t *testing.T, folder string) (stored []chat.Message) {
	t.Helper()
	log, err := store.Open(folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for seq := int64(0); ; {
		page, err := log.After(t.Context(), chat.Lobby, seq, chat.MaxPage)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			return stored
		}
		for _, e := range page {
			stored = append(stored, e.(chat.Message))
		}
		seq = page[len(page)-1].Stamped().Seq
	}
}
