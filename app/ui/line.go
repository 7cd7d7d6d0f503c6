package ui

import (
	"strconv"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// groupWithin is how soon after each other two messages of one person are said
// to stand under one name.
const groupWithin = 5 * time.Minute

// A logLine is a row of the model with what has to be known of the rows around
// it to draw it.
type logLine struct {
	row state.Row
	// time is when it happened, in the reader's location.
	time time.Time
	// day names the day where a new one begins, otherwise it is empty.
	day string
	// follows says that the same person spoke just before.
	follows bool
	// mine says that the reader wrote it.
	mine bool
	// unread says that the line above what is unread stands here.
	unread bool
	// emoji says that it is nothing but a few emoji, and code that its spaces
	// mean something.
	emoji, code bool
	// said is its time in short, and until when that will be another one; zero
	// for never.
	said  string
	until time.Time
}

// newLine looks at a row and the one before it, which is zero for the first,
// with the eyes of the person whose id is you, at the time now in their
// location.
func newLine(prev, row state.Row, you string, now time.Time) logLine {
	l := logLine{row: row, time: row.Time().In(now.Location())}
	if prev == (state.Row{}) || !sameDay(prev.Time().In(now.Location()), l.time) {
		l.day = dayText(l.time, now)
	}
	if m := row.Message; m != nil {
		l.mine = you != "" && m.Author.ID == you
		l.follows = l.day == "" && follows(prev.Message, m)
		l.emoji, l.code = isEmoji(m.Text), isCode(m.Text)
	}
	if l.follows {
		l.said = gutterText(l.time)
	} else {
		l.said, l.until = agoText(l.time, now)
	}
	return l
}

// agoText says how long ago t was, as long as that is less than an hour, and
// when that sentence will be another one. What is older, or to come, has its
// time of day.
func agoText(t, now time.Time) (text string, until time.Time) {
	switch ago := now.Sub(t); {
	case ago >= time.Hour || ago <= -time.Minute:
		return clockText(t), time.Time{}
	case ago < time.Minute: // or a little to come, by clocks that differ
		return "just now", t.Add(time.Minute)
	default:
		minutes := ago / time.Minute
		return strconv.Itoa(int(minutes)) + " min ago", t.Add((minutes + 1) * time.Minute)
	}
}

// follows tells whether m stands under the same name as the message before it.
func follows(before, m *chat.Message) bool {
	if before == nil || before.Author != m.Author || before.Gone || m.Gone {
		return false
	}
	gap := m.Time.Sub(before.Time)
	return gap >= 0 && gap < groupWithin
}

// isCode tells whether the spaces in a text mean something, so that its letters
// are to be of one width: lines that are indented, or columns.
func isCode(text string) bool {
	if !strings.Contains(text, "\n") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "```") || strings.Contains(strings.TrimSpace(line), "   ") {
			return true
		}
	}
	return false
}

// isEmoji tells whether text is one to a few emoji and nothing else.
func isEmoji(text string) bool {
	const most = 12 // code points; a family of four has seven
	n := 0
	shown := false
	for _, r := range text {
		switch {
		case r >= 0x1f000 && r <= 0x1faff, r >= 0x2600 && r <= 0x27bf, r == 0x2b50, r == 0x2b55:
			shown = true
		case r == 0x200d, r == 0xfe0f, r == ' ', r >= 0xe0020 && r <= 0xe007f:
		default:
			return false
		}
		if n++; n > most {
			return false
		}
	}
	return shown
}
