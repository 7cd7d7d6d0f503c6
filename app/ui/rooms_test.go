package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func TestARoomIsCalledByItsTitleOrItsPeople(t *testing.T) {
	cleo, dora := chat.Person{ID: "c", Name: "Cleo"}, chat.Person{ID: "d", Name: "Dora"}
	for want, people := range map[string][]chat.Person{
		"Only you":                   nil,
		"Ben":                        {ben},
		"Ben and Cleo":               {ben, cleo},
		"Ben, Cleo and Dora":         {ben, cleo, dora},
		"Ben, Cleo, Dora and 2 more": {ben, cleo, dora, ada, ada},
		"Someone who left":           {{ID: "x"}},
		"Ben and Someone who left":   {ben, {ID: "x"}},
	} {
		if got := namesOf(people); got != want {
			t.Errorf("%v are called %q, want %q", people, got, want)
		}
	}
	for n, want := range map[int]string{1: "1", 99: "99", 100: "99+"} {
		if got := unreadText(n); got != want {
			t.Errorf("%d unread is %q", n, got)
		}
	}
}

// row returns the row of a room in the list.
func row(t *testing.T, html, id string) string {
	t.Helper()
	i := strings.Index(html, `<nav`)
	_, html, _ = strings.Cut(html[max(i, 0):], `data-room="`+id+`"`)
	link, _, ok := strings.Cut(html, "</a>")
	if !ok {
		t.Fatalf("there is no row of %s", id)
	}
	return link
}

func TestTheListSaysWhatIsNewAndWhere(t *testing.T) {
	c, draw := mounted(t)
	unread := func(s chat.RoomStatus, n int) chat.RoomStatus {
		s.Reading = chat.Reading{Read: s.Head - int64(n), Unread: n}
		return s
	}
	quiet := unread(status("news", "News", chat.Public, 10), 5)
	quiet.Quiet = true
	direct := status("d1", "", chat.Direct, 4)
	direct.With = []chat.Person{ben}
	c.take(opened(in(unread(status("design", "Design", chat.Public, 10), 3), quiet, direct, unread(status("all", "All", chat.Private, 900), 100))))
	html := draw()
	for id, parts := range map[string][]string{
		"design": {`class="badge strong"`, ">3<"},
		"news":   {`class="badge"`, ">5<", ", muted"},
		"all":    {">99+<", ", private"},
		"d1":     {">Ben<", ", online"},
	} {
		for _, part := range parts {
			if r := row(t, html, id); !strings.Contains(r, part) {
				t.Errorf("the row of %s has no %s: %s", id, part, r)
			}
		}
	}
	if r := row(t, html, "d1"); strings.Contains(r, "badge") {
		t.Error("nothing is new with Ben, and it has a badge")
	}
	if !strings.Contains(html, "Rooms, 99+ unread") {
		t.Error("the way to the rooms does not say what is new there")
	}
	// What comes while one is there is not counted; elsewhere it is.
	c.take(link.Batch{Events: append(saidIn("lobby", 1, 2), saidIn("design", 11, 11)...)})
	html = draw()
	if strings.Contains(row(t, html, "lobby"), "badge") || !strings.Contains(row(t, html, "design"), ">4<") {
		t.Error("the wrong room has a badge")
	}
}

func TestWhoCannotSpeakIsToldWhy(t *testing.T) {
	later := time.Now().Add(time.Hour)
	with := func(change func(*chat.RoomStatus)) chat.RoomStatus {
		s := status("design", "Design", chat.Public, 2)
		change(&s)
		return s
	}
	for name, c := range map[string]struct {
		room chat.RoomStatus
		want string
	}{
		"open":                    {with(func(*chat.RoomStatus) {}), ""},
		"archived":                {with(func(s *chat.RoomStatus) { s.Archived = true }), "archived"},
		"locked":                  {with(func(s *chat.RoomStatus) { s.Locked = true }), "only moderators"},
		"locked, for a moderator": {with(func(s *chat.RoomStatus) { s.Locked, s.Member.Role = true, chat.RoleModerator }), ""},
		"muted":                   {with(func(s *chat.RoomStatus) { s.Member.Muted = later }), "You are muted until"},
		"for good":                {with(func(s *chat.RoomStatus) { s.Member.Muted = chat.Forever }), "muted for good"},
	} {
		page, draw := mounted(t)
		page.take(opened(in(c.room)))
		page.open("design", 0)
		html := draw()
		_, silent, _ := strings.Cut(html, `class="composer-silent"`)
		if is := strings.Contains(html, `class="composer-silent"`); is != (c.want != "") || !strings.Contains(silent, c.want) {
			t.Errorf("%s: silent %t", name, is)
		}
	}
	// One that is not ours can be joined if it is public.
	page, draw := mounted(t)
	page.take(opened(in()))
	page.open("cooking", 0)
	page.unfound = chat.Room{ID: "cooking", Title: "Cooking", Access: chat.Public}
	if html := draw(); !strings.Contains(html, `id="join-room"`) || !strings.Contains(html, ">Cooking<") {
		t.Error("a room that can be joined is not offered")
	}
}

func TestWhatCanBeDoneWithARoomIsWhatMayBeDone(t *testing.T) {
	items := func(s chat.RoomStatus) (ids []string) {
		c, _ := mounted(t)
		c.take(opened(in(s)))
		c.open(s.ID, 0)
		for _, item := range c.roomItems() {
			ids = append(ids, item.ID)
		}
		return ids
	}
	has := func(ids []string, id string) bool {
		return strings.Contains(" "+strings.Join(ids, " ")+" ", " "+id+" ")
	}
	member := status("design", "Design", chat.Public, 2)
	owner, direct := member, status("d1", "", chat.Direct, 2)
	owner.Member.Role = chat.RoleOwner
	for _, id := range []string{"room-describe", "room-lock", "room-slow", "room-archive"} {
		if has(items(member), id) || !has(items(owner), id) || has(items(direct), id) {
			t.Errorf("%s is not for owners alone", id)
		}
	}
	if !has(items(member), "room-leave") || has(items(direct), "room-leave") || has(items(status(chat.Lobby, "Lobby", chat.Public, 2)), "room-leave") {
		t.Error("one leaves what cannot be left, or cannot leave what can")
	}
	if owner.Archived = true; has(items(owner), "room-lock") || !has(items(owner), "room-reopen") {
		t.Error("of an archived room it can do something else")
	}
}

func TestATitleSuggestsAnAddress(t *testing.T) {
	for title, want := range map[string]string{
		"Design": "design", "Büro & Co": "buero-co", "  What?! ": "what", "Q3 / 2026": "q3-2026", "São Paulo": "sao-paulo",
		"Ben's room": "bens-room", "山田": "", "…": "", strings.Repeat("long ", 10): "long-long-long-long-long-long-lo",
	} {
		if got := slug(title); got != want {
			t.Errorf("slug(%q) = %q, want %q", title, got, want)
		}
		if want != "" && chat.CheckRoomID(slug(title)) != nil {
			t.Errorf("%q is no address", slug(title))
		}
	}
}

func TestWhatFitsBestComesFirst(t *testing.T) {
	order := []string{"design", "Design review", "The design", "Redesign", "Dear sign", "Board"}
	last := sameFit + 1
	for _, name := range order {
		f := fits("design", name)
		if f > last {
			t.Errorf("%s fits better than what comes before it", name)
		}
		last = f
	}
	if last != noFit || fits("", "anything") == noFit || fits("DE rv", "Design review") == noFit {
		t.Error("what does not fit does, or what fits does not")
	}
}

// The switcher finds rooms and people, what is new first.
func TestTheSwitcher(t *testing.T) {
	c, draw := mounted(t)
	s := status("design", "Design", chat.Public, 10)
	s.Reading = chat.Reading{Read: 8, Unread: 2}
	old := status("board", "Board", chat.Private, 10)
	old.Active = noon
	c.take(opened(in(old, s)))
	c.openErrand(errand{kind: errandSwitch})
	draw()
	d := &errandDialog{Chat: c, Errand: c.errand}
	labels := func() (all []string) {
		d.Errand = c.errand
		for _, w := range d.places() {
			all = append(all, w.Label)
		}
		return all
	}
	if got := labels(); len(got) != 3 || got[0] != "Design" || got[1] != "Board" || got[2] != "Ben" {
		t.Errorf("at first there are %q", got)
	}
	c.errand.query = "b"
	if got := labels(); len(got) != 4 || got[0] != "Board" || got[1] != "Ben" || got[2] != "Lobby" || got[3] != "Create the room “b”" {
		t.Errorf("of b there are %q", got)
	}
	d.goTo(0)
	if c.model.Room.ID != "board" || c.errand.kind != "" {
		t.Error("the room is not open")
	}
	c.openErrand(errand{kind: errandSwitch})
	if got := labels(); got[len(got)-1] == "Board" {
		t.Errorf("where one is, one can go: %q", got)
	}
}

// A refusal stands at its field, and nothing that was asked for is lost.
func TestACreationThatIsRefusedSaysWhere(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(in()))
	c.openErrand(errand{kind: errandCreate})
	for _, wrong := range []struct{ title, id, field string }{
		{"", "x", "create-title"}, {strings.Repeat("x", chat.MaxTitle+1), "x", "create-title"}, {"X", "Not an address", "create-address"}, {"X", "direct", "create-address"},
	} {
		if c.create(wrong.title, wrong.id, ""); c.errand.field != wrong.field || c.errand.fault == "" || len(c.wishes) > 0 {
			t.Errorf("%q at %q: the fault is at %q", wrong.title, wrong.id, c.errand.field)
		}
	}
	c.create("Design", "design", "")
	if !c.errand.busy || len(c.wishes) != 1 {
		t.Fatal("it is not asked for")
	}
	for id := range c.wishes {
		c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: id, Fault: *chat.RoomTaken("design")}}})
	}
	if html := draw(); c.errand.busy || c.errand.field != "create-address" || !strings.Contains(html, "There is a room") {
		t.Error("the refusal is not told at the address")
	}
	c.create("Design", "design-2", "")
	for id := range c.wishes {
		s := status("design-2", "Design", chat.Public, 2)
		c.take(link.Batch{Events: []chat.Event{chat.Entered{RoomStatus: s}, chat.Ack{ID: id, Seq: 1, Room: "design-2"}}})
	}
	if html := draw(); c.errand.kind != "" || c.model.Room.ID != "design-2" || !strings.Contains(html, `id="room-title"`) {
		t.Error("the room is not open")
	}
}

// The list of rooms is the same for as long as it shows the same: drawing compares
// it by where it is.
func TestTheListOfRoomsIsMadeAnewWhenItChanges(t *testing.T) {
	c, _ := mounted(t)
	w := welcome(ada)
	w.Rooms = append(w.Rooms, chat.RoomStatus{Room: chat.Room{ID: "design", Title: "Design", Access: chat.Public}, Member: chat.Member{Here: true}})
	c.take(opened(w))
	rows := c.roomRows()
	c.take(link.Batch{Events: []chat.Event{chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ada, Text: "hello", Time: noon}}})
	if again := c.roomRows(); &again[0] != &rows[0] {
		t.Error("it is another one after a message that it does not show")
	}
	c.take(link.Batch{Events: []chat.Event{chat.Message{Room: "design", Seq: 1, ID: "1", Author: ben, Text: "hello", Time: noon}}})
	if again := c.roomRows(); &again[0] == &rows[0] || again[1].Unread != 1 || rows[1].Unread != 0 {
		t.Errorf("with something unread it is %+v, and the old one %+v", again, rows)
	}
}

// BenchmarkDrawingWithManyRooms draws the page when nothing in the list of rooms
// has changed, as with each message.
func BenchmarkDrawingWithManyRooms(b *testing.B) {
	for _, rooms := range []int{1, chat.MaxRooms} {
		b.Run(strconv.Itoa(rooms), func(b *testing.B) {
			c := &Chat{}
			page := app.NewClientTester(c)
			defer page.Close()
			c.line = link.New(link.Config{URL: "ws://localhost:0/ws", Token: link.NewID()})
			w := welcome(ada)
			for i := 1; i < rooms; i++ {
				id := "room-" + strconv.Itoa(i)
				w.Rooms = append(w.Rooms, chat.RoomStatus{
					Room: chat.Room{ID: id, Title: "The room " + id, Access: chat.Public}, Active: noon.Add(time.Duration(i) * time.Second),
					Head: 5, After: 5, Reading: chat.Reading{Read: 3, Unread: 2},
				})
			}
			c.take(opened(w))
			c.Update()
			page.Consume()
			b.ReportAllocs()
			for b.Loop() {
				c.Update()
				page.Consume()
			}
		})
	}
}
