package reliability

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// TestRooms has people talk in several rooms, which they go into and out of,
// while their lines are cut and the server is killed. What each of them is told
// of a room follows without a gap, from where they came into it; what was
// acknowledged is stored once and in their order; and what is unread is what the
// log says, for their client and for the server alike.
func TestRooms(t *testing.T) {
	t.Parallel()
	people, each, kills := size(6, 20), size(80, 400), size(1, 5)
	chance := newChance(t)
	s := newServer(t, false)
	p := s.behind(chance)
	s.start()
	all := make([]*member, people)
	for i := range all {
		all[i] = joinRooms(t, p.url(), fmt.Sprintf("m%d", i))
	}
	first := all[0]
	rooms := []string{chat.Lobby, "garden", "den"}
	for _, id := range rooms[1:] {
		first.do(chat.Create{ID: link.NewID(), Room: id, Title: id, Access: chat.Public})
	}
	await(t, patience, "the rooms are made", func() bool { return first.unanswered() == 0 })
	if refused := first.refusals(); len(refused) > 0 {
		t.Fatalf("the rooms are not made: %v", refused)
	}

	quit := make(chan struct{})
	var acting, breaking sync.WaitGroup
	for _, m := range all {
		chance := chance.fork()
		acting.Go(func() {
			for range each {
				m.act(chance, rooms, quit)
				if !pass(chance.between(0, 20*time.Millisecond), quit) {
					return
				}
			}
		})
	}
	breaking.Go(func() {
		chance := chance.fork()
		for pass(chance.between(30*time.Millisecond, 120*time.Millisecond), quit) {
			p.each(func(w *wire) {
				if chance.below(4) == 0 {
					w.cut()
				}
			})
			hurryAll(all)
		}
	})
	done := 0
	for kill := range kills {
		goal := people * each * (kill + 1) / (kills + 2)
		await(t, patience, "much is said", func() bool { done = acknowledgedBy(all); return done >= goal/2 })
		s.kill()
		s.start()
	}
	acting.Wait()
	close(quit)
	breaking.Wait()

	settled := func(what string) {
		t.Helper()
		await(t, patience, what, func() bool {
			hurryAll(all)
			return !slices.ContainsFunc(all, func(m *member) bool { return m.unanswered() > 0 })
		})
	}
	settled("everything is answered")
	for _, m := range all { // so that everybody can be compared with the whole log
		for _, id := range rooms[1:] {
			if _, in := m.room(id); !in {
				m.do(chat.ChangeMember{ID: link.NewID(), Room: id, Change: chat.Joined})
			}
		}
	}
	settled("everybody is in every room")
	logs := make(map[string][]chat.Durable)
	for _, id := range rooms {
		logs[id] = logOf(t, s.url(), id)
	}
	for _, m := range all {
		await(t, patience, m.name+" has seen all", func() bool {
			hurryAll(all)
			return !slices.ContainsFunc(rooms, func(id string) bool { return m.head(id) < int64(len(logs[id])) })
		})
	}
	judgeRooms(t, all, logs)
	for _, m := range all { // what the server tells a device that comes now
		there := joinWith(t, s.url(), m.token, "")
		await(t, patience, "another device is welcome", func() bool { return there.welcomed() })
		for _, id := range rooms {
			here, _ := m.room(id)
			if now, in := there.room(id); !in || now.Read != here.Read || now.Unread != here.Unread {
				t.Errorf("%s in %s: the client counts %+v, another device %+v", m.name, id, here.Reading, now.Reading)
			}
		}
	}
	lines := 0
	for _, m := range all {
		m.mu.Lock()
		lines += m.lines
		m.mu.Unlock()
	}
	t.Logf("%d, %d and %d events, %d lines of %d people", len(logs[rooms[0]]), len(logs[rooms[1]]), len(logs[rooms[2]]), lines, people)
	if lines < 2*people {
		t.Errorf("%d lines of %d people: the test is too tame", lines, people)
	}
}

// A member is a client that goes in and out of rooms, and what it did and was
// told. Its methods may be called from any goroutine.
type member struct {
	name, token string
	line        *link.Line

	mu      sync.Mutex
	model   state.Model
	phase   link.Phase
	lines   int
	said    int
	at      map[string]int64            // up to where each room that it is in was told
	seen    map[string]map[int64]string // id by seq, of each room
	posts   []chat.Post                 // in the order in which they were sent
	waiting map[string]bool             // ids of what has no answer yet
	marks   map[string]string           // likewise, the latest mark of each room
	acks    map[string]int64            // seq by id
	refused map[string]chat.Fault
	pages   []chat.Page
	wrong   []string
}

func joinRooms(t testing.TB, url, name string) *member {
	t.Helper()
	m := joinWith(t, url, link.NewID(), name)
	await(t, patience, name+" is welcome", m.welcomed)
	return m
}

// joinWith opens a line that ends with the test.
func joinWith(t testing.TB, url, token, name string) *member {
	t.Helper()
	m := &member{
		name: name, token: token, at: make(map[string]int64), seen: make(map[string]map[int64]string),
		waiting: make(map[string]bool), marks: make(map[string]string), acks: make(map[string]int64), refused: make(map[string]chat.Fault),
	}
	m.line = link.New(link.Config{URL: url, Token: token, Name: name, Build: "reliability", Deliver: m.deliver})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.line.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != context.Canceled {
			t.Errorf("%s stopped: %v", name, err)
		}
	})
	return m
}

func (m *member) deliver(b link.Batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b.Status != nil {
		m.phase = b.Status.Phase
	}
	for _, e := range b.Events {
		m.take(e)
		m.model = m.model.Apply(e)
	}
}

// take notes what was told, and what is wrong with it.
func (m *member) take(e chat.Event) {
	note := func(format string, v ...any) { m.wrong = append(m.wrong, fmt.Sprintf(format, v...)) }
	switch e := e.(type) {
	case chat.Welcome:
		m.lines++
		before := m.at
		m.at = make(map[string]int64)
		for _, s := range e.Rooms {
			at, was := before[s.ID]
			if s.Recovered && (!was || s.After != at) {
				note("%s was to go on behind %d, and had %d", s.ID, s.After, at)
			}
			m.at[s.ID] = s.After
		}
	case chat.Entered:
		if _, in := m.at[e.ID]; !in {
			m.at[e.ID] = e.After
		}
	case chat.Durable:
		stamp := e.Stamped()
		at, in := m.at[stamp.Room]
		if !in || stamp.Seq != at+1 {
			note("%s had %d behind %d, in it: %v", stamp.Room, stamp.Seq, at, in)
		}
		m.at[stamp.Room] = stamp.Seq
		if m.seen[stamp.Room] == nil {
			m.seen[stamp.Room] = make(map[int64]string)
		}
		if id, twice := m.seen[stamp.Room][stamp.Seq]; twice && id != stamp.ID {
			note("%s had %d as %s and as %s", stamp.Room, stamp.Seq, id, stamp.ID)
		}
		m.seen[stamp.Room][stamp.Seq] = stamp.ID
		if c, ok := e.(chat.MemberChanged); ok && c.Change == chat.Left && c.Person.ID == m.model.You.ID {
			delete(m.at, stamp.Room)
		}
	case chat.Ack:
		if _, twice := m.acks[e.ID]; twice {
			note("%s was acknowledged twice", e.ID)
		}
		m.acks[e.ID] = e.Seq
		m.answered(e.ID)
	case chat.Reject:
		m.refused[e.ID] = e.Fault
		m.answered(e.ID)
	case chat.Page:
		m.pages = append(m.pages, e)
		m.answered(e.ID)
	}
}

// act does something in one of the rooms: it goes in if it is outside, and else
// mostly speaks, or marks what is there as read, or goes out of it again. While it
// comes or goes it does nothing else: what is refused outside, and comes a second
// time over an old line, would be taken inside.
func (m *member) act(chance *chance, rooms []string, quit <-chan struct{}) {
	id := rooms[chance.below(len(rooms))]
	r, in := m.room(id)
	switch n := chance.below(10); {
	case !in:
		m.change(id, chat.Joined, quit)
	case n < 7:
		m.mu.Lock()
		m.said++
		p := chat.Post{ID: link.NewID(), Room: id, Text: fmt.Sprintf("%s says %d", m.name, m.said)}
		m.posts = append(m.posts, p)
		m.mu.Unlock()
		m.do(p)
	case n < 9 || id == chat.Lobby:
		mark := chat.Mark{ID: link.NewID(), Room: id, Seq: max(r.Last()-int64(chance.below(5)), 0)}
		m.mu.Lock()
		m.model = m.model.Mark(mark)
		m.mu.Unlock()
		m.do(mark)
	default:
		m.change(id, chat.Left, quit)
	}
}

// change goes into a room or out of it, and waits until it has.
func (m *member) change(id string, change chat.Change, quit <-chan struct{}) {
	m.do(chat.ChangeMember{ID: link.NewID(), Room: id, Change: change})
	for {
		_, in := m.room(id)
		if m.unanswered() == 0 && in == (change == chat.Joined) || !pass(glance, quit) {
			return
		}
	}
}

// do sends a command, when there is room for it.
func (m *member) do(c chat.Identified) {
	for m.unanswered() >= room {
		pass(glance, nil)
	}
	m.mu.Lock()
	if mark, ok := c.(chat.Mark); ok {
		m.marks[mark.Room] = mark.ID // an older one may not be answered any more
	} else {
		m.waiting[c.CommandID()] = true
	}
	m.mu.Unlock()
	if err := m.line.Send(c); err != nil {
		m.mu.Lock()
		m.wrong = append(m.wrong, fmt.Sprintf("%T was not sent: %v", c, err))
		m.mu.Unlock()
	}
}

// answered takes in the answer to a command.
func (m *member) answered(id string) {
	delete(m.waiting, id)
	for room, mark := range m.marks {
		if mark == id {
			delete(m.marks, room)
		}
	}
}

func (m *member) unanswered() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waiting) + len(m.marks)
}

func (m *member) welcomed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.model.Welcomed()
}

// room is what the client knows of a room, and whether it is in it.
func (m *member) room(id string) (state.Room, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.model.Find(id)
	if r == nil {
		return state.Room{}, false
	}
	return *r, r.Entered()
}

// head is up to where a room was told.
func (m *member) head(id string) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.at[id]
}

func (m *member) refusals() map[string]chat.Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.refused)
}

func acknowledgedBy(all []*member) (n int) {
	for _, m := range all {
		m.mu.Lock()
		n += len(m.acks)
		m.mu.Unlock()
	}
	return n
}

// hurryAll makes those who wait try again at once.
func hurryAll(all []*member) {
	for _, m := range all {
		m.mu.Lock()
		waiting := m.phase == link.Waiting
		m.mu.Unlock()
		if waiting {
			m.line.RetryNow()
		}
	}
}

// logOf reads the whole log of a room, as somebody who is not in it.
func logOf(t testing.TB, url, room string) (log []chat.Durable) {
	t.Helper()
	reader := joinRooms(t, url, "reader of "+room)
	for later := true; later; {
		ask := chat.History{ID: link.NewID(), Room: room, After: int64(len(log)), Limit: chat.MaxPage}
		if len(log) == 0 {
			ask.Around = 1
		}
		reader.do(ask)
		await(t, patience, "a page is there", func() bool { return reader.unanswered() == 0 })
		reader.mu.Lock()
		if len(reader.pages) == 0 {
			t.Fatalf("there is no page: %v", reader.refused)
		}
		page := reader.pages[len(reader.pages)-1]
		reader.mu.Unlock()
		log = append(log, page.Events...)
		later = page.Later && len(page.Events) > 0
	}
	return log
}

// judgeRooms compares what everybody did and was told with the logs.
func judgeRooms(t testing.TB, all []*member, logs map[string][]chat.Durable) {
	t.Helper()
	texts := make(map[string]string) // by the id of each post
	for id, log := range logs {
		for i, e := range log {
			at := e.Stamped()
			if at.Seq != int64(i)+1 || at.Room != id {
				t.Fatalf("the log of %s has %+v in place %d", id, at, i+1)
			}
			if said, ok := e.(chat.Message); ok {
				if _, twice := texts[said.ID]; twice {
					t.Errorf("%q is stored twice", said.Text)
				}
				texts[said.ID] = said.Text
			}
		}
	}
	for _, m := range all {
		m.mu.Lock()
		for _, wrong := range m.wrong {
			t.Errorf("%s: %s", m.name, wrong)
		}
		for id, fault := range m.refused {
			t.Errorf("%s was refused %s: %s", m.name, id, fault.Error())
		}
		before := make(map[string]int64)
		for _, post := range m.posts {
			seq, stored := m.acks[post.ID]
			_, refused := m.refused[post.ID]
			text, there := texts[post.ID]
			delete(texts, post.ID)
			log := logs[post.Room]
			switch {
			case stored == refused:
				t.Errorf("%s: %q was stored %v and refused %v", m.name, post.Text, stored, refused)
			case stored != there:
				t.Errorf("%s: %q was acknowledged %v, and is in the log %v", m.name, post.Text, stored, there)
			case !stored:
			case text != post.Text || seq < 1 || seq > int64(len(log)) || log[seq-1].Stamped().ID != post.ID:
				t.Errorf("%s: %q is not at %d of %s", m.name, post.Text, seq, post.Room)
			case seq <= before[post.Room]:
				t.Errorf("%s: %q is at %d of %s, and what was said before at %d", m.name, post.Text, seq, post.Room, before[post.Room])
			default:
				before[post.Room] = seq
			}
		}
		for id, log := range logs {
			for seq, was := range m.seen[id] {
				if seq > int64(len(log)) || log[seq-1].Stamped().ID != was {
					t.Errorf("%s saw %d of %s as %s", m.name, seq, id, was)
				}
			}
			r := m.model.Find(id)
			if r == nil || !r.Entered() {
				t.Errorf("%s is not in %s", m.name, id)
				continue
			}
			unread := 0
			for _, e := range log[r.Read:] {
				if said, ok := e.(chat.Message); ok && said.Author.ID != m.model.You.ID {
					unread++
				}
			}
			if unread = min(unread, chat.MaxUnread+1); r.Unread != unread {
				t.Errorf("%s in %s: %d are counted as unread behind %d, and it is %d", m.name, id, r.Unread, r.Read, unread)
			}
		}
		m.mu.Unlock()
	}
	for _, text := range texts {
		t.Errorf("%q is stored, and nobody said it", text)
	}
}
