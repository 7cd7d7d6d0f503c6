package journey

import (
	"strconv"
	"time"

	"github.com/chromedp/chromedp"

	"cyberchat/app/chat"
)

// A hall is a room on a stage.
type hall struct {
	chat.Room
	with   []chat.Person
	member chat.Member
	unread int
	quiet  bool
	said   []string // by Ben, the last one just before noon
}

var (
	design = hall{Room: chat.Room{ID: "design", Title: "Design", About: "What it looks like, and why", Access: chat.Public}, unread: 3,
		said: []string{"The new icons are in.", "They look good in the dark too.", "Shall we ship them?", "I would."}}
	board = hall{Room: chat.Room{ID: "p4q8z1", Title: "Board", Access: chat.Private, Slow: 30000}, member: chat.Member{Here: true, Role: chat.RoleOwner},
		said: []string{"The minutes of Tuesday are done."}}
	news = hall{Room: chat.Room{ID: "news", Title: "News and announcements of the whole place, as long as a title may be", Access: chat.Public, Locked: true}, unread: 120, quiet: true,
		said: []string{"We moved."}}
	old    = hall{Room: chat.Room{ID: "launch-2025", Title: "Launch 2025", Access: chat.Public, Archived: true}, said: []string{"That was it. Thank you all."}}
	toBen  = hall{Room: chat.Room{ID: "d1", Access: chat.Direct}, with: []chat.Person{ben}, unread: 1, said: []string{"Have you got a minute?"}}
	toMany = hall{Room: chat.Room{ID: "d2", Access: chat.Direct}, with: []chat.Person{chloe, layla}, said: []string{"Lunch?"}}
)

// entered is what the server tells of it after the welcome.
func (h hall) entered() (events []chat.Event) {
	member := h.member
	if member == (chat.Member{}) {
		member = chat.Member{Here: true, Role: chat.RoleMember}
	}
	title, about := h.Title, h.About
	log := []chat.Event{
		chat.RoomChanged{Stamp: h.at(1), Created: h.Access, Title: &title, About: &about},
		chat.MemberChanged{Stamp: h.at(2), Change: chat.Joined, Person: ben, Role: chat.RoleOwner},
		chat.MemberChanged{Stamp: h.at(3), Change: chat.Added, Person: ada, Role: chat.RoleMember},
	}
	for i, text := range h.said {
		m := saying(len(log)+1, ben, time.Duration(len(h.said)-i)*2*time.Minute, text)
		m.Room, m.ID = h.ID, h.ID+strconv.Itoa(i)
		log = append(log, m)
	}
	head := int64(len(log))
	events = append(events, chat.Entered{RoomStatus: chat.RoomStatus{
		Room: h.Room, Member: member, With: h.with, Head: head, Active: noon,
		Reading: chat.Reading{Read: head - int64(min(h.unread, len(h.said))), Unread: h.unread, Quiet: h.quiet},
	}})
	return append(events, log...)
}

func (h hall) at(seq int64) chat.Stamp {
	return chat.Stamp{Room: h.ID, Seq: seq, ID: h.ID + "-" + strconv.FormatInt(seq, 10), Author: ben, Time: noon.Add(-time.Hour)}
}

// withRooms is a place with several conversations.
func (s *stage) withRooms(halls ...hall) {
	if len(halls) == 0 {
		halls = []hall{design, board, news, old, toBen, toMany}
	}
	s.withTalk()
	s.play(func(p *part) {
		for _, h := range halls {
			p.also = append(p.also, h.entered()...)
		}
		p.list.Rooms = []chat.Room{chat.FirstRoom(chat.Lobby), design.Room, news.Room, old.Room,
			{ID: "cooking", Title: "Cooking", About: "Recipes, and who brings what on Friday", Access: chat.Public}}
		p.list.People = []chat.Profiled{{Person: ben}, {Person: chloe}, {Person: layla}, {Person: chat.Person{ID: "grace", Name: "Grace"}, About: "On leave until May"}}
	})
}

func (s *stage) rooms() {
	s.withRooms()
	s.enter()
	s.wait(`document.querySelectorAll("#rooms .room-row").length === 7`)
}

// drawer opens the list of rooms where there is no column for it.
func (s *stage) drawer() {
	s.Helper()
	const open = `document.querySelector("#rooms-dialog").open`
	if !js[bool](s.tab, open) {
		s.do(chromedp.Click(chromedp.CSS("#rooms-button")))
	}
	s.wait(open + ` && document.querySelector("#rooms-dialog .room-row")`)
}

// roomNow opens the room with the id.
func (s *stage) roomNow(id string) {
	s.Helper()
	s.wait(`document.querySelector("#rooms .room-row[data-room='%s']")`, id)
	js[bool](s.tab, `(document.querySelector("#rooms .room-row[data-room='%s']").click(), true)`, id)
	s.wait(`document.querySelector("#rooms .room-row.open")?.dataset.room === %q`, id)
}

func (s *stage) designRoom() {
	s.rooms()
	s.roomNow("design")
	s.wait(`document.querySelector(".unread-line")`)
}
func (s *stage) privateRoom() { s.rooms(); s.roomNow("p4q8z1") }
func (s *stage) lockedRoom() {
	s.rooms()
	s.roomNow("news")
	s.wait(`document.querySelector(".composer-silent")`)
}
func (s *stage) archivedRoom() {
	s.rooms()
	s.roomNow("launch-2025")
	s.wait(`document.querySelector(".composer-silent")`)
}
func (s *stage) direct()       { s.rooms(); s.roomNow("d1") }
func (s *stage) directOfMany() { s.rooms(); s.roomNow("d2") }

func (s *stage) mutedInRoom() {
	h := design
	h.member = chat.Member{Here: true, Role: chat.RoleMember, Muted: noon.Add(2 * time.Hour)}
	s.withRooms(h)
	s.enter()
	s.roomNow("design")
	s.wait(`document.querySelector(".composer-silent")`)
}

// at opens the page at the address of a room.
func (s *stage) at(path string) {
	s.Helper()
	s.known()
	s.do(chromedp.Navigate(stageURL + path[1:]))
	s.wait(`document.querySelector("h1").textContent === "Connected to Cyber Chat"`)
}

func (s *stage) roomToJoin() {
	s.withRooms()
	s.at("/room/cooking")
	s.wait(`document.querySelector("#join-room")`)
}

func (s *stage) noRoom() {
	s.withRooms()
	s.at("/room/nowhere")
	s.wait(`document.querySelector(".intro.apart h3")?.textContent === "There is no room here"`)
}

// roomMenu opens the menu of the open room.
func (s *stage) roomMenu() {
	s.Helper()
	const open = `document.querySelector("#room-menu").matches(":popover-open")`
	if !js[bool](s.tab, open) {
		js[bool](s.tab, `(document.querySelector("#room-more").click(), true)`)
	}
	s.wait(open)
}

// fromRoomMenu does what an item of it says.
func (s *stage) fromRoomMenu(item string) {
	s.Helper()
	s.roomMenu()
	js[bool](s.tab, `(document.querySelector("#%s").click(), true)`, item)
	s.wait(`document.querySelector("#errand").open`)
}

func (s *stage) describeRoom() { s.privateRoom(); s.fromRoomMenu("room-describe") }
func (s *stage) slowRoom()     { s.privateRoom(); s.fromRoomMenu("room-slow") }
func (s *stage) leaveRoom()    { s.privateRoom(); s.fromRoomMenu("room-leave") }
func (s *stage) addToRoom() {
	s.privateRoom()
	s.fromRoomMenu("room-add")
	s.wait(`document.querySelector(".find")`)
}

// act begins what stands below the list of rooms.
func (s *stage) act(action string) {
	s.Helper()
	js[bool](s.tab, `(document.querySelector("#rooms .%s").click(), true)`, action)
	s.wait(`document.querySelector("#errand").open`)
}

func (s *stage) createRoom() {
	s.rooms()
	s.act("create-room")
	s.types("#create-title", "Büro & Co")
	s.wait(`document.querySelector("#create-address").value === "buero-co"`)
}

func (s *stage) createRefused() {
	s.createRoom()
	s.play(func(p *part) { p.fault = chat.RoomTaken("buero-co") })
	s.types("#create-title", "\r")
	s.wait(`document.querySelector("#create-address-note").textContent.includes("already")`)
}

func (s *stage) browseRooms() {
	s.rooms()
	s.act("browse-rooms")
	s.wait(`document.querySelectorAll(".find").length === 4`)
}

func (s *stage) newMessage() {
	s.rooms()
	s.act("new-message")
	s.wait(`document.querySelectorAll(".find").length === 4`)
	s.types("#finder", "ch\r")
	s.wait(`document.querySelector(".chip")`)
}

func (s *stage) switcher() {
	s.rooms()
	js[bool](s.tab, `(document.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true })), true)`)
	s.wait(`document.querySelector("#errand").open && document.querySelectorAll(".find").length >= 8`)
}

func (s *stage) switcherFinds() {
	s.switcher()
	s.types("#finder", "de")
	s.wait(`document.querySelector(".find.at .find-label").textContent === "Design"`)
}
