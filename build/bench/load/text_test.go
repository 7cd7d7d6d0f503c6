package load

import (
	"strings"
	"testing"
)

func TestTextIsFoundInALine(t *testing.T) {
	text := string(appendText(nil, 7, 1234567890))
	if len(text) != TextSize || strings.ContainsAny(text, "\"\\\n<>&") {
		t.Fatalf("the text is %q", text)
	}
	for _, line := range []string{text, `{"text":"` + text + `","time":"x"}`} {
		sender, number, damaged, ok := findText([]byte(line))
		if sender != 7 || number != 1234567890 || damaged || !ok {
			t.Errorf("%s: %d, %d, %v, %v", line, sender, number, damaged, ok)
		}
	}
	if _, _, _, ok := findText([]byte(`{"type":"ping"}`)); ok {
		t.Error("a line without a text has one")
	}
	for _, line := range []string{text[:TextSize-1], strings.Replace(text, "morning", "evening", 1), strings.Replace(text, "7", "x", 1)} {
		if _, _, damaged, ok := findText([]byte(line)); !damaged || !ok {
			t.Errorf("%s: not seen as damaged", line)
		}
	}
}
