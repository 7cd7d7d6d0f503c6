package main

import "testing"

func TestReplaceBetween(t *testing.T) {
	const begin, end = "<!-- bench:begin -->", "<!-- bench:end -->"
	page := "# Title\n\n" + begin + "\nold\n" + end + "\n\nThe rest.\n"
	want := "# Title\n\n" + begin + "\nnew\n" + end + "\n\nThe rest.\n"
	for range 2 { // the second time changes nothing
		got, err := replaceBetween(page, compareMark, "\nnew\n\n")
		if err != nil || got != want {
			t.Fatalf("%q, %v", got, err)
		}
		page = got
	}
	for _, page := range []string{"", begin, end, end + begin, "<!-- bench-large:begin --><!-- bench-large:end -->"} {
		if got, err := replaceBetween(page, compareMark, "new"); err == nil {
			t.Errorf("%q became %q", page, got)
		}
	}
}
