// Package ui is the page: go-app components that draw the model of package
// state and are the only code to touch the document.
//
// [Chat] is the root. It owns the model and the line; everything below it is
// drawn from fields that it hands down, and asks it for what is to be done.
// What must not be drawn again with every event is a component of its own, with
// fields that compare equal as long as nothing changed: the log's chunks and
// the composer.
//
// The package also builds natively, where nothing is ever mounted: the server
// draws the same components once, before it knows anything ([Shell]), and
// delivers that as the page which is readable before the client has arrived.
package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Routes tells go-app what to show. A page opened from a file has the file's
// path for its route, so every path shows the chat.
func Routes() {
	devRoutes()
	app.RouteWithRegexp("^/", &Chat{})
}

// Shell returns the HTML of the root component before anything is known. It is
// to be the first element of the body; the client replaces it. The order of the
// attributes in it is another one each time.
func Shell() string { return app.HTMLString(&Chat{}) }

// Loader returns the HTML that stands behind the shell until the client runs:
// the progress of loading it, which boot.js moves and removes, and a sentence
// for a browser that runs no scripts.
func Loader() string { return loader }

const loader = `<aside id="app-wasm-loader" class="loader">
<progress id="app-wasm-progress" class="loader-bar" max="100" value="0" aria-label="Loading Cyber Chat"></progress>
<div class="loader-card">
<p id="app-wasm-loader-label" role="status">Loading…</p>
<button id="app-wasm-loader-reload" class="button small" type="button" hidden>Reload</button>
</div>
</aside>
<noscript><p class="noscript">Cyber Chat runs in the browser with JavaScript and WebAssembly, and scripts are switched off here. Switch them on for this page, or join from a terminal with any WebSocket client.</p></noscript>
`
