// From go-app v9 (MIT License, Copyright (c) 2016 Maxence Charriere), with less
// in it: see lean.go.

package app

import "strings"

// Handler is go-app's own HTTP handler, which no browser runs. What is named of
// it elsewhere in the package remains.
type Handler struct{}

func isRemoteLocation(path string) bool {
	return strings.HasPrefix(path, "https://") ||
		strings.HasPrefix(path, "http://")
}

func isStaticResourcePath(path string) bool {
	return strings.HasPrefix(path, "/web/") ||
		strings.HasPrefix(path, "web/")
}
