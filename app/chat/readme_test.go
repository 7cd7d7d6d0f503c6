package chat

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The README is the wire's documentation for those who write a client of their
// own: it has every frame, code and limit as it is here.
func TestReadmeTellsTheWire(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	wants := func(s string) {
		t.Helper()
		if !strings.Contains(string(page), s) {
			t.Errorf("the README does not have\n%s", s)
		}
	}
	wants("`" + Protocol + "`")
	wants("`" + Greeting + "`")
	for _, c := range goldenCommands {
		wants("\n" + string(AppendCommand(nil, c)) + "\n")
		wants("**`" + c.commandType() + "`**")
	}
	for _, c := range goldenOtherCommands {
		wants("\n" + string(AppendCommand(nil, c)) + "\n")
	}
	for _, e := range goldenEvents {
		wants("\n" + string(AppendEvent(nil, e)) + "\n")
		wants("**`" + e.eventType() + "`**")
	}
	for _, e := range goldenOtherEvents {
		wants("\n" + string(AppendEvent(nil, e)) + "\n")
	}
	for _, e := range []Event{goldenPresence, goldenNews[0], goldenMute, Reject{Fault: *NameTaken("Bob")}} {
		wants("\n| `" + string(AppendLine(nil, e)) + "` |")
	}
	for _, line := range HelpLines[1:] {
		word := strings.Fields(line)[1]
		if !strings.Contains(string(page), "\n| `"+word) && !strings.Contains(string(page), ", `"+word+"` |") {
			t.Errorf("the README does not tell the line %s", word)
		}
	}
	for _, code := range constants(t, "Code", "fault.go", "may.go") {
		wants("\n| " + strings.ReplaceAll(code.value, `"`, "`") + " |")
	}
	for _, code := range constants(t, "CloseCode", "fault.go", "may.go") {
		wants("\n| `" + code.value + "` |")
	}
}

// The README has the limits in a table, or where it tells what they bound.
func TestReadmeTellsTheLimits(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	n := strconv.Itoa
	limits := map[string]string{
		"MaxText":          " " + thousands(MaxText) + " characters",
		"MaxName":          "| name | " + n(MaxName) + " characters",
		"MaxDevice":        "| name of a device | " + n(MaxDevice) + " characters",
		"MaxMarks":         "at most " + n(MaxMarks) + " accents",
		"MaxID":            "| `id` | " + n(MaxID) + " bytes",
		"MaxToken":         " to " + n(MaxToken) + " bytes",
		"MinToken":         "| " + n(MinToken) + " to ",
		"MaxFrame":         "from you | " + n(MaxFrame>>10) + " KiB",
		"MaxOutbound":      "to you | " + n(MaxOutbound>>10) + " KiB",
		"MaxBacklog":       "| " + n(MaxBacklog>>20) + " MiB",
		"MaxConnections":   "| connections | " + thousands(MaxConnections) + " |",
		"MaxFromAddress":   "| connections from one address | " + n(MaxFromAddress) + " |",
		"MaxListed":        "| people named in one event | " + n(MaxListed) + ";",
		"PageSize":         "on a page | " + n(PageSize) + ", or as many",
		"MaxPage":          "up to " + n(MaxPage) + " |",
		"MaxReplay":        "| " + thousands(MaxReplay) + "; ",
		"PlainHistory":     "The last " + n(PlainHistory) + " lines",
		"MaxNamed":         "; " + n(MaxNamed) + " in a line of plain mode",
		"PostRate":         "of a person | " + n(PostRate) + " a second, ",
		"PostBurst":        " a second, " + n(PostBurst) + " at once; a post",
		"AddressRate":      "from one address | " + n(AddressRate) + " a second, ",
		"AddressBurst":     " a second, " + n(AddressBurst) + " at once |",
		"FrameRate":        "of a connection | " + n(FrameRate) + " a second, ",
		"FrameBurst":       " a second, " + n(FrameBurst) + " at once |",
		"ReadRate":         "| " + n(ReadRate>>10) + " KiB a second, ",
		"ReadBurst":        ", " + n(ReadBurst>>20) + " MiB at once",
		"HelloWithin":      " within " + n(int(HelloWithin.Seconds())) + " seconds",
		"EnterWithin":      map[int]string{1: " You have a minute and "}[int(EnterWithin.Minutes())],
		"MaxTries":         map[int]string{3: " a minute and three tries |"}[MaxTries],
		"Heartbeat":        " every " + n(int(Heartbeat.Seconds())) + " seconds",
		"DeadAfter":        "| " + n(int(DeadAfter.Seconds())) + " seconds |",
		"PresenceEvery":    map[int]string{1: "| presence | an event a second |"}[int(PresenceEvery.Seconds())],
		"TypingEvery":      "| typing | told every " + n(int(TypingEvery.Seconds())) + " seconds, ",
		"TypingFor":        " holds for " + n(int(TypingFor.Seconds())) + " seconds |",
		"MaxRoomID":        "| " + n(MaxRoomID) + " of a to z, 0 to 9 and -",
		"MaxTitle":         "| title of a room | " + n(MaxTitle) + " characters |",
		"MaxAbout":         "| line about a room or a person | " + n(MaxAbout) + " characters |",
		"MaxReason":        "| reason of a report or a moderator's act | " + n(MaxReason) + " characters |",
		"MaxRooms":         "| rooms that one person is in | " + n(MaxRooms) + " |",
		"MaxDirect":        "| people in a direct conversation | " + n(MaxDirect) + " |",
		"MaxDevices":       "| devices of one person | " + n(MaxDevices) + ";",
		"MaxInvitations":   "| open invitations of one person | " + n(MaxInvitations) + ",",
		"MaxUses":          " up to " + thousands(MaxUses) + " people each ",
		"MaxUnread":        "| unread messages that are counted | " + n(MaxUnread) + " |",
		"MaxSlow":          "| slow mode | a message every " + n(int(MaxSlow.Hours())) + " hours |",
		"DeviceLinkFor":    " is good for " + n(int(DeviceLinkFor.Minutes())) + " minutes |",
		"MaxInvitationFor": " up to " + n(int(MaxInvitationFor.Hours()/24)) + " days |",
		"ForgetAfter":      "| let go after " + n(int(ForgetAfter.Hours()/24)) + " days |",
	}
	for _, c := range constants(t, "", "chat.go", "room.go") {
		want, ok := limits[c.name]
		if !ok || want == "" {
			t.Errorf("nobody knows how the README tells %s", c.name)
		} else if !strings.Contains(string(page), want) {
			t.Errorf("the README does not tell %s: %s", c.name, want)
		}
	}
}

func thousands(n int) string { return strconv.Itoa(n/1000) + "," + strconv.Itoa(1000 + n%1000)[1:] }

// A constant of the package, as it is written.
type constant struct{ name, value string }

// constants returns those of a type in some files; those without one are
// numbers and times.
func constants(t *testing.T, of string, files ...string) (found []constant) {
	t.Helper()
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			d, ok := d.(*ast.GenDecl)
			if !ok || d.Tok != token.CONST {
				continue
			}
			for _, spec := range d.Specs {
				spec := spec.(*ast.ValueSpec)
				kind, _ := spec.Type.(*ast.Ident)
				if (kind == nil) != (of == "") || kind != nil && kind.Name != of {
					continue
				}
				for i, v := range spec.Values {
					lit, _ := v.(*ast.BasicLit)
					switch {
					case lit != nil && of != "":
						found = append(found, constant{spec.Names[i].Name, lit.Value})
					case of == "" && (lit == nil || lit.Kind != token.STRING):
						found = append(found, constant{spec.Names[i].Name, ""})
					}
				}
			}
		}
	}
	if len(found) < 15 {
		t.Fatalf("only %d constants found in %v", len(found), files)
	}
	return found
}
