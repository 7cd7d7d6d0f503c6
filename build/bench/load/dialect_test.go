package load

import (
	"encoding/json"
	"testing"

	"cyberchat/app/chat"
)

// TestTypedSpeaksTheProductsOwnWords holds the shortcuts of the typed dialect
// to the product's codec.
func TestTypedSpeaksTheProductsOwnWords(t *testing.T) {
	command, id, fault := chat.DecodeCommand(typed{}.appendPost(nil, 7, 42))
	post, ok := command.(chat.Post)
	if fault != nil || !ok || post.Room != chat.Lobby || post.Text != string(appendText(nil, 7, 42)) {
		t.Fatalf("the post is %+v, %v", command, fault)
	}
	if len(id) != 22 {
		t.Errorf("the id %s is not as long as one of the client's", id)
	}
	for _, hello := range (typed{}).hello() {
		if command, _, fault := chat.DecodeCommand([]byte(hello)); fault != nil || command == nil {
			t.Errorf("the hello is %+v, %v", command, fault)
		}
	}
	for _, tt := range []struct {
		event chat.Event
		want  word
	}{
		{chat.Welcome{Text: chat.Greeting, Rooms: []chat.RoomStatus{{Room: chat.FirstRoom(chat.Lobby)}}}, word{kind: joined}},
		{chat.Ack{ID: id, Seq: 3}, word{kind: acked, number: 42}},
		{chat.Reject{ID: id, Fault: *chat.TooFast(1)}, word{kind: refused, number: 42}},
		{chat.Reject{Fault: *chat.TooFast(1)}, word{kind: complaint}},
		{chat.Ping{Heads: map[string]int64{chat.Lobby: 3}}, word{kind: asked, answer: `{"type":"pong"}`}},
		{chat.Closing{Code: chat.CloseSlow}, word{kind: complaint}},
		{chat.Presence{Room: chat.Lobby}, word{}},
	} {
		if got := (typed{}).understand(chat.AppendEvent(nil, tt.event)); got != tt.want {
			t.Errorf("%T: %+v, want %+v", tt.event, got, tt.want)
		}
	}
	if command, _, fault := chat.DecodeCommand([]byte(typed{}.understand(chat.AppendEvent(nil, chat.Ping{})).answer)); fault != nil || command != chat.Command(chat.Pong{}) {
		t.Errorf("a ping is answered with %+v, %v", command, fault)
	}
	message := chat.AppendEvent(nil, chat.Message{Room: post.Room, Seq: 3, ID: post.ID, Text: post.Text})
	if sender, number, damaged, ok := findText(message); sender != 7 || number != 42 || damaged || !ok {
		t.Errorf("in a message: %d, %d, %v, %v", sender, number, damaged, ok)
	}
}

func TestScatterIsInNoOrder(t *testing.T) {
	seen := make(map[string]bool)
	var before string
	rising := 0
	const n = 10_000
	for i := range uint64(n) {
		s := string(appendScatter(nil, i))
		if len(s) != 10 || seen[s] {
			t.Fatalf("number %d is %q", i, s)
		}
		seen[s] = true
		if s > before {
			rising++
		}
		before = s
	}
	if rising < n*4/10 || rising > n*6/10 {
		t.Errorf("of %d steps %d go up", n, rising)
	}
}

func TestCentrifuge(t *testing.T) {
	if post := (centrifuge{}).appendPost(nil, 7, 42); !json.Valid(post) {
		t.Errorf("the post is %s", post)
	}
	for line, want := range map[string]word{
		`{}`: {kind: asked, answer: "{}"},
		`{"id":1,"connect":{"client":"x","ping":25,"pong":true}}`:     {},
		`{"id":2,"subscribe":{}}`:                                     {kind: joined},
		`{"id":2,"error":{"code":103,"message":"no"}}`:                {kind: complaint},
		`{"id":52,"publish":{}}`:                                      {kind: acked, number: 42},
		`{"id":52,"error":{"code":100,"message":"internal"}}`:         {kind: refused, number: 42},
		`{"push":{"disconnect":{"code":3008,"reason":"slow","x":1}}}`: {kind: complaint},
	} {
		if got := (centrifuge{}).understand([]byte(line)); got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}
