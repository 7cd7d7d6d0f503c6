package httpd

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"
)

//go:embed unbuilt.html
var unbuiltHTML string

var unbuiltTemplate = template.Must(template.New("unbuilt").Parse(unbuiltHTML))

// unbuilt delivers the page that stands in for a client which was not built: it
// says how to build it, and how a terminal joins by the name that the server
// was called by.
func (s *Server) unbuilt(w http.ResponseWriter, r *http.Request) {
	var page bytes.Buffer
	err := unbuiltTemplate.Execute(&page, map[string]string{
		"Styles": s.site.parts.stylesPath,
		"Socket": "ws" + strings.TrimPrefix(s.gate.own(r)[0].String(), "http"),
	})
	if err != nil {
		s.cfg.Log.Error("render the page without a client", "error", err)
		http.Error(w, "The page could not be made. The server's log says why.", http.StatusInternalServerError)
		return
	}
	f := newFile("unbuilt.html", page.Bytes(), "no-store")
	f.status = http.StatusServiceUnavailable
	f.serve(w, r)
}
