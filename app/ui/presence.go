package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// maxNamed is how many names a line of news spells out; the rest are counted.
const maxNamed = 5

// A part of a sentence: words of ours, or a name that somebody chose.
type part struct {
	text string
	name bool
}

// presenceParts says who came, went or changed their name. The person with the
// id you is spoken to.
func presenceParts(p *chat.Presence, you string) []part {
	var s []part
	next := func() {
		if len(s) > 0 {
			s = append(s, part{text: " · "})
		}
	}
	if p.Joined.Count > 0 {
		s = append(crowdParts(s, p.Joined, you), part{text: " joined"})
	}
	if p.Left.Count > 0 {
		next()
		s = append(crowdParts(s, p.Left, you), part{text: " left"})
	}
	for i, r := range p.Renamed {
		next()
		if i == maxNamed {
			return append(s, part{text: strconv.Itoa(len(p.Renamed)-i) + " more changed their names"})
		}
		if r.ID == you {
			s = append(s, part{text: "You are now "})
		} else {
			s = append(s, part{text: r.From, name: true}, part{text: " is now "})
		}
		s = append(s, part{text: r.To, name: true})
	}
	return s
}

// crowdParts appends the names of a crowd, as in "Ada, Ben and 3 more".
func crowdParts(s []part, c chat.Crowd, you string) []part {
	named := c.People[:min(len(c.People), maxNamed)]
	rest := max(c.Count-len(named), 0)
	for i, p := range named {
		switch {
		case i == 0:
		case i == len(named)-1 && rest == 0:
			s = append(s, part{text: " and "})
		default:
			s = append(s, part{text: ", "})
		}
		switch {
		case p.ID == you && i == 0:
			s = append(s, part{text: "You"})
		case p.ID == you:
			s = append(s, part{text: "you"})
		default:
			s = append(s, part{text: p.Name, name: true})
		}
	}
	switch {
	case rest == 0:
	case len(named) == 0 && rest == 1:
		s = append(s, part{text: "Somebody"})
	case len(named) == 0:
		s = append(s, part{text: strconv.Itoa(rest) + " people"})
	default:
		s = append(s, part{text: " and " + strconv.Itoa(rest) + " more"})
	}
	return s
}

// sentence draws parts, each name isolated from the direction of the others.
func sentence(parts []part) []app.UI {
	s := make([]app.UI, len(parts))
	for i, p := range parts {
		if p.name {
			s[i] = app.Bdi().Class("name").Text(p.text)
		} else {
			s[i] = app.Span().Text(p.text)
		}
	}
	return s
}

// missedText says that messages are not here.
func missedText(count int64) string {
	if count == 1 {
		return "One message was said while you were away. It is not kept."
	}
	return strconv.FormatInt(count, 10) + " messages were said while you were away. They are not kept."
}

// hereText counts the people in the room.
func hereText(online int) string {
	if online == 1 {
		return "1 person is here"
	}
	return strconv.Itoa(online) + " people are here"
}
