// Command app is the browser's half of Cyber Chat, compiled to WebAssembly.
package main

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/ui"
)

func main() {
	ui.Routes()
	app.RunWhenOnBrowser()
}
