package ui

import (
	"strings"
	"testing"
	"time"

	"rsc.io/qr"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

func words(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

func TestADeviceIsNamedInWords(t *testing.T) {
	for want, c := range map[string]struct {
		brands          []string
		platform, agent string
	}{
		"Chrome on Windows":   {[]string{"Not/A)Brand", "Chromium", "Google Chrome"}, "Windows", "Mozilla/5.0 Chrome/140 Safari/537.36"},
		"Edge on macOS":       {[]string{"Microsoft Edge", "Chromium", "Not;A=Brand"}, "macOS", "Chrome/140 Edg/140"},
		"Chromium on Linux":   {[]string{"Chromium", "Not A(Brand"}, "Linux", "HeadlessChrome/140"},
		"Firefox on Linux":    {nil, "", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
		"Safari on iPhone":    {nil, "", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"},
		"Chrome on iPad":      {nil, "", "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) CriOS/140 Safari/604.1"},
		"Firefox on Android":  {nil, "", "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0"},
		"Safari on macOS":     {nil, "", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15"},
		"A browser":           {nil, "", "something"},
		"Chrome on ChromeOS":  {nil, "", "Mozilla/5.0 (X11; CrOS x86_64) Chrome/140 Safari/537.36"},
		"A browser on plan 9": {nil, "plan 9", ""},
	} {
		if got := deviceName(c.brands, c.platform, c.agent); got != want {
			t.Errorf("%q, %q, %q: %q, want %q", c.brands, c.platform, c.agent, got, want)
		}
	}
}

func TestAnInvitationIsFoundInWhatIsPasted(t *testing.T) {
	const secret = "ABCDEFGHIJKLMNOPQRSTUV"
	for text, ok := range map[string]bool{
		"http://localhost:3000/#invite=" + secret: true, " " + secret + "\n": true, "#invite=" + secret: true, "invite=" + secret: true,
		"": false, "https://example.com/": false, "#invite=short": false,
	} {
		got, is := invitationIn(text)
		if is != ok || ok && got != secret {
			t.Errorf("%q: %q, %t", text, got, is)
		}
	}
}

func TestWhoWritesIsSaid(t *testing.T) {
	some := []chat.Person{ada, ben, {ID: "c", Name: "Cy"}, {ID: "d", Name: "Di"}}
	for want, who := range map[string]chat.Crowd{
		"":                                 {},
		"Ada is writing…":                  {Count: 1, People: some[:1]},
		"Ada and Ben are writing…":         {Count: 2, People: some[:2]},
		"Ada, Ben and 1 more are writing…": {Count: 3, People: some[:3]},
		"4 people are writing…":            {Count: 4, People: some},
		"7 people are writing…":            {Count: 7},
		"Somebody is writing…":             {Count: 1},
	} {
		if got := words(writingParts(who)); got != want {
			t.Errorf("%v: %q, want %q", who, got, want)
		}
	}
}

func TestNobodyIsAtAPageThatIsHiddenOrLeftAlone(t *testing.T) {
	a := attention{touched: noon}
	for name, c := range map[string]struct {
		hidden bool
		after  time.Duration
		away   bool
	}{
		"just touched":      {false, time.Second, false},
		"hidden":            {true, time.Second, true},
		"almost left alone": {false, awayAfter - 1, false},
		"left alone":        {false, awayAfter, true},
	} {
		away, left := a.away(c.hidden, noon.Add(c.after))
		if away != c.away || !away && left != awayAfter-c.after {
			t.Errorf("%s: %t, %v", name, away, left)
		}
	}
}

func TestWhatHappenedIsTold(t *testing.T) {
	at := chat.Stamp{Room: chat.Place, Seq: 1, Author: ada, Time: noon}
	alone := chat.Stamp{Room: chat.Place, Seq: 1, Time: noon}
	on, slow := true, int64(60_000)
	for want, e := range map[string]chat.Durable{
		"You banned Ben until 12:30: spam":                  chat.MemberChanged{Stamp: at, Change: chat.Banned, Person: ben, Until: noon.Add(30 * time.Minute), Reason: "spam"},
		"You banned 203.0.113.7 for good":                   chat.MemberChanged{Stamp: at, Change: chat.Banned, Address: "203.0.113.7", Until: chat.Forever},
		"You lifted the ban on Ben":                         chat.MemberChanged{Stamp: at, Change: chat.Banned, Person: ben},
		"You made Ben an owner":                             chat.MemberChanged{Stamp: at, Change: chat.Appointed, Person: ben, Role: chat.RoleOwner},
		"Ben came in":                                       chat.MemberChanged{Stamp: alone, Change: chat.Joined, Person: ben},
		"A moderator removed Ben":                           chat.MemberChanged{Stamp: alone, Change: chat.Removed, Person: ben},
		"Somebody left for good, with all they had said":    chat.MemberChanged{Stamp: alone, Change: chat.Left, Person: chat.Person{ID: "x"}, Erased: true},
		"You deleted a message of Ben: rude":                chat.Deleted{Stamp: at, Message: 3, Of: ben, Reason: "rude"},
		"You deleted a message":                             chat.Deleted{Stamp: at, Message: 3, Of: ada},
		"You reported a message of Ben":                     chat.Reported{Stamp: at, Of: ben},
		"You settled a report":                              chat.Settled{Stamp: at},
		"You locked the room":                               chat.RoomChanged{Stamp: at, Locked: &on},
		"You made the room slow: one message each 1 minute": chat.RoomChanged{Stamp: at, Slow: &slow},
		"": chat.Newer{Stamp: at},
	} {
		if got := words(toldParts(e, ada.ID, noon)); got != want {
			t.Errorf("%T: %q, want %q", e, got, want)
		}
	}
}

func TestBansOfPeopleThatHoldAreFoundInTheLog(t *testing.T) {
	ban := func(seq int64, who chat.Person, address, in string, until time.Time) chat.Durable {
		return chat.MemberChanged{Stamp: chat.Stamp{Room: chat.Place, Seq: seq, In: in}, Change: chat.Banned, Person: who, Address: address, Until: until}
	}
	cy := chat.Person{ID: "c", Name: "Cy"}
	log := []chat.Durable{ // the latest first
		ban(6, ben, "", "", time.Time{}),
		ban(5, cy, "", "den", chat.Forever),
		ban(4, chat.Person{}, "203.0.113.7", "", noon.Add(time.Hour)),
		ban(3, ada, "", "", noon.Add(-time.Hour)),
		ban(2, ben, "", "", chat.Forever),
		ban(1, cy, "", "", chat.Forever),
	}
	var got []string
	for _, b := range bansIn(log, noon) {
		got = append(got, b.room()+" "+b.Person.Name+b.Address)
	}
	if want := "den Cy, place Cy"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// An address that is banned is listed by the server: the ban may be further back in
// the log than anybody reads.
func TestAddressesThatAreBannedAreSeenAndLifted(t *testing.T) {
	c, draw := mounted(t)
	w := welcome(ada)
	w.You.Known, w.You.Member = true, chat.Member{Here: true, Role: chat.RoleModerator}
	place := chat.RoomStatus{Room: chat.FirstRoom(chat.Place), Member: w.You.Member, Head: 500, After: 500}
	w.Rooms = append(w.Rooms, place)
	c.take(opened(w))
	c.showKeeping()
	c.folk.keeping.tab = "bans"
	c.moreLog()
	c.moreAddresses()
	for id := range c.wishes { // in any order; an answer of the other kind is none
		c.take(link.Batch{Events: []chat.Event{chat.Page{ID: id, Room: chat.Place}}})
	}
	if html := draw(); !strings.Contains(html, "It could not be loaded") {
		t.Error("an answer without addresses is not told")
	}
	c.moreAddresses()
	for id := range c.wishes {
		c.take(link.Batch{Events: []chat.Event{chat.Listing{ID: id, What: chat.ListAddresses, Addresses: []chat.BannedAddress{{Address: "192.0.2.7", Until: chat.Forever}}}}})
	}
	if html := draw(); !strings.Contains(html, "192.0.2.7") || !strings.Contains(html, ">Lift<") || strings.Contains(html, "Nobody is banned") {
		t.Error("a banned address cannot be seen")
	}
	changed := func(seq int64, address string, until time.Time) chat.MemberChanged {
		return chat.MemberChanged{Stamp: chat.Stamp{Room: chat.Place, Seq: seq, Author: ada, Time: noon}, Change: chat.Banned, Address: address, Until: until, Reason: "a flood"}
	}
	c.take(link.Batch{Events: []chat.Event{changed(501, "203.0.113.9", chat.Forever)}})
	if html := draw(); !strings.Contains(html, "203.0.113.9") || !strings.Contains(html, "a flood") {
		t.Error("one that is banned now is not added, with the reason")
	}
	c.take(link.Batch{Events: []chat.Event{changed(502, "203.0.113.9", time.Time{}), changed(503, "192.0.2.7", time.Time{})}})
	if html := draw(); strings.Contains(html, ">Lift<") || !strings.Contains(html, "Nobody is banned") {
		t.Error("lifted bans are still there")
	}
}

func TestALinkCountsItsMinutes(t *testing.T) {
	for left, want := range map[time.Duration]string{
		10 * time.Minute: "10 more minutes", 9*time.Minute + 1: "10 more minutes", 9 * time.Minute: "9 more minutes", time.Second: "1 more minute", 0: "",
	} {
		if got, _ := goodFor(noon.Add(left), noon); got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}

// The bars of the path are the dark modules, no more and no fewer.
func TestAQRCodeIsDrawnAsItIs(t *testing.T) {
	const text = "https://chat.example.org/#invite=ABCDEFGHIJKLMNOPQRSTUV"
	path, side := qrPath(text)
	code, err := qr.Encode(text, qr.M)
	if err != nil || side != code.Size+8 {
		t.Fatalf("%d a side, %v", side, err)
	}
	dark := 0
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				dark++
			}
		}
	}
	drawn := 0
	for bar := range strings.SplitSeq(strings.TrimPrefix(path, "M"), "M") {
		_, width, _ := strings.Cut(bar, "h")
		width, _, _ = strings.Cut(width, "v")
		n := 0
		for _, d := range width {
			n = 10*n + int(d-'0')
		}
		drawn += n
	}
	if drawn != dark {
		t.Errorf("%d modules are drawn, and %d are dark", drawn, dark)
	}
	if path, side := qrPath(strings.Repeat("x", 5000)); path != "" || side != 0 {
		t.Error("what is too long is drawn")
	}
}

func TestWhoIsNotLetInIsToldWhy(t *testing.T) {
	for code, said := range map[chat.CloseCode]string{
		chat.CloseNotInvited: "This place is by invitation", chat.CloseBanned: "You are banned until Tuesday.",
		chat.CloseSignedOut: "This device was signed out", chat.CloseRemoved: "You were removed", chat.CloseLeft: "You have left",
	} {
		c, draw := mounted(t)
		c.take(opened(welcome(ada), chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ben, Text: "a secret", Time: noon}))
		c.take(link.Batch{Status: &link.Status{Phase: link.Stopped, Code: code, Reason: "You are banned until Tuesday."}})
		html := draw()
		if !strings.Contains(html, said) || strings.Contains(html, "a secret") || strings.Contains(html, `id="composer"`) {
			t.Errorf("%d: the door is not all there is", code)
		}
	}
	c, draw := mounted(t)
	c.take(opened(welcome(ada)))
	c.take(link.Batch{Status: &link.Status{Phase: link.Stopped, Code: chat.CloseBadHello, Reason: "Too old."}})
	if html := draw(); !strings.Contains(html, `id="composer"`) || !strings.Contains(html, "Too old.") {
		t.Error("any other code shuts the door")
	}
}

// A wish is granted once, and refused when no answer will come any more.
func TestAWishIsGrantedOnce(t *testing.T) {
	c, _ := mounted(t)
	c.take(opened(welcome(ada)))
	var heard []string
	want := func(id string) {
		c.want(chat.Hide{ID: id, Person: "b", On: true}, func(e chat.Event, fault *chat.Fault) {
			if fault != nil {
				heard = append(heard, id+" refused")
			} else {
				heard = append(heard, id+" granted")
			}
		})
	}
	want("1")
	want("2")
	want("3")
	c.take(link.Batch{Events: []chat.Event{chat.Ack{ID: "1"}, chat.Ack{ID: "1"}, chat.Reject{ID: "2", Fault: *chat.NoPerson()}}})
	c.take(link.Batch{Status: &link.Status{Phase: link.Stopped}})
	if got := strings.Join(heard, ", "); got != "1 granted, 2 refused, 3 refused" {
		t.Errorf("heard %q", got)
	}
}

func TestWhatWasTakenAwayIsNotDrawn(t *testing.T) {
	c, draw := mounted(t)
	w := welcome(ada)
	w.Hidden = []string{"c"}
	c.take(opened(w,
		chat.Message{Room: chat.Lobby, Seq: 1, ID: "1", Author: ben, Text: "unkind", Time: noon},
		chat.Message{Room: chat.Lobby, Seq: 2, ID: "2", Author: chat.Person{ID: "c", Name: "Cy"}, Text: "unwanted", Time: noon},
		chat.Message{Room: chat.Lobby, Seq: 3, ID: "3", Author: chat.Person{ID: "d"}, Text: "of old", Time: noon}))
	c.take(link.Batch{Events: []chat.Event{chat.Deleted{Stamp: chat.Stamp{Room: chat.Lobby, Seq: 4, Author: ada, Time: noon}, Message: 1, Of: ben}}})
	html := draw()
	if strings.Contains(html, "unkind") || !strings.Contains(html, "this message was deleted") {
		t.Error("a deleted message is not a trace")
	}
	if !strings.Contains(html, "<details") || strings.Index(html, "unwanted") < strings.Index(html, "<details") {
		t.Error("a hidden person's message is not folded")
	}
	if !strings.Contains(html, nobody) {
		t.Error("whoever left has no word for a name")
	}
}

// What is written without a line is told as soon as there is one, and not counted
// as told before.
func TestWritingIsToldOnlyWhereItIsHeard(t *testing.T) {
	c, _ := mounted(t)
	c.take(opened(welcome(ada)))
	c.take(link.Batch{Status: &link.Status{Phase: link.Waiting, RetryAt: noon}})
	c.writes("hello", noon)
	if !c.typing.told.IsZero() {
		t.Error("it counts as told without a line")
	}
	c.take(opened(welcome(ada)))
	c.writes("hello you", noon.Add(time.Millisecond))
	if c.typing.told.IsZero() {
		t.Error("it is not told once there is a line")
	}
}
