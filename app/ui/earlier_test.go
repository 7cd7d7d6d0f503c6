package ui

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// latest is a welcome to a room with that many messages, and the last n.
func latest(head, n int64) []chat.Event {
	w := welcome(ada)
	w.Rooms[0].Head, w.Rooms[0].After = head, head-n
	return append([]chat.Event{w}, saidBetween(head-n, head)...)
}

func saidBetween(after, last int64) (events []chat.Event) {
	for seq := after + 1; seq <= last; seq++ {
		events = append(events, *said(seq, ben, noon.Add(time.Duration(seq)*time.Second)).Message)
	}
	return events
}

// answer is the page that the question asked for, with n messages.
func answer(c *Chat, n int64) chat.Page {
	ask := c.reader.question.ask
	first := max(ask.Around-n/2, 1)
	switch {
	case ask.Before > 0:
		first = ask.Before - n
	case ask.After > 0:
		first = ask.After + 1
	case ask.At > 0:
		first = (ask.At-noon.UnixMilli())/1000 - n/2
	}
	p := chat.Page{ID: ask.ID, Room: chat.Lobby, Events: chat.Log{}, Earlier: first > 1, Later: first+n <= c.model.Head}
	for _, e := range saidBetween(first-1, first+n-1) {
		p.Events = append(p.Events, e.(chat.Message))
	}
	return p
}

func heardPage(c *Chat, n int64) { c.take(link.Batch{Events: []chat.Event{answer(c, n)}}) }

// window is what is drawn: how many messages, the first and the last.
func window(html string) (n, first, last int) {
	for _, m := range seqMark.FindAllStringSubmatch(html, -1) {
		last, _ = strconv.Atoi(m[1])
		if n++; n == 1 {
			first = last
		}
	}
	return n, first, last
}

var seqMark = regexp.MustCompile(`data-seq="(\d+)"`)

func TestTheLatestMessagesAreThereAtOnceAndNotReadOut(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(300, 50)...))
	html := draw()
	if n, first, last := window(html); n != 50 || first != 251 || last != 300 || !strings.Contains(html, ">Earlier messages<") {
		t.Errorf("%d messages from %d to %d are shown", n, first, last)
	}
	if len(c.reader.heard.waiting) > 0 || c.reader.pill().shown() {
		t.Error("they are read out, or counted as new")
	}
	if strings.Contains(html, beginning) || strings.Contains(html, "Nothing has been said") {
		t.Error("the latest messages are shown as the first ones")
	}
	c.take(link.Batch{Events: saidBetween(300, 301)})
	if len(c.reader.heard.waiting) != 1 {
		t.Error("what comes then is not read out")
	}
}

// What follows the welcome may take some time, and is not asked for.
func TestNothingIsAskedForWhileTheLatestAreComing(t *testing.T) {
	c, _ := mounted(t)
	events := latest(130, 50)
	for _, batch := range [][]chat.Event{events[:1], events[1:20], events[20:50]} {
		c.take(opened(batch...))
		if c.askEarlier(); c.reader.question.asked() {
			t.Fatalf("asked when the log went up to %d", c.model.Last())
		}
	}
	c.take(link.Batch{Events: events[50:]})
	if c.askEarlier(); !c.reader.question.asked() {
		t.Error("not asked afterwards")
	}
}

func TestEarlierMessagesAreAskedForPageByPage(t *testing.T) {
	c, draw := mounted(t)
	c.askEarlier()
	if c.reader.question.asked() {
		t.Error("asked without a line")
	}
	c.take(opened(latest(130, 50)...))
	c.askEarlier()
	asked := c.reader.question.ask
	c.askEarlier()
	if asked.Before != 81 || c.reader.question.ask != asked {
		t.Fatalf("asked %+v, then %+v", asked, c.reader.question.ask)
	}
	if html := draw(); !strings.Contains(html, ">Loading messages…<") || strings.Contains(html, ">Earlier messages<") {
		t.Error("nothing tells that they are being loaded")
	}
	other := answer(c, 50)
	other.ID = "other"
	c.take(link.Batch{Events: []chat.Event{other}})
	if n, first, _ := window(draw()); c.reader.question.ask != asked || n != 50 || first != 81 {
		t.Error("an answer to another question was taken")
	}
	heardPage(c, 50)
	if html := draw(); c.reader.question.asked() || strings.Count(html, "data-seq=") != 100 || !strings.Contains(html, "50 messages loaded.") {
		t.Error("the page is not shown")
	}
	c.askEarlier()
	heardPage(c, 30)
	html := draw()
	if strings.Count(html, "data-seq=") != 130 || !strings.Contains(html, "30 messages loaded. "+beginning) || strings.Contains(html, ">Earlier messages<") {
		t.Error("the beginning is not shown")
	}
	c.askEarlier()
	if c.reader.question.asked() {
		t.Error("asked for what is before the beginning")
	}
}

// walk looks at some messages, as somebody does who scrolls, until nothing more
// is to be drawn.
func walk(t *testing.T, c *Chat, first int64) {
	t.Helper()
	for range 100 {
		last := min(first+14, c.model.Head)
		changed := c.look(c.model.Later() || last < c.model.Last(), sight{first: first, last: last})
		if c.reader.question.asked() {
			ask := c.reader.question.ask
			n := int64(ask.Limit)
			if ask.Before > 0 {
				n = min(n, ask.Before-1)
			}
			heardPage(c, n)
			changed = true
		}
		if !changed {
			return
		}
	}
	t.Fatal("it never comes to rest")
}

// Reading on asks for what is missing, and draws no more than a part of it.
func TestReadingOnLoadsAndLetsGo(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(3000, 50)...))
	for first := int64(2985); first > 1; first = max(first-10, 1) {
		walk(t, c, first)
	}
	html := draw()
	if n, first, _ := window(html); first != 1 || n > 200 || !strings.Contains(html, beginning) {
		t.Errorf("at the beginning %d messages are drawn from %d on", n, first)
	}
	before := c.reader.roll.chunks
	c.take(link.Batch{Events: saidBetween(3000, 3012)})
	html = draw()
	if !slices.Equal(before, c.reader.roll.chunks) || !strings.Contains(html, ">12 new messages<") {
		t.Error("what came meanwhile is drawn, or not told")
	}
	c.goToEnd()
	if n, _, last := window(draw()); last != 3012 || n > 256 || c.reader.away {
		t.Errorf("the end is at %d, with %d messages", last, n)
	}
}

// Of more messages than anybody can read, no more are drawn than fit a screen;
// the others are held.
func TestABurstIsDrawnInPart(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(300, 50)...))
	draw()
	for last := int64(300); last < 1300; last += 100 {
		c.take(link.Batch{Events: saidBetween(last, last+100)})
		n, first, to := window(draw())
		if n > 64 || to != int(last)+100 || to-first+1 != n {
			t.Fatalf("%d messages are drawn, from %d to %d", n, first, to)
		}
	}
	c.take(link.Batch{Events: saidBetween(1300, 1301)})
	draw()
	for first := int64(1280); first >= 1100; first -= 10 {
		walk(t, c, first)
	}
	if n, first, _ := window(draw()); first > 1100-90 || n > 256 || c.reader.question.asked() {
		t.Errorf("reading back, %d messages are drawn from %d on", n, first)
	}
}

func TestThePillLeadsToTheUnreadAndThenToTheEnd(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(300, 50)...))
	walk(t, c, 255)
	c.take(link.Batch{Events: saidBetween(300, 420)})
	if html := draw(); !strings.Contains(html, ">120 new messages<") || strings.Contains(html, "unread-line") {
		t.Error("120 messages came, and the pill does not say so")
	}
	c.follow()
	html := draw()
	if i, j := strings.Index(html, `class="unread-line"`), strings.Index(html, `data-seq="301"`); c.reader.goal != 301 || i < 0 || j < i || strings.Contains(html[i:j], "data-seq") {
		t.Errorf("the line does not stand above 301, or one is led to %d", c.reader.goal)
	}
	c.reader.goal = 0
	walk(t, c, 298)
	if html := draw(); !strings.Contains(html, ">108 new messages<") {
		t.Errorf("of the rest it says %q", c.reader.pill().text())
	}
	c.follow()
	walk(t, c, 406)
	html = draw()
	if _, _, last := window(html); last != 420 || strings.Contains(html, `id="to-end"`) {
		t.Error("it does not lead to the end")
	}
	c.say("on it goes")
	if html := draw(); c.reader.reading.first != 0 || strings.Contains(html, "unread-line") {
		t.Error("the line stays although one has gone on")
	}
}

func TestWhatCameBehindAnotherPageIsNew(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(60, 50)...))
	walk(t, c, 50)
	c.reader.hidden = true
	c.take(link.Batch{Events: saidBetween(60, 63)})
	if html := draw(); !strings.Contains(html, "unread-line") || c.reader.reading.kept() != 60 {
		t.Errorf("no line, and read up to %d", c.reader.reading.kept())
	}
	c.reader.hidden = false
	walk(t, c, 50)
	if p := c.reader.pill(); p.shown() || c.reader.reading.kept() != 63 {
		t.Errorf("it is all in sight, and the pill says %+v, read up to %d", p, c.reader.reading.kept())
	}
	if html := draw(); !strings.Contains(html, "unread-line") {
		t.Error("the line goes as soon as it is seen")
	}
}

// How far was read is kept for the next page, in this epoch.
func TestWhatWasReadIsKept(t *testing.T) {
	c, _ := mounted(t)
	c.take(opened(latest(60, 50)...))
	walk(t, c, 46)
	c.saveReading()
	next := func(epoch string, head int64) *Chat {
		n, _ := mounted(t)
		n.local = c.local
		events := latest(head, 50)
		w := events[0].(chat.Welcome)
		w.Epoch = epoch
		n.take(opened(append([]chat.Event{w}, events[1:]...)...))
		return n
	}
	if got := next("e", 60).reader.reading; got.first != 0 {
		t.Errorf("nothing was said, and new is %d", got.first)
	}
	n := next("e", 90)
	if got := n.reader.reading; got.first != 61 || got.kept() != 60 {
		t.Errorf("since then 30 were said, and new is %d", got.first)
	}
	n.saveReading()
	if got := next("e", 90).reader.reading; got.first != 61 {
		t.Errorf("after a reload new is %d", got.first)
	}
	if got := next("other", 90).reader.reading; got.first != 0 {
		t.Errorf("in another epoch new is %d", got.first)
	}
	// Another page that is behind does not take it back.
	walk(t, n, 58)
	walk(t, n, 76)
	n.saveReading()
	c.saveReading()
	if got := c.keptReading(); got != 90 {
		t.Errorf("kept is %d", got)
	}
}

func TestOneGoesToADay(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(5000, 50)...))
	c.openDays("")
	if html := draw(); !c.reader.days.open || !strings.Contains(html, ">Go to a day<") {
		t.Error("nothing asks for the day")
	}
	c.goToDay(noon.Add(900 * time.Second).UnixMilli())
	if c.reader.days.open || c.reader.question.ask.At == 0 {
		t.Fatalf("asked is %+v", c.reader.question.ask)
	}
	heardPage(c, 64)
	if n, first, last := window(draw()); c.reader.goal != 900 || first > 900 || last < 900 || n > 200 || !c.reader.away {
		t.Errorf("led to %d, drawn is %d to %d", c.reader.goal, first, last)
	}
	// All was said before: to the latest of them.
	c.goToDay(noon.Add(time.Hour * 24 * 365).UnixMilli())
	p := answer(c, 0)
	for _, e := range saidBetween(4968, 5000) {
		p.Events = append(p.Events, e.(chat.Message))
	}
	c.take(link.Batch{Events: []chat.Event{p}})
	if c.reader.goal != 5000 {
		t.Errorf("led to %d", c.reader.goal)
	}
}

func TestAJumpThatFailsIsToldAndMovesNothing(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(5000, 50)...))
	c.goTo(40)
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.reader.question.ask.ID, Fault: *chat.NotRead()}}})
	html := draw()
	if _, _, last := window(html); last != 5000 || c.reader.away || c.reader.question.failed || !strings.Contains(html, "could not be loaded") {
		t.Errorf("drawn up to %d", last)
	}
	c.goTo(40)
	heardPage(c, 64)
	if c.reader.goal != 40 {
		t.Error("it cannot be tried again")
	}
}

func TestARefusedQuestionCanBeAskedAgain(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(130, 50)...))
	c.askEarlier()
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.reader.question.ask.ID, Fault: *chat.NotRead()}}})
	html := draw()
	if c.reader.question.asked() || !strings.Contains(html, ">Try again<") || strings.Contains(html, "data-notice") {
		t.Error("the refusal is not told, or taken for something else")
	}
	c.look(true, sight{first: 85, last: 99})
	if c.reader.question.asked() {
		t.Error("it is asked again and again")
	}
	c.askEarlier()
	if !c.reader.question.asked() || c.reader.question.failed {
		t.Error("it cannot be asked again")
	}
}

// On another line the question is asked anew, or not at all.
func TestAQuestionDoesNotOutliveItsLine(t *testing.T) {
	c, _ := mounted(t)
	c.take(opened(latest(130, 50)...))
	c.askEarlier()
	late := answer(c, 50)
	c.take(lost())
	if c.reader.question.asked() {
		t.Error("the question is stuck")
	}
	back := latest(130, 0)
	w := back[0].(chat.Welcome)
	w.Rooms[0].Recovered = true
	c.take(opened(w))
	c.take(link.Batch{Events: []chat.Event{late}})
	if first, _, _, _ := c.model.Held(); first != 81 {
		t.Error("a late answer was taken")
	}
	if c.askEarlier(); !c.reader.question.asked() {
		t.Error("it cannot be asked on the new line")
	}
}

// Who missed too much begins anew, at the end, and is told how much it was.
func TestWhoMissedTooMuchSeesTheLatest(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(50, 50)...))
	c.say("hello")
	c.look(true, sight{first: 3, last: 17})
	c.take(lost())
	c.take(opened(latest(9000, 50)...))
	html := draw()
	if n, first, last := window(html); c.reader.away || n != 50 || first != 8951 || last != 9000 {
		t.Errorf("%d rows are drawn, from %d to %d", n, first, last)
	}
	if !strings.Contains(html, ">hello<") || !strings.Contains(html, ">8950 new messages<") {
		t.Error("what is pending went with them, or what was missed is not told")
	}
}

// What was missed in a short loss comes behind the rest, and is no jump.
func TestWhoComesBackReadsOn(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(300, 50)...))
	walk(t, c, 260)
	draw()
	before := c.reader.roll.chunks
	c.take(lost())
	w := welcome(ada)
	w.Rooms[0].Head, w.Rooms[0].After, w.Rooms[0].Recovered = 310, 300, true
	c.take(opened(append([]chat.Event{w}, saidBetween(300, 310)...)...))
	if html := draw(); !slices.Equal(before, c.reader.roll.chunks) || !strings.Contains(html, ">10 new messages<") || !c.reader.away {
		t.Errorf("the reader was moved, or is told %q", c.reader.pill().text())
	}
}

func TestWhatTheServerCannotStoreCanBeRetriedOrDiscarded(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	c.say("hello")
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.model.Pending[0].ID, Fault: *chat.NotStored(true)}}})
	html := draw()
	for _, part := range []string{"disk is full", `role="alert"`, ">Retry<", ">Discard<", ">hello<"} {
		if !strings.Contains(html, part) {
			t.Errorf("the refused message has no %s", part)
		}
	}
}
