// Command gws is a chat on the library gws: each message goes to every
// connection through the library's broadcaster, which frames it once and
// writes it from a queue of each connection.
package main

import (
	"flag"
	"log"
	"net/http"

	"github.com/lxzan/gws"
)

func main() {
	addr := flag.String("addr", "localhost:0", "`host:port` to listen on")
	flag.Parse()
	upgrader := gws.NewUpgrader(&room{conns: gws.NewConcurrentMap[*gws.Conn, bool]()}, nil)
	log.Fatal(http.ListenAndServe(*addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := upgrader.Upgrade(w, r)
		if err != nil {
			return // it has answered
		}
		go conn.ReadLoop() // so that what served the request is freed, as its documentation says
	})))
}

// A room is everybody who is connected.
type room struct {
	gws.BuiltinEventHandler
	conns *gws.ConcurrentMap[*gws.Conn, bool]
}

func (r *room) OnOpen(conn *gws.Conn)           { r.conns.Store(conn, true) }
func (r *room) OnClose(conn *gws.Conn, _ error) { r.conns.Delete(conn) }

func (r *room) OnMessage(_ *gws.Conn, message *gws.Message) {
	defer message.Close()
	b := gws.NewBroadcaster(gws.OpcodeText, message.Bytes())
	defer b.Close()
	r.conns.Range(func(conn *gws.Conn, _ bool) bool {
		b.Broadcast(conn)
		return true
	})
}
