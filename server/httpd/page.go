package httpd

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"

	"cyberchat/app/ui"
)

// pageParts are what the page and the page that is taken as a file are made of.
type pageParts struct {
	styles, boot, glue []byte
	bundle             []byte // packed with gzip; nil when it was not built

	stylesPath, bootPath, gluePath, bundlePath string
	bundleSize                                 int64 // unpacked, in bytes
}

//go:embed page.html
var pageHTML string

//go:embed unbuilt.html
var unbuiltHTML []byte

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// addPage renders the page. Nothing in it comes from a request or a person:
// go-app does not escape attributes when it renders here.
func (s *site) addPage() error {
	p := &s.parts
	var page bytes.Buffer
	// The shell is not part of it: go-app writes its attributes in another order
	// each time, and the bundle draws the same.
	s.build = hash(p.styles, p.boot, p.glue, p.bundle, []byte(pageHTML))
	err := pageTemplate.Execute(&page, map[string]any{
		"Build":      s.build,
		"Bundle":     p.bundlePath,
		"BundleSize": p.bundleSize,
		"Styles":     p.stylesPath,
		"Glue":       p.gluePath,
		"Boot":       p.bootPath,
		"Shell":      template.HTML(ui.Shell()),
		"Loader":     template.HTML(ui.Loader()),
	})
	if err != nil {
		return fmt.Errorf("httpd: render the page: %w", err)
	}
	f := newFile("page.html", page.Bytes(), askAgain)
	if p.bundle == nil {
		f = newFile("unbuilt.html", unbuiltHTML, "no-store")
		f.status = http.StatusServiceUnavailable
	}
	s.files["/"] = f
	return nil
}
