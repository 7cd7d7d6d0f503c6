// Package web embeds what the browser is given beside the page itself: styles,
// icons, the boot script, and the client that `make wasm` builds.
package web

import (
	"embed"
	"io/fs"
)

//go:embed static
var embedded embed.FS

// Static holds css/*.css (one file a noun), icons/, screenshots/, the scripts
// boot.js, offline.js and worker.js, the manifest, and, once `make wasm` has run,
// app.wasm.br, app.wasm.gz and wasm_exec.js.
func Static() fs.FS {
	static, err := fs.Sub(embedded, "static")
	if err != nil {
		panic(err) // the name is a constant and the folder is embedded
	}
	return static
}
