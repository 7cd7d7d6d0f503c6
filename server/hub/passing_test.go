package hub

import (
	"slices"
	"testing"
	"testing/synctest"

	"cyberchat/app/chat"
)

// TestGuestWithoutATokenGoesIntoPublicRooms, is heard there, leaves nothing behind
// but what they said, and has no direct conversations.
func TestGuestWithoutATokenGoesIntoPublicRooms(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		guest := w.also("visitor", Plain)
		maker := w.also("maker", Plain)
		w.come("moderator", Typed)
		types(t, guest, "/name Vera")
		says(t, types(t, guest, "/join attic"), `* You are in #attic "The attic" now.`, `* What you write goes to #attic "The attic".`,
			`* maker made #attic: it is called "The attic".`, "* maker joined #attic.")
		messages(t, maker)
		says(t, types(t, guest, "hello up there"), "#attic Vera: hello up there")
		if said, _ := messages(t, maker); !slices.Contains(said, "#attic Vera: hello up there") {
			t.Errorf("the maker hears %q", said)
		}
		says(t, types(t, maker, "/join attic")[:1], `* What you write goes to #attic "The attic".`)
		says(t, types(t, guest, "/who"), "* 2 are here: maker and Vera.")
		if lines := types(t, guest, "/rooms"); !slices.Contains(lines, `* #attic "The attic": you write here.`) {
			t.Errorf("the rooms are %q", lines)
		}
		types(t, maker, "hello Vera")
		if heard, _ := messages(t, guest); !slices.Contains(heard, "#attic maker: hello Vera") {
			t.Errorf("the guest hears %q", heard)
		}
		says(t, types(t, guest, "/msg maker psst"), "! Guests cannot do this. In the page, choose a name first; in a terminal, come with a token, so that the place knows you again. (not_allowed)")
		says(t, types(t, maker, "/msg Vera psst"), "! "+chat.NoDirect().Text+" (no_person)")
		for line, want := range map[string]string{"/join cellar": "no_room", "/join nowhere": "no_room", "/join place": "not_allowed", "/leave quarry": "not_in"} {
			if lines := types(t, guest, line); len(lines) != 1 || lines[0][0] != '!' || !slices.ContainsFunc(lines, func(s string) bool { return s[len(s)-len(want)-1:] == want+")" }) {
				t.Errorf("%s is answered with %q", line, lines)
			}
		}
		// Who keeps order there can have them quiet, and out.
		id := guest.person.id
		w.l.Do(chat.ChangeMember{ID: "mute", Room: "attic", Change: chat.Muted, Person: id, Until: chat.Forever})
		take(t, w.l)
		messages(t, guest)
		says(t, types(t, guest, "hello?"), "! "+chat.MutedUntil(chat.Forever).Text+" (muted)")
		w.l.Do(chat.ChangeMember{ID: "ban", Room: "attic", Change: chat.Banned, Person: id, Until: chat.Forever})
		take(t, w.l)
		messages(t, guest)
		types(t, maker, "is Vera gone?")
		if heard, _ := messages(t, guest); len(heard) > 0 {
			t.Errorf("who is banned from the room hears %q", heard)
		}
		says(t, types(t, guest, "/join attic"), "! "+chat.BannedUntil(chat.Forever).Text+" (banned)")
		says(t, types(t, guest, "let me in"), "! "+chat.BannedUntil(chat.Forever).Text+" (banned)")
		// And they go out as they came.
		types(t, guest, "/join garden")
		says(t, types(t, guest, "/leave"), "* What you write goes to #lobby.")
		says(t, types(t, guest, "/join garden")[:1], `* You are in #garden "The garden" now.`)
		guest.Leave()
		for _, room := range []string{"garden", "attic"} {
			events, err := w.h.log.Before(t.Context(), room, 1000, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				if m, ok := e.(chat.MemberChanged); ok && m.Person.ID == id && m.Change != chat.Muted && m.Change != chat.Banned {
					t.Errorf("in the log of %s is %+v", room, m)
				}
			}
		}
	})
}

// TestGuestWithoutATokenInTypedMode does the same with commands.
func TestGuestWithoutATokenInTypedMode(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		w.come("visitor", Typed)
		take(t, w.l)
		w.l.Do(chat.ChangeMember{ID: "1", Room: "attic", Change: chat.Joined})
		w.l.Do(chat.Post{ID: "2", Room: "attic", Text: "hello"})
		events := take(t, w.l)
		w.l.Do(chat.ChangeMember{ID: "3", Room: "attic", Change: chat.Left})
		w.l.Do(chat.Post{ID: "4", Room: "attic", Text: "hello?"})
		events = append(events, take(t, w.l)...)
		entered, said, acks, no := only[chat.Entered](events), only[chat.Message](events), only[chat.Ack](events), only[chat.Reject](events)
		if len(entered) != 1 || entered[0].ID != "attic" || entered[0].Head != 2 || entered[0].Unread != 0 || !entered[0].Member.Here {
			t.Errorf("it is told %+v", entered)
		}
		if len(said) != 1 || said[0].Seq != 3 || len(acks) != 3 {
			t.Errorf("it hears %+v, %+v", said, acks)
		}
		if len(no) != 1 || no[0].ID != "4" || no[0].Code != chat.CodeNotIn {
			t.Errorf("it may not %+v", no)
		}
	})
}

// TestTerminalThatIsInUsesAnInvitation to a private room.
func TestTerminalThatIsInUsesAnInvitation(t *testing.T) {
	first := firstPlace(t)
	synctest.Test(t, func(t *testing.T) {
		w := first.open(t, true)
		maker := w.also("maker", Typed)
		maker.Do(chat.Invite{ID: "1", Secret: secretOf("cellar"), Room: "cellar", Uses: 1, For: 60_000})
		maker.Do(chat.Invite{ID: "2", Secret: secretOf("device"), Device: true, Room: chat.Place, Uses: 1, For: chat.DeviceLinkFor.Milliseconds()})
		take(t, maker)
		w.come("other", Plain)
		lines := types(t, w.l, "/enter "+secretOf("cellar"))
		if !slices.Contains(lines, `* You are in #cellar "The cellar" now.`) || w.l.Current() != "cellar" {
			t.Errorf("it is told %q, and writes in %s", lines, w.l.Current())
		}
		says(t, types(t, w.l, "/enter "+secretOf("cellar")), "! "+chat.BadInvitation().Text+" (bad_invitation)")
		says(t, types(t, w.l, "/enter "+secretOf("device")), "! "+chat.OthersDevice(chat.Person{Name: "maker"}).Text+" (bad_invitation)")
	})
}
