package journey

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cyberchat/app/chat"
)

// begin begins an errand from what stands below the list of rooms.
func (p *tab) begin(action string) {
	p.Helper()
	p.wait(`document.querySelector("#rooms .%s")`, action)
	js[bool](p, `(document.querySelector("#rooms .%s").click(), true)`, action)
	p.wait(`document.querySelector("#errand").open`)
}

// room waits until the room with that title is open, and everything that was
// asked for it is done.
func (p *tab) room(title string) {
	p.Helper()
	p.wait(`document.querySelector("#room-title > bdi")?.textContent === %q && !document.querySelector("#errand").open`, title)
}

// to opens a room from the list.
func (p *tab) to(title string) {
	p.Helper()
	row := `[...document.querySelectorAll("#rooms .room-row")].find((r) => r.querySelector(".room-title").textContent === ` + quoteJS(title) + `)`
	p.wait(row)
	js[bool](p, `(%s.click(), true)`, row)
	p.room(title)
}

func quoteJS(s string) string { return `"` + s + `"` }

// badge waits until a room in the list says so many are unread; empty is none.
func (p *tab) badge(title, count string) {
	p.Helper()
	p.wait(`(() => {
		const row = [...document.querySelectorAll("#rooms .room-row")].find((r) => r.querySelector(".room-title").textContent === %q);
		return row && (row.querySelector(".badge")?.textContent ?? "") === %q;
	})()`, title, count)
}

// makes makes a room.
func (p *tab) makes(title string, access chat.Access) {
	p.Helper()
	p.begin("create-room")
	js[bool](p, `(document.querySelector("#access-%s").click(), true)`, access)
	p.wait(`document.querySelector("#access-%s").checked`, access)
	p.types("#create-title", title+enterKey)
	p.room(title)
}

// joins finds a public room and goes into it.
func (p *tab) joins(title string) {
	p.Helper()
	p.begin("browse-rooms")
	p.types("#finder", title)
	p.wait(`document.querySelector(".find.at .find-label")?.textContent === %q`, title)
	p.types("#finder", enterKey)
	p.room(title)
}

// One makes a room, another finds and joins it, and they talk there; in the lobby
// nothing of it is to be seen.
func TestARoomIsMadeFoundAndTalkedIn(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.makes("Design", chat.Public)
	ann.wait(`location.pathname === "/room/design" && document.title === "Design – Connected to Cyber Chat"`)
	ann.focus("#message")
	ann.say("Is anybody here?")
	ann.reads("Ann", "Is anybody here?")

	bob.joins("Design")
	bob.reads("Ann", "Is anybody here?")
	bob.say("I am")
	ann.reads("Bob", "I am")
	ann.wait(`document.querySelector("#log").textContent.includes("Bob came in")`)
	bob.to("Lobby")
	bob.wait(`!document.querySelector("#log").textContent.includes("I am") && location.pathname === "/"`)

	// A name that is taken is told in the form, which keeps what was written.
	bob.begin("create-room")
	bob.types("#create-title", "Design"+enterKey)
	bob.wait(`document.querySelector("#create-address-note").textContent.includes("already") && document.querySelector("#create-title").value === "Design"`)
	bob.focus("#create-address")
}

// What is unread is counted on both devices of a person, stands under a line, and
// is read on both when it was read on one.
func TestUnreadOnTwoDevices(t *testing.T) {
	p := start(t)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.makes("Design", chat.Public)
	ann.say("first")
	bob.joins("Design")
	bob.reads("Ann", "first")
	ann.to("Lobby")
	other := openIn(t, ann.ctx, p.url())
	other.connected()
	other.badge("Design", "")

	bob.say("second")
	bob.say("third")
	bob.reads("Bob", "third")
	ann.badge("Design", "2")
	other.badge("Design", "2")

	ann.to("Design")
	ann.wait(`(() => {
		const line = document.querySelector(".unread-line"), second = [...document.querySelectorAll("#log .message")].find((m) => m.querySelector(".text").textContent === "second");
		return line && second && line.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING && line.getBoundingClientRect().bottom <= second.getBoundingClientRect().top;
	})()`)
	ann.badge("Design", "")
	other.badge("Design", "")

	// Marked unread it is so on both, until somebody comes back to it.
	js[bool](ann, `(document.querySelector("#room-more").click(), document.querySelector("#room-unread").click(), true)`)
	ann.badge("Design", "1")
	other.badge("Design", "1")
	ann.to("Lobby")
	ann.badge("Design", "1")
	ann.to("Design")
	other.badge("Design", "")

	// Muted it counts still, and quietly.
	ann.to("Lobby")
	ann.to("Design")
	js[bool](ann, `(document.querySelector("#room-more").click(), document.querySelector("#room-quiet").click(), true)`)
	other.wait(`document.querySelector("#rooms .room-row.muted")`)
}

// Two talk to each other alone, and to a third neither their conversation nor a
// private room is there, by address either.
func TestWhatIsPrivateStaysPrivate(t *testing.T) {
	p := start(t)
	ann, bob, eve := p.enter(t, "Ann"), p.enter(t, "Bob"), p.enter(t, "Eve")
	ann.wait(`document.querySelectorAll("#people .person").length === 3`)

	ann.press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	ann.wait(`document.querySelector("#errand").open`)
	ann.focus("#finder")
	ann.press("bo")
	ann.wait(`document.querySelector(".find.at .find-label")?.textContent === "Bob"`)
	ann.press(enterKey)
	ann.room("Bob")
	ann.say("between us")
	bob.badge("Ann", "1")
	bob.to("Ann")
	bob.reads("Ann", "between us")
	direct := js[string](ann, `location.pathname`)

	ann.makes("Board", chat.Private)
	ann.say("only for the board")
	ann.reads("Ann", "only for the board")
	board := js[string](ann, `location.pathname`)
	for _, path := range []string{direct, board} {
		eve.do(chromedp.Navigate(p.url() + path[1:]))
		eve.wait(`document.querySelector(".intro.apart h3")?.textContent === "There is no room here"`)
		eve.wait(`document.querySelectorAll("#rooms .room-row").length === 1 && document.querySelector("#message").checkVisibility() === false`)
	}
	eve.begin("browse-rooms")
	eve.wait(`document.querySelector(".finds-none").textContent.includes("no rooms yet")`)

	// Brought in, one is in it.
	js[bool](ann, `(document.querySelector("#room-more").click(), document.querySelector("#room-add").click(), true)`)
	ann.types("#finder", "bob")
	ann.wait(`document.querySelector(".find.at .find-label")?.textContent === "Bob"`)
	ann.types("#finder", enterKey)
	ann.wait(`document.querySelector(".chip")`)
	js[bool](ann, `(document.querySelector("#errand-go").click(), true)`)
	bob.to("Board")
	bob.say("thank you")
	ann.reads("Bob", "thank you")
}

// An address opens its room, and a message's the room around it; back and forward
// lead through what was open.
func TestAddressesOfRooms(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.makes("Design", chat.Public)
	ann.say("one")
	ann.reads("Ann", "one")
	seq := js[string](ann, `document.querySelector("#log .message").dataset.seq`)
	ann.to("Lobby")
	ann.say("in the lobby")
	ann.reads("Ann", "in the lobby")
	js[bool](ann, `(history.back(), true)`)
	ann.room("Design")
	ann.reads("Ann", "one")
	js[bool](ann, `(history.forward(), true)`)
	ann.room("Lobby")
	ann.reads("Ann", "in the lobby")

	other := openIn(t, ann.ctx, p.url()+"room/design/"+seq)
	other.room("Design")
	other.wait(`document.querySelector(".message.found")?.dataset.seq === %q`, seq)

	// Somebody else may join there.
	bob := p.enter(t, "Bob")
	bob.do(chromedp.Navigate(p.url() + "room/design"))
	bob.wait(`document.querySelector("#join-room")`)
	js[bool](bob, `(document.querySelector("#join-room").click(), true)`)
	bob.wait(`document.querySelector("#message").checkVisibility()`)
	bob.reads("Ann", "one")
	bob.say("found it")
	other.reads("Bob", "found it")
}

// Each room keeps what is written in it.
func TestADraftStaysInItsRoom(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.makes("Design", chat.Public)
	ann.types("#message", "half a thought")
	ann.to("Lobby")
	ann.wait(`document.querySelector("#message").value === "" && document.querySelector("#rooms .room-mark[title='A draft']")`)
	ann.types("#message", "and another")
	ann.to("Design")
	ann.wait(`document.querySelector("#message").value === "half a thought"`)
	ann.do(chromedp.Reload())
	ann.room("Design")
	ann.wait(`document.querySelector("#message").value === "half a thought"`)

	// An archived room keeps it too, and says why it cannot be sent.
	ann.wait(`document.querySelector("h1").textContent === "Connected to Cyber Chat"`) // which what was kept does not wait for
	js[bool](ann, `(document.querySelector("#room-more").click(), document.querySelector("#room-archive").click(), true)`)
	ann.wait(`document.querySelector("#errand").open`)
	js[bool](ann, `(document.querySelector("#errand-go").click(), true)`)
	ann.wait(`document.querySelector(".composer-silent")?.textContent.includes("archived")`)
	js[bool](ann, `(document.querySelector("#room-more").click(), document.querySelector("#room-reopen").click(), true)`)
	ann.wait(`!document.querySelector(".composer-silent") && document.querySelector("#message").checkVisibility()`)
	ann.wait(`document.querySelector("#message").value === "half a thought"`)
}

// Without a line every room that there is opens, with what was said in it.
func TestRoomsOpenWithoutALine(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.expect("WebSocket connection to")
	ann.expect("ERR_CONNECTION_REFUSED")
	ann.say("in the lobby")
	ann.makes("Design", chat.Public)
	ann.say("in design")
	ann.reads("Ann", "in design")
	p.stop()
	ann.wait(`document.querySelector("h1").textContent === "Disconnected"`)
	ann.to("Lobby")
	ann.reads("Ann", "in the lobby")
	ann.to("Design")
	ann.reads("Ann", "in design")
	ann.say("said without a line")
	ann.to("Lobby")
	p.again()
	ann.connected()
	ann.to("Design")
	ann.reads("Ann", "said without a line")
}

// Rooms without a mouse: made, left by the list, found again, left for good.
func TestRoomsByKeyboard(t *testing.T) {
	p := start(t)
	ann := p.enter(t, "Ann")
	ann.goTo("#rooms .create-room", backwards)
	ann.press(enterKey)
	ann.focus("#create-title")
	ann.press("Reading" + enterKey)
	ann.room("Reading")
	ann.focus("#message")

	ann.goTo("#rooms .room-row, #rooms .rooms-list", backwards)
	ann.press(kb.Home)
	ann.focus("#rooms .room-row[data-room=lobby]")
	ann.press(enterKey)
	ann.room("Lobby")
	ann.focus("#message")

	ann.press("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))
	ann.focus("#finder")
	ann.press("rdg") // letters of it
	ann.wait(`document.querySelector(".find.at .find-label")?.textContent === "Reading"`)
	ann.press(kb.ArrowDown)
	ann.wait(`document.querySelector(".find.at .find-label")?.textContent.startsWith("Create the room")`)
	ann.press(kb.ArrowUp)
	ann.press(enterKey)
	ann.room("Reading")
	ann.focus("#message")

	ann.goTo("#room-more", backwards)
	ann.press(enterKey)
	ann.press(kb.End)
	ann.focus("#room-leave")
	ann.press(enterKey)
	ann.focus("#errand-go")
	ann.press(enterKey)
	ann.room("Lobby")
	ann.wait(`document.querySelectorAll("#rooms .room-row").length === 1`)
	if fault := js[string](ann, focusFault); fault != "" {
		t.Error("at the end ", fault)
	}
}
