package hub

// Lines returns lines of plain mode, each in a frame, for a connection that has
// no listener yet.
func Lines(lines ...string) []byte { return frameLines(nil, lines) }
