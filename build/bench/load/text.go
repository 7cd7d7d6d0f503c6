package load

import (
	"bytes"
	"strings"
)

// TextSize is the size of every message's text, in bytes.
const TextSize = 100

// Every text begins with a tag: a mark that is nowhere else on any wire, two
// digits of the sender, ten of the message's number with that sender. The rest
// is the same for all, so that damage shows.
const (
	mark         = '~'
	senderDigits = 2
	numberDigits = 10
	tagSize      = 1 + senderDigits + numberDigits
)

// MaxSenders is how many senders a tag can tell apart.
const MaxSenders = 100

var rest = []byte(strings.Repeat(" good morning", TextSize)[:TextSize-tagSize])

// appendText appends the text of a sender's message.
func appendText(dst []byte, sender, number int) []byte {
	dst = append(dst, mark)
	dst = appendNumber(dst, sender, senderDigits)
	dst = appendNumber(dst, number, numberDigits)
	return append(dst, rest...)
}

// findText finds a text in a line. It is not ok without one, and damaged if it
// is not as it was sent.
func findText(line []byte) (sender, number int, damaged, ok bool) {
	i := bytes.IndexByte(line, mark)
	if i < 0 {
		return 0, 0, false, false
	}
	text := line[i:]
	if len(text) < TextSize || !bytes.Equal(text[tagSize:TextSize], rest) {
		return 0, 0, true, true
	}
	sender, okSender := parseNumber(text[1 : 1+senderDigits])
	number, okNumber := parseNumber(text[1+senderDigits : tagSize])
	return sender, number, !okSender || !okNumber, true
}

func appendNumber(dst []byte, n, digits int) []byte {
	start := len(dst)
	for range digits {
		dst = append(dst, '0')
	}
	for i := start + digits - 1; n > 0 && i >= start; i-- {
		dst[i] = '0' + byte(n%10)
		n /= 10
	}
	return dst
}

func parseNumber(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, len(b) > 0
}
