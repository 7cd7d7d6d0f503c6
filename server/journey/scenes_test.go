package journey

import (
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cyberchat/app/chat"
)

// withTalk is a room in which people talk.
func (s *stage) withTalk() {
	s.play(func(p *part) {
		p.here = []chat.Person{ben, chloe, layla}
		p.said = talk
		p.news = []chat.Presence{joined}
	})
}

func (s *stage) room() { s.withTalk(); s.enter() }

func (s *stage) emptyRoom() { s.enter(); s.wait(`document.querySelector(".intro .invite")`) }

func (s *stage) roomOfAllKinds() {
	s.play(func(p *part) { p.here, p.said = []chat.Person{ben, chloe, layla, long}, kinds })
	s.enter()
}

func (s *stage) loading() {
	s.play(func(p *part) { p.hold = ".wasm" })
	command(s.tab, page.Navigate, page.NavigateParams{URL: stageURL}) // it never ends loading
	s.wait(`document.querySelector("#app-wasm-progress")`)
}

func (s *stage) loadingFailed() {
	s.expect("loading failed")
	s.expect("502")
	s.play(func(p *part) { p.lose = ".wasm" })
	s.visit()
	s.wait(`document.querySelector(".loader.failed")`)
}

// notBuilt is what a server delivers that has no client.
func (s *stage) notBuilt() {
	files, err := static()
	if err != nil {
		s.Fatal(err)
	}
	without := copied(files)
	for name := range without {
		if strings.HasPrefix(name, "app.wasm") {
			delete(without, name)
		}
	}
	p := newPlace(s, "127.0.0.1:0")
	p.start(without)
	s.Cleanup(func() { p.stop() })
	s.expect("503")
	s.before(p)
	s.visit()
	s.wait(`document.querySelector(".unbuilt code")`)
	js[bool](s.tab, `(document.querySelectorAll("code").forEach((e) => e.textContent = e.textContent.replace(/\d+\.\d+\.\d+\.\d+:\d+/, "localhost:3000")), true)`)
}

func (s *stage) firstVisit() {
	s.withTalk()
	s.visit()
	s.connected()
	s.wait(`document.querySelector("#name-dialog").open && document.querySelector("#you-name").textContent`)
}

func (s *stage) nameRefused() {
	s.firstVisit()
	fault := chat.NameTaken("Ben")
	s.play(func(p *part) { p.fault = fault })
	s.types("#name", "Ben\r")
	s.wait(`document.querySelector("#name-fault").textContent`)
}

func (s *stage) nameWaits() {
	s.firstVisit()
	s.nobody()
	s.disconnected()
	s.types("#name", "Ada\r")
	s.wait(`document.querySelector("#name-wait").textContent`)
	s.unreachable()
}

func (s *stage) alreadyWriting() {
	s.withTalk()
	s.evaluateOnNew(`sessionStorage.setItem("cyberchat.draft", "Hello, I have just")`)
	s.visit()
	s.connected()
	s.wait(`document.querySelector("[data-notice=name]")`)
}

func (s *stage) changeOfName() {
	s.room()
	s.wantsName()
}

// wantsName opens the dialog for another name, which may stand in a menu.
func (s *stage) wantsName() {
	s.Helper()
	s.do(chromedp.Click(chromedp.CSS("#you")))
	s.wait(`document.querySelector("#name-dialog").open || (document.querySelector("#change-name")?.click(), false)`)
}

// menu opens the menu at one's own name.
func (s *stage) menu() {
	s.Helper()
	const open = `document.querySelector("#you-menu").matches(":popover-open")`
	if !js[bool](s.tab, open) {
		s.do(chromedp.Click(chromedp.CSS("#you")))
	}
	s.wait(open)
}

func (s *stage) settings() {
	s.room()
	s.choose("open-settings")
	s.wait(`document.querySelector("#settings").open && document.querySelector("#keep")`)
}

func (s *stage) help() {
	s.room()
	s.choose("open-help")
	s.wait(`document.querySelector("#help").open`)
}

func (s *stage) helpCommands() {
	s.help()
	s.do(chromedp.Click(chromedp.CSS("#help-tabs [role=tab]:last-child")))
	s.wait(`document.querySelector("#help").textContent.includes("/name")`)
}

// messageMenu opens the menu of the last message.
func (s *stage) messageMenu() {
	s.Helper()
	const open = `document.querySelector("#message-menu").matches(":popover-open")`
	if !js[bool](s.tab, open) {
		js[bool](s.tab, `([...document.querySelectorAll("#log [data-seq]")].at(-1).focus({ focusVisible: true }), true)`)
		s.do(chromedp.KeyEvent(kb.F10, chromedp.KeyModifiers(chromedp.ModifierShift)))
	}
	s.wait(open)
}

// copied copies a message.
func (s *stage) copied() {
	s.Helper()
	s.messageMenu()
	s.do(chromedp.Click(chromedp.CSS("#copy-text")))
	s.wait(`document.querySelector(".toast")`)
}

func (s *stage) unreadLine() {
	s.newBelow()
	s.do(chromedp.Click(chromedp.CSS("#to-end")))
	s.wait(`document.querySelector(".unread-line")`)
}

func (s *stage) dayToGoTo() {
	s.room()
	js[bool](s.tab, `(document.querySelector("#log .day-button").click(), true)`)
	s.wait(`document.querySelector("#days").open`)
}

func (s *stage) highContrast() {
	s.evaluateOnNew(`localStorage.setItem("cyberchat.settings", '{"theme":"contrast"}')`)
	s.room()
	s.wait(`document.documentElement.dataset.contrast === "more"`)
}

func (s *stage) compact() {
	s.evaluateOnNew(`localStorage.setItem("cyberchat.settings", '{"density":"compact","clock":"24"}')`)
	s.room()
	s.wait(`document.documentElement.dataset.density === "compact"`)
}

func (s *stage) newBelow() {
	s.play(func(p *part) { p.here, p.said = []chat.Person{ben, chloe}, many(50) })
	s.enter()
	s.scrollTo(0.5)
	s.tell(saying(51, ben, 0, "Who is away from the end is told that there is something new."))
	s.wait(`document.querySelector("#to-end")`)
}

// scrollTo scrolls the log to a part of its height and waits until the page
// knows.
func (s *stage) scrollTo(part float64) {
	s.Helper()
	s.rest()
	js[bool](s.tab, `new Promise((done) => {
		const log = document.querySelector("#log");
		log.scrollTop = log.scrollHeight * %v;
		requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
	})`, part)
}

func (s *stage) beginning() {
	s.play(func(p *part) { p.here, p.said = []chat.Person{ben, chloe}, many(40) })
	s.enter()
	s.scrollTo(0)
}

func (s *stage) historyLoading() {
	s.play(func(p *part) { p.here, p.said, p.after, p.mute = []chat.Person{ben, chloe}, many(120), 70, true })
	s.enter()
	s.scrollTo(0)
	s.wait(`document.querySelector(".edge").textContent.includes("Loading")`)
}

func (s *stage) historyFailed() {
	s.play(func(p *part) {
		p.here, p.said, p.after, p.fault = []chat.Person{ben, chloe}, many(120), 70, chat.NotRead()
	})
	s.enter()
	s.scrollTo(0)
	s.wait(`document.querySelector(".edge").textContent.includes("Could not")`)
}

func (s *stage) people() {
	s.do(chromedp.EmulateViewport(360, 740))
	s.room()
	s.do(chromedp.Click(chromedp.CSS("#people-button")))
	s.wait(`document.querySelector("#people-dialog").open && document.querySelector("#people-dialog .person")`)
}

func (s *stage) crowd() {
	s.withTalk()
	s.play(func(p *part) {
		p.online, p.news = 1234, nil
		for i := range 60 {
			p.here = append(p.here, chat.Person{ID: fmt.Sprint("crowd", i), Name: fmt.Sprintf("Somebody %02d", i+1)})
		}
	})
	s.enter()
	s.wait(`document.querySelector(".person-more")`)
}

func (s *stage) peopleHidden() {
	s.room()
	s.do(chromedp.Click(chromedp.CSS("#people-button")))
	s.wait(`!document.querySelector("#people").checkVisibility()`)
}

// pastes puts a text into the field, as from the clipboard.
func (s *stage) pastes(text string) {
	s.Helper()
	js[bool](s.tab, `(() => {
		const field = document.querySelector("#message");
		field.focus();
		field.value = %q;
		return field.dispatchEvent(new Event("input", { bubbles: true }));
	})()`, text)
}

func (s *stage) pending() {
	s.room()
	s.play(func(p *part) { p.mute = true })
	s.say("On my way.")
	s.wait(`document.querySelector(".pending-state")`)
}

func (s *stage) messageRefused() {
	s.room()
	s.play(func(p *part) { p.fault = chat.NotStored(true) })
	s.say("Can everybody read this?")
	s.wait(`document.querySelector(".pending.refused button")`)
}

func (s *stage) manyLines() {
	s.room()
	s.pastes(strings.TrimSpace(strings.Repeat("One line of a message that has many.\n", 12)))
}

func (s *stage) nearLimit() {
	s.room()
	s.pastes(strings.Repeat("All work and no play. ", chat.MaxText/22))
	s.wait(`document.querySelector("#composer-left").textContent.includes("left")`)
}

func (s *stage) overLimit() {
	s.room()
	s.pastes(strings.Repeat("All work and no play. ", chat.MaxText/22+2))
	s.wait(`document.querySelector("#composer-left").textContent.includes("too many")`)
	s.do(chromedp.KeyEvent("\r"))
	s.wait(`document.querySelector("#composer-fault").textContent`)
}

func (s *stage) commandUnknown() {
	s.room()
	s.say("/dance with me")
	s.wait(`document.querySelector("#composer-fault").textContent`)
}

func (s *stage) commandAnswered() {
	s.room()
	s.say("/history")
	s.wait(`document.querySelector("[data-notice=answer]")`)
}
