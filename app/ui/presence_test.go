package ui

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

func TestPresenceIsToldAsASentence(t *testing.T) {
	crowd := func(count int, names ...string) chat.Crowd {
		c := chat.Crowd{Count: count}
		for _, n := range names {
			c.People = append(c.People, chat.Person{ID: strings.ToLower(n[:1]), Name: n})
		}
		return c
	}
	renames := func(n int) (r []chat.Renamed) {
		for i := range n {
			r = append(r, chat.Renamed{ID: strconv.Itoa(i), From: "X", To: "Y"})
		}
		return r
	}
	for want, p := range map[string]chat.Presence{
		"[Ada] joined":                              {Joined: crowd(1, "Ada")},
		"[Ada] and [Ben] joined":                    {Joined: crowd(2, "Ada", "Ben")},
		"[Ada], you and [Cleo] left":                {Left: crowd(3, "Ada", "Me", "Cleo")},
		"You joined":                                {Joined: crowd(1, "Me")},
		"[Ada], [Ben] and 40 more joined":           {Joined: crowd(42, "Ada", "Ben")},
		"[A], [B], [C], [D], [E] and 2 more joined": {Joined: crowd(7, "A", "B", "C", "D", "E", "F", "G")},
		"12 people left":                            {Left: crowd(12)},
		"Somebody left":                             {Left: crowd(1)},
		"[Ada] joined · [Ben] left":                 {Joined: crowd(1, "Ada"), Left: crowd(1, "Ben")},
		"[X] is now [Y] · [Ben] left":               {Left: crowd(1, "Ben"), Renamed: renames(1)},
		"You are now [Ada]":                         {Renamed: []chat.Renamed{{ID: "m", From: "guest-1", To: "Ada"}}},
		strings.Repeat("[X] is now [Y] · ", 5) + "3 more changed their names": {Renamed: renames(8)},
		"": {},
	} {
		if got := told(&p); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

// told is what a person with the id m reads, names in brackets.
func told(news ...*chat.Presence) string {
	var s strings.Builder
	for _, part := range presenceParts(news, "m") {
		if part.name {
			s.WriteString("[" + part.text + "]")
		} else {
			s.WriteString(part.text)
		}
	}
	return s.String()
}

func TestPresencesThatFollowEachOtherAreToldAsOne(t *testing.T) {
	crowd := func(people ...chat.Person) chat.Crowd { return chat.Crowd{Count: len(people), People: people} }
	joined := func(people ...chat.Person) *chat.Presence { return &chat.Presence{Joined: crowd(people...)} }
	left := func(people ...chat.Person) *chat.Presence { return &chat.Presence{Left: crowd(people...)} }
	renamed := func(id, from, to string) *chat.Presence {
		return &chat.Presence{Renamed: []chat.Renamed{{ID: id, From: from, To: to}}}
	}
	cleo := chat.Person{ID: "c", Name: "Cleo"}
	guest := chat.Person{ID: "g", Name: "guest-1"}
	for name, c := range map[string]struct {
		news []*chat.Presence
		want string
	}{
		"two come":                       {[]*chat.Presence{joined(ada), joined(ben)}, "[Ada] and [Ben] joined"},
		"a guest chooses a name":         {[]*chat.Presence{joined(guest), renamed("g", "guest-1", "Gil")}, "[Gil] joined"},
		"and another one":                {[]*chat.Presence{joined(guest), renamed("g", "guest-1", "Gil"), renamed("g", "Gil", "Gilda")}, "[Gilda] joined"},
		"a name that was seen":           {[]*chat.Presence{joined(ben), renamed("b", "Ben", "Bob")}, "[Ben] joined · [Ben] is now [Bob]"},
		"a name and back":                {[]*chat.Presence{renamed("b", "Ben", "Bob"), renamed("b", "Bob", "Ben")}, ""},
		"a name and another":             {[]*chat.Presence{renamed("b", "Ben", "Bob"), renamed("b", "Bob", "Rob")}, "[Ben] is now [Rob]"},
		"renamed and gone":               {[]*chat.Presence{renamed("b", "Ben", "Bob"), left(chat.Person{ID: "b", Name: "Bob"})}, "[Bob] left"},
		"somebody looks in":              {[]*chat.Presence{joined(ada), joined(cleo), left(cleo)}, "[Ada] joined · [Cleo] came and went"},
		"somebody goes and comes back":   {[]*chat.Presence{left(ada), joined(ada)}, "[Ada] came back"},
		"comes, goes and comes":          {[]*chat.Presence{joined(ada), left(ada), joined(ada)}, "[Ada] joined"},
		"two go, of whom one comes back": {[]*chat.Presence{left(ada, ben), joined(ben)}, "[Ben] came back · [Ada] left"},
		"crowds":                         {[]*chat.Presence{{Joined: chat.Crowd{Count: 9, People: []chat.Person{ada}}}, {Joined: chat.Crowd{Count: 3, People: []chat.Person{ben}}}}, "[Ada], [Ben] and 10 more joined"},
	} {
		if got := told(c.news...); got != c.want {
			t.Errorf("%s: said %q, want %q", name, got, c.want)
		}
	}
}

func TestNewsOfOneMomentAreOneLine(t *testing.T) {
	at := func(after, number int64, at time.Time, id string) chat.Event {
		return chat.Presence{Room: chat.Lobby, Number: number, After: after, Time: at, Online: 2,
			Joined: chat.Crowd{Count: 1, People: []chat.Person{{ID: id, Name: "N" + id}}}}
	}
	c, draw := mounted(t)
	// Two before the message, two behind it, and one on the next day.
	c.take(opened(welcome(ada), at(0, 1, noon, "1"), at(0, 2, noon, "2"),
		chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ben, Text: "hello", Time: noon},
		at(1, 3, noon, "3"), at(1, 4, noon, "4"), at(1, 5, noon.AddDate(0, 0, 1), "5")))
	html := draw()
	if n := strings.Count(html, `class="news"`); n != 3 {
		t.Errorf("%d lines of news, want 3", n)
	}
	said, first, last := strings.Index(html, ">hello<"), strings.Index(html, ">N2<"), strings.Index(html, ">N3<")
	if first < 0 || first > said || last < said {
		t.Errorf("news before at %d, the message at %d, news behind at %d", first, said, last)
	}
}
