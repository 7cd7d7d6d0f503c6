package journey

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// startAfter starts a server in whose room all this was said, each at its time,
// by Mia and Noa in turn.
func startAfter(t testing.TB, texts []string, at func(i int) time.Time) *place {
	t.Helper()
	p := newPlace(t, "127.0.0.1:0")
	p.rate = busyRate
	log, err := store.Open(p.data, func([]*store.Entry) {})
	if err != nil {
		t.Fatal(err)
	}
	people := []chat.Person{{ID: "mia", Name: "Mia"}, {ID: "noa", Name: "Noa"}}
	for i, text := range texts {
		e := &store.Entry{Author: people[i/3%2], Act: chat.Post{ID: fmt.Sprint(i), Room: chat.Lobby, Text: text}, Time: at(i).UTC().Truncate(time.Millisecond)}
		for err = log.Place(e); err == store.ErrBusy; err = log.Place(e) {
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	p.begin()
	return p
}

// lately is half an hour in which it was all said, the last just now.
func lately(n int) func(int) time.Time {
	now := time.Now()
	return func(i int) time.Time { return now.Add(-30 * time.Minute * time.Duration(n-i) / time.Duration(n)) }
}

// wheel turns the mouse's wheel over the log, by CSS pixels, and waits until
// the browser has drawn.
func (p *tab) wheel(dy float64) {
	p.Helper()
	command(p, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseWheel, X: 300, Y: 400, DeltaX: 1e-6, DeltaY: dy})
	js[bool](p, `new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(true))))`)
}

// atEnd takes the reader to the end, as End does, and waits for it.
func (p *tab) atEnd() {
	p.Helper()
	js[bool](p, `(document.querySelector("#log").focus(), true)`)
	p.do(chromedp.KeyEvent(kb.End))
	p.wait(atTheEnd + ` && !document.querySelector("#to-end")`)
}

// drawn are the seqs of the messages in the page, and how many nodes the log
// has.
func (p *tab) drawn() (seqs []int, nodes int) {
	p.Helper()
	type found struct {
		Seqs  []int
		Nodes int
	}
	f := js[found](p, `({
		Seqs: [...document.querySelectorAll("#log .message[data-seq]")].map((m) => +m.dataset.seq),
		Nodes: document.querySelectorAll("#log, #log *").length,
	})`)
	return f.Seqs, f.Nodes
}

// firstInSight is the seq of the first message that is wholly in sight.
const firstInSight = `(() => {
	const edge = document.querySelector("#log").getBoundingClientRect().top;
	return +[...document.querySelectorAll("#log .message[data-seq]")].find((m) => m.getBoundingClientRect().top >= edge).dataset.seq;
})()`

// However long the room is, the page holds a part of it, without a hole, and
// that part goes with the reader: to the beginning and back to the end.
func TestTheLogGoesThroughALongRoom(t *testing.T) {
	const n = 1500
	p := startAfter(t, sayings(n), lately(n))
	ann := p.enter(t, "Ann")
	ann.has(n-49, n)
	most := 0
	walk := func(dy float64, arrived func(first, last, sight int) bool) {
		t.Helper()
		before := js[int](ann, firstInSight)
		for step := 0; ; step++ {
			if step > 400 {
				t.Fatalf("after %d steps the reader is at %d", step, before)
			}
			ann.wheel(dy)
			seqs, nodes := ann.drawn()
			most = max(most, nodes)
			for i, seq := range seqs {
				if seq != seqs[0]+i {
					t.Fatalf("behind %d comes %d", seqs[i-1], seq)
				}
			}
			sight := js[int](ann, firstInSight)
			if dy < 0 && sight > before || dy > 0 && sight < before {
				t.Fatalf("scrolling by %v went from %d to %d", dy, before, sight)
			}
			if before = sight; arrived(seqs[0], seqs[len(seqs)-1], sight) {
				return
			}
		}
	}
	walk(-900, func(first, _, sight int) bool { return first == 1 && sight == 1 })
	ann.wait(`document.querySelector("#log .intro").textContent.includes("beginning")`)
	walk(900, func(_, last, _ int) bool { return last == n && js[bool](ann, atTheEnd) })
	ann.wait(`!document.querySelector("#to-end")`)
	if most > 2500 {
		t.Errorf("the log had up to %d nodes", most)
	}
}

// What comes while somebody reads elsewhere moves nothing, is counted, and is
// led to: first to the line above it, then to the end.
func TestNewMessagesAreCountedAndLedTo(t *testing.T) {
	p := startAfter(t, sayings(400), lately(400))
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.has(351, 400)
	for range 4 {
		ann.wheel(-700)
	}
	ann.wait(resting)
	row := js[int](ann, firstInSight)
	top := fmt.Sprintf(`document.querySelector("#log [data-seq='%d']").getBoundingClientRect().top`, row)
	before := js[float64](ann, "%s", top)
	seqs, _ := ann.drawn()
	more := sayings(60)
	p.fill(more)
	bob.say("and one by hand")
	ann.wait(`document.querySelector("#to-end")?.textContent === "61 new messages"`)
	if after := js[float64](ann, "%s", top); after != before {
		t.Errorf("what was read moved from %v to %v", before, after)
	}
	if now, _ := ann.drawn(); !slices.Equal(now, seqs) {
		t.Errorf("drawn was %d to %d, and now is %d to %d", seqs[0], seqs[len(seqs)-1], now[0], now[len(now)-1])
	}
	// To the line, also after a reload.
	for range 2 {
		ann.do(chromedp.Click(chromedp.CSS("#to-end")))
		ann.wait(`(() => {
			const line = document.querySelector("#log .unread-line").getBoundingClientRect(), log = document.querySelector("#log").getBoundingClientRect();
			const next = document.querySelector("#log [data-seq='401']").getBoundingClientRect();
			return line.top > log.top && line.bottom < log.bottom && next.top >= line.bottom - 1 && document.querySelector("#log [data-seq='400']").getBoundingClientRect().bottom <= line.top + 1;
		})()`)
		ann.wait(`/^\d+ new messages$/.test(document.querySelector("#to-end").textContent) && document.querySelector("#to-end").textContent !== "61 new messages"`)
		ann.do(chromedp.Reload())
		ann.connected()
		ann.wait(`document.querySelector("#to-end")?.textContent === "61 new messages"`)
	}
	ann.do(chromedp.Click(chromedp.CSS("#to-end")))
	ann.wait(`document.querySelector("#log [data-seq='401']") && document.querySelector("#to-end").textContent !== "61 new messages"`)
	ann.wait(resting)
	ann.do(chromedp.Click(chromedp.CSS("#to-end")))
	ann.wait(`!document.querySelector("#to-end") && ` + atTheEnd)
	ann.reads("Bob", "and one by hand")
	// It was all read.
	ann.recalls(461)
	ann.wait(atTheEnd + ` && !document.querySelector("#to-end") && !document.querySelector(".unread-line")`)
}

// What came while the page was behind another one is told by a line, which
// stays until the person has gone on.
func TestTheLineForTheUnreadStaysUntilOneGoesOn(t *testing.T) {
	p := startAfter(t, sayings(60), lately(60))
	ann, bob := p.enter(t, "Ann"), p.enter(t, "Bob")
	ann.has(11, 60)
	hide := func(state string) {
		js[bool](ann, `(Object.defineProperty(document, "visibilityState", { configurable: true, get: () => %q }), document.dispatchEvent(new Event("visibilitychange")))`, state)
	}
	hide("hidden")
	bob.say("while you were away")
	ann.reads("Bob", "while you were away")
	ann.wait(`document.querySelector(".unread-line")`)
	hide("visible")
	bob.say("now that you are back")
	ann.reads("Bob", "now that you are back")
	ann.wait(`document.querySelectorAll(".unread-line").length === 1 && !document.querySelector("#to-end")`)
	ann.say("thank you")
	ann.wait(`!document.querySelector(".unread-line")`)
}

func TestOneGoesToADay(t *testing.T) {
	begin := time.Date(2024, time.February, 27, 9, 0, 0, 0, time.UTC)
	const perDay, days = 90, 8
	p := startAfter(t, sayings(perDay*days), func(i int) time.Time {
		return begin.AddDate(0, 0, i/perDay).Add(time.Duration(i%perDay) * time.Minute)
	})
	ann := p.enter(t, "Ann")
	ann.has(perDay*days-49, perDay*days)
	goTo := func(day string) {
		t.Helper()
		ann.wait(`document.querySelector("#days").open && document.activeElement.id === "day"`)
		js[bool](ann, `(document.querySelector("#day").value = %q, document.querySelector("#days-go").click(), true)`, day)
		ann.wait(`!document.querySelector("#days").open`)
	}
	sees := func(seq int) {
		t.Helper()
		ann.wait(`(() => {
			const row = document.querySelector("#log [data-seq='%d']").getBoundingClientRect(), log = document.querySelector("#log").getBoundingClientRect();
			return row.top >= log.top && row.bottom <= log.bottom;
		})()`, seq)
	}
	js[bool](ann, `(document.querySelector("#log").focus(), true)`)
	ann.do(chromedp.KeyEvent("d"))
	goTo("2024-02-29")
	sees(2*perDay + 1)
	ann.wait(`document.querySelector("#log-day").textContent.endsWith("February 2024")`)
	ann.wait(resting)
	// From the line of a day.
	js[bool](ann, `([...document.querySelectorAll("#log .day-button")].find((b) => b.textContent.includes("29 February")).click(), true)`)
	ann.wait(`document.querySelector("#day").value === "2024-02-29"`)
	goTo("2024-03-03")
	sees(5*perDay + 1)
	// A day on which nothing was said: the next one; before all: the first; after
	// all: the last.
	ann.wait(resting)
	ann.do(chromedp.Click(chromedp.CSS("#log-day")))
	goTo("2020-01-01")
	sees(1)
	ann.wait(`!document.querySelector("#log-day")`)
	js[bool](ann, `(document.querySelector("#log").focus(), true)`)
	ann.do(chromedp.KeyEvent("d"))
	goTo(time.Now().Format(time.DateOnly))
	sees(perDay * days)
	ann.wait(atTheEnd + ` && !document.querySelector("#to-end")`)
}

func TestTheLogByKeyboard(t *testing.T) {
	p := startAfter(t, sayings(900), lately(900))
	ann := p.enter(t, "Ann")
	ann.has(851, 900)
	js[bool](ann, `(document.querySelector("#log").focus(), true)`)
	ann.do(chromedp.KeyEvent(kb.Home))
	ann.wait(`document.querySelector("#log [data-seq='1']") && document.querySelector("#log .intro").textContent.includes("beginning")`)
	ann.wait(`document.querySelector("#log [data-seq='1']").getBoundingClientRect().top > 0 && document.querySelector("#to-end").textContent === "Latest messages"`)
	ann.wait(resting)
	before := js[int](ann, firstInSight)
	ann.do(chromedp.KeyEvent(kb.PageDown))
	ann.wait(firstInSight+` > %d`, before)
	ann.do(chromedp.KeyEvent(kb.End))
	ann.wait(atTheEnd + ` && document.querySelector("#log [data-seq='900']") && !document.querySelector("#to-end")`)
	ann.wait(resting) // Chromium drops a key in the middle of another one's movement
	ann.do(chromedp.KeyEvent(kb.PageUp))
	ann.wait(`document.querySelector("#to-end")`)
	ann.say("to the end by writing")
	ann.reads("Ann", "to the end by writing")
	ann.wait(atTheEnd)
}

// Who is at the end stays there when the window or the type gets another size,
// and who reads elsewhere goes on reading the same.
func TestTheReaderStaysWhenTheWindowTurns(t *testing.T) {
	p := startAfter(t, sayings(200), lately(200))
	ann := p.enter(t, "Ann")
	ann.has(151, 200)
	turn := func(look func()) {
		t.Helper()
		for _, to := range [][2]int64{{360, 740}, {740, 360}, {1440, 900}, {320, 600}, {1000, 500}} {
			ann.do(chromedp.EmulateViewport(to[0], to[1]))
			ann.rest()
			look()
		}
	}
	end := func() {
		t.Helper()
		ann.wait(atTheEnd + ` && !document.querySelector("#to-end")`)
	}
	turn(end)
	for _, density := range []string{"compact", ""} {
		js[bool](ann, `(document.documentElement.dataset.density = %q, true)`, density)
		ann.rest()
		end()
	}
	ann.do(chromedp.EmulateViewport(1000, 500))
	end()
	for range 4 {
		ann.wheel(-700)
	}
	ann.wait(resting)
	row := js[int](ann, firstInSight)
	turn(func() {
		t.Helper()
		ann.wait(resting)
		if at := js[int](ann, firstInSight); at < row-1 || at > row+1 {
			t.Errorf("%d was read, and %d is in sight now", row, at)
		}
	})
}

// Texts of all kinds stay in their column, whatever they are.
func TestTextsOfAllKindsStayInTheirPlace(t *testing.T) {
	long := ""
	for range 400 {
		long += "abcdefghij"
	}
	texts := []string{
		"An ordinary sentence.", long, "שלום, איך אתה?", "مرحبا بالعالم — hello", "🎉", "👩‍👩‍👧‍👦 🎉",
		"func main() {\n\tfmt.Println(\"hello\")\n}", "name     size\nfile       12", "https://example.com/" + long[:900], "a\n\n\n\nb",
	}
	p := startAfter(t, texts, lately(len(texts)))
	ann := p.enter(t, "Ann")
	ann.has(1, len(texts))
	for _, width := range []int64{320, 1280} {
		ann.do(chromedp.EmulateViewport(width, 800))
		wide := js[[]string](ann, `[...document.querySelectorAll("#log, #log *")].filter((e) => {
			const box = e.getBoundingClientRect(), log = document.querySelector("#log").getBoundingClientRect();
			return !e.closest(".unseen, svg") && box.width > 1 && (box.right > log.right + 1 || box.left < log.left - 1);
		}).map((e) => e.className + ": " + e.textContent.slice(0, 40))`)
		if len(wide) > 0 {
			t.Errorf("at %d pixels these are too wide: %q", width, wide)
		}
	}
	const of = `document.querySelector("#log [data-seq='%d'] .text")`
	if got := js[string](ann, `getComputedStyle(`+of+`).direction`, 3); got != "rtl" {
		t.Errorf("Hebrew runs %s", got)
	}
	if js[float64](ann, `parseFloat(getComputedStyle(`+of+`).fontSize)`, 5) <= js[float64](ann, `parseFloat(getComputedStyle(`+of+`).fontSize)`, 1) {
		t.Error("an emoji alone is no larger")
	}
	if got := js[string](ann, `getComputedStyle(`+of+`).fontFamily`, 7); got == js[string](ann, `getComputedStyle(`+of+`).fontFamily`, 1) {
		t.Error("code has the typeface of prose")
	}
}
