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
		Resume:     &Resume{Epoch: "e5b0c9", Rooms: map[string]int64{Lobby: 38}},
		Invitation: "c3WqL9nTz5YbR1uKe7XvMg", Device: "Firefox on Linux",
	},
	Post{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Room: Lobby, Text: "Good <b>morning</b> & \"hello\" 👋\nsecond line", Round: 1},
	Rename{ID: "Hn6yP4eS9aWk1oGi3lUv0B", Name: "Ann Lee"},
	History{ID: "p0Kf7rVb2XnQ5sGd9aLc3E", Room: Lobby, Before: 38, Limit: 2},
	Pong{},
	Delete{ID: "aa1", Room: "garden", Message: 9, Reason: "Spam"},
	Create{ID: "aa2", Room: "garden", Title: "The garden", About: "What grows", Access: Public},
	ChangeRoom{ID: "aa3", Room: "garden", Locked: new(true), Slow: new(int64(30_000))},
	ChangeMember{ID: "aa4", Room: "garden", Change: Muted, Person: bob.ID, Until: at.Add(time.Hour), Reason: "Shouting"},
	Report{ID: "aa5", Room: Lobby, Message: 42, Reason: "Spam"},
	Settle{ID: "aa6", Report: 8, Reason: "Deleted it"},
	Mark{ID: "aa7", Room: "garden", Seq: 12},
	Quiet{ID: "aa8", Room: "garden", On: true},
	Hide{ID: "aa9", Person: bob.ID, On: true},
	Profile{ID: "ab1", About: "Here on weekdays"},
	Invite{ID: "ab2", Secret: "c3WqL9nTz5YbR1uKe7XvMg", Room: Place, Role: RoleMember, Uses: 20, For: (7 * 24 * time.Hour).Milliseconds()},
	Revoke{ID: "ab3", Invitation: "iq4m7c"},
	SignOut{ID: "ab4", Device: "s8d2kx"},
	Depart{ID: "ab5", Erase: true},
	Typing{Room: "garden"},
	Away{On: true},
	List{ID: "ab6", What: ListPeople, Room: "garden", Find: "an"},
}

// goldenTime is another form of a command that has a golden frame already.
var goldenTime = History{ID: "Tm4cX8sBz1QdU6wYf2Ne0A", Room: Lobby, At: at.UnixMilli(), Limit: 2}

// goldenOtherCommands are other forms of commands, by the name of their file.
var goldenOtherCommands = map[string]Command{
	"history_at":    goldenTime,
	"create_direct": Create{ID: "ac1", Access: Direct, With: []string{bob.ID}},
	"ban_address":   ChangeMember{ID: "ac2", Room: Place, Change: Banned, Address: "192.0.2.7", Until: Forever},
	"appoint":       ChangeMember{ID: "ac3", Room: Place, Change: Appointed, Person: bob.ID, Role: RoleModerator},
	"invite_device": Invite{ID: "ac4", Secret: "c3WqL9nTz5YbR1uKe7XvMg", Room: Place, Uses: 1, For: DeviceLinkFor.Milliseconds(), Device: true},
}

var goldenEvents = []Event{
	Welcome{
		Text: Greeting, You: annHere, Refused: NameTaken("Bob"), Open: true, Epoch: "e5b0c9", Build: "8d1c0b7e",
		Heartbeat: Heartbeat.Milliseconds(),
		Limits:    WireLimits{Text: MaxText, Name: MaxName, Frame: MaxFrame},
		Rooms: []RoomStatus{
			{
				Room: FirstRoom(Lobby), Head: 41, After: 38, Recovered: true, Reading: Reading{Read: 38, Unread: 2},
				Roll: &Roll{Number: 7, Online: 2, People: []Person{ann, bob}, Away: []string{bob.ID}},
			},
			garden,
		},
		Hidden: []string{"p99d0"},
	},
	You{annHere},
	Entered{garden},
	Marked{Room: "garden", Reading: Reading{Read: 11, Unread: 1, Quiet: true}},
	Hid{Person: bob.ID, On: true},
	Writing{Room: "garden", Crowd: Crowd{Count: 1, People: []Person{bob}}},
	Message{
		Room: Lobby, Seq: 42, ID: "Zq3bV0xw8uJm5cKd2rTf7g", Author: ann,
		Text: "Good <b>morning</b> & \"hello\" 👋\nsecond line", Time: at,
	},
	goldenPresence,
	Page{
		ID: "p0Kf7rVb2XnQ5sGd9aLc3E", Room: Lobby, Earlier: true, Later: true,
		Events: Log{
			Message{Room: Lobby, Seq: 36, ID: "t2Yw6hJk0PzR8mVq4bXs1D", Author: bob, Text: "Is anybody here?", Time: at.Add(-time.Hour)},
			Deleted{Stamp: Stamp{Room: Lobby, Seq: 37, Author: bob, Time: at.Add(-59 * time.Minute)}, Message: 35, Of: bob},
		},
	},
	Ack{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Seq: 42, Duplicate: true},
	Reject{ID: "Zq3bV0xw8uJm5cKd2rTf7g", Fault: *TooFast(250 * time.Millisecond)},
	Ping{Heads: map[string]int64{Lobby: 42}},
	Drain{Within: 1000},
	Closing{Code: CloseGoingAway, Text: "The server is stopping."},
	Deleted{Stamp: stamp("garden", 12), Message: 9, Of: bob, Reason: "Spam"},
	RoomChanged{Stamp: stamp("garden", 1), Created: Public, Title: new("The garden"), About: new("What grows")},
	MemberChanged{Stamp: in(stamp(Place, 7), "garden"), Change: Muted, Person: bob, Until: at.Add(time.Hour), Reason: "Shouting"},
	Reported{Stamp: in(stamp(Place, 8), Lobby), Message: 42, Of: bob, Text: "BUY NOW", Reason: "Spam"},
	Settled{Stamp: stamp(Place, 9), Report: 8},
	Listing{
		ID: "ab6", What: ListPeople, Next: bob.ID,
		People: []Profiled{{Person: ann, About: "Here on weekdays", Since: at, Member: Member{Role: RoleOwner, Here: true}, State: Online}},
	},
}

var goldenPresence = Presence{
	Room: Lobby, Number: 8, After: 42, Time: at, Online: 203,
	Joined:  Crowd{Count: 202, People: []Person{bob}},
	Left:    Crowd{Count: 1, People: []Person{{ID: "p99d0", Name: "Kim"}}},
	Renamed: []Renamed{{ID: ann.ID, From: "Ann", To: "Ann Lee"}},
	Away:    []string{ann.ID},
}

var (
	annHere = Self{Person: ann, About: "Here on weekdays", Member: Member{Role: RoleMember, Here: true}, Known: true}
	garden  = RoomStatus{
		Room:   Room{ID: "garden", Title: "The garden", About: "What grows", Access: Public},
		Member: Member{Role: RoleOwner, Here: true}, Head: 12, After: 12, Reading: Reading{Read: 10, Unread: 2},
	}
)

// goldenOtherEvents are other forms of events, by the name of their file.
var goldenOtherEvents = map[string]Event{
	"room_locked":      RoomChanged{Stamp: stamp("garden", 13), Locked: new(true), Slow: new(int64(30_000))},
	"member_joined":    MemberChanged{Stamp: stamp(Place, 2), Change: Joined, Person: ann, Role: RoleMember, Via: "iq4m7c"},
	"member_banned":    MemberChanged{Stamp: stamp(Place, 10), Change: Banned, Person: bob, Until: Forever},
	"member_appointed": MemberChanged{Stamp: stamp(Place, 3), Change: Appointed, Person: bob, Role: RoleModerator},
	"address_banned":   MemberChanged{Stamp: stamp(Place, 11), Change: Banned, Address: "192.0.2.7", Until: at.Add(24 * time.Hour)},
	"listing_rooms":    Listing{ID: "ab7", What: ListRooms, Rooms: []Room{garden.Room}},
	"listing_devices":  Listing{ID: "ab8", What: ListDevices, Devices: []Device{{ID: "s8d2kx", Name: "Firefox on Linux", Since: at, Seen: at, This: true}}},
	"listing_invitations": Listing{ID: "ab9", What: ListInvitations, Invitations: []Invitation{
		{ID: "iq4m7c", Author: ann, Room: Place, Role: RoleMember, Uses: 20, Expires: at.Add(24 * time.Hour)},
	}},
	"listing_addresses": Listing{ID: "ba1", What: ListAddresses, Addresses: []BannedAddress{{Address: "192.0.2.7", Until: Forever}}},
	"welcome_becomes": Welcome{
		Text: Greeting, You: annHere, Epoch: "e5b0c9", Build: "8d1c0b7e", Heartbeat: Heartbeat.Milliseconds(),
		Limits:  WireLimits{Text: MaxText, Name: MaxName, Frame: MaxFrame},
		Rooms:   []RoomStatus{{Room: FirstRoom(Lobby), Head: 41, After: 41, Reading: Reading{Read: 41}}},
		Becomes: &Becoming{Person: bob, Last: true},
	},
	"entered_direct": Entered{RoomStatus{
		Room: Room{ID: "mf2xk4tnnzuwk3tu", Access: Direct}, Member: Member{Role: RoleMember, Here: true},
		With: []Person{bob}, Active: at, Head: 4, After: 4, Reading: Reading{Read: 2, Unread: 2, Counted: 5},
	}},
	"presence_gone": Presence{Room: Lobby, Number: 9, After: 42, Time: at, Online: 202, Back: []string{ann.ID}, Gone: []string{bob.ID}},
	"message_gone":  Message{Room: Lobby, Seq: 42, ID: "Zq3bV0xw8uJm5cKd2rTf7g", Author: Person{ID: "p7c2e"}, Time: at, Gone: true},
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
	files := maps.Clone(goldenOtherCommands)
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
	files := maps.Clone(goldenOtherEvents)
	for _, e := range goldenEvents {
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

// goldenNews are other events that have a line in plain mode, goldenDirect those
// of a direct conversation.
var (
	goldenNews = []Event{
		Message{Room: "garden", Seq: 14, Author: bob, Text: "Beans!"},
		Message{Room: Lobby, Seq: 43, Author: Person{ID: "p99d0"}, Text: "I was here."},
		Deleted{Stamp: stamp(Lobby, 44), Message: 41, Of: ann},
		RoomChanged{Stamp: stamp("garden", 15), Locked: new(false), Slow: new(int64(0)), Archived: new(true)},
		MemberChanged{Stamp: stamp("garden", 16), Change: Joined, Person: ann, Role: RoleMember},
		MemberChanged{Stamp: stamp("garden", 17), Change: Added, Person: bob, Role: RoleMember},
		goldenMute,
		MemberChanged{Stamp: stamp(Lobby, 45), Change: Muted, Person: bob, Until: Forever},
		MemberChanged{Stamp: stamp("garden", 19), Change: Muted, Person: bob},
		MemberChanged{Stamp: stamp("garden", 20), Change: Removed, Person: bob},
		MemberChanged{Stamp: stamp("garden", 21), Change: Banned, Person: bob, Until: Forever},
		MemberChanged{Stamp: stamp("garden", 22), Change: Banned, Person: bob},
		MemberChanged{Stamp: stamp("garden", 23), Change: Appointed, Person: bob, Role: RoleModerator},
		MemberChanged{Stamp: stamp("garden", 24), Change: Left, Person: ann},
		MemberChanged{Stamp: stamp(Lobby, 46), Change: Left, Person: Person{ID: "p99d0"}, Erased: true},
		Presence{Room: "garden", Joined: Crowd{Count: 1, People: []Person{ann}}},
	}
	goldenMute   = MemberChanged{Stamp: stamp("garden", 18), Change: Muted, Person: bob, Until: at.Add(time.Hour), Reason: "Shouting"}
	goldenDirect = []Event{
		RoomChanged{Stamp: stamp("k3j2h4", 1), Created: Direct},
		MemberChanged{Stamp: stamp("k3j2h4", 2), Change: Added, Person: bob},
		Entered{RoomStatus{Room: Room{ID: "k3j2h4", Access: Direct}}},
		Message{Room: "k3j2h4", Seq: 3, Author: bob, Text: "Between us."},
		Deleted{Stamp: stamp("k3j2h4", 4), Message: 3, Of: ann},
	}
)

// plainLines are what plain mode says of the golden events and of some others.
func plainLines() []byte {
	var lines []string
	say := func(line []byte) {
		if len(line) > 0 {
			lines = append(lines, string(line))
		}
	}
	add := func(e Event) { say(AppendLine(nil, e)) }
	for _, e := range goldenEvents {
		add(e)
	}
	for _, name := range slices.Sorted(maps.Keys(goldenOtherEvents)) {
		add(goldenOtherEvents[name])
	}
	for _, e := range goldenNews {
		add(e)
	}
	direct := Room{ID: "k3j2h4", Access: Direct}
	for _, e := range goldenDirect {
		say(AppendLineIn(nil, direct, e))
	}
	add(Ack{ID: "1", Name: "Ann Lee"})
	add(Presence{Joined: Crowd{Count: 1, People: []Person{ann}}})
	add(Presence{Left: Crowd{Count: 2, People: []Person{ann, bob}}})
	add(Reject{Fault: *NameTaken("Bob")})
	add(Reject{Fault: *faultf(CodeEmpty, "Nothing to say.")})
	lines = append(lines, NothingSaid, WhoLine(0, nil), WhoLine(1, []Person{ann}), WhoLine(3, []Person{ann, bob}))
	lines = append(lines, WelcomeLines(goldenEvents[0].(Welcome))...)
	lines = append(lines, AskInvitation, TokenLine("kT9vX2mQ8sLw4hRz6bNy1A"), CurrentLine(FirstRoom(Lobby)), CurrentLine(garden.Room),
		RoomLine(FirstRoom(Lobby), true, true, 0, nil), RoomLine(garden.Room, true, false, 2, nil), RoomLine(direct, true, false, MaxUnread+1, []Person{bob}),
		RoomLine(Room{ID: "attic", Title: "Attic", Access: Public, Archived: true}, false, false, 0, nil),
		LinkLine(FirstRoom(Place), "c3WqL9nTz5YbR1uKe7XvMg", 20, at), LinkLine(garden.Room, "c3WqL9nTz5YbR1uKe7XvMg", 1, at))
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
	want := []string{"plain.txt"}
	for name := range goldenOtherCommands {
		want = append(want, name+".json")
	}
	for _, c := range goldenCommands {
		want = append(want, c.commandType()+".json")
	}
	for _, e := range goldenEvents {
		want = append(want, e.eventType()+".json")
	}
	for name := range goldenOtherEvents {
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
