package chat

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The golden frames are the wire contract: whoever changes one changes what
// every client out there must understand.
var update = flag.Bool("update", false, "write testdata anew from the values in the tests")

var (
	ann = Person{ID: "p1f3a", Name: "Ann"}
	bob = Person{ID: "p7c2e", Name: "Bob"}
	at  = time.Date(2026, 3, 14, 15, 9, 26, 535_000_000, time.UTC)
)

var goldenCommands = []Command{
	Hello{
		Build: "8d1c0b7e", Token: "kT9vX2mQ8sLw4hRz6bNy1A", Name: "Ann",
		Resume: &Resume{Epoch: "e5b0c9", Rooms: map[string]int64{Lobby: 38}},
	},
	Post{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Room: Lobby, Text: "Good <b>morning</b> & \"hello\" 👋\nsecond line", Round: 1},
	Rename{ID: "Hn6yP4eS9aWk1oGi3lUv0B", Name: "Ann Lee"},
	History{ID: "p0Kf7rVb2XnQ5sGd9aLc3E", Room: Lobby, Before: 38, Limit: 2},
	Pong{},
}

// goldenTime is another form of a command that has a golden frame already.
var goldenTime = History{ID: "Tm4cX8sBz1QdU6wYf2Ne0A", Room: Lobby, At: at.UnixMilli(), Limit: 2}

var goldenEvents = []Event{
	Welcome{
		Text: Greeting, You: ann, Refused: NameTaken("Bob"), Epoch: "e5b0c9", Build: "8d1c0b7e",
		Heartbeat: Heartbeat.Milliseconds(),
		Limits:    WireLimits{Text: MaxText, Name: MaxName, Frame: MaxFrame},
		Rooms:     []RoomStatus{{Name: Lobby, Head: 41, After: 38, Recovered: true, Number: 7, Online: 2, People: []Person{ann, bob}}},
	},
	Message{
		Room: Lobby, Seq: 42, ID: "Zq3bV0xw8uJm5cKd2rTf7g", Author: ann,
		Text: "Good <b>morning</b> & \"hello\" 👋\nsecond line", Time: at,
	},
	Presence{
		Room: Lobby, Number: 8, After: 42, Time: at, Online: 203,
		Joined:  Crowd{Count: 202, People: []Person{bob}},
		Left:    Crowd{Count: 1, People: []Person{{ID: "p99d0", Name: "Kim"}}},
		Renamed: []Renamed{{ID: ann.ID, From: "Ann", To: "Ann Lee"}},
	},
	Page{
		ID: "p0Kf7rVb2XnQ5sGd9aLc3E", Room: Lobby, Earlier: true, Later: true,
		Messages: []Message{
			{Room: Lobby, Seq: 36, ID: "t2Yw6hJk0PzR8mVq4bXs1D", Author: bob, Text: "Is anybody here?", Time: at.Add(-time.Hour)},
			{Room: Lobby, Seq: 37, ID: "", Author: Person{ID: "p99d0", Name: "Kim"}, Text: "I am.", Time: at.Add(-59 * time.Minute)},
		},
	},
	Ack{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Seq: 42, Duplicate: true},
	Reject{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Fault: *TooFast(250 * time.Millisecond)},
	Ping{Heads: map[string]int64{Lobby: 42}},
	Drain{Within: 1000},
	Closing{Code: CloseGoingAway, Text: "The server is stopping."},
}

// goldenComing are the events of rooms and people. No server sends them yet, so
// the README does not tell them; with the hub's rooms they join those above.
var goldenComing = []Event{
	Deleted{Stamp: stamp("garden", 12), Message: 9, Of: bob, Reason: "Spam"},
	RoomChanged{Stamp: stamp("garden", 1), Created: Public, Title: new("The garden"), About: new("What grows")},
	MemberChanged{Stamp: in(stamp(Place, 7), "garden"), Change: Muted, Person: bob, Until: at.Add(time.Hour), Reason: "Shouting"},
	Reported{Stamp: in(stamp(Place, 8), Lobby), Message: 42, Of: bob, Text: "BUY NOW", Reason: "Spam"},
	Settled{Stamp: stamp(Place, 9), Report: 8},
}

// goldenOtherComing are other forms of them, by the name of their file.
var goldenOtherComing = map[string]Event{
	"room_locked":      RoomChanged{Stamp: stamp("garden", 13), Locked: new(true), Slow: new(int64(30_000))},
	"member_joined":    MemberChanged{Stamp: stamp(Place, 2), Change: Joined, Person: ann, Role: RoleMember, Via: "iq4m7c"},
	"member_banned":    MemberChanged{Stamp: stamp(Place, 10), Change: Banned, Person: bob, Until: Forever},
	"member_appointed": MemberChanged{Stamp: stamp(Place, 3), Change: Appointed, Person: bob, Role: RoleModerator},
	"address_banned":   MemberChanged{Stamp: stamp(Place, 11), Change: Banned, Address: "192.0.2.7", Until: at.Add(24 * time.Hour)},
	"message_gone":     Message{Room: Lobby, Seq: 42, ID: "Zq3bV0xw8uJm5cKd2rTf7g", Author: Person{ID: "p7c2e"}, Time: at, Gone: true},
}

func stamp(room string, seq int64) Stamp {
	return Stamp{Room: room, Seq: seq, ID: "Xa8nR3wLq5uYb0vKs7eTz2", Author: ann, Time: at}
}

func in(s Stamp, room string) Stamp {
	s.In = room
	return s
}

// golden returns what the file of testdata holds, which is got if the tests
// run with -update.
func golden(t *testing.T, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, append(slices.Clip(got), '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.TrimSuffix(string(want), "\n"))
}

func TestGoldenCommands(t *testing.T) {
	files := map[string]Command{"history_at": goldenTime}
	for _, c := range goldenCommands {
		files[c.commandType()] = c
	}
	for name, c := range files {
		t.Run(name, func(t *testing.T) {
			got := AppendCommand(nil, c)
			want := golden(t, name+".json", got)
			if string(got) != string(want) {
				t.Errorf("encoded\n%s\nwant\n%s", got, want)
			}
			back, _, fault := DecodeCommand(want)
			if fault != nil || !reflect.DeepEqual(back, c) {
				t.Errorf("decoded %#v, %v; want %#v", back, fault, c)
			}
		})
	}
}

func TestGoldenEvents(t *testing.T) {
	files := maps.Clone(goldenOtherComing)
	for _, e := range slices.Concat(goldenEvents, goldenComing) {
		files[e.eventType()] = e
	}
	for name, e := range files {
		t.Run(name, func(t *testing.T) {
			got := AppendEvent(nil, e)
			want := golden(t, name+".json", got)
			if string(got) != string(want) {
				t.Errorf("encoded\n%s\nwant\n%s", got, want)
			}
			back, err := DecodeEvent(want)
			if err != nil || !reflect.DeepEqual(back, e) {
				t.Errorf("decoded %#v, %v; want %#v", back, err, e)
			}
		})
	}
}

// plainLines are what plain mode says of the golden events and of some others.
func plainLines() []byte {
	var lines []string
	add := func(e Event) {
		if line := string(AppendLine(nil, e)); line != "" {
			lines = append(lines, line)
		}
	}
	for _, e := range goldenEvents {
		add(e)
	}
	add(Ack{ID: "1", Name: "Ann Lee"})
	add(Presence{Joined: Crowd{Count: 1, People: []Person{ann}}})
	add(Presence{Left: Crowd{Count: 2, People: []Person{ann, bob}}})
	add(Reject{Fault: *NameTaken("Bob")})
	add(Reject{Fault: *faultf(CodeEmpty, "Nothing to say.")})
	lines = append(lines, NothingSaid, WhoLine(1, []Person{ann}), WhoLine(3, []Person{ann, bob}))
	lines = append(lines, HelpLines...)
	return []byte(strings.Join(lines, "\n"))
}

func TestGoldenLines(t *testing.T) {
	got := plainLines()
	if want := golden(t, "plain.txt", got); string(got) != string(want) {
		t.Errorf("plain mode says\n%s\nwant\n%s", got, want)
	}
}

func TestEveryGoldenFileIsUsed(t *testing.T) {
	want := []string{"plain.txt", "history_at.json"}
	for _, c := range goldenCommands {
		want = append(want, c.commandType()+".json")
	}
	for _, e := range slices.Concat(goldenEvents, goldenComing) {
		want = append(want, e.eventType()+".json")
	}
	for name := range goldenOtherComing {
		want = append(want, name+".json")
	}
	slices.Sort(want)
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if e.Name() != "fuzz" { // where go test keeps what its fuzzing found
			got = append(got, e.Name())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("testdata holds %v, want %v", got, want)
	}
}
