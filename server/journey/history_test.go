package journey

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// busyRate is a rate for tests that have much to say.
const busyRate = 100_000

// sayings are n messages of different heights.
func sayings(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("saying %d.%s", i+1, strings.Repeat(" It is not a short one.", i%7*3))
	}
	return all
}

// fill says it all from a terminal, and waits until it was said. The room is
// told first who came: that news stands before all of it.
func (p *place) fill(texts []string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws://"+p.addr, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.CloseNow()
	until := func(part string) error {
		for {
			if _, line, err := conn.Read(ctx); err != nil || strings.Contains(string(line), part) {
				return err
			}
		}
	}
	if err := until(" joined"); err != nil {
		p.t.Fatal(err)
	}
	said := make(chan error, 1)
	go func() { said <- until(": " + texts[len(texts)-1]) }() // ends with the connection at the latest
	for _, text := range texts {
		if err := conn.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := <-said; err != nil {
		p.t.Fatal(err)
	}
}

// startBusy starts a server where one may say as much as one likes.
func startBusy(t testing.TB) *place {
	t.Helper()
	p := newPlace(t, "127.0.0.1:0")
	p.rate = busyRate
	p.begin()
	return p
}

// has waits until the log holds the messages from the first to the last seq.
func (p *tab) has(first, last int) {
	p.Helper()
	p.wait(`(() => {
		const all = [...document.querySelectorAll("#log .message[data-seq]")].map((m) => +m.dataset.seq);
		return all.length === %[2]d - %[1]d + 1 && all.every((seq, i) => seq === %[1]d + i);
	})()`, first, last)
}

// recalls opens the page anew when all messages up to the last are kept on this
// device, waits until its log holds the latest of them, and returns the seq of
// the first.
func (p *tab) recalls(last int) int {
	p.Helper()
	p.wait(`(window.looks ??= setInterval(() => %s.then((text) => window.kept = text), 50)) && window.kept?.includes('"seq":%d,')`, keptText, last)
	p.do(chromedp.Reload())
	p.connected()
	first := (max(last-47, 1)-1)/16*16 + 1 // see state.Model.Shrink
	p.has(first, last)
	return first
}

// scrollUp goes near the top and waits for what comes there. It returns how far
// the first message in sight moved meanwhile, at the most, in CSS pixels, looking
// each time the browser has drawn, and -1 if it was drawn anew.
func (p *tab) scrollUp(to int) float64 {
	p.Helper()
	return js[float64](p, `new Promise((done) => {
		const log = document.querySelector("#log");
		const rows = () => [...document.querySelectorAll("#log .message[data-seq]")];
		log.scrollTop = %d;
		const edge = log.getBoundingClientRect().top;
		const row = rows().find((m) => m.getBoundingClientRect().bottom > edge), seq = row.dataset.seq;
		const top = () => document.querySelector('#log [data-seq="' + seq + '"]').getBoundingClientRect().top;
		const before = top(), first = rows()[0].dataset.seq;
		let moved = 0, after = 0, dirty = false;
		new MutationObserver(() => { dirty = true }).observe(log, { subtree: true, childList: true, characterData: true, attributes: true });
		const look = () => requestAnimationFrame(() => {
			dirty = false;
			setTimeout(() => {
				if (!dirty) moved = Math.max(moved, Math.abs(top() - before)); // otherwise what is measured was not seen
				if (rows()[0].dataset.seq !== first) after++;
				if (after > 20) done(row.isConnected && row.dataset.seq === seq ? moved : -1); else look();
			});
		});
		look();
	})`, to)
}

const atTheEnd = `(() => { const log = document.querySelector("#log"); return log.scrollHeight - log.scrollTop - log.clientHeight < 2 })()`

// resting: the log does not scroll any more.
const resting = `(() => {
	const at = document.querySelector("#log").scrollTop;
	window.rested = at === window.restedAt ? (window.rested ?? 0) + 1 : 0;
	window.restedAt = at;
	return window.rested > 20;
})()`

func TestHistoryIsThereAndGoesBackWithoutAJump(t *testing.T) {
	p := startBusy(t)
	said := sayings(300)
	p.fill(said)
	ann := p.enter(t, "Ann")
	ann.has(251, 300)
	ann.wait(atTheEnd)
	for i := range 3 {
		to := []int{300, 0}[i%2] // near the top, and at the very top, where browsers do not hold what is read
		if moved := ann.scrollUp(to); moved < 0 || moved > 1 {
			t.Errorf("from %d, what was read moved by %v", to, moved)
		}
	}
	ann.wait(`(() => { const log = document.querySelector("#log"); log.scrollTop = 0; return !!log.querySelector("[data-seq='1']") })()`)
	ann.wait(`document.querySelector("#log .intro").textContent.includes(%q) && !document.querySelector(".intro .edge")`, "This is the beginning of the conversation.")
	ann.wait(resting)
	if got := ann.texts(); len(got) < 100 || !slices.Equal(got, said[:len(got)]) {
		t.Errorf("the log holds %d other texts: %.300q", len(got), got)
	}
	if n := js[int](ann, `document.querySelectorAll("#log .day").length`); n != 1 {
		t.Errorf("the day is named %d times", n)
	}

	// What is said meanwhile does not move it either.
	const top = `document.querySelector("#log [data-seq='3']").getBoundingClientRect().top`
	before := js[float64](ann, top)
	p.fill([]string{"saying 301."})
	ann.wait(`document.querySelector("#to-end").textContent === "1 new message"`)
	if after := js[float64](ann, top); after != before {
		t.Errorf("what was read moved from %v to %v", before, after)
	}

	ann.recalls(301)
	ann.wait(atTheEnd)
}

func TestHistoryByButton(t *testing.T) {
	p := startBusy(t)
	p.fill(sayings(90))
	ann := p.enter(t, "Ann")
	ann.has(41, 90)
	// Without scrolling, as a screen reader does.
	js[bool](ann, `(document.querySelector("#earlier").click(), true)`)
	ann.has(1, 90)
	if got := js[string](ann, `document.activeElement.id`); got != "log" {
		t.Errorf("the focus went to %q", got)
	}
	ann.wait(`document.querySelector("#log-news").textContent === "40 messages loaded. This is the beginning of the conversation."`)
}

// Where there is other data, nothing of the old is left, wherever the reader
// was.
func TestOtherDataBeginsAnew(t *testing.T) {
	p := startBusy(t)
	p.fill(sayings(120))
	ann := p.enter(t, "Ann")
	ann.expect("WebSocket connection to")
	ann.expect("ERR_CONNECTION_REFUSED")
	ann.has(71, 120)
	ann.scrollUp(100)
	other := startBusy(t)
	other.fill(sayings(90))
	other.stop()
	p.stop()
	ann.disconnected()
	p.data = other.data
	p.again()
	ann.triesAgain()
	ann.has(41, 90)
	ann.wait(atTheEnd)
}

func TestShortHistoryHasItsBeginning(t *testing.T) {
	p := startBusy(t)
	p.fill([]string{"one", "two"})
	ann := p.enter(t, "Ann")
	ann.has(1, 2)
	ann.wait(`document.querySelector("#log .greeting").textContent === %q && document.querySelector("#log .intro").textContent.includes("beginning")`, chat.Greeting)
	ann.say("/history")
	ann.wait(`document.querySelector("[data-notice=answer]")?.textContent.includes("Scroll up to read earlier messages.")`)
}

// A server that is killed is another test: see TestBrowserKill in reliability.
func TestReaderOfThePastMissesAndRepeatsNothing(t *testing.T) {
	p := startBusy(t)
	said := sayings(80)
	p.fill(said)
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	for _, tab := range []*tab{ann, bob} {
		tab.expect("WebSocket connection to")
		tab.expect("ERR_CONNECTION_REFUSED")
	}
	ann.has(31, 80)
	bob.has(31, 80)
	bob.scrollUp(0) // to the beginning
	bob.has(1, 80)
	bob.atEnd()
	last := 80
	for round := range 3 {
		text := fmt.Sprint("said in round ", round)
		ann.say(text)
		bob.reads("Ann", text)
		p.stop()
		ann.disconnected()
		ann.say(text + ", while it was away")
		last += 2
		p.again()
		for _, tab := range []*tab{ann, bob} {
			tab.triesAgain()
		}
		ann.has(31, last)
		bob.has(1, last)
		ann.wait(`document.querySelectorAll("#log .pending").length === 0`)
		said = append(said, text, text+", while it was away")
	}
	if got := bob.texts(); !slices.Equal(got, said) {
		t.Errorf("Bob reads %.600q", got)
	}
	if first := bob.recalls(last); !slices.Equal(bob.texts(), said[first-1:]) {
		t.Errorf("after a reload Bob reads %.600q", bob.texts())
	}
}
