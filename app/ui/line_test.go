package ui

import (
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

var (
	ada  = chat.Person{ID: "a", Name: "Ada"}
	ben  = chat.Person{ID: "b", Name: "Ben"}
	noon = time.Date(2025, time.March, 5, 12, 0, 0, 0, time.UTC)
)

func said(seq int64, by chat.Person, at time.Time) state.Row {
	return state.Row{Message: &chat.Message{Room: chat.Lobby, Seq: seq, Author: by, Text: "hello", Time: at}}
}

func news(after int64, at time.Time) state.Row {
	return state.Row{Presence: &chat.Presence{Room: chat.Lobby, After: after, Time: at}}
}

func TestMessagesOfOnePersonFollowEachOther(t *testing.T) {
	renamed := chat.Person{ID: "a", Name: "Ada L."}
	first := said(1, ada, noon)
	for name, c := range map[string]struct {
		prev, row state.Row
		want      bool
	}{
		"first of all":                {state.Row{}, first, false},
		"soon after":                  {first, said(2, ada, noon.Add(4*time.Minute)), true},
		"at the same time":            {first, said(2, ada, noon), true},
		"five minutes later":          {first, said(2, ada, noon.Add(groupWithin)), false},
		"somebody else":               {first, said(2, ben, noon), false},
		"under another name":          {first, said(2, renamed, noon), false},
		"behind news":                 {news(1, noon), said(2, ada, noon), false},
		"earlier by a clock set back": {first, said(2, ada, noon.Add(-time.Second)), false},
		"across midnight":             {said(1, ada, noon.Add(11*time.Hour+59*time.Minute)), said(2, ada, noon.Add(12*time.Hour)), false},
	} {
		if got := newLine(c.prev, c.row, "", noon).follows; got != c.want {
			t.Errorf("%s: follows = %t", name, got)
		}
	}
}

func TestANewDayIsNamedOnce(t *testing.T) {
	now := noon.AddDate(0, 0, 1)
	rows := []state.Row{
		said(1, ada, noon.AddDate(-1, 0, 0)),
		news(1, noon),
		said(2, ada, noon.Add(time.Hour)),
		said(6, ada, now.Add(-time.Minute)),
		said(7, ben, now),
		said(9, ben, now),
	}
	want := []string{"Tuesday, 5 March 2024", "Yesterday", "", "Today", "", ""}
	for i, l := range newChunk(0, state.Row{}, rows, eye{}, now).lines {
		if l.day != want[i] {
			t.Errorf("row %d: day %q, want %q", i, l.day, want[i])
		}
	}
}

// The day is that of the reader, not of the server.
func TestDaysAreThoseOfTheReader(t *testing.T) {
	east := time.FixedZone("", 5*60*60)
	late := said(2, ada, noon.Add(8*time.Hour)) // 01:00 of the next day there
	l := newLine(said(1, ada, noon), late, "", noon.Add(9*time.Hour).In(east))
	if l.day != "Today" || clockText(l.time) != "01:00" {
		t.Errorf("day %q at %s", l.day, clockText(l.time))
	}
}

func TestMineAreTheReadersOwn(t *testing.T) {
	row := said(1, ada, noon)
	if !newLine(state.Row{}, row, "a", noon).mine {
		t.Error("the reader's own message is not theirs")
	}
	if newLine(state.Row{}, row, "b", noon).mine || newLine(state.Row{}, row, "", noon).mine {
		t.Error("somebody else's message is the reader's")
	}
}

func TestAFewEmojiAndNothingElse(t *testing.T) {
	for text, want := range map[string]bool{
		"🎉": true, "🎉 🎉": true, "❤️": true, "👨‍👩‍👧‍👦": true, "👍🏽": true, "🇫🇷": true,
		"": false, " ": false, "1": false, "#": false, "ok 🎉": false, "\u200d": false,
		"🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉": false, "🎉\n🎉": false,
	} {
		if isEmoji(text) != want {
			t.Errorf("isEmoji(%q) = %t", text, !want)
		}
	}
}

func TestWhatWasSaidJustNowHasARelativeTime(t *testing.T) {
	for ago, want := range map[time.Duration]struct {
		text  string
		until time.Duration // from when it was said; 0 for never
	}{
		0:                  {"just now", time.Minute},
		59 * time.Second:   {"just now", time.Minute},
		-2 * time.Second:   {"just now", time.Minute}, // by a clock that is behind
		time.Minute:        {"1 min ago", 2 * time.Minute},
		59 * time.Minute:   {"59 min ago", time.Hour},
		time.Hour:          {"12:00", 0},
		30 * time.Hour:     {"12:00", 0},
		-2 * time.Minute:   {"12:00", 0},
		90 * time.Second:   {"1 min ago", 2 * time.Minute},
		1799 * time.Second: {"29 min ago", 30 * time.Minute},
	} {
		text, until := agoText(noon, noon.Add(ago))
		if text != want.text || want.until == 0 != until.IsZero() || want.until > 0 && !until.Equal(noon.Add(want.until)) {
			t.Errorf("after %v: %q until %v, want %q until %v", ago, text, until, want.text, noon.Add(want.until))
		}
	}
}

func TestSpacesThatMeanSomething(t *testing.T) {
	for text, want := range map[string]bool{
		"hello":                                  false,
		"two\nlines":                             false,
		"a list:\n- one\n- two":                  false,
		"func main() {\n\tprintln()\n}":          true,
		"if x:\n    y()":                         true,
		"```\ncode\n```":                         true,
		"name     size\nfile     12\nother    3": true,
		"   indented alone":                      false,
		"a sentence.  And another.\nAnd more.":   false,
	} {
		if got := isCode(text); got != want {
			t.Errorf("isCode(%q) = %t", text, got)
		}
	}
}
