package hub

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// types has a listener in plain mode send a line, and returns what comes.
func types(t *testing.T, l *Listener, line string) []string {
	t.Helper()
	messages(t, l)
	c, fault := chat.ParseLine(line, l.Current())
	if fault != nil {
		t.Fatal(fault)
	}
	l.Do(c)
	lines, _ := messages(t, l)
	return lines
}

// says fails the test unless the lines are those, in any order: what is one's own
// and what a room is told come from different queues.
func says(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("lines\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTerminalGoesFromRoomToRoom(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("member", Plain)
		lines, _ := messages(t, w.l)
		says(t, lines,
			chat.Greeting, "* You are member. Write a line and press Enter; /help lists what else you can do.",
			"* You are in 5 rooms too, with 3 unread; /rooms lists them.", "target: what the target said")
		says(t, types(t, w.l, "/rooms"),
			"* #lobby: you write here.",
			`* #cellar "The cellar", 1 unread: /join cellar to write there.`,
			`* #garden "The garden", 1 unread: /join garden to write there.`,
			`* #quarry "The quarry", locked: /join quarry to write there.`,
			`* #ruin "The ruin", archived: /join ruin to write there.`,
			"* #direct with target, 1 unread: /join "+direct+" to write there.",
			`* #attic "The attic": /join attic to be in it.`)
		maker := w.also("maker", Plain)
		says(t, types(t, w.l, "hello"), "member: hello")
		says(t, types(t, w.l, "/join #attic"), `* You are in #attic "The attic" now.`, `* What you write goes to #attic "The attic".`, `* maker made #attic: it is called "The attic".`, "* maker joined #attic.", "* member joined #attic.")
		says(t, types(t, w.l, "hello up there"), "#attic member: hello up there")
		says(t, types(t, w.l, "/history"), `* maker made #attic: it is called "The attic".`, "* maker joined #attic.", "* member joined #attic.", "#attic member: hello up there")
		says(t, types(t, w.l, "/who"), "* 2 are here: maker and member.")
		said, _ := messages(t, maker)
		for _, line := range []string{"member: hello", "* member joined #attic.", "#attic member: hello up there"} {
			if !slices.Contains(said, line) {
				t.Errorf("the maker does not hear %q", line)
			}
		}
		says(t, types(t, w.l, "/leave"), "* member left #attic.", "* What you write goes to #lobby.")
		says(t, types(t, w.l, "/join attic"), `* You are in #attic "The attic" now.`, `* What you write goes to #attic "The attic".`,
			`* maker made #attic: it is called "The attic".`, "* maker joined #attic.", "* member joined #attic.", "#attic member: hello up there", "* member left #attic.", "* member joined #attic.")
		says(t, types(t, w.l, "/join lobby"), "* What you write goes to #lobby.", "target: what the target said", "member: hello")
		says(t, types(t, w.l, "/leave attic"), "* member left #attic.")
		says(t, types(t, w.l, "/join nowhere"), `! There is no room "nowhere" here, or it is not yours to see. There is always "lobby". (no_room)`)
		says(t, types(t, w.l, "/enter "+secretOf("maker")), "! "+chat.BadInvitation().Text+" (bad_invitation)")
	})
}

// What a terminal shows because it was asked to is read on other devices too.
func TestTerminalHasRead(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("member", Plain)
		page := w.also("member", Typed)
		for _, r := range welcomeOf(t, page).Rooms {
			if r.ID == "cellar" && r.Unread != 1 {
				t.Fatalf("%d are unread", r.Unread)
			}
		}
		if lines := types(t, w.l, "/join cellar"); !slices.Contains(lines, "#cellar target: what the target said") {
			t.Errorf("it shows %q", lines)
		}
		marked := only[chat.Marked](take(t, page))
		if len(marked) != 1 || marked[0].Room != "cellar" || marked[0].Unread != 0 || marked[0].Read != 5 {
			t.Errorf("the page is told %+v", marked)
		}
		guest, err := w.h.Join(Visit{Mode: Plain}, new(recorder)) // of whom nothing is noted
		if err != nil {
			t.Fatal(err)
		}
		says(t, types(t, guest, "/history"), "target: what the target said")
	})
}

// What was meant for a room is not said in another one when its author is out of
// it.
func TestLineForARoomGoesNowhereElse(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("member", Plain)
		types(t, w.l, "/join cellar")
		maker, guest := w.also("maker", Typed), w.also("guest", Plain)
		maker.Do(chat.ChangeMember{ID: "1", Room: "cellar", Change: chat.Removed, Person: idOf("member")})
		lines, _ := messages(t, w.l)
		says(t, lines, "* member was removed from #cellar.")
		messages(t, guest)
		says(t, types(t, w.l, "a secret"), `! There is no room "cellar" here, or it is not yours to see. There is always "lobby". (no_room)`)
		if heard, _ := messages(t, guest); len(heard) > 0 {
			t.Errorf("the lobby hears %q", heard)
		}
	})
}

func TestTerminalTellsOnePersonAlone(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("member", Plain)
		target, guest := w.also("target", Plain), w.also("guest", Plain)
		says(t, types(t, w.l, "/msg Target hello"), "#direct member: hello") // the one there is
		says(t, types(t, w.l, `/msg "other" good morning`), "#direct member: good morning")
		other := w.also("other", Plain)
		says(t, types(t, other, "/msg member morning"), "#direct other: morning")
		for l, want := range map[*Listener]string{target: "#direct member: hello", w.l: "#direct other: morning"} {
			if heard, _ := messages(t, l); !slices.Contains(heard, want) {
				t.Errorf("%s hears %q, not %q", l.person.name, heard, want)
			}
		}
		if heard, _ := messages(t, guest); slices.ContainsFunc(heard, func(s string) bool { return strings.Contains(s, "orning") }) {
			t.Errorf("somebody else hears %q", heard)
		}
		nobody := "! There is nobody like that here. They may have left. (no_person)"
		says(t, types(t, w.l, "/msg nobody hello"), nobody)
		says(t, types(t, w.l, "/msg member hello"), nobody) // oneself
		if rooms, err := w.h.log.Rooms(t.Context(), idOf("other")); err != nil || len(rooms) != 2 {
			t.Errorf("the two talk in %+v, %v", rooms, err)
		}
	})
}

func TestLinkOfATerminalLetsIn(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, false)
		w.come("moderator", Plain)
		_, err := w.h.Join(Visit{Token: secretOf("newcomer")}, new(recorder))
		if r, ok := err.(*Refused); !ok || r.Code != chat.CloseNotInvited {
			t.Fatalf("without an invitation: %v", err)
		}
		for room, says := range map[string]string{"": " in until ", " garden": " in to #garden until "} {
			lines := types(t, w.l, "/invite"+room)
			if len(lines) != 1 || !strings.HasPrefix(lines[0], "* This link lets 10 people"+says) {
				t.Fatalf("the link: %q", lines)
			}
			_, secret, _ := strings.Cut(lines[0], "#invite=")
			l, err := w.h.Join(Visit{Token: secretOf("newcomer to" + room), Hello: chat.Hello{Invitation: secret, Name: "newcomer to" + room}}, new(recorder))
			if err != nil {
				t.Fatal(err)
			}
			welcome := welcomeOf(t, l)
			want, role := chat.Lobby, chat.RoleMember
			if room != "" {
				want, role = "garden", chat.RoleGuest
			}
			if len(welcome.Rooms) != 1 || welcome.Rooms[0].ID != want || welcome.You.Member.Role != role {
				t.Errorf("it leads to %+v, as %+v", welcome.Rooms, welcome.You)
			}
		}
	})
}

// A moderator in a terminal learns of reports, and a line of the audit repeats
// nothing that they read where it happened.
func TestTerminalOfAModerator(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("moderator", Plain)
		messages(t, w.l)
		owner, member := w.also("owner", Typed), w.also("member", Typed)
		member.Do(chat.Report{ID: "1", Room: "garden", Message: w.said["garden"], Reason: "Weeds"})
		settled()
		owner.Do(chat.ChangeMember{ID: "2", Room: "garden", Change: chat.Muted, Person: idOf("target"), Until: chat.Forever})
		settled()
		owner.Do(chat.Settle{ID: "3", Report: w.report})
		lines, _ := messages(t, w.l)
		says(t, lines,
			`* Report 16 by member, on a message of target in #garden, "what the target said", because "Weeds".`,
			"* target was muted in #garden for good.",
			"* Report 11 was settled by owner.")
	})
}

// Several lines that come at once are carried out in their order: who joins a
// room hears what they say there.
func TestLinesAtOnceAreInOrder(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("member", Plain)
		messages(t, w.l)
		for _, line := range []string{"/join attic", "one", "/msg other two", "/leave", "three"} {
			c, fault := chat.ParseLine(line, w.l.Current())
			if fault != nil {
				t.Fatal(fault)
			}
			w.l.Do(c)
		}
		lines, _ := messages(t, w.l)
		for _, want := range []string{"#attic member: one", "#direct member: two", "member: three"} {
			if !slices.Contains(lines, want) {
				t.Errorf("no %q in %q", want, lines)
			}
		}
		if head, err := w.h.log.Head(t.Context(), store.DirectRoom([]string{idOf("member"), idOf("other")})); err != nil || head == 0 {
			t.Errorf("the direct conversation has %d events, %v", head, err)
		}
	})
}
