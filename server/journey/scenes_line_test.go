package journey

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"

	"cyberchat/app/chat"
)

// Scenes of the line to the server: looked for, lost, ended, and that of a page
// from a file.

// inVain matches what the page says while it waits after a try that was in vain.
const inVain = `cannot be reached\. .*Trying again in 1 s`

func (s *stage) connecting() {
	s.play(func(p *part) { p.deaf = true })
	s.known()
	s.visit()
	s.wait(`document.querySelector("#app[data-phase=connecting] #message") && !document.querySelector("#app-wasm-loader")`)
}

// unreachable lets the page try in vain, and stops its clock while it waits.
func (s *stage) unreachable() {
	s.Helper()
	js[bool](s.tab, `(stopClockAt(%q), true)`, inVain)
	s.stands()
}

// stands waits until the clock does.
func (s *stage) stands() {
	s.Helper()
	s.wait(`((now) => [now === window.stoodAt, window.stoodAt = now][0])(performance.now())`)
}

func (s *stage) notReached() {
	s.evaluateOnNew(fmt.Sprintf(`stopClockAt(%q)`, inVain))
	s.nobody()
	s.known()
	s.visit()
	s.stands()
}

func (s *stage) lost() {
	s.room()
	s.nobody()
	s.unreachable()
}

func (s *stage) lostAndWriting() {
	s.room()
	s.nobody()
	s.disconnected()
	s.say("I am writing this while there is no line.")
	s.say("It is sent when there is one.")
	s.wait(`document.querySelectorAll(".pending").length === 2`)
	s.unreachable()
}

func (s *stage) stopped() {
	s.room()
	s.tell(chat.Closing{Code: chat.CloseNormal, Text: "The server has ended the conversation."})
	s.wait(`document.querySelector("[data-notice=stopped]")`)
}

func (s *stage) nameLost() {
	s.withTalk()
	s.play(func(p *part) {
		p.you.Name = "guest-7f3a"
		p.no = chat.NameTaken("Ada")
	})
	s.enter()
	s.wait(`document.querySelector("[data-notice=name]")`)
}

func (s *stage) newVersion() {
	s.play(func(p *part) { p.build = "a later one" })
	s.room()
	s.wait(`document.querySelector("[data-notice=build]")`)
}

func (s *stage) clientBroken() {
	s.room()
	for _, words := range []string{"the client stopped", "panic", "JavaScript error", "goroutine", "exit code", "already exited", "exception"} {
		s.expect(words)
	}
	js[bool](s.tab, `(() => { // the next time the client looks for an element, it fails
		document.getElementById = () => {
			delete document.getElementById;
			throw new Error("a fault");
		};
		return document.querySelector("#you").click(), true;
	})()`)
	s.wait(`document.querySelector(".loader.failed")`)
}

// openFile opens the page that is taken away as a file.
func (s *stage) openFile() {
	s.Helper()
	address := saved(s, s.site, func(page string) string { return strings.ReplaceAll(page, s.site, "localhost:3000") })
	s.evaluateOnNew(`localStorage["cyberchat.name@localhost:3000"] ??= "Ada"`)
	s.do(chromedp.Navigate(address))
}

func (s *stage) fromFile() {
	s.withTalk()
	s.openFile()
	s.connected()
	s.wait(`document.querySelector("#log .message[data-seq='%d']")`, len(talk))
}

func (s *stage) fileTooOld() {
	s.nobody()
	s.evaluateOnNew(`stopClockAt("may be too old")`)
	s.openFile()
	s.wait(`document.querySelector("[data-notice=file]")`)
}
