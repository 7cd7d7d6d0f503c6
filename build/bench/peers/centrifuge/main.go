// Command centrifuge is a chat on the library centrifuge: its JSON protocol
// over WebSockets, one channel, to which clients subscribe and publish. Its
// settings are the library's defaults but for what flags say.
package main

import (
	"context"
	"flag"
	"log"
	"net/http"

	"github.com/centrifugal/centrifuge"
)

func main() {
	addr := flag.String("addr", "localhost:0", "`host:port` to listen on")
	delay := flag.Duration("delay", 0, "collect messages for a connection for so long before they are written")
	most := flag.Int("most", 0, "write at the most so many messages in a frame; -1 is all that wait, 0 the library's default of 16")
	flag.Parse()
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		log.Fatal(err)
	}
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		return centrifuge.ConnectReply{
			Credentials:        &centrifuge.Credentials{},
			WriteDelay:         *delay,
			MaxMessagesInFrame: *most,
		}, nil
	})
	node.OnConnect(func(c *centrifuge.Client) {
		c.OnSubscribe(func(_ centrifuge.SubscribeEvent, answer centrifuge.SubscribeCallback) {
			answer(centrifuge.SubscribeReply{}, nil)
		})
		c.OnPublish(func(_ centrifuge.PublishEvent, answer centrifuge.PublishCallback) {
			answer(centrifuge.PublishReply{}, nil)
		})
	})
	if err := node.Run(); err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(*addr, centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{})))
}
