package hub

import (
	"bytes"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// A counter is an outlet that only counts.
type counter struct{ bytes atomic.Int64 }

func (c *counter) Send(frames []byte) { c.bytes.Add(int64(len(frames))) }
func (c *counter) End(Close)          {}

func benchHub(b *testing.B, listeners int) (*Hub, []*Listener) {
	h, err := Open(Config{Folder: b.TempDir(), Build: "build", Open: true, Rate: 1_000_000})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { h.Close(Close{}) })
	all := make([]*Listener, listeners)
	for i := range all {
		if all[i], err = h.Join(Visit{}, new(counter)); err != nil {
			b.Fatal(err)
		}
	}
	return h, all
}

// stopFlusher leaves it to this goroutine to flush.
func stopFlusher(h *Hub) {
	h.mu.Lock()
	h.feed.ended = true
	h.feed.signal()
	h.mu.Unlock()
	h.ending.Wait()
}

const text100 = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

// BenchmarkFanOut hands a batch of messages that are on disk to everybody, as
// the store does: one operation is one delivery.
func BenchmarkFanOut(b *testing.B) {
	for _, listeners := range []int{100, 1000, 5000} {
		b.Run(fmt.Sprint(listeners), func(b *testing.B) {
			h, all := benchHub(b, listeners)
			stopFlusher(h)
			batch := make([]*store.Entry, 16)
			for i := range batch {
				post := chat.Post{ID: "id", Room: chat.Lobby, Text: text100}
				m := chat.Message{Room: post.Room, Seq: int64(i + 1), ID: post.ID, Author: chat.Person{ID: "p", Name: "Ann"}, Text: post.Text, Time: time.Now()}
				batch[i] = &store.Entry{Author: m.Author, Act: post, Time: m.Time, Owner: all[i], Seq: m.Seq, Events: []chat.Durable{m}}
			}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if n%(len(batch)*listeners) == 0 {
					for _, e := range batch { // what was handed out already is nothing new
						m := e.Events[0].(chat.Message)
						m.Seq += int64(len(batch))
						e.Seq, e.Events[0] = m.Seq, m
					}
					h.handOut(batch)
					h.flush()
				}
			}
		})
	}
}

// A sender is an outlet that lets the next post go for each one that is
// acknowledged.
type sender struct{ free chan struct{} }

func (s sender) Send(frames []byte) {
	for range bytes.Count(frames, []byte(`{"type":"ack"`)) {
		s.free <- struct{}{}
	}
}
func (s sender) End(Close) {}

// BenchmarkPost has 16 people post with 16 messages in flight each, to disk and
// back, beside others who listen: one operation is one message acknowledged.
func BenchmarkPost(b *testing.B) {
	for _, listeners := range []int{0, 100, 1000} {
		b.Run(fmt.Sprint(listeners), func(b *testing.B) {
			h, _ := benchHub(b, listeners)
			var senders sync.WaitGroup
			var left atomic.Int64
			left.Store(int64(b.N))
			b.ResetTimer()
			for i := range 16 {
				s := sender{make(chan struct{}, 16)}
				l, err := h.Join(Visit{}, s)
				if err != nil {
					b.Fatal(err)
				}
				for range cap(s.free) {
					s.free <- struct{}{}
				}
				senders.Go(func() {
					for n := 0; left.Add(-1) >= 0; n++ {
						<-s.free
						l.Do(chat.Post{ID: fmt.Sprint(i, "-", n), Room: chat.Lobby, Text: text100})
					}
					for range cap(s.free) { // all are answered
						<-s.free
					}
				})
			}
			senders.Wait()
		})
	}
}

// BenchmarkPresence is a second of a room with 1,000 people in it: so many of them
// go away or are back, and so many write. One operation is that second for all;
// reported is what it costs for each listener, and what each is sent.
func BenchmarkPresence(b *testing.B) {
	const people = 1000
	for _, bm := range []struct{ away, writing int }{{0, 0}, {1, 1}, {10, 10}, {200, 0}, {0, 200}} {
		b.Run(fmt.Sprintf("%d away, %d writing", bm.away, bm.writing), func(b *testing.B) {
			h, all := benchHub(b, people)
			stopFlusher(h)
			now := time.Now()
			h.mu.Lock()
			h.announce(now)
			h.mu.Unlock()
			h.flush()
			sent := func() (n int64) {
				for _, l := range all {
					n += l.out.(*counter).bytes.Load()
				}
				return n
			}
			before := sent()
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				now = now.Add(chat.PresenceEvery)
				for i := range bm.away {
					h.setAway(all[(n+i)%people], n%2 == 0)
				}
				for i := range bm.writing { // others than a second ago
					h.typing(all[(n*bm.writing+i)%people], chat.Typing{Room: chat.Lobby}, now)
				}
				h.mu.Lock()
				h.announce(now)
				h.tellWriting(now)
				h.mu.Unlock()
				h.flush()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/people, "ns/listener")
			b.ReportMetric(float64(sent()-before)/float64(b.N)/people, "B/listener")
		})
	}
}
