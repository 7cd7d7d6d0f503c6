package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/httpd"
	"cyberchat/server/store"
	"cyberchat/web"
)

// A place is a server of ours, in this process, and what it keeps.
type place struct {
	addr   string
	folder string
	stop   context.CancelFunc
	ended  chan error
}

// fast is a rate that nobody reaches.
const fast = 1_000_000

// openPlace starts a server in whose room so many messages were said, over two
// months.
func openPlace(messages int) (*place, error) {
	folder, err := os.MkdirTemp("", "clientbench")
	if err != nil {
		return nil, err
	}
	p := &place{folder: folder, ended: make(chan error, 1)}
	if err := p.open(messages); err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	return p, nil
}

func (p *place) open(messages int) error {
	progress(fmt.Sprintf("filling a room with %d messages", messages))
	if err := fill(p.folder, messages); err != nil {
		return fmt.Errorf("the room cannot be filled: %w", err)
	}
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.addr = l.Addr().String()
	s, err := httpd.New(httpd.Config{
		Listeners: []net.Listener{l},
		Open:      true,
		Static:    web.Static(),
		Data:      p.folder,
		Rate:      fast,
		FileKey:   rand.Text(),
		Log:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	go func() { p.ended <- s.Run(ctx) }()
	return nil
}

func (p *place) url() string { return "http://" + p.addr + "/" }

// close stops the server and removes what it kept.
func (p *place) close() {
	p.stop()
	<-p.ended
	os.RemoveAll(p.folder)
}

// words are what messages are made of.
var words = strings.Fields("what people say to one another in a room like this one is short mostly and sometimes it goes on over a few lines because there is something to explain or to tell in some detail")

// saying is the text of a message: from a few words to some lines.
func saying(i int) string {
	n := 3 + i*7%11
	if i%9 == 0 {
		n += 40
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d:", i+1)
	for k := range n {
		text.WriteString(" " + words[(i*13+k*5)%len(words)])
	}
	return text.String()
}

// fill places the messages as the server would.
func fill(folder string, messages int) error {
	log, err := store.Open(folder, func([]*store.Entry) {})
	if err != nil {
		return err
	}
	begin := time.Now().AddDate(0, -2, 0)
	step := time.Since(begin) / time.Duration(messages+1)
	for i := range messages {
		author := i / 3 % 25
		e := &store.Entry{
			Author: chat.Person{ID: fmt.Sprint("p", author), Name: fmt.Sprint("Person ", author+1)},
			Act:    chat.Post{ID: fmt.Sprint(i), Room: chat.Lobby, Text: saying(i)},
			Time:   begin.Add(time.Duration(i) * step).UTC().Truncate(time.Millisecond),
		}
		for err = log.Place(e); errors.Is(err, store.ErrBusy); err = log.Place(e) {
			time.Sleep(time.Millisecond)
		}
		if err != nil {
			return errors.Join(err, log.Close())
		}
	}
	return log.Close()
}
