package httpd_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
	"cyberchat/web"
)

const fileKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// A place is a running server.
type place struct {
	addr   string // host:port
	stop   func() error
	server *httpd.Server
}

// start runs a server on a port of the system's choosing until the test ends.
func start(t *testing.T, change ...func(*httpd.Config)) place {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, l, change...)
}

func startOn(t *testing.T, l net.Listener, change ...func(*httpd.Config)) place {
	t.Helper()
	cfg := httpd.Config{
		Listeners: []net.Listener{l},
		Open:      true,
		Static:    built(t),
		Data:      t.TempDir(),
		FileKey:   fileKey,
		Log:       slog.New(slog.DiscardHandler),
	}
	for _, c := range change {
		c(&cfg)
	}
	s, err := httpd.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop := sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return place{l.Addr().String(), stop, s}
}

// built is the web folder with a small bundle in place of the real one, so that
// these tests need no `make wasm`.
func built(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(web.Static(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(web.Static(), name)
		files[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files["app.wasm.br"] = &fstest.MapFile{Data: []byte("as brotli")}
	files["app.wasm.gz"] = &fstest.MapFile{Data: gzipped(bundle)}
	files["wasm_exec.js"] = &fstest.MapFile{Data: []byte("// glue </script>")}
	return files
}

var bundle = strings.Repeat("the bundle ", 1000)

func gzipped(s string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.Bytes()
}

// get asks for a path with headers given as "Name: value".
func get(t *testing.T, p place, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	return request(t, http.MethodGet, p, path, headers...)
}

func request(t *testing.T, method string, p place, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+p.addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}, r, headers)
}

// do sends a request with headers given as "Name: value".
func do(t *testing.T, c *http.Client, r *http.Request, headers []string) (*http.Response, string) {
	t.Helper()
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// A client is one open socket.
type client struct {
	*testing.T
	conn   *websocket.Conn
	events *[]chat.Event // of messages that were read, and not looked at yet
}

// dial opens a socket; protocols and headers may be nil.
func dial(t *testing.T, p place, path string, protocols []string, headers http.Header) client {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), "ws://"+p.addr+path, &websocket.DialOptions{Subprotocols: protocols, HTTPHeader: headers})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(2 << 20)
	t.Cleanup(func() { conn.CloseNow() })
	return client{t, conn, new([]chat.Event)}
}

// plain opens a socket in plain mode and reads the two lines of its welcome.
func plain(t *testing.T, p place) (c client, name string) {
	t.Helper()
	c = dial(t, p, "/ws", nil, nil)
	if line := c.line(); line != chat.Greeting {
		t.Fatalf("the first line is %q", line)
	}
	second := c.line()
	name, _, ok := strings.Cut(strings.TrimPrefix(second, "* You are "), ".")
	if !ok || !strings.Contains(second, "/help") {
		t.Fatalf("the second line is %q", second)
	}
	return c, name
}

// typed opens a socket in typed mode and says hello.
func typed(t *testing.T, p place, hello chat.Hello) (client, chat.Welcome) {
	t.Helper()
	c := dial(t, p, "/ws", []string{chat.Protocol}, nil)
	c.say(hello)
	return c, next[chat.Welcome](c)
}

func (c client) send(text string) {
	c.Helper()
	if err := c.conn.Write(c.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.Fatal(err)
	}
}

func (c client) say(commands ...chat.Command) {
	c.Helper()
	var frames [][]byte
	for _, command := range commands {
		frames = append(frames, chat.AppendCommand(nil, command))
	}
	c.send(string(bytes.Join(frames, []byte("\n"))))
}

// read returns the next message, or fails after ten seconds.
func (c client) read() (string, error) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 10*time.Second)
	defer cancel()
	_, data, err := c.conn.Read(ctx)
	return string(data), err
}

func (c client) line() string {
	c.Helper()
	line, err := c.read()
	if err != nil {
		c.Fatal(err)
	}
	return line
}

// lineThat reads lines until one fits.
func (c client) lineThat(fits func(string) bool) string {
	c.Helper()
	for {
		if line := c.line(); fits(line) {
			return line
		}
	}
}

// closed reads until the connection is closed and returns what came before
// that, and the close.
func (c client) closed() (before []string, end websocket.CloseError) {
	c.Helper()
	for {
		text, err := c.read()
		if err == nil {
			before = append(before, text)
			continue
		}
		if !errors.As(err, &end) {
			c.Fatalf("the connection ended without a close frame: %v (before: %q)", err, before)
		}
		return before, end
	}
}

// event returns the next event.
func (c client) event() (chat.Event, error) {
	c.Helper()
	for len(*c.events) == 0 {
		message, err := c.read()
		if err != nil {
			return nil, err
		}
		for frame := range chat.Frames([]byte(message)) {
			e, err := chat.DecodeEvent(frame)
			if err != nil {
				c.Fatalf("%s: %v", frame, err)
			}
			*c.events = append(*c.events, e)
		}
	}
	e := (*c.events)[0]
	*c.events = (*c.events)[1:]
	return e, nil
}

// next passes over events until one of the type comes.
func next[E chat.Event](c client) E {
	c.Helper()
	for {
		e, err := c.event()
		if err != nil {
			c.Fatal(err)
		}
		if e, ok := e.(E); ok {
			return e
		}
	}
}

// refused asks for a socket and returns the answer that is not one.
func refused(t *testing.T, p place, path string, headers ...string) (int, map[string]any) {
	t.Helper()
	res, body := get(t, p, path, append([]string{
		"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
	}, headers...)...)
	var said map[string]any
	if res.StatusCode != http.StatusSwitchingProtocols && strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		if err := json.Unmarshal([]byte(body), &said); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
	}
	return res.StatusCode, said
}

// dialAs opens a socket at p, calling it by another host if one is given.
func dialAs(t *testing.T, p place, path, host string, h http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	return websocket.Dial(t.Context(), "ws://"+p.addr+path, &websocket.DialOptions{Host: host, HTTPHeader: h})
}

func dialWith(t *testing.T, p place, protocols []string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	return websocket.Dial(t.Context(), "ws://"+p.addr+"/ws", &websocket.DialOptions{Subprotocols: protocols})
}
