// Command server is Cyber Chat: one program that delivers the page, holds the
// conversation and carries it over WebSockets. It only wires: what it does is
// in httpd and hub.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"cyberchat/server/httpd"
	"cyberchat/web"
)

func main() {
	slacken()
	// With one, everybody waits for the log's disk: the runtime lets others run
	// only when it notices that a system call takes long.
	if runtime.GOMAXPROCS(0) == 1 {
		runtime.GOMAXPROCS(2)
	}
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		stop()
		<-signals // somebody does not want to wait
		os.Exit(1)
	}()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "cyberchat:", err)
		os.Exit(1)
	}
}

// run is the whole program. It returns when ctx ends or it cannot go on; the
// error is a sentence for the person who started it.
func run(ctx context.Context, args []string, getenv func(string) string, out, log io.Writer) error {
	cfg, err := configure(args, getenv, out)
	if err != nil || cfg.done {
		return err
	}
	listeners, err := listen(cfg.addr)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.data, 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w. Name another one with -data", err)
	}
	key, err := httpd.FileKey(cfg.data)
	if err != nil {
		return fmt.Errorf("the data folder cannot be used: %w. Mend it, or name another one with -data", err)
	}
	open := cfg.entry == entryOpen || cfg.entry == "" && !beyond(listeners, cfg.origins)
	server, err := httpd.New(httpd.Config{
		Listeners: listeners,
		Hosts:     hosts(cfg.addr),
		Origins:   cfg.origins,
		Open:      open,
		Static:    web.Static(),
		Data:      cfg.data,
		Rate:      cfg.rate,
		FileKey:   key,
		Log:       slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		return err
	}
	announce(out, listeners, cfg, open)
	letIn(out, server, cfg, open, linkAddresses(listeners, cfg.origins))
	go giveBack(ctx)
	return server.Run(ctx)
}

// giveBack returns memory that nobody needs any more to the system, what the
// start took at once and the rest once a minute, until ctx ends. A crowd that
// comes takes twice as much as it needs to stay; the runtime alone would keep
// that.
func giveBack(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		debug.FreeOSMemory()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
