package chat

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

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

// told are the events that have a line, with a text or a name in every place
// where there is one.
func told(who Person, s string) []Event {
	until := time.Time{}
	if len(s)%2 == 1 {
		until = Forever
	}
	at := Stamp{Room: "garden", Seq: 7, Author: who, ID: s}
	events := []Event{
		Presence{Joined: Crowd{Count: 1, People: []Person{who}}},
		Presence{Left: Crowd{Count: 1, People: []Person{who}}},
		Presence{Renamed: []Renamed{{From: who.Name, To: who.Name}}},
		Presence{Room: "garden", Joined: Crowd{Count: 2, People: []Person{who, who}}},
		Deleted{Stamp: at, Message: 3, Of: who, Reason: s},
		RoomChanged{Stamp: at, Created: Public, Title: &s, About: &s},
		Reported{Stamp: at, Message: 3, Of: who, Text: s, Reason: s},
		Settled{Stamp: at, Report: 3, Reason: s},
		Entered{RoomStatus{Room: Room{ID: "garden", Title: s, About: s}}},
		MemberChanged{Stamp: at, Change: Banned, Address: "192.0.2.7", Until: until, Reason: s},
	}
	for _, c := range []Change{Joined, Added, Left, Removed, Muted, Banned, Appointed} {
		events = append(events, MemberChanged{Stamp: at, Change: c, Person: who, Role: RoleMember, Until: until, Reason: s})
	}
	return append(events, MemberChanged{Stamp: at, Change: Left, Erased: true})
}

// linesOf are the other lines that tell of somebody and something.
func linesOf(who Person, s string) []string {
	r := Room{ID: "garden", Title: s, About: s, Access: Public}
	return []string{
		WhoLine(1, []Person{who}), WhoLine(2, []Person{who}), RoomLine(r, true, true, 1, []Person{who}), RoomLine(r, false, false, 0, nil), CurrentLine(r),
		WelcomeLines(Welcome{Text: Greeting, You: Self{Person: who}, Rooms: []RoomStatus{{Room: r}}})[1],
	}
}

// Events are told safely even if nobody has cleaned what is in them.
func TestNoEventForgesALine(t *testing.T) {
	for _, s := range hostile {
		who := Person{ID: s, Name: s}
		for _, e := range told(who, s) {
			line := string(AppendLine(nil, e))
			if c, ok := e.(MemberChanged); ok && c.Change == Appointed {
				continue // by themselves
			}
			checkLine(t, line)
			if !strings.HasPrefix(line, "* ") {
				t.Errorf("%s does not look like news: %+q", e.eventType(), line)
			}
		}
		for _, line := range linesOf(who, s) {
			checkLine(t, line)
		}
		for _, e := range []Event{Message{Author: ann, Text: s}, Message{Author: who, Text: "hello"}, Reject{Fault: Fault{Code: CodeEmpty, Text: s}}, Ack{Name: s}, Closing{Text: s}} {
			checkLine(t, string(AppendLine(nil, e)))
		}
		checkLine(t, string(AppendLine(nil, Message{Room: s, Author: ann, Text: "hello"})))

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

// readLine takes a line of a message apart, as a program would that reads them:
// where it was said, by whom, and what. Another line is none.
func readLine(line string) (room, name, text string, ok bool) {
	if strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "! ") {
		return "", "", "", false
	}
	room = Lobby
	if rest, in := strings.CutPrefix(line, "#"); in {
		room, line, _ = strings.Cut(rest, " ")
	}
	name, text, ok = strings.Cut(line, ": ")
	return room, name, text, ok
}

// FuzzAppendLine holds that no line passes for another, whatever people are
// called and say: a message can be taken apart again, and nothing else reads
// like one.
func FuzzAppendLine(f *testing.F) {
	for _, s := range hostile {
		f.Add("Ann", s, s)
		f.Add(s, "garden", "hello")
	}
	f.Add("#garden Ann", "garden", "* Ann left.")
	f.Add("Ann", "direct", "#garden Bob: hi")
	f.Add("", Lobby, `" was banned. "`)
	f.Add(`Ann" left. "`, "garden", `12" of rain`)
	f.Fuzz(func(t *testing.T, name, id, s string) {
		name, fault := CleanName(name)
		if fault != nil {
			name = ""
		}
		who := Person{ID: "p1", Name: name}
		if text, fault := CleanText(s); fault == nil {
			for _, r := range []Room{FirstRoom(Lobby), {ID: id, Access: Public}, {ID: id, Access: Direct}} {
				if CheckRoomID(r.ID) != nil || r.ID == Lobby && r.Title == "" {
					continue
				}
				line := string(AppendLineIn(nil, r, Message{Room: r.ID, Author: who, Text: text}))
				checkLine(t, line)
				want := r.ID
				if r.Access == Direct {
					want = string(Direct)
				}
				room, author, said, ok := readLine(line)
				if !ok || room != want || author != name && (name != "" || author != gone) || said != OneLine(text) {
					t.Errorf("%+q reads as %q of %q in %q", line, said, author, room)
				}
			}
		}
		if cleanLine(&s, MaxReason, "reason") != nil {
			return
		}
		for _, e := range told(who, s) {
			line := string(AppendLine(nil, e))
			if line == "" {
				continue
			}
			checkLine(t, line)
			if _, _, _, ok := readLine(line); ok {
				t.Errorf("%s reads like a message: %+q", e.eventType(), line)
			}
			if strings.Count(line, `"`)%2 != 0 {
				t.Errorf("the quotation marks do not pair: %+q", line)
			}
		}
		for _, line := range linesOf(who, s) {
			checkLine(t, line)
			if _, _, _, ok := readLine(line); ok {
				t.Errorf("it reads like a message: %+q", line)
			}
		}
	})
}

func TestEventsWithoutALine(t *testing.T) {
	for _, e := range []Event{Welcome{Text: Greeting}, Ping{}, Ack{ID: "1", Seq: 3}, Presence{Online: 3},
		Presence{Room: "garden", Online: 3}, You{annHere}, Marked{Room: "garden"}, Hid{Person: bob.ID}, Writing{Room: Lobby, Crowd: Crowd{Count: 1, People: []Person{bob}}},
		Message{Room: Lobby, Author: bob, Gone: true}, Newer{Stamp: stamp("garden", 9), Type: "moved"},
		MemberChanged{Stamp: in(stamp(Place, 9), "garden"), Change: Muted, Person: bob, Until: Forever}, // who is there reads it there
		Deleted{Stamp: in(stamp(Place, 9), "garden"), Message: 2, Of: bob},
		RoomChanged{Stamp: in(stamp(Place, 9), "garden"), Locked: new(true)},
		MemberChanged{Stamp: stamp(Place, 2), Change: Joined, Person: ann, Role: RoleGuest},
		MemberChanged{Stamp: stamp(Place, 2), Change: Left, Person: ann},
		MemberChanged{Stamp: stamp(Place, 2), Change: Appointed, Person: ann, Role: RoleMember},
	} {
		if line := AppendLine(nil, e); len(line) > 0 {
			t.Errorf("%s says %q", e.eventType(), line)
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
