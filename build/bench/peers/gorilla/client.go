package main

import (
	"bytes"
	"time"

	"github.com/gorilla/websocket"
)

// As in the example.
const (
	queued      = 256 // messages that may wait for a client
	largest     = 512 // bytes of a message
	writeWithin = 10 * time.Second
	pongWithin  = 60 * time.Second
	pingEvery   = pongWithin * 9 / 10
)

type client struct {
	hub   *hub
	conn  *websocket.Conn
	queue chan []byte // closed by the hub
}

// read gives the hub what the client says, until it is gone.
func (c *client) read() {
	defer func() {
		c.hub.unregister <- c
		c.conn.Close()
	}()
	c.conn.SetReadLimit(largest)
	alive := func(string) error { return c.conn.SetReadDeadline(time.Now().Add(pongWithin)) }
	alive("")
	c.conn.SetPongHandler(alive)
	for {
		_, message, err := c.conn.ReadMessage()
		if err != nil {
			return
		}
		c.hub.broadcast <- bytes.TrimSpace(bytes.ReplaceAll(message, []byte("\n"), []byte(" ")))
	}
}

// write writes all that is queued as one message, a line each, until the queue
// is closed or the client is gone.
func (c *client) write() {
	beat := time.NewTicker(pingEvery)
	defer beat.Stop()
	defer c.conn.Close()
	for {
		select {
		case message, ok := <-c.queue:
			c.conn.SetWriteDeadline(time.Now().Add(writeWithin))
			if !ok {
				c.conn.WriteMessage(websocket.CloseMessage, nil)
				return
			}
			if err := c.drain(message); err != nil {
				return
			}
		case <-beat.C:
			c.conn.SetWriteDeadline(time.Now().Add(writeWithin))
			if err := c.conn.WriteMessage(websocket.PingMessage, nil); err != nil {
				return
			}
		}
	}
}

// drain writes a message, and what waits behind it.
func (c *client) drain(message []byte) error {
	w, err := c.conn.NextWriter(websocket.TextMessage)
	if err != nil {
		return err
	}
	w.Write(message)
	for range len(c.queue) {
		w.Write([]byte{'\n'})
		w.Write(<-c.queue)
	}
	return w.Close()
}
