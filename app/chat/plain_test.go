package chat

import (
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
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

// checkLine fails the test unless s is one line that a terminal only shows.
func checkLine(t *testing.T, s string) {
	t.Helper()
	if s == "" || !utf8.ValidString(s) {
		t.Errorf("not a line: %+q", s)
	}
	for _, r := range s {
		if unicode.IsControl(r) || drivesTerminal(r) {
			t.Errorf("line has %U: %+q", r, s)
		}
	}
}

// What a hostile client would like to put into somebody's terminal.
var hostile = []string{
	"two\nlines", "two\r\nlines", "over\rwritten", "a\u2028b", "a\u2029b", "a\u0085b", "a\vb\fc",
	"\x1b[2J\x1b[H", "\x1b]0;title\x07", "\x1b]8;;http://example.com\x1b\\link", "\x1bc", "\u009b31m", "\u0090q\u009c",
	"\x00\x08\x08\x08\x7f", "\u202egnp.exe", "\u2066a\u2069", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
	"not \xff UTF-8 \xc3", "Ann: I quit\nBob: me too", "* Ann left.\n! You are banned", "tab\there",
}

// Events are told safely even if nobody has cleaned what is in them.
func TestNoEventForgesALine(t *testing.T) {
	for _, s := range hostile {
		who := []Person{{ID: s, Name: s}}
		events := []Event{
			Message{Author: ann, Text: s},
			Message{Author: who[0], Text: "hello"},
			Presence{Joined: Crowd{Count: 1, People: who}},
			Presence{Left: Crowd{Count: 1, People: who}},
			Presence{Renamed: []Renamed{{From: s, To: s}}},
			Reject{Fault: Fault{Code: CodeEmpty, Text: s}},
			Ack{Name: s},
			Closing{Text: s},
		}
		for _, e := range events {
			checkLine(t, string(AppendLine(nil, e)))
		}
		checkLine(t, WhoLine(1, who))
		checkLine(t, WhoLine(2, who))

		if c, fault := ParseLine(s, Lobby); fault == nil {
			line := string(AppendLine([]byte("before\n"), Message{Author: ann, Text: c.(Post).Text}))
			if rest, ok := strings.CutPrefix(line, "before\nAnn: "); !ok {
				t.Errorf("the line does not begin with its author: %+q", line)
			} else {
				checkLine(t, rest)
			}
		}
		if name, fault := CleanName(s); fault == nil {
			checkLine(t, name)
		}
	}
}

func TestEventsWithoutALine(t *testing.T) {
	for _, e := range []Event{Welcome{Text: Greeting}, Ping{}, Ack{ID: "1", Seq: 3}, Presence{Online: 3}} {
		if line := AppendLine(nil, e); len(line) > 0 {
			t.Errorf("%s says %q", e.eventType(), line)
		}
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

// people returns some people by their names.
func people(names ...string) []Person {
	var who []Person
	for _, n := range names {
		who = append(who, Person{ID: n, Name: n})
	}
	return who
}

func TestPresenceLine(t *testing.T) {
	many := people("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	var renamed []Renamed
	for _, p := range many {
		renamed = append(renamed, Renamed{From: p.Name, To: strings.ToUpper(p.Name)})
	}
	for _, c := range []struct {
		name string
		in   Presence
		want string
	}{
		{"one", Presence{Joined: Crowd{1, people("Ann")}}, "* Ann joined."},
		{"two", Presence{Joined: Crowd{2, people("Ann", "Bob")}}, "* Ann and Bob joined."},
		{"three", Presence{Left: Crowd{3, people("Ann", "Bob", "Kim")}}, "* Ann, Bob and Kim left."},
		{"as many as are named", Presence{Joined: Crowd{MaxNamed, many[:MaxNamed]}}, "* a, b, c, d, e, f, g and h joined."},
		{"more than are named", Presence{Joined: Crowd{10, many}}, "* a, b, c, d, e, f, g, h and 2 more joined."},
		{"more than are listed", Presence{Joined: Crowd{20_000, many}}, "* a, b, c, d, e, f, g, h and 19992 more joined."},
		{"counted only", Presence{Left: Crowd{Count: 5}}, "* 5 more left."},
		{"all at once", Presence{Joined: Crowd{1, people("Ann")}, Left: Crowd{1, people("Bob")}, Renamed: renamed[:2]},
			"* Ann joined; Bob left; a is now A; b is now B."},
		{"more than one word", Presence{Joined: Crowd{2, people("Ann Lee", "山田.tarō_1-🦊")}}, `* "Ann Lee" and 山田.tarō_1-🦊 joined.`},
		{"would like to be news", Presence{Joined: Crowd{2, people("eve left; bob", "a, b and c")}}, `* "eve left; bob" and "a, b and c" joined.`},
		{"would like to end the quotation", Presence{Renamed: []Renamed{{From: `a" left; "b`, To: "5 more"}}}, `* "a' left; 'b" is now "5 more".`},
		{"many renamed", Presence{Renamed: renamed},
			"* a is now A; b is now B; c is now C; d is now D; e is now E; f is now F; g is now G; h is now H; 2 more changed their names."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(AppendLine(nil, c.in)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	if line := AppendLine(nil, Presence{Joined: crowd(MaxConnections), Left: crowd(MaxConnections)}); len(line) > 4<<10 {
		t.Errorf("a crowd costs a line of %d bytes", len(line))
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

func BenchmarkAppendLine(b *testing.B) {
	for _, c := range benchEvents {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf = AppendLine(buf[:0], c.event)
			}
		})
	}
}

func TestClosedSetOfCommands(t *testing.T) {
	for _, c := range []Command{Quit{}, Who{}, Help{}} {
		if got, fault := ParseLine(c.commandType(), Lobby); fault != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("ParseLine(%q) = %#v, %v", c.commandType(), got, fault)
		}
	}
}
