package chat

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestDecodeCommandFaults(t *testing.T) {
	post := func(id, text string) string {
		return string(AppendCommand(nil, Post{ID: id, Room: Lobby, Text: text}))
	}
	for _, c := range []struct {
		name, frame string
		code        Code
		id          string // that the answer carries
	}{
		{"nothing", ``, CodeNotJSON, ""},
		{"a word", `hello`, CodeNotJSON, ""},
		{"a string", `"hello"`, CodeNotJSON, ""},
		{"a list", `[{"type":"pong"}]`, CodeNotJSON, ""},
		{"cut off", `{"type":"post","id":"1"`, CodeNotJSON, ""},
		{"two objects", `{"type":"pong"}{"type":"pong"}`, CodeNotJSON, ""},
		{"nested without end", strings.Repeat("[", MaxFrame), CodeNotJSON, ""},
		{"type is a number", `{"type":1,"id":"1"}`, CodeNotJSON, ""},
		{"text is a number", `{"type":"post","id":"1","room":"lobby","text":7}`, CodeNotJSON, "1"},
		{"name is a list", `{"type":"name","id":"1","name":[]}`, CodeNotJSON, "1"},
		{"token is an object", `{"type":"hello","token":{}}`, CodeNotJSON, ""},
		{"null", `null`, CodeUnknownType, ""},
		{"no type", `{"id":"1"}`, CodeUnknownType, "1"},
		{"type of later", `{"type":"react","id":"1"}`, CodeUnknownType, "1"},
		{"type is not folded", `{"type":"POST","id":"1"}`, CodeUnknownType, "1"},
		{"request of plain mode", `{"type":"/quit","id":"1"}`, CodeUnknownType, "1"},
		{"endless type", `{"type":"` + strings.Repeat("é", 9000) + `"}`, CodeUnknownType, ""},
		{"no id", post("", "a"), CodeBadID, ""},
		{"longest id", post(strings.Repeat("i", MaxID), "a"), "", strings.Repeat("i", MaxID)},
		{"id too long", post(strings.Repeat("i", MaxID+1), "a"), CodeBadID, ""},
		{"id with a space", post("a b", "a"), CodeBadID, ""},
		{"id not ASCII", post("é", "a"), CodeBadID, ""},
		{"name without id", `{"type":"name","name":"Ann"}`, CodeBadID, ""},
		{"empty text", post("1", " \n"), CodeEmpty, "1"},
		{"no text", `{"type":"post","id":"1"}`, CodeEmpty, "1"},
		{"text too long", post("1", strings.Repeat("a", MaxText+1)), CodeTooLong, "1"},
		{"bad name", `{"type":"name","id":"1","name":"a:b"}`, CodeBadName, "1"},
		{"no name", `{"type":"name","id":"1"}`, CodeBadName, "1"},
		{"short token", `{"type":"hello","token":"abc"}`, CodeBadToken, ""},
		{"history", `{"type":"history","id":"1","room":"lobby","before":5,"limit":200}`, "", "1"},
		{"history without id", `{"type":"history","room":"lobby","before":5}`, CodeBadID, ""},
		{"history of nowhere", `{"type":"history","id":"1","room":"lobby"}`, CodeBadHistory, "1"},
		{"history of two places", `{"type":"history","id":"1","before":5,"after":5}`, CodeBadHistory, "1"},
		{"history before the beginning", `{"type":"history","id":"1","around":-1}`, CodeBadHistory, "1"},
		{"history of a place and a time", `{"type":"history","id":"1","around":5,"at":5}`, CodeBadHistory, "1"},
		{"history before all times", `{"type":"history","id":"1","at":-5}`, CodeBadHistory, "1"},
		{"history of too much", `{"type":"history","id":"1","after":5,"limit":201}`, CodeBadHistory, "1"},
		{"history of less than nothing", `{"type":"history","id":"1","after":5,"limit":-1}`, CodeBadHistory, "1"},
		{"history by a word", `{"type":"history","id":"1","after":"5"}`, CodeNotJSON, "1"},
		{"resume is a list", `{"type":"hello","resume":[]}`, CodeNotJSON, ""},
		{"bare hello", `{"type":"hello"}`, "", ""},
		{"unknown fields", `{"type":"post","id":"1","room":"lobby","text":"a","colour":[1,{"x":null}]}`, "", "1"},
		{"no secret", `{"type":"invite","id":"1","room":"place","uses":1,"for":1}`, CodeBadValue, "1"},
		{"a secret that is short", `{"type":"invite","id":"1","secret":"abc","room":"place","uses":1,"for":1}`, CodeBadToken, "1"},
		{"an invitation for nobody", `{"type":"invite","id":"1","secret":"c3WqL9nTz5YbR1uKe7XvMg","room":"place","for":1}`, CodeBadValue, "1"},
		{"an invitation for ever", `{"type":"invite","id":"1","secret":"c3WqL9nTz5YbR1uKe7XvMg","room":"place","uses":1,"for":9999999999999}`, CodeBadValue, "1"},
		{"a room with a blank", `{"type":"create","id":"1","access":"public","room":"a b","title":"A"}`, CodeBadValue, "1"},
		{"a room without a title", `{"type":"create","id":"1","access":"public","room":"a"}`, CodeBadValue, "1"},
		{"a room of no kind", `{"type":"create","id":"1","room":"a","title":"A"}`, CodeBadValue, "1"},
		{"a conversation with nobody", `{"type":"create","id":"1","access":"direct"}`, CodeBadValue, "1"},
		{"nothing to change", `{"type":"change_room","id":"1","room":"a"}`, CodeBadValue, "1"},
		{"a title of nothing", `{"type":"change_room","id":"1","room":"a","title":" \u001b "}`, CodeBadValue, "1"},
		{"slower than slow", `{"type":"change_room","id":"1","room":"a","slow":99999999999}`, CodeBadValue, "1"},
		{"no such change", `{"type":"change_member","id":"1","room":"a","change":"praised","person":"p"}`, CodeNotAllowed, "1"},
		{"no address", `{"type":"change_member","id":"1","room":"place","change":"banned","address":"nowhere"}`, CodeBadValue, "1"},
		{"an address banned from a room", `{"type":"change_member","id":"1","room":"a","change":"banned","address":"192.0.2.7"}`, CodeBadValue, "1"},
		{"no message", `{"type":"delete","id":"1","room":"a"}`, CodeBadValue, "1"},
		{"no id", `{"type":"delete","room":"a","message":1}`, CodeBadID, ""},
		{"a list of nothing", `{"type":"list","id":"1"}`, CodeBadValue, "1"},
		{"typing needs no id", `{"type":"typing","room":"a"}`, "", ""},
		{"a reason without end", `{"type":"report","id":"1","room":"a","message":1,"reason":"` + strings.Repeat("x", 201) + `"}`, CodeTooLong, "1"},
		{"pong with more", `{"type":"pong","id":"7"}`, "", "7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, id, fault := DecodeCommand([]byte(c.frame))
			if codeOf(fault) != c.code || id != c.id {
				t.Fatalf("got %v, id %q, %v; want id %q and code %q", got, id, fault, c.id, c.code)
			}
			if fault == nil && got == nil {
				t.Fatal("neither a command nor a fault")
			}
			if fault != nil {
				checkFault(t, fault)
			}
		})
	}
}

// checkFault fails the test unless a person can read the fault and a terminal
// can show it.
func checkFault(t *testing.T, f *Fault) {
	t.Helper()
	if f.Code == "" || !strings.HasSuffix(f.Text, ".") || utf8.RuneCountInString(f.Text) > 300 || OneLine(f.Text) != f.Text {
		t.Errorf("nobody can read this fault: %+q", f)
	}
}

func TestFaultsOfTheServer(t *testing.T) {
	for _, f := range []*Fault{TooFast(0), NameTaken("Ann"), NoRoom("\x1b[2J" + strings.Repeat("x", 9000)), Unexpected(Hello{})} {
		checkFault(t, f)
		if want := string(f.Code) + ": " + f.Text; f.Error() != want {
			t.Errorf("Error() = %q, want %q", f.Error(), want)
		}
	}
	if f := TooFast(0); !f.Retry || f.RetryAfter < 1 {
		t.Errorf("too fast without a time to wait: %+v", f)
	}
}

func TestDecodeCommandCleans(t *testing.T) {
	c, _, fault := DecodeCommand([]byte(`{"type":"post","id":"1","room":"lobby","text":" a\r\nb\u001b \ud800"}`))
	if want := (Post{ID: "1", Room: Lobby, Text: "a\nb\ufffd \ufffd"}); fault != nil || c != want {
		t.Errorf("got %#v, %v; want %#v", c, fault, want)
	}
	c, _, fault = DecodeCommand([]byte(`{"type":"name","id":"1","name":"  Ann  Lee "}`))
	if want := (Rename{ID: "1", Name: "Ann Lee"}); fault != nil || c != want {
		t.Errorf("got %#v, %v; want %#v", c, fault, want)
	}
}

func TestDecodeEvent(t *testing.T) {
	e, err := DecodeEvent([]byte(`{"type":"reacted","room":"garden","seq":7,"emoji":"👍"}`))
	if want := (Newer{Stamp{Room: "garden", Seq: 7}, "reacted"}); err != nil || e != want {
		t.Errorf("an event of a later version is %#v, %v; want %#v", e, err, want)
	}
	for _, frame := range []string{`{"type":"reacted"}`, `{}`, `{"type":""}`} {
		if e, err := DecodeEvent([]byte(frame)); !errors.Is(err, ErrUnknownType) || e != nil {
			t.Errorf("DecodeEvent(%s) = %v, %v; want ErrUnknownType", frame, e, err)
		}
	}
	for _, frame := range []string{``, `<html>`, `7`, `{"type":"message","seq":"one"}`, `{"type":"message","time":"noon"}`} {
		if e, err := DecodeEvent([]byte(frame)); err == nil || errors.Is(err, ErrUnknownType) || e != nil {
			t.Errorf("DecodeEvent(%s) = %v, %v; want an error of its own", frame, e, err)
		}
	}
	e, err = DecodeEvent([]byte(`{"type":"ack","id":"1","seq":3,"reactions":{"👍":2}}`))
	if want := (Ack{ID: "1", Seq: 3}); err != nil || e != want {
		t.Errorf("with an unknown field: %#v, %v; want %#v", e, err, want)
	}
}

func TestFrames(t *testing.T) {
	for _, c := range []struct {
		message string
		want    []string
	}{
		{"", nil},
		{"\n \r\n", nil},
		{"a", []string{"a"}},
		{"a\nb\n", []string{"a", "b"}},
		{"\n a \r\n\n\tb", []string{"a", "b"}},
	} {
		var got []string
		for frame := range Frames([]byte(c.message)) {
			got = append(got, string(frame))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("Frames(%q) gives %q, want %q", c.message, got, c.want)
		}
	}
	for range Frames([]byte("a\nb")) {
		break // must not call yield again
	}
}

func TestNoFrameHoldsALineFeed(t *testing.T) {
	for _, c := range goldenCommands {
		if frame := AppendCommand([]byte("before "), c); bytes.ContainsAny(frame, "\r\n") || !bytes.HasPrefix(frame, []byte("before {")) {
			t.Errorf("%s", frame)
		}
	}
	for _, e := range goldenEvents {
		if frame := AppendEvent([]byte("before "), e); bytes.ContainsAny(frame, "\r\n") || !bytes.HasPrefix(frame, []byte("before {")) {
			t.Errorf("%s", frame)
		}
	}
}

// The longest text fits, whatever it is made of, once it has been cleaned.
func TestLongestTextFits(t *testing.T) {
	for _, char := range []string{"😀", "\U0002a6d6", "\ufffd", "é", `"`, `\`, "<", "a"} {
		text, fault := CleanText(strings.Repeat(char, MaxText))
		if fault != nil {
			t.Fatal(fault)
		}
		checkFits(t, char, text)
	}
	for _, char := range []string{"\n", "\t", "\x00", "\u2028", "\x7f", "\u202e"} {
		text, fault := CleanText("a" + strings.Repeat(char, MaxText-2) + "a")
		if fault != nil {
			t.Fatal(fault)
		}
		checkFits(t, char, text)
	}
}

func checkFits(t *testing.T, char, text string) {
	t.Helper()
	post := AppendCommand(nil, Post{ID: strings.Repeat(`"`, MaxID), Room: Lobby, Text: text})
	if len(post) > MaxFrame {
		t.Errorf("a post of %+q has %d bytes, more than %d", char, len(post), MaxFrame)
	}
	author := Person{ID: strings.Repeat("p", MaxID), Name: strings.Repeat("😀", MaxName)}
	message := AppendEvent(nil, Message{Room: Lobby, Seq: 1 << 62, ID: strings.Repeat(`"`, MaxID), Author: author, Text: text, Time: at})
	if len(message) > MaxOutbound {
		t.Errorf("a message of %+q has %d bytes, more than %d", char, len(message), MaxOutbound)
	}
}

// crowd returns n people with the longest names.
func crowd(n int) Crowd {
	people := make([]Person, min(n, MaxListed))
	for i := range people {
		people[i] = Person{ID: fmt.Sprintf("p%021d", i), Name: strings.Repeat("😀", MaxName-4) + fmt.Sprintf("%04d", i)}
	}
	return Crowd{Count: n, People: people}
}

// A client sets its read limit by what the largest event can be.
func TestLargestEvents(t *testing.T) {
	all := crowd(MaxConnections)
	p := Presence{Room: Lobby, Number: 1, Time: at, Online: all.Count, Joined: all, Left: all}
	for _, who := range all.People {
		p.Renamed = append(p.Renamed, Renamed{ID: who.ID, From: who.Name, To: who.Name})
	}
	w := Welcome{Text: Greeting, Rooms: []RoomStatus{{Room: FirstRoom(Lobby), Roll: &Roll{Online: all.Count, People: all.People}}}}
	for _, e := range []Event{p, w} {
		if size := len(AppendEvent(nil, e)); size > 256<<10 {
			t.Errorf("a %s can have %d bytes, more than 256 KiB", e.eventType(), size)
		}
	}
}

func TestComeBack(t *testing.T) {
	for code, want := range map[CloseCode]bool{
		CloseNormal: false, CloseGoingAway: true, CloseUnsupported: false, CloseNotUTF8: false, CloseTooBig: false,
		CloseSlow: true, CloseNoPong: true, CloseFlood: true, CloseNoHello: true, 4499: true,
		CloseBadHello: false, 4999: false,
		0: true, -1: true, 1005: true, 1006: true, 1011: true, 1012: true, 1013: true,
	} {
		if got := code.ComeBack(); got != want {
			t.Errorf("%d: come back %v, want %v", code, got, want)
		}
	}
}

func FuzzDecodeCommand(f *testing.F) {
	for _, c := range goldenCommands {
		f.Add(AppendCommand(nil, c))
	}
	for _, s := range []string{``, `null`, `[]`, `{"type":"post","id":"1","text":"\u001b[2J\u202e\r\n\u2028"}`, `{"TYPE":"name","ID":"1","NAME":"a"}`,
		`{"type":"hello","token":"abc"}`, `{"type":"post","type":"name","id":"1","id":"","name":"b"}`, "{\"type\":\"\x1b\"}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		c, id, fault := DecodeCommand(frame)
		if id != "" && CheckID(id) != nil {
			t.Errorf("the id to answer with is not one: %q", id)
		}
		if fault != nil {
			checkFault(t, fault)
			return
		}
		switch c := c.(type) {
		case Post:
			checkText(t, c.Text)
		case Rename:
			checkName(t, c.Name)
		case Hello:
			if CheckToken(c.Token) != nil {
				t.Errorf("token %q", c.Token)
			}
		case Pong, Typing, Away:
			return // an id, which they do not need, is not kept
		}
		back, backID, fault := DecodeCommand(AppendCommand(nil, c))
		if _, hello := c.(Hello); hello {
			id = "" // the same
		}
		if fault != nil || !reflect.DeepEqual(back, c) || backID != id {
			t.Errorf("%#v comes back as %#v, id %q, %v", c, back, backID, fault)
		}
	})
}

func FuzzDecodeEvent(f *testing.F) {
	for _, e := range goldenEvents {
		f.Add(AppendEvent(nil, e))
	}
	f.Add([]byte(`{"type":"message","time":"0000-01-01T00:00:00+23:59"}`))
	f.Add([]byte(`{"type":"presence","joined":{"count":-1,"people":null}}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		e, err := DecodeEvent(frame)
		if err != nil {
			if e != nil {
				t.Errorf("both an event and an error: %#v, %v", e, err)
			}
			return
		}
		again := AppendEvent(nil, e)
		back, err := DecodeEvent(again)
		if err != nil {
			t.Fatalf("%s: %v", again, err)
		}
		if third := AppendEvent(nil, back); !bytes.Equal(again, third) {
			t.Errorf("%#v\nis first\n%s\nthen\n%s", e, again, third)
		}
		if line := string(AppendLine(nil, e)); line != "" {
			checkLine(t, line)
		}
	})
}

func TestAppendPanicsOnForeignCommand(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a request of plain mode was put on the wire")
		}
	}()
	AppendCommand(nil, Quit{})
}

var (
	longPost    = Post{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Room: Lobby, Text: strings.Repeat("😀", MaxText)}
	benchPost   = Post{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Room: Lobby, Text: "Shall we meet at the station at five? I bring the tickets."}
	longMessage = Message{Room: Lobby, Seq: 1234567, ID: longPost.ID, Author: ann, Text: longPost.Text, Time: at}
	message     = Message{Room: Lobby, Seq: 1234567, ID: benchPost.ID, Author: ann, Text: benchPost.Text, Time: at}
	benchEvents = []struct {
		name  string
		event Event
	}{
		{"message", message},
		{"longest message", longMessage},
		{"presence of a crowd", Presence{Room: Lobby, Number: 1, Time: at.Add(time.Second), Online: 500, Joined: crowd(500)}},
	}
)

func BenchmarkDecodeCommand(b *testing.B) {
	for _, c := range []struct {
		name string
		post Post
	}{{"post", benchPost}, {"longest post", longPost}} {
		frame := AppendCommand(nil, c.post)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			for b.Loop() {
				if _, _, fault := DecodeCommand(frame); fault != nil {
					b.Fatal(fault)
				}
			}
		})
	}
}

func BenchmarkAppendEvent(b *testing.B) {
	for _, c := range benchEvents {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = AppendEvent(buf[:0], c.event)
			}
			b.SetBytes(int64(len(buf)))
		})
	}
}

func BenchmarkDecodeEvent(b *testing.B) {
	for _, c := range benchEvents {
		frame := AppendEvent(nil, c.event)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			for b.Loop() {
				if e, err := DecodeEvent(frame); err != nil || reflect.TypeOf(e) != reflect.TypeOf(c.event) {
					b.Fatal(e, err)
				}
			}
		})
	}
}
