package hub

// steady calls read, which reads from disk what concerns somebody, and again as
// long as something happened meanwhile that it may have missed: to them, or in a
// room that is not here, of which nobody remembers it. It is called with h.mu held,
// and lets go of it while it reads.
func (h *Hub) steady(p *person, read func() error) error {
	for {
		version, strays := p.version, h.strays
		h.mu.Unlock()
		err := read()
		h.mu.Lock()
		if err != nil || p.version == version && h.strays == strays {
			return err
		}
	}
}
