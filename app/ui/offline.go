package ui

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/link"
)

// What the browser does for a page that is to open at once and without a network
// is in offline.js: it keeps the latest messages, registers the worker, and has
// the browser's offer to install the page. Here is what the client makes of it.

// offlineAPI is what offline.js has put on the window.
func offlineAPI() app.Value { return app.Window().Get("cyberchat") }

// hasOffline tells whether that is there. A page from a file has no such script.
func hasOffline() bool { return app.IsClient && offlineAPI().Truthy() }

// offline tells whether the browser knows that there is no network. That it does
// not know so means nothing.
func offline() bool {
	return app.IsClient && app.Window().Get("navigator").Get("onLine").Equal(app.ValueOf(false))
}

// stale says up to when there are messages, if later ones may be missing: while
// there is no line, from the first try that failed on.
func (c *Chat) stale() string {
	if c.status.Phase == link.Open || c.failed == 0 || c.cache.heard.IsZero() || c.model.Said(c.model.Last()) == nil {
		return ""
	}
	now := timeHere()
	return staleText(c.cache.heard.In(now.Location()), now)
}

// staleText says up to when there are messages. Both times are in the location
// to speak of.
func staleText(heard, now time.Time) string {
	at := clockText(heard)
	switch {
	case sameDay(heard, now):
	case sameDay(heard, now.AddDate(0, 0, -1)):
		at = "yesterday, " + at
	default:
		at = dayText(heard, now) + ", " + at
	}
	return "Messages up to " + at + "."
}

// whyNoLine is the reason that is told for there being no line: the network
// that is not there explains everything else.
func whyNoLine(reason string, offline bool) string {
	if offline {
		return "Offline."
	}
	return strings.TrimSpace(reason)
}
