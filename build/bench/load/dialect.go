package load

import (
	"bytes"
	"strconv"

	"cyberchat/app/chat"
)

// A dialect is how one kind of server is spoken to over a WebSocket.
type dialect interface {
	// request is what is asked for in the handshake.
	request() (path, protocol string)
	// hello is what a client says first, as text messages.
	hello() []string
	// probe is a message that everybody gets who takes part, where that is the
	// only way to know: it is sent again until all have it. It may be empty.
	probe() string
	// appendPost appends the text message that says a text.
	appendPost(dst []byte, sender, number int) []byte
	// answers tells whether every post is acknowledged or refused.
	answers() bool
	// understand reads a line without a text.
	understand(line []byte) word
}

// A word is what a line without a text means.
type word struct {
	kind   kind
	number int    // of the message that was acknowledged or refused
	answer string // to be sent
}

type kind int

const (
	nothing   kind = iota // to be passed over
	joined                // the client takes part from here on
	asked                 // an answer is due
	acked                 // a message was accepted
	refused               // a message was not
	complaint             // something is wrong; the line says what
)

// The dialects, by the names that a Job gives.
const (
	Lines      = "lines"      // each text message is a message, or some, a line each
	Typed      = "typed"      // Cyber Chat's own
	Centrifuge = "centrifuge" // centrifuge's JSON protocol
)

var dialects = map[string]dialect{Lines: lines{}, Typed: typed{}, Centrifuge: centrifuge{}}

// lines is the dialect without any: a message is its text.
type lines struct{}

func (lines) request() (path, protocol string) { return "/", "" }
func (lines) hello() []string                  { return nil }
func (lines) probe() string                    { return "is everybody here?" }
func (lines) answers() bool                    { return false }
func (lines) understand(line []byte) word {
	if string(line) == (lines{}).probe() {
		return word{kind: joined}
	}
	return word{}
}
func (lines) appendPost(dst []byte, sender, number int) []byte {
	return appendText(dst, sender, number)
}

// typed is chat.Protocol.
type typed struct{}

func (typed) request() (path, protocol string) { return "/ws", chat.Protocol }

func (typed) probe() string { return "" }

func (typed) answers() bool { return true }

func (typed) hello() []string {
	return []string{string(chat.AppendCommand(nil, chat.Hello{Build: "bench"}))}
}

// The id of a post is as long as one of 128 random bits, and ids are in no order
// either: a server that looks them up in a tree has to go everywhere.
func (typed) appendPost(dst []byte, sender, number int) []byte {
	dst = append(dst, `{"type":"post","id":"`...)
	dst = appendScatter(dst, uint64(sender)<<40|uint64(number))
	dst = appendNumber(dst, sender, senderDigits)
	dst = appendNumber(dst, number, numberDigits)
	dst = append(dst, `","room":"`+chat.Lobby+`","text":"`...)
	dst = appendText(dst, sender, number)
	return append(dst, `"}`...)
}

func (typed) understand(line []byte) word {
	switch name := fieldOf(line, `{"type":"`); string(name) {
	case "welcome":
		return word{kind: joined}
	case "ping":
		return word{kind: asked, answer: `{"type":"pong"}`}
	case "ack", "reject":
		id := fieldOf(line, `"id":"`)
		number, ok := parseNumber(id[max(len(id)-numberDigits, 0):])
		switch {
		case !ok:
			return word{kind: complaint}
		case string(name) == "ack":
			return word{kind: acked, number: number}
		}
		return word{kind: refused, number: number}
	case "closing", "drain":
		return word{kind: complaint}
	}
	return word{}
}

// appendScatter appends ten characters that are another ten for every n, in no
// order: the first 50 bits of SplitMix64 (Steele, Lea and Flood, 2014).
func appendScatter(dst []byte, n uint64) []byte {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	n = (n + 1) * 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	n ^= n >> 31
	for shift := 59; shift >= 14; shift -= 5 {
		dst = append(dst, letters[n>>shift&31])
	}
	return dst
}

// centrifuge is the JSON protocol of that library: commands and replies, with
// pushes and pings between them. The publish command has the message's number
// as its id, behind those of connect and subscribe.
type centrifuge struct{}

const beforePublish = 10

func (centrifuge) request() (path, protocol string) { return "/connection/websocket", "" }

func (centrifuge) probe() string { return "" }

func (centrifuge) answers() bool { return true }

func (centrifuge) hello() []string {
	return []string{`{"id":1,"connect":{}}` + "\n" + `{"id":2,"subscribe":{"channel":"chat"}}`}
}

func (centrifuge) appendPost(dst []byte, sender, number int) []byte {
	dst = append(dst, `{"id":`...)
	dst = strconv.AppendInt(dst, int64(number+beforePublish), 10)
	dst = append(dst, `,"publish":{"channel":"chat","data":"`...)
	dst = appendText(dst, sender, number)
	return append(dst, `"}}`...)
}

func (centrifuge) understand(line []byte) word {
	if string(line) == "{}" {
		return word{kind: asked, answer: "{}"}
	}
	digits, rest, ok := bytes.Cut(bytes.TrimPrefix(line, []byte(`{"id":`)), []byte(","))
	id, isNumber := parseNumber(digits)
	switch {
	case !ok || !isNumber:
		return word{kind: complaint} // a disconnect push, for one
	case bytes.HasPrefix(rest, []byte(`"error"`)):
		if id >= beforePublish {
			return word{kind: refused, number: id - beforePublish}
		}
		return word{kind: complaint}
	case bytes.HasPrefix(rest, []byte(`"subscribe"`)):
		return word{kind: joined}
	case bytes.HasPrefix(rest, []byte(`"publish"`)):
		return word{kind: acked, number: id - beforePublish}
	}
	return word{}
}

// fieldOf returns what stands between a prefix and the next quotation mark.
func fieldOf(line []byte, prefix string) []byte {
	_, value, _ := bytes.Cut(line, []byte(prefix))
	if i := bytes.IndexByte(value, '"'); i >= 0 {
		return value[:i]
	}
	return nil
}
