package hub

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// The people of the matrix, a column each. The owner and the moderator are those
// of the place. They, the member and the guest, who has not chosen a name yet,
// are in the garden; the member is in the cellar, and in a direct conversation
// with the target. The visitor has no session, the outsider was let in to the
// shed only, and the barred is a member of the place who is banned from the
// garden. Whoever is banned from the place does not get in at all.
var columns = []string{"owner", "moderator", "member", "guest", "visitor", "outsider", "barred"}

// What is in the matrix: ok, or the code of the refusal.
var codes = map[string]chat.Code{
	"ok": "", "no": chat.CodeNotAllowed, "none": chat.CodeNoRoom, "out": chat.CodeNotIn, "ban": chat.CodeBanned,
	"lock": chat.CodeLocked, "arch": chat.CodeArchived, "taken": chat.CodeRoomTaken,
}

// A row is something that each of the people tries, in a place as it was at
// first.
type row struct {
	name  string
	typed func(w *world, who string) chat.Command
	want  string // a word for each of the columns
	// In plain mode they write a line in a room, and wantPlain is for it where that
	// is not the same. Some things cannot be written.
	room, line, wantPlain string
	speaks                bool // they say something first
}

func where(room string, c func(w *world, who string, room string) chat.Command) func(*world, string) chat.Command {
	return func(w *world, who string) chat.Command { return c(w, who, room) }
}

func saying(_ *world, _, room string) chat.Command {
	return chat.Post{ID: "new", Room: room, Text: "hello"}
}

func reading(_ *world, _, room string) chat.Command {
	return chat.History{ID: "new", Room: room, Before: 100}
}

func listing(what chat.What) func(*world, string, string) chat.Command {
	return func(_ *world, _, room string) chat.Command { return chat.List{ID: "new", What: what, Room: room} }
}

func reporting(w *world, _, room string) chat.Command {
	return chat.Report{ID: "new", Room: room, Message: w.said[room]}
}

func marking(_ *world, _, room string) chat.Command {
	return chat.Mark{ID: "new", Room: room, Seq: 1}
}

func inviting(role chat.Role) func(*world, string, string) chat.Command {
	return func(_ *world, _, room string) chat.Command {
		return chat.Invite{ID: "new", Secret: secretOf("new"), Room: room, Role: role, Uses: 1, For: time.Hour.Milliseconds()}
	}
}

func changing(change func(*chat.ChangeRoom)) func(*world, string, string) chat.Command {
	return func(_ *world, _, room string) chat.Command {
		c := chat.ChangeRoom{ID: "new", Room: room}
		change(&c)
		return c
	}
}

func doing(change chat.Change, to string) func(*world, string, string) chat.Command {
	return func(_ *world, who, room string) chat.Command {
		c := chat.ChangeMember{ID: "new", Room: room, Change: change}
		if to != "" {
			c.Person = idOf(to)
		}
		switch change {
		case chat.Muted, chat.Banned:
			c.Until = chat.Forever
		case chat.Appointed:
			c.Role = chat.RoleModerator
		}
		return c
	}
}

func deleting(w *world, _, room string) chat.Command {
	return chat.Delete{ID: "new", Room: room, Message: w.said[room]}
}

// deletingOwn has somebody say something and take it back. Who cannot say
// anything tries it with what the target said.
func deletingOwn(w *world, who, room string) chat.Command {
	seq := w.said[room]
	w.l.Do(chat.Post{ID: "own", Room: room, Text: "own"})
	if acks := only[chat.Ack](take(w.t, w.l)); len(acks) > 0 {
		seq = acks[0].Seq
	}
	return chat.Delete{ID: "new", Room: room, Message: seq}
}

func title(c *chat.ChangeRoom)   { c.Title = new("Another title") }
func lock(c *chat.ChangeRoom)    { c.Locked = new(true) }
func slow(c *chat.ChangeRoom)    { c.Slow = new(int64(1000)) }
func archive(c *chat.ChangeRoom) { c.Archived = new(true) }

func as(c chat.Command) func(*world, string) chat.Command {
	return func(*world, string) chat.Command { return c }
}

// matrix says who may do what. It is written from what the place is for, and not
// from chat.May: whoever changes a line here changes what people may do.
//
//	owner moderator member guest visitor outsider barred
var matrix = []row{
	{name: "say something in the lobby", typed: where(chat.Lobby, saying), room: chat.Lobby, line: "hello", want: "ok ok ok ok ok none ok"},
	{name: "in a public room", typed: where("garden", saying), room: "garden", line: "hello", want: "ok ok ok ok out none ban"},
	{name: "in one they are not in", typed: where("attic", saying), room: "attic", line: "hello", want: "out out out out out none out"},
	{name: "in a locked one", typed: where("quarry", saying), room: "quarry", line: "hello", want: "ok ok lock lock out none out"},
	{name: "in an archived one", typed: where("ruin", saying), room: "ruin", line: "hello", want: "arch arch arch arch out none out"},
	{name: "in a private one", typed: where("cellar", saying), room: "cellar", line: "hello", want: "none none ok none none none none"},
	{name: "in a direct conversation", typed: where(direct, saying), room: direct, line: "hello", want: "none none ok none none none none"},
	{name: "in the one they were let in to", typed: where("shed", saying), room: "shed", line: "hello", want: "none none none none none ok none"},
	{name: "in the place", typed: where(chat.Place, saying), room: chat.Place, line: "hello", want: "no no no no no none no"},
	{name: "nowhere", typed: where("nowhere", saying), room: "nowhere", line: "hello", want: "none none none none none none none"},

	{name: "read the lobby", typed: where(chat.Lobby, reading), room: chat.Lobby, line: "/history", want: "ok ok ok ok ok none ok"},
	{name: "read a public room", typed: where("garden", reading), room: "garden", line: "/history", want: "ok ok ok ok ok none ban"},
	{name: "read one they are not in", typed: where("attic", reading), room: "attic", line: "/history", want: "ok ok ok ok ok none ok"},
	{name: "read a private one", typed: where("cellar", reading), room: "cellar", line: "/history", want: "none none ok none none none none"},
	{name: "read a direct conversation", typed: where(direct, reading), room: direct, line: "/history", want: "none none ok none none none none"},
	{name: "read the one they were let in to", typed: where("shed", reading), room: "shed", line: "/history", want: "none none none none none ok none"},
	{name: "read the audit", typed: where(chat.Place, reading), room: chat.Place, line: "/history", want: "ok ok no no no none no"},
	{name: "read nowhere", typed: where("nowhere", reading), room: "nowhere", line: "/history", want: "none none none none none none none"},

	{name: "list the people of the place", typed: where(chat.Place, listing(chat.ListPeople)), room: chat.Lobby, line: "/who", want: "ok ok ok ok ok none ok"},
	{name: "the people of a public room", typed: where("garden", listing(chat.ListPeople)), room: "garden", line: "/who", want: "ok ok ok ok ok none ban"},
	{name: "the people of a private one", typed: where("cellar", listing(chat.ListPeople)), room: "cellar", line: "/who", want: "none none ok none none none none"},
	{name: "the people of a direct conversation", typed: where(direct, listing(chat.ListPeople)), room: direct, line: "/who", want: "none none ok none none none none"},
	{name: "the people of no room", typed: where("nowhere", listing(chat.ListPeople)), room: "nowhere", line: "/who", want: "none none none none none none none"},
	{name: "the rooms", typed: where("", listing(chat.ListRooms)), line: "/rooms", want: "ok ok ok ok ok none ok", wantPlain: "ok ok ok ok ok ok ok"},
	{name: "their devices", typed: where("", listing(chat.ListDevices)), want: "ok ok ok ok ok ok ok"},
	{name: "invitations", typed: where("", listing(chat.ListInvitations)), want: "ok ok ok ok ok ok ok"},
	{name: "addresses that are banned", typed: where("", listing(chat.ListAddresses)), want: "ok ok no no no none no"},
	{name: "reports", typed: where("", listing(chat.ListReports)), want: "ok ok no no no none no"},

	{name: "take another name", typed: as(chat.Rename{ID: "new", Name: "Another name"}), line: "/name Another name", want: "ok ok ok ok ok ok ok"},
	{name: "change the line about them", typed: as(chat.Profile{ID: "new", About: "Hello"}), want: "ok ok ok ok no ok ok"},

	{name: "take back what they said", typed: where(chat.Lobby, deletingOwn), speaks: true, want: "ok ok ok ok ok none ok"},
	{name: "take back what they said in a room", typed: where("garden", deletingOwn), speaks: true, want: "ok ok ok ok no none ban"},
	{name: "delete what somebody said", typed: where(chat.Lobby, deleting), want: "ok ok no no no none no"},
	{name: "delete it in a public room", typed: where("garden", deleting), want: "ok ok no no no none ban"},
	{name: "delete it in a private one", typed: where("cellar", deleting), want: "ok ok no none none none none"},
	{name: "delete it in a direct conversation", typed: where(direct, deleting), want: "ok ok no none none none none"},
	{name: "delete from the audit", typed: as(chat.Delete{ID: "new", Room: chat.Place, Message: 1}), want: "no no no no no none no"},

	{name: "make a public room", typed: as(chat.Create{ID: "new", Room: "new", Title: "New", Access: chat.Public}), want: "ok ok ok no no none ok"},
	{name: "make one that there is", typed: as(chat.Create{ID: "new", Room: "garden", Title: "New", Access: chat.Public}), want: "taken taken taken no no none taken"},
	{name: "make a private one", typed: as(chat.Create{ID: "new", Title: "New", Access: chat.Private}), want: "ok ok ok no no none ok"},
	{name: "begin a direct conversation", typed: as(chat.Create{ID: "new", Access: chat.Direct, With: []string{idOf("other")}}), line: "/msg other hello", want: "ok ok ok no no none ok"},
	{name: "call a room something else", typed: where("garden", changing(title)), want: "ok ok no no no none ban"},
	{name: "call the lobby something else", typed: where(chat.Lobby, changing(title)), want: "ok ok no no no none no"},
	{name: "call a private room something else", typed: where("cellar", changing(title)), want: "none none no none none none none"},
	{name: "call a direct conversation something", typed: where(direct, changing(title)), want: "none none no none none none none"},
	{name: "call the place something else", typed: where(chat.Place, changing(title)), want: "no no no no no none no"},
	{name: "call what they were let in to something else", typed: where("shed", changing(title)), want: "none none none none none no none"},
	{name: "lock a room", typed: where("garden", changing(lock)), want: "ok ok no no no none ban"},
	{name: "slow it down", typed: where("garden", changing(slow)), want: "ok ok no no no none ban"},
	{name: "archive it", typed: where("garden", changing(archive)), want: "ok ok no no no none ban"},
	{name: "lock the lobby", typed: where(chat.Lobby, changing(lock)), want: "ok ok no no no none no"},
	{name: "archive the lobby", typed: where(chat.Lobby, changing(archive)), want: "no no no no no none no"},
	{name: "archive a private room", typed: where("cellar", changing(archive)), want: "none none no none none none none"},

	{name: "join a public room", typed: where("attic", doing(chat.Joined, "")), line: "/join attic", want: "ok ok ok no ok none ok"},
	{name: "join one they are in", typed: where("garden", doing(chat.Joined, "")), line: "/join #garden", want: "ok ok ok no ok none ban", wantPlain: "ok ok ok ok ok none ban"},
	{name: "join a private one", typed: where("cellar", doing(chat.Joined, "")), line: "/join cellar", want: "none none no none none none none", wantPlain: "none none ok none none none none"},
	{name: "join a direct conversation", typed: where(direct, doing(chat.Joined, "")), line: "/join " + direct, want: "none none no none none none none", wantPlain: "none none ok none none none none"},
	{name: "join the lobby", typed: where(chat.Lobby, doing(chat.Joined, "")), line: "/join lobby", want: "no no no no no none no", wantPlain: "ok ok ok ok ok none ok"},
	{name: "join the place", typed: where(chat.Place, doing(chat.Joined, "")), line: "/join place", want: "no no no no no none no"},
	{name: "join nowhere", typed: where("nowhere", doing(chat.Joined, "")), line: "/join nowhere", want: "none none none none none none none"},
	{name: "leave a room", typed: where("garden", doing(chat.Left, "")), line: "/leave garden", want: "ok ok ok ok out none ban"},
	{name: "leave one they are not in", typed: where("attic", doing(chat.Left, "")), line: "/leave attic", want: "out out out out out none out"},
	{name: "leave a private one", typed: where("cellar", doing(chat.Left, "")), line: "/leave cellar", want: "none none ok none none none none"},
	{name: "leave a direct conversation", typed: where(direct, doing(chat.Left, "")), line: "/leave " + direct, want: "none none no none none none none"},
	{name: "leave what they were let in to", typed: where("shed", doing(chat.Left, "")), line: "/leave shed", want: "none none none none none ok none"},
	{name: "leave the lobby", typed: where(chat.Lobby, doing(chat.Left, "")), line: "/leave", room: chat.Lobby, want: "no no no no no none no"},
	{name: "bring somebody in", typed: where("garden", doing(chat.Added, "other")), want: "ok ok ok no no none ban"},
	{name: "bring them where they are not", typed: where("attic", doing(chat.Added, "other")), want: "out out out no no none out"},
	{name: "bring them into a private room", typed: where("cellar", doing(chat.Added, "other")), want: "none none ok none none none none"},
	{name: "bring them into a direct conversation", typed: where(direct, doing(chat.Added, "other")), want: "none none no none none none none"},

	{name: "remove somebody from a room", typed: where("garden", doing(chat.Removed, "target")), want: "ok ok no no no none ban"},
	{name: "remove them from a private one", typed: where("cellar", doing(chat.Removed, "target")), want: "none none no none none none none"},
	{name: "remove them from the place", typed: where(chat.Place, doing(chat.Removed, "target")), want: "ok ok no no no none no"},
	{name: "mute somebody in the lobby", typed: where(chat.Lobby, doing(chat.Muted, "target")), want: "ok ok no no no none no"},
	{name: "mute them in a room", typed: where("garden", doing(chat.Muted, "target")), want: "ok ok no no no none ban"},
	{name: "mute them in a private one", typed: where("cellar", doing(chat.Muted, "target")), want: "none none no none none none none"},
	{name: "mute them in the place", typed: where(chat.Place, doing(chat.Muted, "target")), want: "ok ok no no no none no"},
	{name: "mute the owner", typed: where(chat.Place, doing(chat.Muted, "owner")), want: "ok no no no no none no"},
	{name: "ban somebody from a room", typed: where("garden", doing(chat.Banned, "target")), want: "ok ok no no no none ban"},
	{name: "ban them from the lobby", typed: where(chat.Lobby, doing(chat.Banned, "target")), want: "no no no no no none no"},
	{name: "ban them from the place", typed: where(chat.Place, doing(chat.Banned, "target")), want: "ok ok no no no none no"},
	{name: "ban the owner", typed: where(chat.Place, doing(chat.Banned, "owner")), want: "no no no no no none no"}, // not even themselves: the place needs one
	{name: "ban an address", typed: as(chat.ChangeMember{ID: "new", Room: chat.Place, Change: chat.Banned, Address: "192.0.2.7", Until: chat.Forever}), want: "ok ok no no no none no"},
	{name: "appoint somebody in the place", typed: where(chat.Place, doing(chat.Appointed, "target")), want: "ok no no no no none no"},
	{name: "appoint somebody in a room", typed: where("garden", doing(chat.Appointed, "target")), want: "ok no no no no none ban"},
	{name: "appoint somebody in a private one", typed: where("cellar", doing(chat.Appointed, "target")), want: "none none no none none none none"},

	{name: "report a message", typed: where(chat.Lobby, reporting), want: "ok ok ok ok ok none ok"},
	{name: "report one of a room", typed: where("garden", reporting), want: "ok ok ok ok ok none ban"},
	{name: "report one of a private room", typed: where("cellar", reporting), want: "none none ok none none none none"},
	{name: "settle a report", typed: func(w *world, _ string) chat.Command { return chat.Settle{ID: "new", Report: w.report} }, want: "ok ok no no no none no"},

	{name: "mark what they have read", typed: where(chat.Lobby, marking), want: "ok ok ok ok no none ok"},
	{name: "mark it in a room", typed: where("garden", marking), want: "ok ok ok ok no none ban"},
	{name: "mark it in a private room", typed: where("cellar", marking), want: "none none ok none none none none"},
	{name: "mark it in the audit", typed: where(chat.Place, marking), want: "ok ok no no no none no"},
	{name: "have a room quiet", typed: as(chat.Quiet{ID: "new", Room: "garden", On: true}), want: "ok ok ok ok no none ban"},
	{name: "have a private one quiet", typed: as(chat.Quiet{ID: "new", Room: "cellar", On: true}), want: "none none ok none none none none"},
	{name: "hide somebody", typed: as(chat.Hide{ID: "new", Person: idOf("target"), On: true}), want: "ok ok ok ok no ok ok"},

	{name: "invite to the place", typed: where(chat.Place, inviting(chat.RoleMember)), line: "/invite", want: "ok ok no no no none no"},
	{name: "invite a moderator", typed: where(chat.Place, inviting(chat.RoleModerator)), want: "ok no no no no none no"},
	{name: "invite to a room", typed: where("garden", inviting(chat.RoleGuest)), line: "/invite garden", want: "ok ok ok no no none ban"},
	{name: "invite to a private one", typed: where("cellar", inviting(chat.RoleGuest)), line: "/invite cellar", want: "none none ok none none none none"},
	{name: "invite to a direct conversation", typed: where(direct, inviting(chat.RoleGuest)), line: "/invite " + direct, want: "none none no none none none none"},
	{name: "invite to where they were let in", typed: where("shed", inviting(chat.RoleGuest)), line: "/invite shed", want: "none none none none none no none"},
	{name: "link another device", typed: as(chat.Invite{ID: "new", Secret: secretOf("new"), Room: chat.Place, Uses: 1, For: chat.DeviceLinkFor.Milliseconds(), Device: true}), want: "ok ok ok ok no ok ok"},
	{name: "take back somebody's invitation", typed: as(chat.Revoke{ID: "new", Invitation: "of-maker"}), want: "ok ok no no no none no"},
	{name: "take back their own", typed: func(_ *world, who string) chat.Command { return chat.Revoke{ID: "new", Invitation: "of-" + who} }, want: "ok ok ok ok ok ok ok"},
	{name: "end their session", typed: func(_ *world, who string) chat.Command { return chat.SignOut{ID: "new", Device: "session-" + who} }, want: "ok ok ok ok ok ok ok"},
	{name: "leave for good", typed: as(chat.Depart{ID: "new"}), want: "no ok ok ok no ok ok"},
}

// TestMatrix has the rows follow each other in one place, for as long as nothing
// was changed in it: then they go on in one as it was at first.
func TestMatrix(t *testing.T) {
	first := firstPlace(t)
	for _, mode := range []Mode{Typed, Plain} {
		t.Run([]string{"typed", "plain"}[mode], func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := matrixPlace{t: t, first: first, mode: mode}
				for _, r := range matrix {
					want := strings.Fields(r.want)
					if mode == Plain {
						if r.line == "" {
							continue
						}
						if r.wantPlain != "" {
							want = strings.Fields(r.wantPlain)
						}
					}
					for i, who := range columns {
						got := m.tries(r, who)
						if code, ok := codes[want[i]]; !ok || got != string(code) {
							t.Errorf("%s: %s: %q, want %s", r.name, who, got, want[i])
						}
					}
				}
			})
		})
	}
}

// A matrixPlace is one in which the people of the matrix are, as they were needed.
type matrixPlace struct {
	t     *testing.T
	first *firstly
	mode  Mode
	w     *world // nil if something was changed in it
	in    map[string]*Listener
}

// tries has somebody do what a row says. It returns the code of the refusal.
func (m *matrixPlace) tries(r row, who string) string {
	m.t.Helper()
	if m.w == nil {
		m.w, m.in = m.first.open(m.t, false), make(map[string]*Listener)
	}
	w := m.w
	w.h.cfg.Open = who == "visitor"
	if m.in[who] == nil {
		w.come(who, m.mode)
		m.in[who] = w.l
	}
	w.l = m.in[who]
	code := w.tries(r, who, m.mode)
	if (code == "" || r.speaks) && !r.asks(w, who, m.mode) {
		w.close()
		m.w = nil
	}
	return code
}

// asks tells whether what a row does changes nothing.
func (r row) asks(w *world, who string, mode Mode) bool {
	if mode == Plain {
		return slices.Contains([]string{"/history", "/who", "/rooms"}, r.line)
	}
	if r.speaks {
		return false
	}
	switch r.typed(w, who).(type) {
	case chat.History, chat.List:
		return true
	}
	return false
}

// tries has somebody do what a row says. It returns the code of the refusal.
func (w *world) tries(r row, who string, mode Mode) string {
	w.t.Helper()
	if mode == Plain {
		messages(w.t, w.l)
		c, fault := chat.ParseLine(r.line, r.room)
		if fault != nil {
			w.t.Fatal(fault)
		}
		w.l.Do(c)
		lines, _ := messages(w.t, w.l)
		for _, line := range lines {
			if strings.HasPrefix(line, "! ") {
				return strings.TrimSuffix(line[strings.LastIndex(line, "(")+1:], ")")
			}
		}
		return ""
	}
	take(w.t, w.l)
	w.l.Do(r.typed(w, who))
	answer := "no answer"
	for _, e := range take(w.t, w.l) {
		switch e := e.(type) {
		case chat.Reject:
			if e.ID == "new" {
				answer = string(e.Code)
			}
		case chat.Ack:
			if e.ID == "new" {
				answer = ""
			}
		case chat.Page:
			answer = ""
		case chat.Listing:
			answer = ""
		}
	}
	return answer
}

// TestMatrixOfWhatIsHeard has something said in each room and looks who is told,
// in both modes.
//
//	owner moderator member guest visitor outsider barred
func TestMatrixOfWhatIsHeard(t *testing.T) {
	first := firstPlace(t)
	for room, want := range map[string]string{
		chat.Lobby: "yes yes yes yes yes no yes",
		"garden":   "yes yes yes yes no no no",
		"attic":    "no no no no no no no",
		"cellar":   "no no yes no no no no",
		direct:     "no no yes no no no no",
		"shed":     "no no no no no yes no",
		chat.Place: "yes yes no no no no no",
	} {
		for _, mode := range []Mode{Typed, Plain} {
			var got []string
			for _, who := range columns {
				synctest.Test(t, func(t *testing.T) {
					w := first.open(t, who == "visitor")
					w.come(who, mode)
					messages(t, w.l)
					author, act := "maker", store.Act(chat.Post{ID: "new", Room: room, Text: "words to be heard"})
					switch room {
					case direct:
						author = "target"
					case chat.Place:
						act = chat.Report{ID: "new", Room: chat.Lobby, Message: w.said[chat.Lobby], Reason: "words to be heard"}
					}
					l := w.also(author, Typed)
					if post, ok := act.(chat.Post); ok {
						l.Do(post)
					} else {
						l.Do(act.(chat.Report))
					}
					if len(only[chat.Ack](take(t, l))) != 1 {
						t.Fatalf("nothing was said in %s", room)
					}
					texts, _ := messages(t, w.l)
					if strings.Contains(strings.Join(texts, "\n"), "words to be heard") {
						got = append(got, "yes")
					} else {
						got = append(got, "no")
					}
				})
			}
			if strings.Join(got, " ") != want {
				t.Errorf("what is said in %s is heard, mode %d, by %v; want %s", room, mode, got, want)
			}
		}
	}
}

// TestMatrixOfWhoIsSeenWriting has somebody write in each room, and looks who
// else is told. Nothing is answered.
//
//	owner moderator member guest visitor outsider barred
func TestMatrixOfWhoIsSeenWriting(t *testing.T) {
	first := firstPlace(t)
	for room, want := range map[string]string{
		chat.Lobby: "yes yes yes yes yes no yes",
		"garden":   "yes yes yes yes no no no",
		"attic":    "no no no no no no no",
		"quarry":   "yes yes no no no no no",
		"ruin":     "no no no no no no no",
		"cellar":   "no no yes no no no no",
		"shed":     "no no no no no yes no",
		chat.Place: "no no no no no no no",
	} {
		var got []string
		for _, who := range columns {
			synctest.Test(t, func(t *testing.T) {
				w := first.open(t, who == "visitor")
				go w.h.Run(t.Context())
				w.come(who, Typed)
				maker := w.also("maker", Typed)
				take(t, w.l)
				take(t, maker)
				w.l.Do(chat.Typing{Room: room})
				pass(2 * chat.PresenceEvery)
				seen := "no"
				for _, e := range only[chat.Writing](take(t, maker)) {
					if e.Room == room && len(e.People) == 1 && e.People[0].ID == w.l.person.id {
						seen = "yes"
					}
				}
				got = append(got, seen)
				for _, e := range take(t, w.l) {
					if r, ok := e.(chat.Reject); ok {
						t.Errorf("%s is answered: %+v", who, r)
					}
				}
			})
		}
		if strings.Join(got, " ") != want {
			t.Errorf("who writes in %s is seen: %v; want %s", room, got, want)
		}
	}
}

// TestBannedFromThePlace is the column of who is: they do not get in, and if they
// were in, nothing that they send behind it in the order of the log is done.
func TestBannedFromThePlace(t *testing.T) {
	first := firstPlace(t)
	for _, mode := range []Mode{Typed, Plain} {
		for _, entry := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				w := first.open(t, entry)
				_, err := w.h.Join(Visit{Token: secretOf("banned"), Mode: mode}, new(recorder))
				if r, ok := err.(*Refused); !ok || r.Code != chat.CloseBanned {
					t.Errorf("mode %d, open %v: %v", mode, entry, err)
				}
			})
		}
	}
	for _, r := range matrix {
		if r.name == "leave for good" {
			continue // that is open to them too, if it was on its way
		}
		t.Run(r.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := first.open(t, false)
				w.come("member", Typed)
				c := r.typed(w, "member")
				settled()
				ban := &store.Entry{
					Author: chat.Person{ID: idOf("owner")}, Time: wireTime(time.Now()),
					Act: chat.ChangeMember{ID: "ban", Room: chat.Place, Change: chat.Banned, Person: idOf("member"), Until: chat.Forever},
				}
				if fault, err := w.h.wait(ban); fault != nil || err != nil {
					t.Fatal(fault, err)
				}
				before := w.heads()
				w.l.Do(c)
				if _, closed := messages(t, w.l); closed == nil || closed.Code != chat.CloseBanned {
					t.Errorf("closed with %+v", closed)
				}
				if after := w.heads(); after != before {
					t.Errorf("the heads were %s and are %s", before, after)
				}
			})
		})
	}
}
