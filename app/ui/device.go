package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// deviceHere is what this page runs on, in words.
func deviceHere() string {
	if app.IsServer {
		return ""
	}
	navigator := app.Window().Get("navigator")
	var brands []string
	var platform string
	if data := navigator.Get("userAgentData"); data.Truthy() {
		platform = data.Get("platform").String()
		list := data.Get("brands")
		for i := range list.Get("length").Int() {
			brands = append(brands, list.Index(i).Get("brand").String())
		}
	}
	return deviceName(brands, platform, navigator.Get("userAgent").String())
}

// deviceName says what browser on what system it is, as far as that can be told
// from what browsers say of themselves (https://wicg.github.io/ua-client-hints/).
func deviceName(brands []string, platform, agent string) string {
	browser := brandName(brands)
	if browser == "" {
		browser = found(agent, "A browser", [][2]string{
			{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
			{"CriOS/", "Chrome"}, {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
		})
	}
	if platform == "" || platform == "Unknown" {
		platform = found(agent, "", [][2]string{
			{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
			{"Mac OS X", "macOS"}, {"Linux", "Linux"}, {"BSD", "BSD"},
		})
	}
	if platform == "" {
		return browser
	}
	return browser + " on " + platform
}

// brandName is the one of the brands that people know: not the engine, if there is
// another one, and not the one that is made up so that no site counts on them.
func brandName(brands []string) string {
	var name string
	for _, b := range brands {
		switch {
		case strings.Contains(b, "Not") && strings.Contains(b, "Brand"):
		case b == "Chromium" && name != "":
		default:
			if name == "" || name == "Chromium" {
				name = b
			}
		}
	}
	for _, maker := range []string{"Google ", "Microsoft "} {
		name = strings.TrimPrefix(name, maker)
	}
	return name
}

// found is the name of the first sign that is in text.
func found(text, otherwise string, signs [][2]string) string {
	for _, s := range signs {
		if strings.Contains(text, s[0]) {
			return s[1]
		}
	}
	return otherwise
}
