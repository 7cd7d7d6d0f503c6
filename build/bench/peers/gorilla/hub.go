package main

// A hub owns the set of clients; only run touches it.
type hub struct {
	broadcast            chan []byte
	register, unregister chan *client
}

// run hands every message to every client, and drops those whose queue is
// full, as the example does.
func (h *hub) run() {
	clients := make(map[*client]bool)
	for {
		select {
		case c := <-h.register:
			clients[c] = true
		case c := <-h.unregister:
			if clients[c] {
				delete(clients, c)
				close(c.queue)
			}
		case message := <-h.broadcast:
			for c := range clients {
				select {
				case c.queue <- message:
				default:
					delete(clients, c)
					close(c.queue)
				}
			}
		}
	}
}
