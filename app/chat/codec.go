package chat

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
)

// ErrUnknownType is the error of a frame whose type this build does not know.
// Clients pass over such events.
var ErrUnknownType = errors.New("unknown type")

// pong is the frame of a Pong.
const pong = `{"type":"pong"}`

// AppendCommand appends c to dst as one JSON object without a line feed. It
// panics for a command of plain mode.
func AppendCommand(dst []byte, c Command) []byte {
	switch c.(type) {
	case Pong:
		return append(dst, pong...)
	}
	if c.commandType()[0] == '/' {
		panic(fmt.Sprintf("chat: a command of plain mode is not sent: %T", c))
	}
	return appendTyped(dst, c.commandType(), c)
}

// AppendEvent appends e to dst as one JSON object without a line feed.
func AppendEvent(dst []byte, e Event) []byte { return appendTyped(dst, e.eventType(), e) }

// appendTyped appends v with the name of its type as the first field.
func appendTyped(dst []byte, kind string, v any) []byte {
	dst = append(dst, `{"type":"`...)
	dst = append(dst, kind...)
	dst = append(dst, '"')
	start := len(dst)
	dst = appendJSON(dst, v)
	if dst[start+1] == '}' { // no other field
		return append(dst[:start], '}')
	}
	dst[start] = ','
	return dst
}

// Frames yields the JSON objects of a WebSocket text message, which are
// separated by line feeds. Blank lines are passed over.
func Frames(message []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for line := range bytes.Lines(message) {
			if line = bytes.TrimSpace(line); len(line) > 0 && !yield(line) {
				return
			}
		}
	}
}

// commands reads each command that travels as JSON, by the name of its type.
var commands = map[string]func(frame []byte, id string) (Command, *Fault){
	"hello":         command[Hello],
	"post":          command[Post],
	"name":          command[Rename],
	"history":       command[History],
	"pong":          command[Pong],
	"delete":        command[Delete],
	"create":        command[Create],
	"change_room":   command[ChangeRoom],
	"change_member": command[ChangeMember],
	"report":        command[Report],
	"settle":        command[Settle],
	"mark":          command[Mark],
	"quiet":         command[Quiet],
	"hide":          command[Hide],
	"profile":       command[Profile],
	"invite":        command[Invite],
	"revoke":        command[Revoke],
	"sign_out":      command[SignOut],
	"depart":        command[Depart],
	"typing":        command[Typing],
	"away":          command[Away],
	"list":          command[List],
}

// command reads one and cleans it.
func command[T Command, P interface {
	*T
	clean() *Fault
}](frame []byte, id string) (Command, *Fault) {
	c, err := decode[T](frame)
	if err != nil {
		return nil, badFields(c.commandType(), err)
	}
	if _, ok := Command(c).(Identified); ok {
		if fault := CheckID(id); fault != nil {
			return c, fault
		}
	}
	fault := P(&c).clean()
	return c, fault
}

// events reads each event, by the name of its type.
var events = map[string]func(frame []byte) (Event, error){
	"welcome":  event[Welcome],
	"you":      event[You],
	"entered":  event[Entered],
	"marked":   event[Marked],
	"hid":      event[Hid],
	"writing":  event[Writing],
	"message":  event[Message],
	"deleted":  event[Deleted],
	"room":     event[RoomChanged],
	"member":   event[MemberChanged],
	"reported": event[Reported],
	"settled":  event[Settled],
	"presence": event[Presence],
	"page":     event[Page],
	"listing":  event[Listing],
	"ack":      event[Ack],
	"reject":   event[Reject],
	"ping":     event[Ping],
	"drain":    event[Drain],
	"closing":  event[Closing],
}

func event[T Event](frame []byte) (Event, error) {
	e, err := decode[T](frame)
	if err != nil {
		return nil, fmt.Errorf("chat: decode %s: %w", e.eventType(), err)
	}
	return e, nil
}

// DecodeCommand reads one JSON object from a client and checks the form of
// what it says: that it is known, has an id where it needs one, and that its
// fields hold what they can (texts of the command returned are cleaned). Unknown
// fields are ignored. The fault is to be answered with a [Reject] that carries
// the returned id.
func DecodeCommand(frame []byte) (c Command, id string, fault *Fault) {
	if string(frame) == pong { // what comes from everybody who is idle
		return Pong{}, "", nil
	}
	head, err := decode[struct {
		Type string `json:"type"`
		ID   string `json:"id"`
	}](frame)
	if err != nil {
		return nil, "", faultf(CodeNotJSON, "This is not a command: %s. Send one JSON object a line, such as {\"type\":\"post\",\"id\":\"1\",\"room\":%q,\"text\":\"Hello\"}.", describe(err), Lobby)
	}
	if CheckID(head.ID) == nil {
		id = head.ID
	}
	read := commands[head.Type]
	switch {
	case head.Type == "":
		return nil, id, faultf(CodeUnknownType, "This has no \"type\". The README lists those there are, such as %q.", Post{}.commandType())
	case read == nil:
		return nil, id, faultf(CodeUnknownType, "The type %q is not known here. The README lists those there are, such as %q.", cut(head.Type, 40), Post{}.commandType())
	}
	c, fault = read(frame, id)
	return c, id, fault
}

// DecodeEvent reads one JSON object from a server. Unknown fields are ignored.
// An event of a later version that has a place in a room's log is [Newer]; the
// error is [ErrUnknownType] for any other, to be passed over. Any other error
// means that this is no Cyber Chat server.
func DecodeEvent(frame []byte) (Event, error) {
	head, err := decode[struct {
		Type string `json:"type"`
		Room string `json:"room"`
		Seq  int64  `json:"seq"`
	}](frame)
	if err != nil {
		return nil, fmt.Errorf("chat: decode event: %w", err)
	}
	read := events[head.Type]
	switch {
	case read != nil:
		return read(frame)
	case head.Type == "" || head.Room == "" || head.Seq < 1:
		return nil, ErrUnknownType
	}
	n, err := decode[Newer](frame)
	if err != nil {
		return nil, ErrUnknownType
	}
	n.Type = head.Type
	return n, nil
}

// A Log is a piece of a room's log, as JSON a list of events as they travel by
// themselves.
type Log []Durable

// MarshalJSON writes the list.
func (l Log) MarshalJSON() ([]byte, error) {
	dst := []byte{'['}
	for i, e := range l {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendEvent(dst, e)
	}
	return append(dst, ']'), nil
}

// UnmarshalJSON reads it.
func (l *Log) UnmarshalJSON(list []byte) error {
	var frames []json.RawMessage
	if err := json.Unmarshal(list, &frames); err != nil {
		return err
	}
	*l = make(Log, 0, len(frames))
	for _, frame := range frames {
		e, err := DecodeEvent(frame)
		if err != nil {
			return err
		}
		d, ok := e.(Durable)
		if !ok {
			return fmt.Errorf("chat: a %s has no place in a log", e.eventType())
		}
		*l = append(*l, d)
	}
	return nil
}

func decode[T any](frame []byte) (v T, err error) {
	err = json.Unmarshal(frame, &v)
	return v, err
}

// appendJSON appends v without escaping <, > and &: a text of MaxText
// characters stays below MaxFrame, and nothing here is ever put into HTML.
func appendJSON(dst []byte, v any) []byte {
	buf := bytes.NewBuffer(dst)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("chat: encode %T: %v", v, err)) // our own types always encode
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

func badFields(kind string, err error) *Fault {
	return faultf(CodeNotJSON, "This %q cannot be read: %s.", kind, describe(err))
}

// describe says what is wrong with JSON without quoting it.
func describe(err error) string {
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("the JSON ends or breaks at byte %d", syntax.Offset)
	case errors.As(err, &typ) && typ.Field != "":
		return fmt.Sprintf("the field %q has the wrong kind of value", typ.Field)
	}
	return "it is not a JSON object"
}
