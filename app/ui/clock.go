package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// timeHere is the time in the reader's time zone as it is now. Go's own in a
// browser is fixed when the program starts: it knows neither a journey nor the
// summer.
func timeHere() time.Time {
	now := time.Now()
	if app.IsServer {
		return now
	}
	west := app.Window().Get("Date").New().Call("getTimezoneOffset").Int() // minutes
	return now.In(time.FixedZone("", -60*west))
}

// nextLook is how long from now until the names of days may be others: at
// midnight, and every hour in case the time zone is another one.
func nextLook(now time.Time) time.Duration {
	year, month, day := now.Date()
	midnight := time.Date(year, month, day+1, 0, 0, 0, 0, now.Location())
	return min(midnight.Sub(now), time.Hour)
}

// clockHours is how many hours the reader's clock has, 12 or 24. Whoever changes
// it has the log drawn at once; see wear.
var clockHours = 24

// hoursOf returns the hours of the clock that is chosen, 12 or 24, or else of
// the one that the system shows.
func hoursOf(choice string) int {
	switch {
	case choice == "12":
		return 12
	case choice == "24", app.IsServer:
		return 24
	}
	format := app.Window().Get("Intl").Get("DateTimeFormat").New([]any{}, map[string]any{"hour": "numeric"})
	if format.Call("resolvedOptions").Get("hour12").Truthy() {
		return 12
	}
	return 24
}

// clockText is the time of day of t, as in 09:05 or 9:05 am.
func clockText(t time.Time) string {
	if clockHours == 12 {
		return t.Format("3:04 pm")
	}
	return t.Format("15:04")
}

// gutterText is the time of day of t where there is room for no more than its
// figures, as in 09:05 or 9:05.
func gutterText(t time.Time) string {
	text, _, _ := strings.Cut(clockText(t), " ")
	return text
}

// fullText is t in full, for who wants to know exactly.
func fullText(t time.Time) string {
	if clockHours == 12 {
		return t.Format("Monday, 2 January 2006, 3:04:05 pm")
	}
	return t.Format("Monday, 2 January 2006, 15:04:05")
}

// dayText names the day of t as somebody would say it on the day of now. Both
// are in the location to speak of.
func dayText(t, now time.Time) string {
	switch {
	case sameDay(t, now):
		return "Today"
	case sameDay(t, now.AddDate(0, 0, -1)):
		return "Yesterday"
	case t.Year() == now.Year():
		return t.Format("Monday, 2 January")
	}
	return t.Format("Monday, 2 January 2006")
}

// sameDay tells whether a and b, in one location, are of one calendar day.
func sameDay(a, b time.Time) bool {
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}

// countdown says how long it is until at, and when that sentence will change
// (0 when it will not). Seconds are rounded up: nobody waits for "0 s".
func countdown(at, now time.Time) (text string, change time.Duration) {
	left := at.Sub(now)
	if left <= 0 {
		return "now", 0
	}
	seconds := (left + time.Second - 1) / time.Second
	change = left - (seconds-1)*time.Second
	return "in " + strconv.Itoa(int(seconds)) + " s", change
}
