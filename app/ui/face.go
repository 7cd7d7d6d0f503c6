package ui

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
)

// hues is how many colours people are told apart by, and moons how many places of
// a disc on them; see hue-0 … hue-11 and moon-0 … moon-7 in face.css.
const hues, moons = 12, 8

// look gives a person's id one of the hues and one of the moons, always the same.
func look(id string) (hue, moon int) {
	// FNV-1a, 32 bits.
	h := uint32(2166136261)
	for i := range len(id) {
		h = (h ^ uint32(id[i])) * 16777619
	}
	return int(h % hues), int(h / hues % moons)
}

// initial is the sign that stands for a name: its first letter or digit in
// upper case, or else its first character.
func initial(name string) string {
	for _, r := range name {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	if r, n := utf8.DecodeRuneInString(name); n > 0 {
		return string(r)
	}
	return "·"
}

// faceIn draws a person with whether they are around, by the shape of a mark at
// the face: a disc, or the ring of one for who is away.
func faceIn(p chat.Person, s chat.State) app.UI {
	f := app.Span().Class("around").Aria("hidden", "true")
	if s != chat.Offline {
		f = f.Class(string(s))
	}
	return f.Body(face(p))
}

// face draws a person. It says nothing to a screen reader: the name stands
// beside it.
func face(p chat.Person) app.UI {
	return ground(p.ID, initial(p.Name))
}

// ground draws a sign on what the person or the room with an id looks like.
func ground(id, sign string) app.UI {
	hue, moon := look(id)
	return app.Span().
		Class("face", "hue-"+strconv.Itoa(hue), "moon-"+strconv.Itoa(moon)).
		Aria("hidden", "true").
		Text(sign)
}
