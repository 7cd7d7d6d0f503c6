package httpd

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"cyberchat/app/ui"
)

// pageParts are what the page and the page that is taken as a file are made of.
type pageParts struct {
	styles, boot, offline, glue []byte
	bundle                      []byte // packed with gzip; nil when it was not built

	stylesPath, bootPath, offlinePath, gluePath, bundlePath string
	bundleSize                                              int64 // unpacked, in bytes
}

//go:embed page.html
var pageHTML string

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// addPage renders the page. Nothing in it comes from a request or a person:
// go-app does not escape attributes when it renders here.
func (s *site) addPage() error {
	p := &s.parts
	var page bytes.Buffer
	// The shell cannot be hashed, as go-app writes its attributes in another
	// order each time; but it comes from the code that the bundle is built of.
	s.build = hash(p.styles, p.boot, p.offline, p.glue, p.bundle, []byte(pageHTML))
	err := pageTemplate.Execute(&page, map[string]any{
		"Build":      s.build,
		"Bundle":     p.bundlePath,
		"BundleSize": p.bundleSize,
		"Styles":     p.stylesPath,
		"Glue":       p.gluePath,
		"Offline":    p.offlinePath,
		"Boot":       p.bootPath,
		"Shell":      template.HTML(ui.Shell()),
		"Loader":     template.HTML(ui.Loader()),
	})
	if err != nil {
		return fmt.Errorf("httpd: render the page: %w", err)
	}
	s.files["/"] = newFile("page.html", page.Bytes(), askAgain)
	for _, at := range devPaths {
		s.files[at] = s.files["/"]
	}
	return nil
}
