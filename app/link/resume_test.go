//go:build !js

package link

import (
	"slices"
	"strings"
	"testing"

	"cyberchat/app/chat"
)

func TestLineGoesOnWhereAnEarlierRunEnded(t *testing.T) {
	hellos := make(chan *chat.Resume, 1)
	url := serve(t, func(_ int, p *peer) {
		hellos <- p.greetAt(9, 7, true, sayings(8, 9)...).Resume
		p.drain()
	})
	c := open(t, url)
	kept := &chat.Resume{Epoch: "e", Rooms: map[string]int64{chat.Lobby: 7}}
	c.Line = New(Config{URL: url, Token: strings.Repeat("t", chat.MinToken), Resume: kept, Deliver: func(b Batch) { c.batches <- b }})
	c.run()
	if got := messages(c, 3); !slices.Equal(got, upTo(8, 9)) {
		t.Errorf("delivered are %v", got)
	}
	if r := <-hellos; r == nil || r.Epoch != "e" || r.Rooms[chat.Lobby] != 7 {
		t.Errorf("the first hello says %+v", r)
	}
}
