package ui

import (
	"slices"
	"strings"
)

// inOrder sorts the attributes of each element in HTML as go-app prints it,
// which has them in the random order of a map. Attributes are words, or words
// with a value in double quotes that holds none.
func inOrder(html string) string {
	var out strings.Builder
	for {
		text, rest, ok := strings.Cut(html, "<")
		out.WriteString(text)
		if !ok {
			return out.String()
		}
		out.WriteByte('<')
		tag, after := cutTag(rest)
		tag, alone := strings.CutSuffix(tag, "/") // as in an icon
		name, attrs, _ := strings.Cut(tag, " ")
		out.WriteString(name)
		for _, a := range slices.Sorted(slices.Values(cutAttributes(attrs))) {
			out.WriteByte(' ')
			out.WriteString(a)
		}
		if alone {
			out.WriteByte('/')
		}
		out.WriteByte('>')
		html = after
	}
}

// cutTag cuts behind the end of a tag, which no quoted value contains.
func cutTag(s string) (tag, after string) {
	quoted := false
	for i, c := range s {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '>' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// cutAttributes cuts at the spaces outside quotes.
func cutAttributes(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(c rune) bool {
		if c == '"' {
			quoted = !quoted
		}
		return c == ' ' && !quoted
	})
}
