package ui

import (
	"slices"
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// keeping is what moderators see of the place: what was reported, what was done,
// and who is banned. What was done, and so which people are banned, is read from
// the place's log, the latest first.
type keeping struct {
	tab     string // reports, log or bans
	log     []chat.Durable
	got     bool
	asked   bool
	more    bool
	fault   string
	address string // that is to be banned: how long

	addresses listed[chat.BannedAddress]
}

var keepingTabs = []option{{"reports", "Reports"}, {"log", "Log"}, {"bans", "Bans"}}

// keepsOrder tells whether we are a moderator of the place.
func (c *Chat) keepsOrder() bool { return c.mayIn(chat.ToSettle, chat.Place) }

// showKeeping opens what moderators see.
func (c *Chat) showKeeping() {
	c.folk.keeping = keeping{tab: "reports"}
	c.showFolk(keepingPage)
	c.askReports()
}

// askReports asks for what was reported, if that is for us.
func (c *Chat) askReports() {
	c.folk.reports = listed[chat.Reported]{}
	if c.keepsOrder() {
		c.moreReports()
	}
}

func (c *Chat) moreReports() {
	more(c, &c.folk.reports, chat.List{What: chat.ListReports}, func(l chat.Listing) []chat.Reported { return l.Reports })
	c.Update()
}

// placeEvent takes in what happened in the place, of which moderators hear.
func (c *Chat) placeEvent(e chat.Durable) {
	r, k := &c.folk.reports, &c.folk.keeping
	switch e := e.(type) {
	case chat.Reported:
		is := func(o chat.Reported) bool { return o.Seq == e.Seq }
		if r.got && r.next == "" && !slices.ContainsFunc(r.rows, is) {
			r.rows = append(r.rows[:len(r.rows):len(r.rows)], e)
		}
	case chat.Settled:
		c.settled(e.Report)
	case chat.MemberChanged:
		if e.Address != "" && k.addresses.got {
			k.addresses.rows = withAddress(k.addresses.rows, e)
		}
	}
	if k.got && (len(k.log) == 0 || e.Stamped().Seq > k.log[0].Stamped().Seq) {
		k.log = slices.Insert(slices.Clone(k.log), 0, e)
	}
}

// settled takes in that a report was dealt with.
func (c *Chat) settled(report int64) {
	r := &c.folk.reports
	r.rows = slices.DeleteFunc(slices.Clone(r.rows), func(o chat.Reported) bool { return o.Seq == report })
}

// reportsText counts what was reported and not settled; empty for nothing.
func (c *Chat) reportsText() string {
	r := &c.folk.reports
	switch n := len(r.rows); {
	case n == 0 || !c.keepsOrder():
		return ""
	case r.next != "":
		return strconv.Itoa(n) + "+"
	default:
		return strconv.Itoa(n)
	}
}

// moreLog asks for the latest of the place's log, or for what comes before.
func (c *Chat) moreLog() {
	k := &c.folk.keeping
	if k.asked || k.got && !k.more {
		return
	}
	k.asked, k.fault = true, ""
	ask := chat.History{ID: link.NewID(), Room: chat.Place, Limit: chat.MaxPage}
	if n := len(k.log); n > 0 {
		ask.Before = k.log[n-1].Stamped().Seq
	} else {
		ask.At = time.Now().Add(time.Hour).UnixMilli() // all was before: the latest
	}
	c.want(ask, func(e chat.Event, fault *chat.Fault) {
		k.asked = false
		page, ok := e.(chat.Page)
		if !ok {
			if k.fault = "The server did not answer with a page."; fault != nil {
				k.fault = fault.Text
			}
			return
		}
		k.got, k.more = true, page.Earlier
		for _, e := range slices.Backward(page.Events) {
			if n := len(k.log); n == 0 || e.Stamped().Seq < k.log[n-1].Stamped().Seq {
				k.log = append(k.log[:n:n], e)
			}
		}
	})
	c.Update()
}

type keepingBody struct {
	app.Compo
	Chat *Chat
	Draw func()
}

func (b *keepingBody) Render() app.UI {
	c, k := b.Chat, &b.Chat.folk.keeping
	tabs := slices.Clone(keepingTabs)
	if n := c.reportsText(); n != "" {
		tabs[0].label += " (" + n + ")"
	}
	body := c.reportRows()
	switch k.tab {
	case "log":
		body = c.logRows()
	case "bans":
		body = c.banRows()
	}
	return app.Div().Body(
		&tabList{ID: "keeping", Label: "Keeping order", Tabs: tabs, Chosen: k.tab, Choose: func(tab string) {
			k.tab = tab
			if tab != "reports" && !k.got {
				c.moreLog()
			}
			if tab == "bans" && !k.addresses.got {
				c.moreAddresses()
			}
			c.Update()
		}},
		tabPage("keeping", k.tab, body...),
	)
}

// reportRows draw what was reported and not settled.
func (c *Chat) reportRows() []app.UI {
	r := &c.folk.reports
	now := timeHere()
	var rows []app.UI
	for _, e := range r.rows {
		mayMute := e.Of.ID != "" && e.Of.ID != c.model.You.ID
		buttons := []app.UI{
			app.Button().Type("button").Class("button", "small", "primary").
				OnClick(func(app.Context, app.Event) { c.settle(e, nil) }, e.Seq).Text("Settle"),
			app.Button().Type("button").Class("button", "small").
				OnClick(func(app.Context, app.Event) {
					c.settle(e, chat.Delete{ID: link.NewID(), Room: e.In, Message: e.Message, Reason: e.Reason})
				}, e.Seq).Text("Delete the message"),
		}
		if mayMute {
			buttons = append(buttons, app.Button().Type("button").Class("button", "small").
				OnClick(func(app.Context, app.Event) { c.goCard(e.Of, e.In) }, e.Seq, "card").Body(app.Span().Text("About "), app.Bdi().Text(nameOf(e.Of))))
		}
		text := e.Text
		if text == "" {
			text = "The message was deleted."
		}
		rows = append(rows, app.Li().Class("report").DataSet("report", strconv.FormatInt(e.Seq, 10)).Body(
			app.P().Class("hint").Body(append(sentence(toldParts(e, c.model.You.ID, now)),
				app.Span().Text(", "+c.titleOf(e.In)+", "+seenText(e.Time, now)))...),
			quoteOf(e.Of, text),
			app.Div().Class("report-actions").Body(buttons...),
		))
	}
	end := moreOf("reports-more", r.asked, r.got, r.next, r.fault, c.moreReports)
	if r.got && len(rows) == 0 && r.fault == "" {
		end = emptyState(iconClock, "Nothing is open", "What people report is listed here until a moderator has settled it.")
	}
	return []app.UI{app.Ul().Class("items").Body(rows...), end}
}

// settle deals with a report; before says what is done first, nil for nothing.
func (c *Chat) settle(e chat.Reported, before chat.Identified) {
	settle := func(chat.Ack) {
		c.folk.busy = false
		c.do(chat.Settle{ID: link.NewID(), Report: e.Seq}, func(chat.Ack) {
			c.settled(e.Seq)
			c.toast("The report is settled.")
		})
	}
	if before == nil {
		settle(chat.Ack{})
		return
	}
	c.do(before, settle)
}

// goCard goes to somebody's card from another page.
func (c *Chat) goCard(p chat.Person, room string) {
	if room == "" || room == chat.Place {
		room = chat.Lobby
	}
	c.folk.card = card{person: p, room: room}
	c.goFolk(cardPage)
	c.askCard()
}

// logRows draw the log of the place.
func (c *Chat) logRows() []app.UI {
	k := &c.folk.keeping
	now := timeHere()
	var rows []app.UI
	day := ""
	for _, e := range k.log {
		parts := toldParts(e, c.model.You.ID, now)
		if len(parts) == 0 {
			continue
		}
		at := e.Stamped()
		when := at.Time.In(now.Location())
		if in := at.In; in != "" {
			parts = append(parts, part{text: " (in "}, part{text: c.titleOf(in), name: true}, part{text: ")"})
		}
		if d := dayText(when, now); d != day {
			day = d
			rows = append(rows, app.Li().Class("audit-day").Text(d))
		}
		rows = append(rows, app.Li().Class("audit").Body(
			app.P().Body(sentence(parts)...),
			clock(when, clockText(when)),
		))
	}
	return []app.UI{app.Ul().Class("items").Body(rows...), c.moreLogUI(len(rows) == 0, "Nothing has happened", "Who comes in and what moderators do is listed here.")}
}

// moreLogUI stands where what was read of the log ends.
func (c *Chat) moreLogUI(empty bool, title, text string) app.UI {
	k := &c.folk.keeping
	next := ""
	if k.more {
		next = "more"
	}
	if k.got && empty && !k.more && k.fault == "" {
		return emptyState(iconClock, title, text)
	}
	return moreOf("log-more", k.asked, k.got, next, k.fault, c.moreLog)
}
