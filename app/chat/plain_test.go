package chat

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseLine(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       Command
		code       Code
	}{
		{"message", "Hello, all", Post{Room: "attic", Text: "Hello, all"}, ""},
		{"line break at the end", "Hello\r\n", Post{Room: "attic", Text: "Hello"}, ""},
		{"lines", "a\nb", Post{Room: "attic", Text: "a\nb"}, ""},
		{"JSON is a message", `{"type":"pong"}`, Post{Room: "attic", Text: `{"type":"pong"}`}, ""},
		{"slash inside", "and/or", Post{Room: "attic", Text: "and/or"}, ""},
		{"escape before a slash", "\x1b/quit", Post{Room: "attic", Text: "\ufffd/quit"}, ""},
		{"slash said", "//help", Post{Room: "attic", Text: "/help"}, ""},
		{"slashes said", " ///", Post{Room: "attic", Text: "//"}, ""},
		{"slash before a command", "//name Ann", Post{Room: "attic", Text: "/name Ann"}, ""},
		{"name", "/name Ann Lee", Rename{Name: "Ann Lee"}, ""},
		{"name is folded and trimmed", "  /NAME \t Ann  ", Rename{Name: "Ann"}, ""},
		{"name behind a tab", "/name\tAnn", Rename{Name: "Ann"}, ""},
		{"history", "/history", Past{"attic", PlainHistory}, ""},
		{"more history", "/history  200 ", Past{"attic", MaxPage}, ""},
		{"too much history", "/history 201", nil, CodeBadHistory},
		{"no history", "/history 0", nil, CodeBadHistory},
		{"history in words", "/history all", nil, CodeBadHistory},
		{"who", "/who", Who{"attic"}, ""},
		{"who and more", "/who now", Who{"attic"}, ""},
		{"help", "/help", Help{}, ""},
		{"quit", "/quit", Quit{}, ""},
		{"quit and a line break", "/quit\n", Quit{}, ""},
		{"rooms", "/rooms", Rooms{}, ""},
		{"join", "/join garden", Join{"garden"}, ""},
		{"join as lines name it", "/join  #Garden please", Join{"garden"}, ""},
		{"join nothing", "/join", nil, CodeBadValue},
		{"join a sign", "/join #", nil, CodeBadValue},
		{"leave", "/leave", Leave{"attic"}, ""},
		{"leave another", "/leave #garden", Leave{"garden"}, ""},
		{"message to one", "/msg Ann Good  morning", Msg{"Ann", "Good  morning"}, ""},
		{"message to two words", `/msg "Ann  Lee" say "hi" `, Msg{"Ann Lee", `say "hi"`}, ""},
		{"message to a name with a quotation mark", `/msg "a"b" hi`, Msg{`a"b`, "hi"}, ""},
		{"message without an end of the name", `/msg "Ann Lee`, nil, CodeEmpty},
		{"message to nobody", "/msg", nil, CodeEmpty},
		{"message of nothing", "/msg Ann ", nil, CodeEmpty},
		{"message to what is no name", "/msg a:b hi", nil, CodeBadName},
		{"message of what is none", "/msg Ann \u200b", nil, CodeEmpty},
		{"message that is too long", "/msg Ann " + strings.Repeat("a", MaxText+1), nil, CodeTooLong},
		{"invite to the place", "/invite", Link{Place}, ""},
		{"invite to a room", "/invite #garden", Link{"garden"}, ""},
		{"enter", "/enter c3WqL9nTz5YbR1uKe7XvMg Ann Lee", Enter{"c3WqL9nTz5YbR1uKe7XvMg", "Ann Lee"}, ""},
		{"enter by a link", "/enter http://localhost:3000/#invite=c3WqL9nTz5YbR1uKe7XvMg", Enter{"c3WqL9nTz5YbR1uKe7XvMg", ""}, ""},
		{"enter by nothing", "/enter", nil, CodeBadInvitation},
		{"enter by an empty link", "/enter /#invite= Ann", nil, CodeBadInvitation},
		{"enter by what is none", "/enter Ann", nil, CodeBadInvitation},
		{"enter with a bad name", "/enter c3WqL9nTz5YbR1uKe7XvMg *", nil, CodeBadName},
		{"nothing", "", nil, CodeEmpty},
		{"white space", " \t\r\n", nil, CodeEmpty},
		{"zero width", "\u200b", nil, CodeEmpty},
		{"too long", strings.Repeat("a", MaxText+1), nil, CodeTooLong},
		{"no name", "/name", nil, CodeBadName},
		{"bad name", "/name a:b", nil, CodeBadName},
		{"slash alone", "/", nil, CodeUnknownType},
		{"unknown", "/dance", nil, CodeUnknownType},
		{"unknown and hostile", "/\x1b[2J\u202e" + strings.Repeat("x", 9000), nil, CodeUnknownType},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := ParseLine(c.line, "attic")
			if got != c.want || codeOf(fault) != c.code {
				t.Fatalf("ParseLine(%+q) = %#v, %v; want %#v, %q", c.line, got, fault, c.want, c.code)
			}
			if fault != nil {
				checkFault(t, fault)
			}
		})
	}
}

func TestHelpIsSafe(t *testing.T) {
	for _, line := range HelpLines {
		checkLine(t, line)
		if !strings.HasPrefix(line, "* ") {
			t.Errorf("%q does not look like news", line)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
		f.Add("/name " + s)
		f.Add("/" + s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, fault := ParseLine(s, Lobby)
		if (c == nil) == (fault == nil) {
			t.Fatalf("ParseLine(%+q) = %#v, %v", s, c, fault)
		}
		if fault != nil {
			checkFault(t, fault)
			checkLine(t, string(AppendLine(nil, Reject{Fault: *fault})))
			return
		}
		switch c := c.(type) {
		case Post:
			checkText(t, c.Text)
			line := string(AppendLine(nil, Message{Author: ann, Text: c.Text}))
			checkLine(t, line)
			if !strings.HasPrefix(line, "Ann: ") {
				t.Errorf("the line does not begin with its author: %+q", line)
			}
			if again, fault := ParseLine(c.Text, Lobby); !strings.HasPrefix(c.Text, "/") && (fault != nil || again != Command(c)) {
				t.Errorf("%#v is not the same again: %#v, %v", c, again, fault)
			}
		case Rename:
			checkName(t, c.Name)
			line := string(AppendLine(nil, Message{Author: Person{Name: c.Name}, Text: "a: b"}))
			checkLine(t, line)
			if author, text, _ := strings.Cut(line, ": "); author != c.Name || text != "a: b" {
				t.Errorf("the line does not tell its author: %+q", line)
			}
		}
	})
}

func TestClosedSetOfCommands(t *testing.T) {
	for _, c := range []Command{Quit{}, Who{Lobby}, Help{}, Past{Lobby, PlainHistory}, Rooms{}, Leave{Lobby}, Link{Place}} {
		if got, fault := ParseLine(c.commandType(), Lobby); fault != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("ParseLine(%q) = %#v, %v", c.commandType(), got, fault)
		}
	}
}
