package ui

import (
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

// answer is the page that the question asked for.
func answer(c *Chat, n int64) chat.Page {
	p := chat.Page{ID: c.earlier.asked, Room: chat.Lobby, Earlier: c.model.First() > n+1, Later: true}
	for _, e := range saidBetween(c.model.First()-1-n, c.model.First()-1) {
		p.Messages = append(p.Messages, e.(chat.Message))
	}
	return p
}

func TestTheLatestMessagesAreThereAtOnceAndNotReadOut(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(300, 50)...))
	html := draw()
	if strings.Count(html, "data-seq=") != 50 || !strings.Contains(html, `data-seq="251"`) || !strings.Contains(html, `aria-live="off"`) || !strings.Contains(html, ">Earlier messages<") {
		t.Error("the latest messages are not shown, or read out one by one")
	}
	if strings.Contains(html, beginning) || strings.Contains(html, "Nothing has been said") {
		t.Error("the latest messages are shown as the first ones")
	}
}

// What follows the welcome may take some time, and is not asked for.
func TestNothingIsAskedForWhileTheLatestAreComing(t *testing.T) {
	c, _ := mounted(t)
	events := latest(130, 50)
	for _, batch := range [][]chat.Event{events[:1], events[1:20], events[20:50]} {
		c.take(opened(batch...))
		if c.askEarlier(); c.earlier.asked != "" || c.past().wanted() {
			t.Fatalf("asked when the log had %d rows", len(c.model.Rows))
		}
	}
	c.take(link.Batch{Events: events[50:]})
	if !c.past().wanted() {
		t.Error("not asked afterwards")
	}
	// The server could not read them.
	c, _ = mounted(t)
	c.take(opened(latest(130, 0)...))
	if !c.past().wanted() {
		t.Error("the latest are not asked for where none follow")
	}
}

func TestEarlierMessagesAreAskedForPageByPage(t *testing.T) {
	c, draw := mounted(t)
	c.askEarlier()
	if c.earlier.asked != "" {
		t.Error("asked without a line")
	}
	c.take(opened(latest(130, 50)...))
	c.askEarlier()
	asked := c.earlier.asked
	c.askEarlier()
	if asked == "" || c.earlier.asked != asked {
		t.Fatalf("asked %q, then %q", asked, c.earlier.asked)
	}
	if html := draw(); !strings.Contains(html, ">Loading earlier messages…<") || strings.Contains(html, ">Earlier messages<") {
		t.Error("nothing tells that they are being loaded")
	}
	other := answer(c, 50)
	other.ID = "other"
	c.take(link.Batch{Events: []chat.Event{other}})
	if c.earlier.asked != asked || c.model.First() != 81 {
		t.Error("an answer to another question was taken")
	}
	c.take(link.Batch{Events: []chat.Event{answer(c, 50)}})
	if html := draw(); c.earlier.asked != "" || strings.Count(html, "data-seq=") != 100 || !strings.Contains(html, "50 earlier messages loaded.") {
		t.Error("the page is not shown")
	}
	c.askEarlier()
	c.take(link.Batch{Events: []chat.Event{answer(c, 30)}})
	html := draw()
	if strings.Count(html, "data-seq=") != 130 || !strings.Contains(html, "30 earlier messages loaded. "+beginning) || strings.Contains(html, ">Earlier messages<") {
		t.Error("the beginning is not shown")
	}
	c.askEarlier()
	if c.earlier.asked != "" {
		t.Error("asked for what is before the beginning")
	}
}

func TestARefusedQuestionCanBeAskedAgain(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(130, 50)...))
	c.askEarlier()
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.earlier.asked, Fault: *chat.NotRead()}}})
	html := draw()
	if c.earlier.asked != "" || c.past().wanted() || !strings.Contains(html, ">Try again<") || strings.Contains(html, "data-notice") {
		t.Error("the refusal is not told, or taken for something else")
	}
	c.askEarlier()
	if c.earlier.asked == "" || c.earlier.failed {
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
	if c.earlier.asked != "" || c.past().wanted() {
		t.Error("the question is stuck")
	}
	back := latest(130, 0)
	w := back[0].(chat.Welcome)
	w.Rooms[0].Recovered = true
	c.take(opened(w))
	if !c.past().wanted() {
		t.Error("it cannot be asked on the new line")
	}
	c.take(link.Batch{Events: []chat.Event{late}})
	if c.model.First() != 81 {
		t.Error("a late answer was taken")
	}
}

// Who missed too much begins anew, at the end.
func TestWhoMissedTooMuchSeesTheLatest(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(latest(50, 50)...))
	c.say("hello")
	c.away = true
	c.take(lost())
	c.take(opened(latest(9000, 50)...))
	html := draw()
	if c.away || strings.Count(html, "data-seq=") != 50 || !strings.Contains(html, `data-seq="9000"`) || strings.Contains(html, `data-seq="50"`) {
		t.Error("the old rows stayed")
	}
	if !strings.Contains(html, ">hello<") {
		t.Error("what is pending went with them")
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
