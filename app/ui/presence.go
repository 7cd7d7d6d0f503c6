package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// maxNamed is how many names a line of news spells out; the rest are counted.
const maxNamed = 5

// A part of a sentence: words of ours, a name that somebody chose, or other words
// of theirs.
type part struct {
	text string
	name bool
	said bool
}

// A passage is what became of one person over some presences that follow each
// other.
type passage struct {
	id       string
	from, to string // the first name and the last
	came     bool   // was not here before
	here     bool   // is here after
	left     bool   // went in between, or at the end
}

// presenceParts says in one sentence who came, went or changed their name over
// presences that follow each other. The person with the id you is spoken to.
func presenceParts(news []*chat.Presence, you string) []part {
	passages, moreJoined, moreLeft := follow(news)
	var joined, left, visited, returned chat.Crowd
	var renamed []chat.Renamed
	for _, p := range passages {
		name := p.to
		if p.here && p.from != p.to && !chosenSince(p) {
			name = p.from // the new name comes after that
			renamed = append(renamed, chat.Renamed{ID: p.id, From: p.from, To: p.to})
		}
		crowd := &returned
		switch {
		case p.came && p.here:
			crowd = &joined
		case p.came:
			crowd = &visited
		case !p.here:
			crowd = &left
		case !p.left:
			continue
		}
		crowd.Count++
		crowd.People = append(crowd.People, chat.Person{ID: p.id, Name: name})
	}
	joined.Count += moreJoined
	left.Count += moreLeft

	var s []part
	s = crowdParts(s, joined, you, " joined")
	s = crowdParts(s, returned, you, " came back")
	s = renamedParts(s, renamed, you)
	s = crowdParts(s, visited, you, " came and went")
	return crowdParts(s, left, you, " left")
}

// renamedParts appends who is called otherwise now.
func renamedParts(s []part, renamed []chat.Renamed, you string) []part {
	for i, r := range renamed {
		s = next(s)
		if i == maxNamed {
			return append(s, part{text: strconv.Itoa(len(renamed)-i) + " more changed their names"})
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

// next parts what follows from what was said.
func next(s []part) []part {
	if len(s) > 0 {
		s = append(s, part{text: " · "})
	}
	return s
}

// follow follows each person through presences, in the order in which they
// first appear, and counts those who came and went without being named.
func follow(news []*chat.Presence) (passages []*passage, moreJoined, moreLeft int) {
	byID := make(map[string]*passage)
	of := func(id, name string, came bool) *passage {
		p := byID[id]
		if p == nil {
			p = &passage{id: id, from: name, came: came}
			byID[id] = p
			passages = append(passages, p)
		}
		return p
	}
	for _, n := range news {
		for _, q := range n.Joined.People {
			p := of(q.ID, q.Name, true)
			p.to, p.here = q.Name, true
		}
		for _, q := range n.Left.People {
			p := of(q.ID, q.Name, false)
			p.to, p.here, p.left = q.Name, false, true
		}
		for _, r := range n.Renamed {
			p := of(r.ID, r.From, false)
			p.to, p.here = r.To, true
		}
		moreJoined += max(n.Joined.Count-len(n.Joined.People), 0)
		moreLeft += max(n.Left.Count-len(n.Left.People), 0)
	}
	return passages, moreJoined, moreLeft
}

// chosenSince tells whether somebody who came as a guest has chosen a name
// since: then nothing is lost by not telling the first one.
func chosenSince(p *passage) bool { return p.came && strings.HasPrefix(p.from, "guest-") }

// crowdParts appends what a crowd did, as in "Ada, Ben and 3 more joined", or
// nothing when there is none.
func crowdParts(s []part, c chat.Crowd, you, did string) []part {
	if c.Count == 0 {
		return s
	}
	s = next(s)
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
	return append(s, part{text: did})
}

// sentence draws parts, each name isolated from the direction of the others.
func sentence(parts []part) []app.UI {
	s := make([]app.UI, len(parts))
	for i, p := range parts {
		switch {
		case p.name:
			s[i] = app.Bdi().Class("name").Text(p.text)
		case p.said:
			s[i] = app.Bdi().Text(p.text)
		default:
			s[i] = app.Span().Text(p.text)
		}
	}
	return s
}

// hereText counts the people in the room.
func hereText(online int) string {
	if online == 1 {
		return "1 person is here"
	}
	return strconv.Itoa(online) + " people are here"
}
