package chat

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanText returns the text of a message as it is stored and shown, or why it
// cannot be. It trims white space around it, makes every line break a line
// feed, and puts U+FFFD in place of what could drive a terminal or reorder
// what stands around the message: control characters other than tab and line
// feed, and bidirectional embeddings, overrides and isolates (Unicode UAX #9).
// The text must be valid UTF-8; other bytes become U+FFFD too.
func CleanText(s string) (string, *Fault) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\v' || r == '\f':
			return '\n'
		case unicode.IsControl(r) || isBidiControl(r):
			return utf8.RuneError
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if isBlank(s) {
		return "", faultf(CodeEmpty, "The message is empty. Write something first.")
	}
	if n := utf8.RuneCountInString(s); n > MaxText {
		return "", faultf(CodeTooLong, "The message has %d characters; at most %d fit. Shorten it or send it in parts.", n, MaxText)
	}
	return s, nil
}

// What begins another line in plain mode, and what ends the name there, each
// with the characters that look like it in most fonts.
const (
	signs  = "*!/@#" + "＊﹡∗⁎٭！﹗／⁄∕＠﹫＃﹟"
	colons = ":" + "：﹕︓꞉∶ː˸։׃܃܄᛬᠃᠉⁚"
)

// emojiStyle is the variation selector that asks for the emoji of a symbol.
const emojiStyle = '\ufe0f'

// CleanName returns a name as it is shown, or why it cannot be one. White
// space around it is trimmed and runs of it inside become one space. A name
// has 1 to MaxName visible characters: no control or format characters; no
// colon, which ends the name in a line of plain mode, and nothing that looks
// like one; and it does not begin with one of * ! / @ # which begin other lines
// there. At most MaxMarks accents stand on one letter, and none at the start,
// so that a name does not reach into what stands around it.
//
// It does not tell names apart that look alike, such as those with a Latin and
// a Cyrillic a.
func CleanName(s string) (string, *Fault) {
	s = strings.Join(strings.Fields(s), " ")
	if isBlank(s) {
		return "", faultf(CodeBadName, "A name needs at least one visible character.")
	}
	if n := utf8.RuneCountInString(s); n > MaxName {
		return "", faultf(CodeBadName, "A name has at most %d characters; this one has %d.", MaxName, n)
	}
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune(signs, first) {
		return "", faultf(CodeBadName, "A name cannot begin with %c. Choose another one.", first)
	}
	marks := MaxMarks // none may come before the first letter
	var before rune
	for _, r := range s {
		switch {
		case strings.ContainsRune(colons, r):
			return "", faultf(CodeBadName, "A name cannot contain a colon. Choose another one.")
		case r == utf8.RuneError || !unicode.IsGraphic(r) || isInvisible(r),
			r == emojiStyle && !unicode.Is(unicode.So, before): // shows nothing behind a letter
			return "", faultf(CodeBadName, "A name cannot contain invisible characters (here U+%04X). Choose another one.", r)
		case !unicode.Is(unicode.M, r):
			marks = 0
			if r == ' ' {
				marks = MaxMarks
			}
		case marks == MaxMarks:
			return "", faultf(CodeBadName, "A name cannot begin with an accent or pile up more than %d of them. Choose another one.", MaxMarks)
		default:
			marks++
		}
		before = r
	}
	return s, nil
}

// CheckID tells whether id can be the id of a command.
func CheckID(id string) *Fault {
	if id == "" || len(id) > MaxID || !isPrintableASCII(id) {
		return faultf(CodeBadID, "Each command needs an \"id\" of 1 to %d printable ASCII characters that you make anew for it.", MaxID)
	}
	return nil
}

// CheckRoomID tells whether id can be that of a public room that is made.
func CheckRoomID(id string) *Fault {
	ok := id != "" && len(id) <= MaxRoomID && id[0] != '-' && id[len(id)-1] != '-'
	for _, r := range id {
		ok = ok && (r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
	}
	if !ok {
		return badValue("room", fmt.Sprintf("1 to %d of a to z, 0 to 9 and - between them", MaxRoomID))
	}
	if id == string(Direct) { // what plain mode calls those
		return RoomTaken(id)
	}
	return nil
}

// CheckSeq tells whether the field can be the seq of an event.
func CheckSeq(field string, seq int64) *Fault {
	if seq < 1 {
		return badValue(field, "a seq of 1 or more")
	}
	return nil
}

// CleanAddress returns an address as it is banned: an IPv4 address, or the IPv6
// network of 64 bits that it is in.
func CleanAddress(s string) (address string, ok bool) {
	prefix, err := netip.ParsePrefix(s)
	if err != nil {
		ip, err := netip.ParseAddr(s)
		if err != nil || ip.Zone() != "" {
			return "", false
		}
		prefix = netip.PrefixFrom(ip, ip.BitLen())
	}
	ip := prefix.Addr().Unmap()
	if ip.Is4() {
		return ip.String(), true
	}
	return netip.PrefixFrom(ip, 64).Masked().String(), true
}

// cleanLine cleans a text of one line that may be empty: a title, a reason.
func cleanLine(s *string, most int, what string) *Fault {
	line := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unsafeInLine(r) {
			return ' '
		}
		return r
	}, *s)), " ")
	if isBlank(line) {
		line = ""
	}
	if n := utf8.RuneCountInString(line); n > most {
		return faultf(CodeTooLong, "The %s has %d characters; at most %d fit. Shorten it.", what, n, most)
	}
	*s = line
	return nil
}

// badValue is the fault of a field that holds what it cannot.
func badValue(field, want string) *Fault {
	return faultf(CodeBadValue, "%q must be %s.", field, want)
}

// first returns the first fault there is.
func first(faults ...*Fault) *Fault {
	for _, f := range faults {
		if f != nil {
			return f
		}
	}
	return nil
}

// checkHistory tells whether h says where to read.
func checkHistory(h History) *Fault {
	said := 0
	for _, seq := range []int64{h.Before, h.After, h.Around, h.At} {
		if seq < 0 {
			return faultf(CodeBadHistory, "A seq is 1 or more, and so is a time. Leave out those of \"before\", \"after\", \"around\" and \"at\" that you do not mean.")
		}
		if seq > 0 {
			said++
		}
	}
	if said != 1 || h.Limit < 0 || h.Limit > MaxPage {
		return faultf(CodeBadHistory, "Say one of \"before\", \"after\" and \"around\", with a seq of 1 or more, or \"at\" with a time, and a \"limit\" of at most %d.", MaxPage)
	}
	return nil
}

// CheckToken tells whether a token is one, or empty, which is allowed.
func CheckToken(token string) *Fault {
	if token != "" && (len(token) < MinToken || len(token) > MaxToken || !isPrintableASCII(token)) {
		return faultf(CodeBadToken, "A token has %d to %d printable ASCII characters. Make one from 128 random bits, or leave it out.", MinToken, MaxToken)
	}
	return nil
}

func isPrintableASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// isBidiControl reports the explicit embeddings, overrides and isolates of
// UAX #9, which reach beyond the text they stand in.
func isBidiControl(r rune) bool {
	return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

// isInvisible reports characters that show nothing of their own, beside spaces
// and format characters.
func isInvisible(r rune) bool {
	switch r {
	case '\u2800', '\U0001d159': // a blank of Braille, a note without a head
		return true
	case emojiStyle:
		return false
	}
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// isBlank reports a text in which nothing can be seen. A character that this
// Go does not know yet, such as an emoji of this year, counts as seen.
func isBlank(s string) bool {
	for _, r := range s {
		if !unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.M) && !isInvisible(r) {
			return false
		}
	}
	return true
}

// cut returns the first n characters of s, with an ellipsis if that is not all.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i] + "…"
		}
		n--
	}
	return s
}

// unsafeInLine reports what must not reach a terminal as it is.
func unsafeInLine(r rune) bool {
	return unicode.IsControl(r) || isBidiControl(r) || r == '\u2028' || r == '\u2029' || r == utf8.RuneError
}
