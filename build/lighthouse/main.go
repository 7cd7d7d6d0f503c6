// Command lighthouse has Google's Lighthouse look at the page as a phone on a
// slow line would get it: a fresh server with some messages, a fresh browser,
// Lighthouse's defaults for mobile. It prints the scores and the main metrics,
// and ends with exit code 1 if one of them is beyond its bound.
//
//	go run ./build/lighthouse [-runs n]
//
// It needs the client that `make wasm` builds, Node.js with npm, and Chromium.
// Lighthouse itself is installed into build/out the first time.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"cyberchat/server/httpd"
	"cyberchat/server/journey/browse"
	"cyberchat/web"
)

// version is that of Lighthouse: its scores mean something only for one.
const version = "12.8.2"

func main() {
	runs := flag.Int("runs", 3, "how often it looks; the run with the median performance counts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, max(*runs, 1))
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lighthouse:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runs int) error {
	if _, err := fs.Stat(web.Static(), "app.wasm.br"); err != nil {
		return errors.New("there is no client: run make wasm first")
	}
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	folder := filepath.Join(filepath.Dir(strings.TrimSpace(string(mod))), "build", "out", "lighthouse")
	program, err := install(ctx, folder)
	if err != nil {
		return err
	}
	data, err := os.MkdirTemp("", "cyberchat")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	url, stop, err := serve(ctx, data)
	if err != nil {
		return err
	}
	defer stop()
	if err := talk(ctx, url); err != nil {
		return err
	}
	reports := make([]report, runs)
	for i := range reports {
		if reports[i], err = look(ctx, program, url, filepath.Join(folder, fmt.Sprintf("report-%d.json", i+1))); err != nil {
			return err
		}
	}
	r := median(reports)
	fmt.Print(r)
	return r.beyond()
}

// install installs Lighthouse into folder unless it is there, and returns its
// program.
func install(ctx context.Context, folder string) (program string, err error) {
	home := filepath.Join(folder, "node_modules", "lighthouse")
	program = filepath.Join(home, "cli", "index.js")
	about, err := os.ReadFile(filepath.Join(home, "package.json"))
	if err == nil && strings.Contains(string(about), `"version": "`+version+`"`) {
		return program, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	fmt.Println("Installing Lighthouse", version)
	npm := exec.CommandContext(ctx, "npm", "install", "--prefix", folder, "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel", "error", "lighthouse@"+version)
	npm.Stdout, npm.Stderr = os.Stdout, os.Stderr
	if err := npm.Run(); err != nil {
		return "", fmt.Errorf("npm: %w. Node.js 18.20 or later and a way to the npm registry are needed", err)
	}
	return program, nil
}

// serve starts a server with nothing in it, and returns its address and what
// stops it.
func serve(ctx context.Context, data string) (url string, stop func(), err error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	key, err := httpd.FileKey(data)
	if err != nil {
		return "", nil, errors.Join(err, l.Close())
	}
	s, err := httpd.New(httpd.Config{
		Listeners: []net.Listener{l},
		Open:      true,
		Static:    web.Static(),
		Data:      data,
		FileKey:   key,
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return "", nil, errors.Join(err, l.Close())
	}
	running, cancel := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- s.Run(running) }() // ends with running
	return "http://" + l.Addr().String() + "/", func() { cancel(); <-done }, nil
}

// look has Lighthouse look at url once.
func look(ctx context.Context, program, url, path string) (report, error) {
	node := exec.CommandContext(ctx, "node", program, url,
		"--output=json", "--output-path="+path, "--quiet",
		"--only-categories=performance,accessibility,best-practices,seo",
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-component-update")
	if os.Getenv("CHROME_PATH") == "" {
		chromium, err := browse.Path()
		if err != nil {
			return report{}, err
		}
		node.Env = append(os.Environ(), "CHROME_PATH="+chromium)
	}
	if said, err := node.CombinedOutput(); err != nil {
		return report{}, fmt.Errorf("lighthouse failed: %w\n%s", err, said)
	}
	return read(path)
}
