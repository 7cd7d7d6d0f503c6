package httpd

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A site is everything that is delivered over HTTP, made once at the start and
// never changed: requests choose, they do not shape.
type site struct {
	// build names this page, its styles, scripts and bundle: it changes when
	// one of them does.
	build string
	files map[string]*file // by path
	parts pageParts
}

// A file is one thing to deliver, in the encodings it is kept in.
type file struct {
	kind    string // Content-Type
	cache   string // Cache-Control
	etag    string
	status  int
	plain   []byte // nil: unpacked from gzip for whoever takes no other
	gzip    []byte // may be nil
	brotli  []byte // may be nil
	rawSize int64  // of plain
}

const (
	// forEver is for paths that contain the hash of what they deliver.
	forEver = "public, max-age=31536000, immutable"
	// askAgain lets a browser keep a file and makes it ask whether it is still
	// the same.
	askAgain = "no-cache"
)

// newSite makes the site from files laid out as web.Static.
func newSite(static fs.FS) (*site, error) {
	s := &site{files: make(map[string]*file)}
	styles, err := styles(static)
	if err != nil {
		return nil, err
	}
	var scripts [3][]byte
	for i, name := range []string{"boot.js", "offline.js", "worker.js"} {
		if scripts[i], err = fs.ReadFile(static, name); err != nil {
			return nil, fmt.Errorf("httpd: %w", err)
		}
	}
	boot, offline, worker := scripts[0], scripts[1], scripts[2]
	s.parts.styles, s.parts.boot, s.parts.offline = styles, boot, offline
	if err := s.addIcons(static); err != nil {
		return nil, err
	}
	s.files["/robots.txt"] = newFile("/robots.txt", []byte("User-agent: *\nDisallow: /\n"), askAgain)
	if err := s.addBundle(static); err != nil {
		return nil, err
	}
	s.parts.stylesPath = s.addHashed("app.css", styles)
	s.parts.bootPath = s.addHashed("boot.js", boot)
	s.parts.offlinePath = s.addHashed("offline.js", offline)
	if err := s.addPage(); err != nil {
		return nil, err
	}
	if s.parts.bundle != nil {
		s.addWorker(worker)
	}
	return s, nil
}

// styles joins css/*.css: tokens and base first, which the others build upon.
func styles(static fs.FS) ([]byte, error) {
	names, err := fs.Glob(static, "css/*.css")
	if err != nil || len(names) == 0 {
		return nil, errors.Join(errors.New("httpd: no styles"), err)
	}
	first := []string{"css/tokens.css", "css/base.css"}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(rank(first, a), rank(first, b))
	})
	var all []byte
	for _, name := range names {
		data, err := fs.ReadFile(static, name)
		if err != nil {
			return nil, fmt.Errorf("httpd: %w", err)
		}
		all = append(all, data...)
	}
	return append(all, devStyles...), nil
}

// rank is the place of name among those that come first.
func rank(first []string, name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}

// addIcons adds the icons, the manifest that names them, and the pictures in
// that, at fixed paths.
func (s *site) addIcons(static fs.FS) error {
	icons, err := fs.Glob(static, "icons/*")
	if err != nil {
		return fmt.Errorf("httpd: %w", err)
	}
	pictures, err := fs.Glob(static, screenshots+"*")
	if err != nil {
		return fmt.Errorf("httpd: %w", err)
	}
	for _, name := range slices.Concat(icons, pictures, []string{"manifest.webmanifest"}) {
		data, err := fs.ReadFile(static, name)
		if err != nil {
			return fmt.Errorf("httpd: %w", err)
		}
		s.files["/"+name] = newFile(name, data, askAgain)
	}
	return nil
}

// addBundle adds the client that `make wasm` built, if it has.
func (s *site) addBundle(static fs.FS) error {
	var missing error
	read := func(name string) []byte {
		data, err := fs.ReadFile(static, name)
		missing = errors.Join(missing, err)
		return data
	}
	packed, glue := read("app.wasm.gz"), read("wasm_exec.js")
	if errors.Is(missing, fs.ErrNotExist) {
		return nil // the page says so
	}
	if missing != nil {
		return fmt.Errorf("httpd: %w", missing)
	}
	if len(packed) < 18 {
		return errors.New("httpd: app.wasm.gz is broken. Run make wasm")
	}
	brotli, err := fs.ReadFile(static, "app.wasm.br")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("httpd: %w", err)
	}
	p := &s.parts
	p.glue, p.bundle = glue, packed
	p.gluePath = s.addHashed("wasm_exec.js", glue)
	// RFC 1952 §2.3.1: the last four bytes are the size of what was packed.
	p.bundleSize = int64(binary.LittleEndian.Uint32(packed[len(packed)-4:]))
	p.bundlePath = "/static/app." + hash(packed, brotli) + ".wasm"
	s.files[p.bundlePath] = &file{
		kind: "application/wasm", cache: forEver, etag: etag(packed), status: http.StatusOK,
		gzip: packed, brotli: brotli, rawSize: p.bundleSize,
	}
	return nil
}

// addHashed adds a file under a path that contains its hash.
func (s *site) addHashed(name string, data []byte) string {
	ext := path.Ext(name)
	at := "/static/" + strings.TrimSuffix(name, ext) + "." + hash(data) + ext
	s.files[at] = newFile(name, data, forEver)
	return at
}

// newFile returns a file and packs it if that makes it smaller.
func newFile(name string, data []byte, cache string) *file {
	f := &file{kind: kindOf(name), cache: cache, etag: etag(data), status: http.StatusOK, plain: data, rawSize: int64(len(data))}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	w.Write(data) // a bytes.Buffer takes everything
	w.Close()
	if packed.Len() < len(data)*9/10 {
		f.gzip = packed.Bytes()
	}
	return f
}

func kindOf(name string) string {
	switch path.Ext(name) {
	case ".webmanifest":
		return "application/manifest+json"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

func hash(data ...[]byte) string {
	h := sha256.New()
	for _, d := range data {
		h.Write(d)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func etag(data []byte) string { return `"` + hash(data) + `"` }

// ServeHTTP delivers the file at the path asked for.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Only GET and HEAD are answered here.", http.StatusMethodNotAllowed)
		return
	}
	f := s.files[r.URL.Path]
	if f == nil {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "There is nothing here. The chat is at /.", http.StatusNotFound)
		return
	}
	f.serve(w, r)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", f.cache)
	h.Set("Vary", "Accept-Encoding")
	encoding, body := f.encoded(r)
	tag := f.etag
	if encoding != "" { // RFC 9110 §8.8.3: each encoding is a representation of its own
		h.Set("Content-Encoding", encoding)
		tag = strings.TrimSuffix(tag, `"`) + "-" + encoding + `"`
	}
	h.Set("ETag", tag)
	if f.status == http.StatusOK && strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	size := int64(len(body))
	if body == nil {
		size = f.rawSize
	}
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	w.WriteHeader(f.status)
	if r.Method == http.MethodHead {
		return
	}
	if body != nil {
		w.Write(body) // a client that is gone is no error of ours
		return
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(f.gzip))
	if err == nil {
		io.Copy(w, unpacked)
	}
}

// encoded returns the smallest encoding that the client takes, and nil for one
// that has to be unpacked.
func (f *file) encoded(r *http.Request) (encoding string, body []byte) {
	accepted := strings.Join(r.Header.Values("Accept-Encoding"), ",")
	switch {
	case f.brotli != nil && accepts(accepted, "br"):
		return "br", f.brotli
	case f.gzip != nil && accepts(accepted, "gzip"):
		return "gzip", f.gzip
	}
	return "", f.plain
}

// accepts reads an Accept-Encoding header (RFC 9110 §12.5.3): whether the
// coding is named there and not with a weight of 0.
func accepts(header, coding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, ok := strings.CutPrefix(strings.TrimSpace(weight), "q=")
		if !ok {
			return true
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return err == nil && v > 0
	}
	return false
}
