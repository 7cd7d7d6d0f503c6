//go:build dev

package ui

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// devRoutes adds the style guide, in builds with the tag dev (make run DEV=1).
func devRoutes() { app.Route("/styleguide", &styleGuide{}) }

// A styleGuide draws every component in every state, for people to look at. It
// is part of development builds only, as are its styles and its path.
type styleGuide struct {
	app.Compo
	chat   *Chat // for what belongs to one; its line is never opened
	dialog string
	tab    string
}

func (g *styleGuide) OnInit() {
	g.chat = &Chat{local: newStorage("localStorage"), session: newStorage("sessionStorage"), line: link.New(link.Config{})}
	g.tab = "one"
	if app.IsClient {
		g.chat.page = readPage()
		g.chat.readSettings()
	}
}

func (g *styleGuide) OnUpdate(app.Context) {
	for _, id := range []string{"guide-dialog", "guide-sheet", "guide-drawer"} {
		syncDialog(id, g.dialog == id)
	}
}

func (g *styleGuide) Render() app.UI {
	return app.Main().Class("guide").ID("app").Body(
		app.H1().Text("Style guide"),
		g.section("Settings", settingsFields(g.chat.settings, g.change)),
		g.section("Colours", g.colours()),
		g.section("Type", g.words()),
		g.section("Space, radius, height", g.measures()),
		g.section("Marks and icons", g.icons()),
		g.section("Buttons", g.buttons()),
		g.section("Fields", g.fields()),
		g.section("Menu", g.menus()),
		g.section("Dialogs", g.dialogs()),
		g.section("Tabs", &tabList{ID: "guide-tabs", Label: "Tabs", Chosen: g.tab, Choose: g.choose,
			Tabs: []option{{"one", "One"}, {"two", "Two"}, {"three", "A longer one"}}},
			tabPage("guide-tabs", g.tab, app.P().Text("The page of "+g.tab+"."))),
		g.section("Toasts", toastRow(toast{id: 1, text: "Copied."}, func() {}),
			toastRow(toast{id: 2, text: "A longer sentence on something that has just been done, which takes more than one line on a phone."}, func() {})),
		g.section("Faces, badges, lists", g.people()),
		g.section("Rooms, and what is found", g.rooms()),
		g.section("Empty, on its way, wrong", g.states()),
		g.section("Notices", g.notices()),
		g.section("The heading", g.headings()),
		g.section("Messages", g.messages()),
	)
}

func (g *styleGuide) section(title string, body ...app.UI) app.UI {
	return app.Section().Class("guide-section").Aria("label", title).
		Body(append([]app.UI{app.H2().Text(title)}, body...)...)
}

func (g *styleGuide) row(body ...app.UI) app.UI { return app.Div().Class("guide-row").Body(body...) }

func (g *styleGuide) change(do func(*settings)) {
	s := g.chat.settings
	do(&s)
	g.chat.set(s)
}

func (g *styleGuide) choose(tab string) {
	g.tab = tab
	g.Update()
}

func (g *styleGuide) colours() app.UI {
	var rows []app.UI
	for _, name := range []string{
		"paper", "sheet", "wash", "wash-strong", "line", "edge", "ink", "ink-soft", "ink-faint",
		"accent", "accent-strong", "accent-wash", "on-accent",
		"alarm", "alarm-strong", "alarm-wash", "on-alarm", "calm", "calm-wash",
	} {
		rows = append(rows, app.Div().Class("guide-colour").Body(
			app.Span().Class("guide-swatch", "guide-"+name), app.Code().Text(name)))
	}
	return g.row(rows...)
}

func (g *styleGuide) words() app.UI {
	var rows []app.UI
	for _, name := range []string{"large", "head", "title", "text", "soft", "small", "tiny", "mono"} {
		rows = append(rows, app.P().Class("guide-"+name).Text(name+": Sphinx of black quartz, judge my vow. 0123456789 ÄÖß čžø"))
	}
	return app.Div().Body(rows...)
}

func (g *styleGuide) measures() app.UI {
	var rows []app.UI
	for _, name := range []string{"gap-1", "gap-2", "gap-3", "gap-4", "gap-6", "gap-8"} {
		rows = append(rows, app.Div().Class("guide-measure").Body(app.Span().Class("guide-bar", "guide-"+name), app.Code().Text(name)))
	}
	for _, name := range []string{"round-small", "round", "round-large", "round-full", "low", "high", "top"} {
		rows = append(rows, app.Div().Class("guide-measure").Body(app.Span().Class("guide-box", "guide-"+name), app.Code().Text(name)))
	}
	return g.row(rows...)
}

func (g *styleGuide) icons() app.UI {
	rows := []app.UI{app.Raw(mark)}
	for _, sign := range []string{
		iconPeople, iconSend, iconDown, iconClose, iconClock, iconAlert, iconPrompt, iconFile,
		iconMore, iconCopy, iconQuote, iconName, iconSliders, iconKeys,
		iconPerson, iconFlag, iconDelete, iconDevice, iconInvite, iconShield,
	} {
		rows = append(rows, icon(sign))
	}
	return g.row(rows...)
}

func (g *styleGuide) buttons() app.UI {
	button := func(text string, classes ...string) app.HTMLButton {
		return app.Button().Type("button").Class("button").Class(classes...).Text(text)
	}
	var rows []app.UI
	for _, kind := range []string{"", "primary", "quiet", "danger", "link"} {
		name := kind
		if kind == "" {
			name = "plain"
		}
		rows = append(rows, g.row(
			button(name, kind),
			button(name+" small", kind, "small"),
			button(name+" busy", kind, "busy"),
			button(name+" disabled", kind).Disabled(true),
			button(name+" pressed", kind).Aria("pressed", "true"),
		))
	}
	return app.Div().Body(append(rows, g.row(
		app.Button().Type("button").Class("button", "square").Aria("label", "Square").Body(icon(iconSliders)),
		app.Button().Type("button").Class("button", "quiet", "square").Aria("label", "Square and quiet").Body(icon(iconMore)),
		app.Button().Type("button").Class("button", "quiet", "square", "small").Aria("label", "Square, quiet and small").Body(icon(iconClose)),
		app.Button().Type("button").Class("button").Body(icon(iconFile), app.Span().Text("With an icon")),
		app.A().Class("button", "small").Href("/styleguide").Text("A link"),
	), &copyLine{Label: "the link", Text: "https://chat.example.org/a/rather/long/address/that/has/to/wrap/somewhere"})...)
}

func (g *styleGuide) fields() app.UI {
	return app.Div().Class("settings").Body(
		textField{ID: "guide-text", Label: "A text", Hint: "A hint says what is wanted."}.draw(),
		textField{ID: "guide-wrong", Label: "One that is wrong", Fault: "This name is taken. Choose another one."}.draw(),
		choiceField("guide-choice", "A choice", []option{{"a", "One"}, {"b", "Another one"}, {"c", "A third"}}, "b", func(string) {}),
		switchField("guide-on", "A switch", "With a hint.", true, func(bool) {}),
		switchField("guide-off", "Another switch", "", false, func(bool) {}),
	)
}

func (g *styleGuide) menus() app.UI {
	return g.row(
		opens(app.Button().Type("button").ID("guide-opener"), "guide-menu").Class("button").Text("Open the menu"),
		&menu{ID: "guide-menu", Label: "Example", About: "Ada Lovelace", Items: []menuItem{
			{Label: "Change your name", Icon: iconName, Do: func() {}},
			{Label: "Settings", Icon: iconSliders, Key: "Ctrl ,", Do: func() {}},
			{Label: "Delete", Icon: iconClose, Danger: true, Do: func() {}},
		}},
	)
}

func (g *styleGuide) dialogs() app.UI {
	open := func(id, text string) app.UI {
		return app.Button().Type("button").Class("button").ID("open-"+id).
			OnClick(func(app.Context, app.Event) { g.dialog = id }, id).Text(text)
	}
	close := func() { g.dialog = "" }
	page := func() app.UI {
		return app.P().Text("What stands in it. Escape, the cross and a click beside it close it.")
	}
	return app.Div().Body(
		g.row(open("guide-dialog", "A dialog"), open("guide-sheet", "A sheet"), open("guide-drawer", "A drawer")),
		dialog("guide-dialog", app.Span().Text("A dialog"), "", close, page()),
		dialog("guide-sheet", app.Span().Text("A sheet, on a phone"), "sheet wide", close, page()),
		dialog("guide-drawer", app.Span().Text("A drawer"), "drawer", close, page()),
	)
}

var guidePeople = []chat.Person{
	{ID: "a", Name: "Ada Lovelace"}, {ID: "b", Name: "Ben"}, {ID: "c", Name: "Grace Hopper"}, {ID: "d", Name: "דורון"},
	{ID: "e", Name: "A name as long as names may be, and so cut off"}, {ID: "f", Name: "🦊 fox"}, {ID: "g", Name: "山田"},
	{ID: "h", Name: "Édouard"}, {ID: "i", Name: "guest-7Q2F"}, {ID: "j", Name: "Jo"}, {ID: "k", Name: "Kim"}, {ID: "l", Name: "Lin"},
}

func (g *styleGuide) people() app.UI {
	var faces []app.UI
	for _, p := range guidePeople {
		faces = append(faces, face(p))
	}
	return app.Div().Body(
		g.row(faces...),
		g.row(badge("3", false), badge("99+", true), app.Span().Class("badge", "alarm").Text("!"), app.Span().Class("tag").Text("you"),
			app.Span().Text("Here now"), app.Span().Class("count").Text("12")),
		&people{Chat: g.chat, You: guidePeople[0], With: company{Count: 15, Known: true,
			Online: []member{{guidePeople[0], chat.RoleOwner}, {guidePeople[1], chat.RoleMember}, {guidePeople[4], chat.RoleModerator}},
			Away:   []member{{guidePeople[5], chat.RoleMember}}, Out: []member{{guidePeople[7], chat.RoleGuest}}}},
		g.row(faceIn(guidePeople[1], chat.Online), faceIn(guidePeople[2], chat.StateAway), faceIn(guidePeople[3], chat.Offline)),
	)
}

func (g *styleGuide) states() app.UI {
	again := app.Button().Type("button").Class("button", "small").Text("Try again")
	return app.Div().Body(
		emptyState(iconPeople, "Nobody is here", "As soon as somebody comes, they are shown here."),
		faultState("It could not be loaded", "The server cannot be reached.", again),
		bones(3),
	)
}

func (g *styleGuide) notices() app.UI {
	button := func(text string, classes ...string) app.UI {
		return app.Button().Type("button").Class("button", "small").Class(classes...).Text(text)
	}
	return app.Div().Body(
		notice("build", "A new version of Cyber Chat is ready.", button("Reload")),
		notice("name", "For now you are guest-7Q2F.", button("Choose a name"), button("Not now", "quiet")),
	)
}

func (g *styleGuide) headings() app.UI {
	var rows []app.UI
	for _, s := range []link.Status{
		{Phase: link.Open}, {Phase: link.Connecting},
		{Phase: link.Waiting, Reason: "The server cannot be reached.", RetryAt: time.Now().Add(time.Hour)},
		{Phase: link.Stopped},
	} {
		rows = append(rows, app.Div().Class("chat", "guide-chat").DataSet("phase", phaseName(s.Phase)).Body(
			app.Header().Class("bar").Body(app.Raw(mark), app.Div().Class("bar-title").Body(
				app.P().Class("guide-title").Text(heading(s.Phase)),
				app.Div().Class("status").Body(app.Span().Class("status-said").Text(s.Reason)),
			)),
		))
	}
	return app.Div().Body(rows...)
}

func (g *styleGuide) messages() app.UI {
	at := time.Date(2025, time.March, 5, 15, 4, 0, 0, time.UTC)
	texts := []struct {
		who  chat.Person
		text string
	}{
		{guidePeople[1], "A message."},
		{guidePeople[1], "Another one of the same person, within minutes, that is long enough to take more than one line whatever the width of the window, as messages sometimes are."},
		{guidePeople[0], "One's own."},
		{guidePeople[3], "שלום לכולם"},
		{guidePeople[5], "🎉👍"},
		{guidePeople[4], "averyveryverylongword" + "averyveryverylongword" + "averyveryverylongword" + "averyveryverylongword" + "averyveryverylongword"},
	}
	var rows []app.UI
	var prev state.Row
	for i, s := range texts {
		row := state.Row{Message: &chat.Message{Seq: int64(i + 1), ID: strconv.Itoa(i), Author: s.who, Text: s.text, Time: at.Add(time.Duration(i) * time.Minute)}}
		rows = append(rows, messageRow(newLine(prev, row, guidePeople[0].ID, at)))
		prev = row
	}
	for i, row := range []state.Row{
		{Message: &chat.Message{Seq: 20, Author: guidePeople[1], Gone: true, Time: at}},
		{Message: &chat.Message{Seq: 21, Author: guidePeople[2], Text: "Said by somebody whom you hide.", Time: at}, Folded: true},
		{Message: &chat.Message{Seq: 22 + int64(len(texts)), Author: chat.Person{ID: "left"}, Text: "Said by somebody who left.", Time: at}},
	} {
		rows = append(rows, messageRow(newLine(state.Row{}, row, guidePeople[i].ID, at)))
	}
	rows = append(rows, &typingLine{Who: chat.Crowd{Count: 2, People: guidePeople[1:3]}}, qrCode("An example", "https://chat.example.org/#invite=example"))
	for i, fault := range []*chat.Fault{nil, chat.TooFast(time.Second)} {
		rows = append(rows, pendingRow(g.chat, guidePeople[0], state.Pending{ID: strconv.Itoa(i), Text: "Not placed yet.", Time: at, Fault: fault}, i > 0, link.Open, time.UTC))
	}
	return app.Div().Body(rows...)
}
