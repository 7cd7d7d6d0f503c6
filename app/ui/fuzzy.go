package ui

import (
	"strings"
	"unicode"
)

// A fit is how well a name fits what somebody looks for: higher is better.
type fit int

// No fit, and from there up: the letters are in it in this order, a word begins
// so, it begins so, it is that.
const (
	noFit fit = iota
	lettersFit
	insideFit
	wordFit
	beginFit
	sameFit
)

// fits tells how well name fits query, without regard to case. Everything fits
// an empty query.
func fits(query, name string) fit {
	query = strings.ToLower(strings.Join(strings.Fields(query), " "))
	name = strings.ToLower(name)
	switch i := strings.Index(name, query); {
	case query == "":
		return lettersFit
	case name == query:
		return sameFit
	case i == 0:
		return beginFit
	case i > 0 && inWords(name, query):
		return wordFit
	case i > 0:
		return insideFit
	}
	rest := []rune(strings.ReplaceAll(query, " ", ""))
	for _, r := range name {
		if len(rest) > 0 && r == rest[0] {
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return lettersFit
	}
	return noFit
}

// inWords tells whether a word in the name begins with query.
func inWords(name, query string) bool {
	for at := 0; ; {
		i := strings.Index(name[at:], query)
		if i < 0 {
			return false
		}
		before := []rune(name[:at+i])
		if last := before[len(before)-1]; !unicode.IsLetter(last) && !unicode.IsDigit(last) {
			return true
		}
		at += i + len(query)
	}
}
