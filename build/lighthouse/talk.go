package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
)

// said is the conversation that Lighthouse sees, by turns of those who speak.
var said = []string{
	"Morning! Who has the keys to the workshop?",
	"I do. I'm there from ten.",
	"Great, then I'll bring the printer back before noon.",
	"Did the new filament arrive?",
	"Two rolls, both grey. The orange one is on back order until Thursday, they wrote.",
	"Grey is fine for the brackets.",
	"👍",
	"Before I forget: the door sticks when it rains. Push low, next to the hinge, and it opens.",
	"I was wondering about that!",
	"Could somebody look at the list for Saturday? I put in what I remembered, but I'm sure something is missing.",
	"Extension cords.",
	"And name tags, we ran out last time.",
	"Added both.",
	"How many are we now?",
	"Thirty-one, if the two from Graz come.",
}

var speakers = []string{"Mara", "Jonas", "Ines"}

// times is how often they say all of it: more than the page loads at first.
const times = 5

// talk fills the room, as people do, over sockets.
func talk(ctx context.Context, url string) error {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	people := make([]*speaker, len(speakers))
	for i, name := range speakers {
		people[i] = join(ctx, url, name)
		defer people[i].leave()
	}
	for i := range times * len(said) {
		if err := people[i%len(people)].say(ctx, said[i%len(said)]); err != nil {
			return fmt.Errorf("the room could not be filled: %w", err)
		}
	}
	return nil
}

// A speaker is one person in the room.
type speaker struct {
	line  *link.Line
	acked chan error // what became of the latest post
	leave func()
}

func join(ctx context.Context, url, name string) *speaker {
	s := &speaker{acked: make(chan error, 1)}
	s.line = link.New(link.Config{
		URL:   "ws" + strings.TrimPrefix(url, "http") + "ws",
		Token: link.NewID(),
		Name:  name,
		Deliver: func(b link.Batch) {
			for _, e := range b.Events {
				switch e := e.(type) {
				case chat.Ack:
					s.acked <- nil
				case chat.Reject:
					s.acked <- errors.New(e.Text)
				}
			}
		},
	})
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.line.Run(ctx) // until leave
	}()
	s.leave = func() { cancel(); <-done }
	return s
}

// say says one thing and waits until it has its place.
func (s *speaker) say(ctx context.Context, text string) error {
	if err := s.line.Send(chat.Post{ID: link.NewID(), Room: chat.Lobby, Text: text}); err != nil {
		return err
	}
	select {
	case err := <-s.acked:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
