package state

import (
	"fmt"
	"testing"

	"cyberchat/app/chat"
)

// saidFrom returns the messages first to last.
func saidFrom(first, last int64) []chat.Message {
	var said []chat.Message
	for seq := first; seq <= last; seq++ {
		said = append(said, chat.Message{Room: chat.Lobby, Seq: seq, ID: fmt.Sprint("i", seq), Author: chat.Person{ID: "b", Name: "Ben"}, Text: fmt.Sprint("text ", seq)})
	}
	return said
}

var recaller = chat.Person{ID: "a", Name: "Ada"}

// recalled is a model that begins with these messages of the lobby.
func recalled(m Model, epoch string, said []chat.Message) Model {
	room := KeptRoom{Status: chat.RoomStatus{Room: chat.FirstRoom(chat.Lobby)}}
	for _, e := range said {
		room.Status.Head = e.Seq
		room.Log = append(room.Log, e)
	}
	return m.Recall(Kept{Epoch: epoch, You: chat.Self{Person: recaller}, Rooms: []KeptRoom{room}})
}

func goingOn(epoch string, after, head int64, recovered bool) chat.Welcome {
	return chat.Welcome{You: chat.Self{Person: recaller}, Epoch: epoch, Build: "b", Rooms: []chat.RoomStatus{{Room: chat.FirstRoom(chat.Lobby), Head: head, After: after, Recovered: recovered}}}
}

func firstHeld(m Model) int64 {
	first, _, _, _ := m.Held()
	return first
}

func seqsOf(m Model) []int64 {
	var all []int64
	for _, r := range m.Rows() {
		if r.Message != nil {
			all = append(all, r.Message.Seq)
		}
	}
	return all
}

func TestRecalledIsThereBeforeTheWelcome(t *testing.T) {
	m := recalled(Model{}, "e", saidFrom(7, 9))
	if got := fmt.Sprint(seqsOf(m)); got != "[7 8 9]" || !m.Recalled() || m.You.Person != recaller || m.Head != 9 || firstHeld(m) != 7 || !m.Earlier() {
		t.Errorf("%s, recalled %v, %+v, head %d, first %d, earlier %v", got, m.Recalled(), m.You, m.Head, firstHeld(m), m.Earlier())
	}
	if m := recalled(Model{}, "e", saidFrom(1, 2)); m.Earlier() {
		t.Error("something is said to be before the first message")
	}
}

func TestWelcomeTellsWhatTheRecalledIsWorth(t *testing.T) {
	for name, c := range map[string]struct {
		welcome chat.Welcome
		next    chat.Message
		want    string
	}{
		"it goes on":        {goingOn("e", 9, 10, true), saidFrom(10, 10)[0], "[7 8 9 10]"},
		"nothing was said":  {goingOn("e", 9, 9, true), saidFrom(9, 9)[0], "[7 8 9]"},
		"too much was said": {goingOn("e", 5000, 5001, false), saidFrom(5001, 5001)[0], "[5001]"},
		"another epoch":     {goingOn("f", 0, 1, false), saidFrom(1, 1)[0], "[1]"},
		"another epoch that calls itself recovered":    {goingOn("f", 9, 10, true), saidFrom(10, 10)[0], "[10]"},
		"behind another message than the last we have": {goingOn("e", 8, 10, true), saidFrom(9, 9)[0], "[9]"},
	} {
		t.Run(name, func(t *testing.T) {
			m := recalled(Model{}, "e", saidFrom(7, 9)).Apply(c.welcome)
			if m.Recalled() {
				t.Error("after the welcome it counts as recalled")
			}
			if got := fmt.Sprint(seqsOf(m.Apply(c.next))); got != c.want {
				t.Errorf("the rows are %s, want %s", got, c.want)
			}
		})
	}
}

// What a line says later is no matter of what was recalled.
func TestTheWelcomeAfterTheFirstResumesAsEver(t *testing.T) {
	m := recalled(Model{}, "e", saidFrom(7, 9)).Apply(goingOn("e", 9, 10, true)).Apply(saidFrom(10, 10)[0])
	m = m.Apply(goingOn("e", 10, 11, true)).Apply(saidFrom(11, 11)[0])
	if got := fmt.Sprint(seqsOf(m)); got != "[7 8 9 10 11]" {
		t.Errorf("the rows are %s", got)
	}
}

func TestWhatCannotBeRecalledIsNot(t *testing.T) {
	gap := append(saidFrom(1, 2), saidFrom(4, 5)...)
	elsewhere := saidFrom(1, 2)
	elsewhere[1].Room = "other"
	for name, said := range map[string][]chat.Message{"nothing": nil, "a hole": gap, "seq 0": saidFrom(0, 3), "another room": elsewhere} {
		if m := recalled(Model{}, "e", said); len(m.Rows()) > 0 || len(m.tail.said) > 0 {
			t.Errorf("%s: %+v", name, m.Rows())
		}
	}
	if m := recalled(Model{}, "", saidFrom(1, 2)); m.Recalled() {
		t.Error("without an epoch")
	}
	m := Model{}.Apply(goingOn("e", 0, 0, false))
	if m = recalled(m, "e", saidFrom(1, 2)); m.Recalled() || len(m.Rows()) > 0 {
		t.Error("after a welcome")
	}
}

// A post that was placed on the earlier visit is not shown twice.
func TestPendingThatWasPlacedGoesWithItsAnswer(t *testing.T) {
	said := saidFrom(7, 9)
	said[2].Author, said[2].ID = recaller, "mine"
	m := posted(recalled(Model{}, "e", said), "mine", "text 9")
	m = m.Apply(goingOn("e", 9, 9, true)).Apply(chat.Ack{ID: "mine", Seq: 9, Duplicate: true})
	if len(m.Pending) > 0 {
		t.Errorf("pending: %+v", m.Pending)
	}
}

func TestLatest(t *testing.T) {
	m := recalled(Model{}, "e", saidFrom(1, 400))
	for _, c := range []struct {
		n, size     int
		first, last int64
	}{{300, 1 << 20, 101, 400}, {1000, 1 << 20, 1, 400}, {10, 8 * 3, 398, 400}} {
		got, _ := m.Latest(c.n, c.size)
		if len(got) == 0 || got[0].Stamped().Seq != c.first || got[len(got)-1].Stamped().Seq != c.last || int64(len(got)) != c.last-c.first+1 {
			t.Errorf("Latest(%d, %d) has %d messages", c.n, c.size, len(got))
		}
	}
	if got, _ := m.Latest(10, 3); len(got) > 0 {
		t.Errorf("of a text that is too long, %d", len(got))
	}
	m = m.Apply(goingOn("e", 400, 402, true))
	if got, _ := m.Latest(10, 1000); len(got) > 0 {
		t.Error("the latest message is not there, and yet there are some")
	}
	if got, _ := m.Apply(saidFrom(401, 401)[0]).Apply(saidFrom(402, 402)[0]).Latest(2, 1000); len(got) != 2 || got[1].Stamped().Seq != 402 {
		t.Errorf("%+v", got)
	}
}
