//go:build !dev

package ui

// devRoutes are none but in development builds; see styleguide.go.
func devRoutes() {}
