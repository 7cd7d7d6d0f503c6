package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// A packer puts a compiled client where the server embeds it from.
type packer struct {
	out     string // folder for what only the build needs; it must be there
	static  string // folder for what is embedded, in the same file system
	quality int    // of brotli, 0 to 11
	budget  int    // largest brotli size in bytes; 0 for none
}

// window is the base-2 logarithm of brotli's window, in bytes. 4 MiB pack this
// client as well as 16 MiB do, and cost a browser less memory.
const window = 22

// sizes are what a client weighs, in bytes.
type sizes struct {
	raw, brotli, gzip int
	budget            int  // 0 for none
	unchanged         bool // nothing had to be packed
}

// pack writes app.wasm.br, app.wasm.gz and wasm_exec.js into p.static, and a
// record of them into p.out. If the record of the last time still holds, only
// wasm_exec.js is written.
func (p packer) pack(raw, glue []byte) (sizes, error) {
	br, gz, unchanged := p.last(raw)
	if !unchanged {
		var wg sync.WaitGroup
		wg.Go(func() { br = packBrotli(raw, p.quality) })
		wg.Go(func() { gz = packGzip(raw) })
		wg.Wait()
	}
	s := sizes{raw: len(raw), brotli: len(br), gzip: len(gz), budget: p.budget, unchanged: unchanged}
	if p.budget > 0 && s.brotli > p.budget {
		return s, fmt.Errorf("the bundle has %d bytes after brotli, %d more than the budget of %d: take something out of ./app, or raise -budget knowingly", s.brotli, s.brotli-p.budget, p.budget)
	}
	if err := p.write(p.static, "wasm_exec.js", glue); err != nil || unchanged {
		return s, err
	}
	if err := p.write(p.static, "app.wasm.br", br); err != nil {
		return s, err
	}
	if err := p.write(p.static, "app.wasm.gz", gz); err != nil {
		return s, err
	}
	return s, p.write(p.out, "app.wasm.record", p.record(raw, br, gz))
}

// last returns what was packed the last time, if that was from raw, in the
// same way, and is still there as it was.
func (p packer) last(raw []byte) (br, gz []byte, ok bool) {
	br, err1 := os.ReadFile(filepath.Join(p.static, "app.wasm.br"))
	gz, err2 := os.ReadFile(filepath.Join(p.static, "app.wasm.gz"))
	record, err3 := os.ReadFile(filepath.Join(p.out, "app.wasm.record"))
	if err1 != nil || err2 != nil || err3 != nil {
		return nil, nil, false
	}
	return br, gz, bytes.Equal(record, p.record(raw, br, gz))
}

// record says what was packed, how, and what came of it.
func (p packer) record(raw, br, gz []byte) []byte {
	return fmt.Appendf(nil, "%x  app.wasm\n%x  app.wasm.br quality %d window %d\n%x  app.wasm.gz\n",
		sha256.Sum256(raw), sha256.Sum256(br), p.quality, window, sha256.Sum256(gz))
}

// write puts a whole file in place of another one, or leaves that as it was.
func (p packer) write(dir, name string, data []byte) error {
	// Not in dir: what an interrupted run leaves behind must not be embedded.
	f, err := os.CreateTemp(p.out, name+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it has been renamed
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(dir, name))
}

// packBrotli cannot fail: it writes to memory.
func packBrotli(raw []byte, quality int) []byte {
	var buf bytes.Buffer
	w := brotli.NewWriterOptions(&buf, brotli.WriterOptions{Quality: quality, LGWin: window})
	w.Write(raw)
	w.Close()
	return buf.Bytes()
}

// packGzip cannot fail: it writes to memory. The header has no name and no
// time, so the same client gives the same bytes.
func packGzip(raw []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	w.Write(raw)
	w.Close()
	return buf.Bytes()
}

// String is a table of a line each.
func (s sizes) String() string {
	var b strings.Builder
	line := func(name string, size int, note string) {
		fmt.Fprintf(&b, "%-12s %9d bytes  %5.1f %%%s\n", name, size, 100*float64(size)/float64(max(s.raw, 1)), note)
	}
	note := ""
	if s.budget > 0 {
		note = fmt.Sprintf("  of a budget of %d", s.budget)
	}
	line("app.wasm", s.raw, "")
	line("app.wasm.br", s.brotli, note)
	line("app.wasm.gz", s.gzip, "")
	if s.unchanged {
		b.WriteString("unchanged since the last time\n")
	}
	return b.String()
}
