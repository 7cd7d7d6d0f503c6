package ui

import (
	"strings"
	"testing"

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
		for range n {
			r = append(r, chat.Renamed{ID: "x", From: "X", To: "Y"})
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
		"[Ben] left · [X] is now [Y]":               {Left: crowd(1, "Ben"), Renamed: renames(1)},
		"You are now [Ada]":                         {Renamed: []chat.Renamed{{ID: "m", From: "guest-1", To: "Ada"}}},
		strings.Repeat("[X] is now [Y] · ", 5) + "3 more changed their names": {Renamed: renames(8)},
		"": {},
	} {
		var got strings.Builder
		for _, part := range presenceParts(&p, "m") {
			if part.name {
				got.WriteString("[" + part.text + "]")
			} else {
				got.WriteString(part.text)
			}
		}
		if got.String() != want {
			t.Errorf("said %q, want %q", got.String(), want)
		}
	}
}
