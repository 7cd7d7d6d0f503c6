package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// The names of the marks between which tables are written.
const (
	compareMark = "bench"
	largeMark   = "bench-large"
)

// replaceIn writes the text between the marks of that name in a file, which are
// <!-- name:begin --> and <!-- name:end -->.
func replaceIn(file, name, text string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	page, err := replaceBetween(string(old), name, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(page), 0o644)
}

func replaceBetween(page, name, text string) (string, error) {
	begin, end := "<!-- "+name+":begin -->", "<!-- "+name+":end -->"
	head, rest, hasBegin := strings.Cut(page, begin)
	_, tail, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		return "", errors.New("it has not the marks " + begin + " and " + end + ", in this order, to write between")
	}
	return head + begin + "\n" + strings.TrimSpace(text) + "\n" + end + tail, nil
}
