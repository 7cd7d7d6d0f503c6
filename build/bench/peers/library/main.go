// Command library is a chat as in the example of nhooyr.io/websocket: a channel
// for each subscriber, to which whoever publishes sends under the lock of the
// set, and one write a message. Unlike there, messages come in over the socket
// too.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"
	"sync"
	"time"

	"nhooyr.io/websocket"
)

// queued is how many messages may wait for a subscriber. The example has 16,
// with which the senders of the benchmark would have everybody dropped.
const queued = 256

func main() {
	addr := flag.String("addr", "localhost:0", "`host:port` to listen on")
	flag.Parse()
	c := &chat{subscribers: make(map[*subscriber]struct{})}
	log.Fatal(http.ListenAndServe(*addr, http.HandlerFunc(c.serve)))
}

// A chat is everybody who listens.
type chat struct {
	mu          sync.Mutex // guards subscribers
	subscribers map[*subscriber]struct{}
}

type subscriber struct {
	messages  chan []byte
	closeSlow func()
}

func (c *chat) serve(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // it has answered
	}
	defer conn.CloseNow()
	s := &subscriber{
		messages:  make(chan []byte, queued),
		closeSlow: func() { conn.Close(websocket.StatusPolicyViolation, "too slow to keep up with messages") },
	}
	c.add(s)
	defer c.remove(s)
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		defer cancel()
		c.read(ctx, conn)
	}()
	for {
		select {
		case message := <-s.messages:
			if err := write(ctx, conn, message); err != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// read publishes what the connection says, until it is gone.
func (c *chat) read(ctx context.Context, conn *websocket.Conn) {
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			return
		}
		c.publish(message)
	}
}

func (c *chat) publish(message []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.subscribers {
		select {
		case s.messages <- message:
		default:
			go s.closeSlow()
		}
	}
}

func (c *chat) add(s *subscriber) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subscribers[s] = struct{}{}
}

func (c *chat) remove(s *subscriber) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.subscribers, s)
}

func write(ctx context.Context, conn *websocket.Conn, message []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, message)
}
