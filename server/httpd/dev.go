//go:build dev

package httpd

import _ "embed"

//go:embed styleguide.css
var devStyles []byte

// devPaths are where the page is delivered too, in builds with the tag dev.
var devPaths = []string{"/styleguide"}
