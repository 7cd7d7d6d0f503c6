// Command gorilla is a chat as in the example of gorilla/websocket: a hub that
// owns the set of clients and is fed by channels, and for each client a pump
// that reads and a pump that writes what is queued as lines of one message.
package main

import (
	"flag"
	"log"
	"net/http"

	"github.com/gorilla/websocket"
)

func main() {
	addr := flag.String("addr", "localhost:0", "`host:port` to listen on")
	flag.Parse()
	h := &hub{
		broadcast:  make(chan []byte),
		register:   make(chan *client),
		unregister: make(chan *client),
	}
	go h.run()
	upgrader := websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024} // as in the example
	log.Fatal(http.ListenAndServe(*addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // it has answered
		}
		c := &client{hub: h, conn: conn, queue: make(chan []byte, queued)}
		h.register <- c
		go c.write()
		go c.read()
	})))
}
