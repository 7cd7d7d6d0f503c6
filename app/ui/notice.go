package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// notices are what the person should know or decide, most important first.
func (c *Chat) notices() []app.UI {
	var ns []app.UI
	if newer := c.model.Build; newer != "" && c.page.build != "" && newer != c.page.build {
		if c.page.file {
			ns = append(ns, notice("build", "A newer version of this file is available.",
				app.A().Class("button", "small").Href(c.page.download()).Attr("download", "cyberchat.html").Text("Download it")))
		} else {
			ns = append(ns, notice("build", "A new version of Cyber Chat is ready.",
				app.Button().ID("reload-build").Type("button").Class("button", "small").OnClick(reload).Text("Reload")))
		}
	}
	choose := func(label string) app.UI {
		return app.Button().Type("button").Class("button", "small").OnClick(c.openName).Text(label)
	}
	ignore := app.Button().Type("button").Class("button", "small", "quiet").OnClick(c.ignoreName).Text("Not now")
	you := c.model.You.Name
	switch refused := c.model.Refused; {
	case c.nameOpen || you == "":
	case refused != nil && refused != c.nameSeen:
		ns = append(ns, notice("name", refused.Text+" For now you are "+you+".", choose("Choose a name"), ignore))
	case c.nameHinted:
		ns = append(ns, notice("name", "For now you are "+you+".", choose("Choose a name"), ignore))
	}
	return ns
}

func notice(kind, text string, actions ...app.UI) app.UI {
	return app.Div().Class("notice").DataSet("notice", kind).Role("status").Body(
		app.P().Text(text),
		app.Div().Class("notice-actions").Body(actions...),
	)
}
