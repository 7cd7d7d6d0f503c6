package hub

import (
	"cmp"
	"context"

	"cyberchat/app/chat"
)

// Current is the room that the lines of a listener in plain mode go to.
func (l *Listener) Current() string {
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	return cmp.Or(l.current, chat.Lobby)
}

// doPlain carries out a command that only plain mode has, or that it answers in
// its own way. It reports whether that is one; any other is done as in typed
// mode.
func (l *Listener) doPlain(c chat.Command) bool {
	switch c := c.(type) {
	case chat.Past:
		if lines, fault := l.hub.past(c.N); fault != nil {
			l.Refuse("", fault)
		} else {
			l.lines(lines...)
		}
	case chat.Who:
		l.lines(l.hub.who(l.person))
	case chat.Help:
		l.lines(chat.HelpLines...)
	default:
		return false
	}
	return true
}

// past returns the lines that answer /history.
func (h *Hub) past(n int) ([]string, *chat.Fault) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	events, err := h.log.Before(ctx, chat.Lobby, h.head()+1, n)
	if err != nil {
		return nil, chat.NotRead()
	}
	page := messagesOf(events)
	if len(page) == 0 {
		return []string{chat.NothingSaid}, nil
	}
	lines := make([]string, len(page))
	for i, m := range page {
		lines[i] = string(Plain.append(nil, m))
	}
	return lines, nil
}

// messagesOf returns the messages among events.
func messagesOf(events []chat.Durable) []chat.Message {
	messages := make([]chat.Message, 0, len(events))
	for _, e := range events {
		if m, ok := e.(chat.Message); ok {
			messages = append(messages, m)
		}
	}
	return messages
}

// who is the line that answers /who.
func (h *Hub) who(p *person) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	status := h.lobby.roll.status(p)
	return chat.WhoLine(status.Online, status.People)
}

// lines gives the listener lines of plain mode.
func (l *Listener) lines(lines ...string) {
	frames := frameLines(nil, lines)
	l.hub.mu.Lock()
	defer l.hub.mu.Unlock()
	l.queue(frames)
}

// frameLines appends lines of plain mode, each in a frame.
func frameLines(dst []byte, lines []string) []byte {
	for _, line := range lines {
		dst = append(appendFrameHead(dst, len(line)), line...)
	}
	return dst
}
