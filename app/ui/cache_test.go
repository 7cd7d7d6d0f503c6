package ui

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// keptOf is what an earlier visit has kept.
func keptOf(t *testing.T, said ...chat.Message) snapshot {
	t.Helper()
	c, _ := mounted(t)
	w := welcome(ada)
	w.Rooms[0].Head = said[len(said)-1].Seq
	w.Rooms[0].After = said[0].Seq - 1
	c.take(opened(w))
	for _, m := range said {
		c.take(link.Batch{Events: []chat.Event{m}})
	}
	c.cache.heard = noon
	var kept snapshot
	if err := json.Unmarshal([]byte(c.snapshot()), &kept); err != nil {
		t.Fatal(err)
	}
	return kept
}

func messages(first, last int64) []chat.Message {
	var said []chat.Message
	for seq := first; seq <= last; seq++ {
		said = append(said, chat.Message{Room: chat.Lobby, Seq: seq, ID: fmt.Sprint(seq), Author: ben, Text: fmt.Sprintf("said %d.", seq), Time: noon})
	}
	return said
}

func TestWhatWasKeptIsShownBeforeThereIsALine(t *testing.T) {
	kept := keptOf(t, messages(5, 7)...)
	c, draw := mounted(t)
	c.recallSnapshot(kept)
	html := draw()
	for _, part := range []string{"<h1>Disconnected</h1>", "said 5.", "said 7.", "unmet"} {
		if !strings.Contains(html, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if strings.Contains(html, "Connecting to the room") {
		t.Error("it looks like a first visit")
	}
	resume := c.model.Resume()
	if resume == nil || resume.Epoch != "e" || resume.Rooms[chat.Lobby] != 7 {
		t.Errorf("the line is to go on from %+v", resume)
	}
	w := welcome(ada)
	w.Rooms[0] = chat.RoomStatus{Room: chat.FirstRoom(chat.Lobby), Head: 8, After: 7, Recovered: true, Roll: &chat.Roll{Online: 2, People: []chat.Person{ada, ben}}}
	c.take(opened(w, messages(8, 8)[0]))
	html = draw()
	for _, part := range []string{"said 5.", "said 8.", "<h1>Connected to Cyber Chat</h1>"} {
		if strings.Count(html, part) != 1 {
			t.Errorf("%s is there %d times", part, strings.Count(html, part))
		}
	}
	if strings.Contains(html, "unmet") || c.model.Resume() != nil {
		t.Error("after the welcome it counts as recalled")
	}
}

func TestStaleIsSaidWithoutALineOnly(t *testing.T) {
	c, draw := mounted(t)
	kept := keptOf(t, messages(1, 2)...)
	kept.Heard = timeHere().Add(-time.Second)
	want := "Messages up to " + clockText(kept.Heard.In(timeHere().Location())) + "."
	if !sameDay(kept.Heard, timeHere()) {
		want = "Messages up to yesterday"
	}
	c.recallSnapshot(kept)
	if strings.Contains(draw(), "Messages up to") {
		t.Error("it is said before a try has failed")
	}
	c.take(lost())
	if html := draw(); !strings.Contains(html, want) {
		t.Errorf("the page does not say %q", want)
	}
	c.take(link.Batch{Status: &link.Status{Phase: link.Connecting}})
	if html := draw(); !strings.Contains(html, want) {
		t.Error("it comes and goes with every try")
	}
	c.take(opened(welcome(ada)))
	if strings.Contains(draw(), "Messages up to") {
		t.Error("it is said while there is a line")
	}
}

func TestStaleTextNamesTheDay(t *testing.T) {
	now := time.Date(2026, 3, 4, 0, 30, 0, 0, time.UTC)
	for heard, want := range map[time.Time]string{
		now.Add(-10 * time.Minute): "Messages up to 00:20.",
		now.Add(-time.Hour):        "Messages up to yesterday, 23:30.",
		now.AddDate(0, 0, -9):      "Messages up to Monday, 23 February, 00:30.",
	} {
		if got := staleText(heard, now); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	said := messages(1, cachedMessages+50)
	kept := keptOf(t, said...)
	if n := len(kept.Chat.Rooms[0].Log); n != cachedMessages || kept.Chat.Rooms[0].Log[n-1].Stamped().Seq != cachedMessages+50 {
		t.Errorf("%d messages are kept", n)
	}
	for i := range said {
		said[i].Text = strings.Repeat("w", chat.MaxText)
	}
	size := 0
	for _, e := range keptOf(t, said...).Chat.Rooms[0].Log {
		size += len(e.(chat.Message).Text)
	}
	if size == 0 || size > cachedText {
		t.Errorf("%d bytes of text are kept", size)
	}
}

func TestNothingIsKeptThatIsNotTheLatest(t *testing.T) {
	c, _ := mounted(t)
	if c.snapshot() != "" {
		t.Error("something is kept of a page that knows nothing")
	}
	w := welcome(ada)
	w.Rooms[0].Head = 9
	c.take(opened(w))
	c.cache.heard = noon
	c.take(link.Batch{Events: []chat.Event{messages(1, 1)[0]}})
	if c.snapshot() != "" {
		t.Error("messages with a hole behind them are kept as the latest")
	}
}

func TestTheNetworkExplainsTheRest(t *testing.T) {
	if got := whyNoLine("The server cannot be reached.", true); got != "Offline." {
		t.Error(got)
	}
	if got := whyNoLine("The line went silent.", false); got != "The line went silent." {
		t.Error(got)
	}
}

func TestUpdateIsOfferedForAnotherBuildOnly(t *testing.T) {
	c, draw := mounted(t)
	c.page.file = false
	c.take(opened(welcome(ada)))
	if c.newer() || strings.Contains(draw(), `id="reload-build"`) {
		t.Error("the same build is offered")
	}
	w := welcome(ada)
	w.Build = "b2"
	c.take(opened(w))
	if !c.newer() || !strings.Contains(draw(), `id="reload-build"`) {
		t.Error("another build is not offered")
	}
}

func TestDeviceEntriesAreForThePageOfTheServer(t *testing.T) {
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	c.settingsOpen = true
	if strings.Contains(draw(), `id="keep"`) {
		t.Error("a file offers to keep messages")
	}
	c.page.file = false
	c.cache.on = true
	if html := draw(); !strings.Contains(html, `id="keep"`) || strings.Contains(html, `id="install"`) {
		t.Error("what is kept cannot be forgotten, or an installation is offered that is not")
	}
	c.cache.on, c.installable = false, true
	if html := draw(); !strings.Contains(html, `id="install"`) {
		t.Error("the page cannot be installed")
	}
}
