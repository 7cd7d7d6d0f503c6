package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

func TestNewMessagesAreReadOutOnce(t *testing.T) {
	h := heard{before: 10}
	for _, seq := range []int64{9, 10, 11, 11, 12} {
		h.take(*said(seq, ben, noon).Message)
	}
	h.tell(time.UTC)
	html := app.HTMLString(&heardRegion{Slots: h.slots})
	if n := strings.Count(html, "Ben: hello, 12:00"); n != 2 {
		t.Errorf("%d messages are read out: %s", n, html)
	}
	h.tell(time.UTC)
	if again := app.HTMLString(&heardRegion{Slots: h.slots}); strings.Count(again, "Ben:") != 2 {
		t.Errorf("without news it is %s", again)
	}
	h.forget()
	if none := app.HTMLString(&heardRegion{Slots: h.slots}); strings.Contains(none, "Ben") {
		t.Errorf("afterwards it is %s", none)
	}
}

func TestOfManyMessagesTheNumberIsReadOut(t *testing.T) {
	var h heard
	for seq := int64(1); seq <= 40; seq++ {
		h.take(*said(seq, ben, noon).Message)
	}
	h.tell(time.UTC)
	html := app.HTMLString(&heardRegion{Slots: h.slots})
	if !strings.Contains(html, "40 new messages, the last from Ben") || strings.Contains(html, "hello") {
		t.Errorf("read out is %s", html)
	}
}

// Each sentence is an element that was not there before.
func TestWhatIsReadOutIsAdded(t *testing.T) {
	var h heard
	before := h.slots
	for seq := int64(1); seq <= 20; seq++ {
		h.take(*said(seq, ben, noon).Message)
		h.tell(time.UTC)
		changed := 0
		for i, s := range h.slots {
			if s != before[i] {
				if changed++; s.turn%2 == before[i].turn%2 {
					t.Error("a sentence only changes")
				}
			}
		}
		if changed != 1 {
			t.Errorf("%d sentences changed", changed)
		}
		before = h.slots
	}
}

func TestALongMessageIsCutWhenReadOut(t *testing.T) {
	m := *said(1, ben, noon).Message
	m.Text = strings.Repeat("ä", 2000)
	if got := heardText(m, time.UTC); strings.Count(got, "ä") != maxRead || !strings.HasSuffix(got, "…, 12:00") {
		t.Errorf("read out is %q", got)
	}
}
