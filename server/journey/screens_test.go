package journey

import (
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// pictures is where pictures of every screen go: make screens.
var pictures = flag.String("screens", "", "write pictures of every screen to this `folder`")

// A screen is something that a person may have before them.
type screen struct {
	name string // of its pictures
	show func(*stage)
	only string // "narrow" or "wide", if it is there only without or with room for the panel of people
	// anew does what has to be done again in each view: a menu closes when the
	// window changes.
	anew func(*stage)
}

// screens are all of them. Whoever draws another one adds a line: it is then
// judged in every size and colour, and has its pictures.
var screens = []screen{
	{name: "01-loading", show: (*stage).loading},
	{name: "02-loading-failed", show: (*stage).loadingFailed},
	{name: "03-client-not-built", show: (*stage).notBuilt},
	{name: "04-connecting", show: (*stage).connecting},
	{name: "05-not-reached", show: (*stage).notReached},
	{name: "10-first-visit", show: (*stage).firstVisit},
	{name: "11-first-visit-name-refused", show: (*stage).nameRefused},
	{name: "12-first-visit-name-waits", show: (*stage).nameWaits},
	{name: "13-first-visit-already-writing", show: (*stage).alreadyWriting},
	{name: "14-change-of-name", show: (*stage).changeOfName},
	{name: "15-menu", show: (*stage).room, anew: (*stage).menu},
	{name: "16-settings", show: (*stage).settings},
	{name: "17-help-keys", show: (*stage).help},
	{name: "18-help-commands", show: (*stage).helpCommands},
	{name: "20-empty-room", show: (*stage).emptyRoom},
	{name: "21-room", show: (*stage).room},
	{name: "22-room-scripts-and-lengths", show: (*stage).roomOfAllKinds},
	{name: "23-room-new-messages-below", show: (*stage).newBelow},
	{name: "24-room-beginning", show: (*stage).beginning},
	{name: "25-history-loading", show: (*stage).historyLoading},
	{name: "26-history-failed", show: (*stage).historyFailed},
	{name: "27-unread-line", show: (*stage).unreadLine},
	{name: "28-day-to-go-to", show: (*stage).dayToGoTo},
	{name: "29-message-menu", show: (*stage).room, anew: (*stage).messageMenu},
	{name: "30-people", show: (*stage).people, only: "narrow"},
	{name: "31-people-crowd", show: (*stage).crowd, only: "wide"},
	{name: "32-people-hidden", show: (*stage).peopleHidden, only: "wide"},
	{name: "40-pending", show: (*stage).pending},
	{name: "41-message-refused", show: (*stage).messageRefused},
	{name: "42-draft-of-many-lines", show: (*stage).manyLines},
	{name: "43-draft-near-the-limit", show: (*stage).nearLimit},
	{name: "44-draft-over-the-limit", show: (*stage).overLimit},
	{name: "45-command-unknown", show: (*stage).commandUnknown},
	{name: "46-command-answered", show: (*stage).commandAnswered},
	{name: "47-copied", show: (*stage).room, anew: (*stage).copied},
	{name: "50-disconnected", show: (*stage).lost},
	{name: "51-disconnected-and-writing", show: (*stage).lostAndWriting},
	{name: "52-stopped", show: (*stage).stopped},
	{name: "53-name-lost", show: (*stage).nameLost},
	{name: "54-new-version", show: (*stage).newVersion},
	{name: "55-client-broken", show: (*stage).clientBroken},
	{name: "60-file", show: (*stage).fromFile},
	{name: "61-file-too-old", show: (*stage).fileTooOld},
	{name: "70-high-contrast", show: (*stage).highContrast},
	{name: "71-compact", show: (*stage).compact},
	{name: "80-rooms", show: (*stage).rooms},
	{name: "81-rooms-drawer", show: (*stage).rooms, anew: (*stage).drawer, only: "narrow"},
	{name: "82-room-design", show: (*stage).designRoom},
	{name: "83-room-private", show: (*stage).privateRoom},
	{name: "84-room-locked", show: (*stage).lockedRoom},
	{name: "85-room-archived", show: (*stage).archivedRoom},
	{name: "86-room-muted-in", show: (*stage).mutedInRoom},
	{name: "87-room-to-join", show: (*stage).roomToJoin},
	{name: "88-room-not-there", show: (*stage).noRoom},
	{name: "89-direct", show: (*stage).direct},
	{name: "90-direct-of-many", show: (*stage).directOfMany},
	{name: "91-room-menu", show: (*stage).privateRoom, anew: (*stage).roomMenu},
	{name: "92-room-describe", show: (*stage).describeRoom},
	{name: "93-room-slow", show: (*stage).slowRoom},
	{name: "94-room-leave", show: (*stage).leaveRoom},
	{name: "95-room-add", show: (*stage).addToRoom},
	{name: "96-create-room", show: (*stage).createRoom},
	{name: "97-create-room-refused", show: (*stage).createRefused},
	{name: "98-browse-rooms", show: (*stage).browseRooms},
	{name: "99-new-message", show: (*stage).newMessage},
	{name: "100-switcher", show: (*stage).switcher},
	{name: "101-switcher-finds", show: (*stage).switcherFinds},
}

// A view is how somebody looks at a screen.
type view struct {
	name          string // of its pictures
	width, height int64  // CSS pixels
	scheme        string
	touch         bool
	features      []string // further ones of CSS media queries, with their values
}

var (
	phoneLight  = view{name: "360-light", width: 360, height: 740, scheme: "light", touch: true}
	phoneDark   = view{name: "360-dark", width: 360, height: 740, scheme: "dark", touch: true}
	tabletLight = view{name: "820-light", width: 820, height: 1180, scheme: "light"}
	tabletDark  = view{name: "820-dark", width: 820, height: 1180, scheme: "dark"}
	deskLight   = view{name: "1440-light", width: 1440, height: 900, scheme: "light"}
	deskDark    = view{name: "1440-dark", width: 1440, height: 900, scheme: "dark"}

	// zoomed is a window of 1280 by 1024 at 400 % (WCAG 1.4.10).
	zoomed = view{name: "zoom-400", width: 320, height: 256, scheme: "light"}
	forced = view{name: "forced-colours", width: 820, height: 740, scheme: "dark", features: []string{"forced-colors", "active"}}
)

// shown are the views of the contact sheet.
var shown = []view{phoneLight, phoneDark, tabletLight, tabletDark, deskLight, deskDark, zoomed, forced}

// narrow tells whether there is no room for the panel of people.
func (v view) narrow() bool { return v.width < 1024 }

// has tells whether a screen is there in a view.
func (sc screen) has(v view) bool {
	return sc.only == "" || (sc.only == "narrow") == v.narrow()
}

// look changes to a view of a screen, and waits until the page has come to rest
// in it.
func (s *stage) look(sc screen, v view) {
	s.Helper()
	s.media(v.scheme, v.features...)
	if v.touch {
		s.do(chromedp.EmulateViewport(v.width, v.height, chromedp.EmulateMobile, chromedp.EmulateTouch))
	} else {
		s.do(chromedp.EmulateViewport(v.width, v.height))
	}
	s.rest()
	if sc.anew != nil {
		sc.anew(s)
		s.rest()
	}
}

// rest waits until the page has drawn what it has to draw.
func (p *tab) rest() {
	p.Helper()
	js[bool](p, `document.fonts.ready.then(() => new Promise((done) => {
		let frames = 6; // what a change of size sets off takes some
		const look = () => --frames ? requestAnimationFrame(look) : done(true);
		requestAnimationFrame(look);
	}))`)
}

// TestEveryScreen goes through all screens and judges each in every way that
// needs nobody to look: by axe-core, on a phone and on a desk, in both colour
// schemes; zoomed to 400 %; with text spaced out; with less motion; with forced
// colours. With -screens it takes pictures too.
func TestEveryScreen(t *testing.T) {
	site := start(t)
	for _, sc := range screens {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			s := onStage(t, site)
			sc.show(s)
			judgments := []struct {
				view  view
				judge func(*stage) []string
			}{
				{deskLight, func(s *stage) []string { return append(s.violations(judged), s.misfits()...) }},
				{deskDark, func(s *stage) []string { return s.violations(inColour) }},
				{forced, (*stage).lostInForcedColours},
				{phoneDark, func(s *stage) []string { return slices.Concat(s.violations(judged), s.misfits(), s.smallTargets()) }},
				{phoneLight, (*stage).cutWhenSpaced},
				{zoomed, (*stage).misfits},
			}
			for _, j := range judgments {
				if !sc.has(j.view) {
					continue
				}
				s.look(sc, j.view)
				for _, fault := range append(j.judge(s), s.motions()...) {
					t.Errorf("%s: %s", j.view.name, fault)
				}
			}
			if *pictures == "" {
				return
			}
			for _, v := range shown {
				if sc.has(v) {
					s.look(sc, v)
					s.picture(filepath.Join(*pictures, sc.name+"-"+v.name+".png"))
				}
			}
		})
	}
	if *pictures != "" {
		if err := contactSheet(); err != nil {
			t.Error(err)
		}
	}
}

// picture writes what is in the window, without the caret, which blinks.
func (s *stage) picture(path string) {
	s.Helper()
	js[bool](s.tab, `(() => {
		if (globalThis.noCaret) return true;
		globalThis.noCaret = new CSSStyleSheet();
		noCaret.replaceSync("* { caret-color: transparent !important }");
		return document.adoptedStyleSheets.push(noCaret), true;
	})()`)
	shot := command(s.tab, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err := os.WriteFile(path, shot.Data, 0o644); err != nil {
		s.Fatal(err)
	}
}

// contactSheet writes a page with all pictures on it.
func contactSheet() error {
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Cyber Chat: every screen</title>\n" +
		"<style>body { font: 14px sans-serif; margin: 2em } div { display: flex; gap: 1em; align-items: start; overflow: auto } figure { margin: 0; flex: none } img { height: 20em; border: 1px solid #999; display: block }</style>\n" +
		"<h1>Cyber Chat: every screen</h1>\n")
	for _, sc := range screens {
		fmt.Fprintf(&b, "<h2 id=\"%[1]s\">%[1]s</h2>\n<div>\n", html.EscapeString(sc.name))
		for _, v := range shown {
			if sc.has(v) {
				file := html.EscapeString(sc.name + "-" + v.name + ".png")
				fmt.Fprintf(&b, "<figure><a href=%q><img loading=\"lazy\" src=%q alt=\"\"></a><figcaption>%s</figcaption></figure>\n", file, file, v.name)
			}
		}
		b.WriteString("</div>\n")
	}
	b.WriteString("</html>\n")
	return os.WriteFile(filepath.Join(*pictures, "index.html"), []byte(b.String()), 0o644)
}

func TestScreensHaveNamesOfTheirOwn(t *testing.T) {
	seen := make(map[string]bool)
	for _, sc := range screens {
		if seen[sc.name] {
			t.Errorf("two screens are called %s", sc.name)
		}
		seen[sc.name] = true
		if sc.only != "" && sc.only != "narrow" && sc.only != "wide" {
			t.Errorf("%s is there only %q", sc.name, sc.only)
		}
	}
}
