package httpd

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"

	"cyberchat/app/ui"
)

//go:embed file.html
var fileHTML string

var fileTemplate = template.Must(template.New("file").Parse(fileHTML))

// bundleMark stands where the bundle goes, which is too large to pass through
// a template.
const bundleMark = "@bundle@"

// file delivers the page as one file to take away: opened from a disk it
// connects to the server that it came from. Such a page has the origin "null",
// as has any sandboxed frame of anybody's site; it carries the server's key to
// be told from those. Other sites cannot read it: there are no CORS headers.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	p := &s.site.parts
	if p.bundle == nil {
		s.unbuilt(w, r)
		return
	}
	// Whoever is here calls the server by a name that it has.
	from := s.gate.own(r)[0]
	socket := "ws" + strings.TrimPrefix(from.String(), "http")
	glue, boot := inlineScript(p.glue), inlineScript(p.boot)
	var page bytes.Buffer
	err := fileTemplate.Execute(&page, map[string]any{
		"Policy": "default-src 'none'; script-src " + cspHash(glue) + " " + cspHash(boot) + " 'wasm-unsafe-eval'; " +
			"style-src " + cspHash(string(p.styles)) + "; img-src data:; connect-src " + socket + "; " +
			"base-uri 'none'; form-action 'none'",
		"Build":      s.site.build,
		"BundleSize": p.bundleSize,
		"Socket":     socket + "/ws",
		"Key":        s.cfg.FileKey,
		"Origin":     from.String(),
		"Styles":     template.HTML("<style>" + string(p.styles) + "</style>"),
		"Glue":       template.HTML("<script>" + glue + "</script>"),
		"Boot":       template.HTML("<script>" + boot + "</script>"),
		"Shell":      template.HTML(ui.Shell()),
		"Loader":     template.HTML(ui.Loader()),
		"Bundle":     template.HTML(bundleMark),
	})
	if err != nil {
		s.cfg.Log.Error("render the file", "error", err)
		http.Error(w, "The file could not be made. The server's log says why.", http.StatusInternalServerError)
		return
	}
	before, after, _ := bytes.Cut(page.Bytes(), []byte(bundleMark))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="cyberchat.html"`)
	h.Set("Cache-Control", "no-store") // it holds the key
	h.Set("Content-Length", strconv.Itoa(len(before)+base64.StdEncoding.EncodedLen(len(p.bundle))+len(after)))
	if r.Method == http.MethodHead {
		return
	}
	w.Write(before)
	packed := base64.NewEncoder(base64.StdEncoding, w)
	io.Copy(packed, bytes.NewReader(p.bundle)) // a client that is gone is no error of ours
	packed.Close()
	w.Write(after)
}

// inlineScript is a script as it may stand in a page: nothing in it ends the
// element early.
func inlineScript(js []byte) string {
	return strings.ReplaceAll(string(js), "</script", `<\/script`)
}

// cspHash allows one inline element with exactly this content (CSP Level 3
// §2.3.1).
func cspHash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
