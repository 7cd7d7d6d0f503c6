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

// AppendCommand appends c to dst as one JSON object without a line feed.
func AppendCommand(dst []byte, c Command) []byte {
	switch c := c.(type) {
	case Hello:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Hello
		}{c.commandType(), c})
	case Post:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Post
		}{c.commandType(), c})
	case Rename:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Rename
		}{c.commandType(), c})
	case History:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			History
		}{c.commandType(), c})
	case Pong:
		return append(dst, pong...)
	}
	panic(fmt.Sprintf("chat: no such command: %T", c))
}

// AppendEvent appends e to dst as one JSON object without a line feed.
func AppendEvent(dst []byte, e Event) []byte {
	switch e := e.(type) {
	case Welcome:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Welcome
		}{e.eventType(), e})
	case Message:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Message
		}{e.eventType(), e})
	case Deleted:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Deleted
		}{e.eventType(), e})
	case RoomChanged:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			RoomChanged
		}{e.eventType(), e})
	case MemberChanged:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			MemberChanged
		}{e.eventType(), e})
	case Reported:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Reported
		}{e.eventType(), e})
	case Settled:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Settled
		}{e.eventType(), e})
	case Presence:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Presence
		}{e.eventType(), e})
	case Page:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Page
		}{e.eventType(), e})
	case Drain:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Drain
		}{e.eventType(), e})
	case Ack:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Ack
		}{e.eventType(), e})
	case Reject:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Reject
		}{e.eventType(), e})
	case Ping:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Ping
		}{e.eventType(), e})
	case Closing:
		return appendJSON(dst, struct {
			Type string `json:"type"`
			Closing
		}{e.eventType(), e})
	}
	panic(fmt.Sprintf("chat: no such event: %T", e))
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

// DecodeCommand reads one JSON object from a client and checks the form of
// what it says: that it is known, has an id where it needs one, and a text or
// name that can be cleaned (the command returned has it cleaned). Unknown
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
	switch head.Type {
	case "hello":
		h, err := decode[Hello](frame)
		if err != nil {
			return nil, id, badFields(head.Type, err)
		}
		return h, id, CheckToken(h.Token)
	case "post":
		p, err := decode[Post](frame)
		if err != nil {
			return nil, id, badFields(head.Type, err)
		}
		if fault = CheckID(p.ID); fault == nil {
			p.Text, fault = CleanText(p.Text)
		}
		return p, id, fault
	case "name":
		n, err := decode[Rename](frame)
		if err != nil {
			return nil, id, badFields(head.Type, err)
		}
		if fault = CheckID(n.ID); fault == nil {
			n.Name, fault = CleanName(n.Name)
		}
		return n, id, fault
	case "history":
		h, err := decode[History](frame)
		if err != nil {
			return nil, id, badFields(head.Type, err)
		}
		if fault = CheckID(h.ID); fault == nil {
			fault = checkHistory(h)
		}
		return h, id, fault
	case "pong":
		return Pong{}, id, nil
	case "":
		return nil, id, faultf(CodeUnknownType, "This has no \"type\". Known types are hello, post, name, history and pong.")
	}
	return nil, id, faultf(CodeUnknownType, "The type %q is not known here. Known types are hello, post, name, history and pong.", cut(head.Type, 40))
}

// DecodeEvent reads one JSON object from a server. Unknown fields are ignored.
// The error is [ErrUnknownType] for an event of a later version, to be passed
// over; any other error means that this is no Cyber Chat server.
func DecodeEvent(frame []byte) (Event, error) {
	head, err := decode[struct {
		Type string `json:"type"`
	}](frame)
	if err != nil {
		return nil, fmt.Errorf("chat: decode event: %w", err)
	}
	var e Event
	switch head.Type {
	case "welcome":
		e, err = decode[Welcome](frame)
	case "message":
		e, err = decode[Message](frame)
	case "deleted":
		e, err = decode[Deleted](frame)
	case "room":
		e, err = decode[RoomChanged](frame)
	case "member":
		e, err = decode[MemberChanged](frame)
	case "reported":
		e, err = decode[Reported](frame)
	case "settled":
		e, err = decode[Settled](frame)
	case "presence":
		e, err = decode[Presence](frame)
	case "page":
		e, err = decode[Page](frame)
	case "drain":
		e, err = decode[Drain](frame)
	case "ack":
		e, err = decode[Ack](frame)
	case "reject":
		e, err = decode[Reject](frame)
	case "ping":
		e, err = decode[Ping](frame)
	case "closing":
		e, err = decode[Closing](frame)
	default:
		return nil, ErrUnknownType
	}
	if err != nil {
		return nil, fmt.Errorf("chat: decode %s: %w", head.Type, err)
	}
	return e, nil
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
