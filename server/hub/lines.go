package hub

// Lines returns lines of plain mode, each in a frame, for a connection that has
// no listener yet.
func Lines(lines ...string) []byte { return frameLines(nil, lines) }

// TellLines gives lines of plain mode to this listener alone, behind its welcome.
func (l *Listener) TellLines(lines ...string) { l.lines(lines...) }
