//go:build !dev

package httpd

// Only development builds have a style guide; see dev.go.
var (
	devStyles []byte
	devPaths  []string
)
