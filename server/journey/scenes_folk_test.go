package journey

import (
	"time"

	"cyberchat/app/chat"
)

// withPeople is a place with people of all kinds, whose owner looks at it.
func (s *stage) withPeople() {
	s.withTalk()
	s.play(func(p *part) {
		p.role = chat.RoleOwner
		p.aside = []string{chloe.ID}
		here := chat.Member{Here: true, Role: chat.RoleMember}
		gone := chat.Person{ID: "dora", Name: "Dora"}
		since := noon.AddDate(0, -3, 0)
		p.list = chat.Listing{
			People: []chat.Profiled{
				{Person: p.you, Since: since, Member: chat.Member{Here: true, Role: chat.RoleOwner}, State: chat.Online},
				{Person: ben, About: "Keeps the servers running. Ask me about backups.", Since: since, Member: chat.Member{Here: true, Role: chat.RoleModerator, Muted: noon.Add(2 * time.Hour)}, State: chat.Online},
				{Person: chloe, Since: since, Member: here, State: chat.StateAway},
				{Person: gone, Since: since, Member: here},
			},
			Devices: []chat.Device{
				{ID: "d1", Name: "Firefox on Linux", Since: since, Seen: noon, This: true},
				{ID: "d2", Name: "Safari on iPhone", Since: since.AddDate(0, 1, 0), Seen: noon.Add(-26 * time.Hour)},
			},
			Invitations: []chat.Invitation{
				{ID: "i1", Author: ada, Room: chat.Place, Role: chat.RoleMember, Uses: 9, Expires: noon.AddDate(0, 0, 7)},
				{ID: "i2", Author: ben, Room: chat.Place, Role: chat.RoleGuest, Uses: 1, Expires: noon.Add(time.Hour)},
			},
			Reports: []chat.Reported{
				{Stamp: chat.Stamp{Room: chat.Place, Seq: 7, Author: chloe, Time: noon.Add(-5 * time.Minute), In: chat.Lobby}, Message: 2, Of: layla, Text: "Buy my watches! They are very cheap.", Reason: "advertising"},
			},
			Addresses: []chat.BannedAddress{{Address: "203.0.113.7", Until: chat.Forever}},
		}
		at := func(seq int64, by chat.Person, ago time.Duration) chat.Stamp {
			return chat.Stamp{Room: chat.Place, Seq: seq, Author: by, Time: noon.Add(-ago)}
		}
		in := func(st chat.Stamp) chat.Stamp { st.In = chat.Lobby; return st }
		p.audit = []chat.Durable{
			chat.MemberChanged{Stamp: at(1, ada, 60*24*time.Hour), Change: chat.Joined, Person: ada, Role: chat.RoleOwner},
			chat.MemberChanged{Stamp: at(2, ben, 59*24*time.Hour), Change: chat.Joined, Person: ben},
			chat.MemberChanged{Stamp: at(3, ada, 3*24*time.Hour), Change: chat.Appointed, Person: ben, Role: chat.RoleModerator},
			chat.Deleted{Stamp: in(at(4, ben, 26*time.Hour)), Message: 1, Of: layla, Reason: "off topic"},
			chat.MemberChanged{Stamp: at(5, ben, 25*time.Hour), Change: chat.Banned, Person: gone, Until: noon.AddDate(0, 0, 6), Reason: "spam"},
			chat.MemberChanged{Stamp: at(6, ben, 3*time.Hour), Change: chat.Banned, Address: "203.0.113.7", Until: chat.Forever},
			chat.Reported{Stamp: in(at(7, chloe, 5*time.Minute)), Message: 2, Of: layla, Text: "Buy my watches! They are very cheap.", Reason: "advertising"},
			chat.MemberChanged{Stamp: at(8, chat.Person{}, time.Minute), Change: chat.Left, Person: chat.Person{ID: "left"}, Erased: true},
		}
	})
}

func (s *stage) peoplePlace() { s.withPeople(); s.enter() }

// shows waits for a page about people.
func (s *stage) shows(page, has string) {
	s.Helper()
	s.wait(`document.querySelector("#folk").open && document.querySelector("#folk-page").dataset.page === %q && document.querySelector("#folk %s")`, page, has)
}

func (s *stage) presences() {
	s.peoplePlace()
	s.tell(chat.Writing{Room: chat.Lobby, Crowd: chat.Crowd{Count: 2, People: []chat.Person{ben, layla}}})
	s.wait(`document.querySelector("#writing p")`)
	js[bool](s.tab, `(document.querySelector("#people-out")?.click(), true)`)
}

func (s *stage) cardOfBen() {
	s.peoplePlace()
	s.card("Ben")
	s.wait(`document.querySelector("#card-ban")`)
}

func (s *stage) banBen()    { s.cardOfBen(); s.pushes("#card-ban"); s.shows("act", "#act-do") }
func (s *stage) roleOfBen() { s.cardOfBen(); s.pushes("#card-appoint"); s.shows("act", "#act-role") }

func (s *stage) self() { s.peoplePlace(); s.choose("open-self"); s.shows("self", "#self-leave") }

func (s *stage) leave() {
	s.self()
	s.pushes("#self-leave")
	s.pushes("#leave-do")
	s.shows("leave", "[aria-invalid]")
}

func (s *stage) devices() { s.peoplePlace(); s.choose("open-devices"); s.shows("devices", ".item") }

func (s *stage) deviceLink() { s.devices(); s.pushes("#device-link"); s.shows("link", ".qr svg") }

func (s *stage) invitations() {
	s.peoplePlace()
	s.choose("open-invitations")
	s.shows("invitations", ".item")
}

func (s *stage) inviteSomebody() {
	s.invitations()
	s.pushes("#invite-new")
	s.shows("invite", "#invite-do")
}

func (s *stage) invited() { s.inviteSomebody(); s.pushes("#invite-do"); s.shows("invited", ".qr svg") }

func (s *stage) reports() { s.peoplePlace(); s.choose("open-keeping"); s.shows("keeping", ".report") }

func (s *stage) audit() { s.reports(); s.pushes("#keeping-log"); s.shows("keeping", ".audit") }

func (s *stage) bans() { s.reports(); s.pushes("#keeping-bans"); s.shows("keeping", ".item") }

func (s *stage) banAddress() { s.bans(); s.pushes("#ban-address"); s.shows("address", "#address") }

// byInvitation is an empty room of a place that takes an invitation, which somebody
// else makes.
func (s *stage) byInvitation() {
	s.play(func(p *part) { p.byInvitation = true })
	s.emptyRoom()
}

// becomeBen asks whether this device is to be somebody else.
func (s *stage) becomeBen() {
	s.play(func(p *part) { p.becomes = &chat.Becoming{Person: ben, Last: true} })
	s.enter()
	s.shows("become", "#become-do")
}

func (s *stage) reportMessage() {
	s.peoplePlace()
	s.onMessage("Very nice. Lunch at noon?", "message-report")
	s.shows("message", "#about-do")
}

// takenAway is a log in which a message was deleted and somebody is hidden.
func (s *stage) takenAway() {
	s.withPeople()
	s.play(func(p *part) {
		p.hidden = []string{chloe.ID}
		said := append([]chat.Message(nil), p.said...)
		for i := range said {
			if said[i].Author.ID == ben.ID {
				said[i].Text, said[i].Gone = "", true
				break
			}
		}
		p.said = said
	})
	s.enter()
	s.wait(`document.querySelector("#log .gone") && document.querySelector("#log .folded")`)
}

// turnedAway is the door with what a code says.
func (s *stage) turnedAway(code chat.CloseCode, text string) {
	s.play(func(p *part) { p.shut = &chat.Closing{Code: code, Text: text} })
	s.known()
	s.visit()
	s.wait(`document.querySelector("#door")`)
}

func (s *stage) notInvited() {
	s.turnedAway(chat.CloseNotInvited, "This place is by invitation.")
}

func (s *stage) badInvitation() {
	s.evaluateOnNew(`try { sessionStorage.setItem("cyberchat.invitation", "ABCDEFGHIJKLMNOPQRSTUVWXYZ") } catch {}`)
	s.notInvited()
	s.wait(`document.querySelector("#invitation[aria-invalid]")`)
}

func (s *stage) bannedScreen() {
	s.turnedAway(chat.CloseBanned, chat.BannedUntil(noon.AddDate(0, 0, 7)).Text)
}

func (s *stage) signedOut() { s.turnedAway(chat.CloseSignedOut, chat.SignedOut().Text) }
func (s *stage) removed()   { s.turnedAway(chat.CloseRemoved, "") }
func (s *stage) hasLeft()   { s.turnedAway(chat.CloseLeft, "") }

// keepingMenu opens the menu of a moderator.
func (s *stage) keepingMenu() {
	s.menu()
	s.wait(`document.querySelector("#open-keeping .badge")`)
}

var folkScreens = []screen{
	{name: "80-people-and-who-writes", show: (*stage).presences},
	{name: "81-menu-of-a-moderator", show: (*stage).peoplePlace, anew: (*stage).keepingMenu},
	{name: "82-card", show: (*stage).cardOfBen},
	{name: "83-ban", show: (*stage).banBen},
	{name: "84-role", show: (*stage).roleOfBen},
	{name: "85-you", show: (*stage).self},
	{name: "86-leave-for-good", show: (*stage).leave},
	{name: "87-devices", show: (*stage).devices},
	{name: "88-device-link", show: (*stage).deviceLink},
	{name: "89-invitations", show: (*stage).invitations},
	{name: "90-invite", show: (*stage).inviteSomebody},
	{name: "91-invited", show: (*stage).invited},
	{name: "92-reports", show: (*stage).reports},
	{name: "93-log-of-the-place", show: (*stage).audit},
	{name: "94-bans", show: (*stage).bans},
	{name: "95-ban-an-address", show: (*stage).banAddress},
	{name: "96-report", show: (*stage).reportMessage},
	{name: "97-deleted-and-hidden", show: (*stage).takenAway},
	{name: "98-by-invitation", show: (*stage).byInvitation},
	{name: "99-become-somebody-else", show: (*stage).becomeBen},
	{name: "a0-not-invited", show: (*stage).notInvited},
	{name: "a1-invitation-does-not-work", show: (*stage).badInvitation},
	{name: "a2-banned", show: (*stage).bannedScreen},
	{name: "a3-signed-out", show: (*stage).signedOut},
	{name: "a4-removed", show: (*stage).removed},
	{name: "a5-left", show: (*stage).hasLeft},
}

func init() { screens = append(screens, folkScreens...) }
