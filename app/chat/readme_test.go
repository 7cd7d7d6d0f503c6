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
	wants("\n" + string(AppendCommand(nil, goldenTime)) + "\n")
	for _, e := range goldenEvents {
		wants("\n" + string(AppendEvent(nil, e)) + "\n")
		wants("**`" + e.eventType() + "`**")
	}
	for _, e := range []Event{goldenEvents[2], Reject{Fault: *NameTaken("Bob")}} {
		wants("\n| `" + string(AppendLine(nil, e)) + "` |")
	}
	for _, code := range codes(t) {
		wants("\n| `" + code + "` |")
	}
	for _, limit := range []struct {
		n    int
		unit string
	}{
		{MaxName, " characters"}, {MaxID, " bytes"}, {MaxToken, " bytes"}, {MinToken, " to "},
		{MaxFrame >> 10, " KiB"}, {MaxOutbound >> 10, " KiB"}, {MaxBacklog >> 20, " MiB"},
		{PostRate, " a second, "}, {PostBurst, " at once"}, {FrameRate, " a second, "}, {FrameBurst, " at once"},
		{AddressRate, " a second, "}, {AddressBurst, " at once"}, {ReadRate >> 10, " KiB a second, "}, {ReadBurst >> 20, " MiB at once"}, {MaxFromAddress, " |"},
		{PageSize, ", or as many"}, {MaxPage, " |"}, {PlainHistory, " lines"},
		{MaxListed, ";"}, {int(HelloWithin.Seconds()), " seconds"}, {int(Heartbeat.Seconds()), " seconds"}, {int(DeadAfter.Seconds()), " seconds"},
	} {
		wants(" " + strconv.Itoa(limit.n) + limit.unit)
	}
	wants(" " + thousands(MaxText) + " characters")
	wants("| " + thousands(MaxReplay) + "; ")
	wants("| " + thousands(MaxConnections) + " |")
}

func thousands(n int) string { return strconv.Itoa(n/1000) + "," + strconv.Itoa(1000 + n%1000)[1:] }

// codes returns the values of all constants of fault.go: the codes of faults
// and the close codes.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			for _, v := range spec.Values {
				if lit, ok := v.(*ast.BasicLit); ok {
					found = append(found, strings.Trim(lit.Value, `"`))
				}
			}
		}
		return true
	})
	if len(found) < 20 {
		t.Fatalf("only %d codes found in fault.go", len(found))
	}
	return found
}
