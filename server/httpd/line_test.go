package httpd

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

// pair returns a line over TCP and its peer.
func pair(t testing.TB) (*line, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ours, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close(); peer.Close() })
	return newLine(ours, nil, nil), peer.(*net.TCPConn)
}

// message is a frame of so many bytes, from 130 on, which says what it is.
func message(n, size int) []byte {
	const head, mark = 4, "! "
	text := fmt.Sprintf("%d:", n)
	return hub.Frame(hub.Plain, chat.Closing{Text: text + strings.Repeat("x", size-len(text)-head-len(mark))})
}

// frames splits what a peer read into whole frames.
func frames(t *testing.T, p []byte) (all [][]byte) {
	t.Helper()
	for len(p) > 0 {
		n := frameLength(p)
		if n > len(p) {
			t.Fatalf("the last frame has %d of %d bytes", len(p), n)
		}
		all = append(all, p[:n])
		p = p[n:]
	}
	return all
}

func TestLineNeitherWaitsNorLosesNorMixes(t *testing.T) {
	l, peer := pair(t)
	var want bytes.Buffer
	const frame = 5000
	for n := range chat.MaxBacklog / 2 / frame { // nobody reads: most of it waits in the line
		p := message(n, frame)
		if n%7 == 3 {
			p = []byte{0x89, 2, 'o', 'k'} // a ping of the library
			l.Write(p)
		} else if !l.Send(p) {
			t.Fatalf("frame %d was not taken", n)
		}
		want.Write(p)
	}
	if l.late(time.Now()) || !l.late(time.Now().Add(time.Minute)) {
		t.Error("nothing waits: the peer's buffers took it all, and this shows nothing")
	}
	got := make([]byte, want.Len())
	if _, err := io.ReadFull(peer, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("what came is not what was sent")
	}
	frames(t, got)
}

func TestLineTakesNoMoreThanItsBacklog(t *testing.T) {
	l, _ := pair(t)
	taken := 0
	for p := message(0, 8000); l.Send(p); taken += len(p) {
		if taken > 8*chat.MaxBacklog {
			t.Fatal("it takes without end")
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bytes > chat.MaxBacklog || l.bytes < chat.MaxBacklog-8010 {
		t.Errorf("%d bytes wait", l.bytes)
	}
}

// TestDroppedBacklogEndsWithAWholeFrame gives a backlog up in the middle of a
// frame: the rest of that frame still goes, then what is sent last.
func TestDroppedBacklogEndsWithAWholeFrame(t *testing.T) {
	for _, batch := range []int{1, 7} { // frames in what is sent at once
		l, peer := pair(t)
		var n int
		for more := true; more; {
			var p []byte
			for range batch {
				p = append(p, message(n, 3000+n%50)...)
				n++
			}
			more = l.Send(p)
		}
		l.Send(message(n, 200)) // is lost: there would be a hole before it
		last := message(n+1, 200)
		l.SendLast(last, true)
		l.Send(message(n+2, 200)) // is lost too
		l.Write([]byte{opClose, 2, 0x0f, 0xa0})
		l.Write([]byte{opClose, 2, 0x0f, 0xa0})
		var got []byte
		for !bytes.HasSuffix(got, []byte{opClose, 2, 0x0f, 0xa0}) {
			p := make([]byte, 64<<10)
			n, err := peer.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, p[:n]...)
		}
		all := frames(t, got)
		if len(all) < 5 || len(all) > n {
			t.Fatalf("%d frames of %d came", len(all), n)
		}
		for i, f := range all[:len(all)-2] {
			if want := message(i, 3000+i%50); !bytes.Equal(f, want) {
				t.Fatalf("frame %d is not what was sent: %.40q", i, f)
			}
		}
		if !bytes.Equal(all[len(all)-2], last) || all[len(all)-1][0] != opClose {
			t.Errorf("the last frames are %.40q", all[len(all)-2:])
		}
	}
}

func TestLineStaysGoodAfterABacklog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe() // has deadlines, in the time of the bubble
		defer theirs.Close()
		l := newLine(ours, nil, nil)
		defer ours.Close()
		for n := range 3 {
			l.Send(message(n, 1000))
			got := make([]byte, 1000)
			if _, err := io.ReadFull(theirs, got); err != nil || !bytes.Equal(got, message(n, 1000)) {
				t.Fatalf("message %d: %v", n, err)
			}
			pass(2 * writeWithin)
		}
	})
}

// TestDeadlineOfABacklogDoesNotOutliveIt is that over TCP, where what follows is
// written another way: a deadline that has passed would end it.
func TestDeadlineOfABacklogDoesNotOutliveIt(t *testing.T) {
	l, peer := pair(t)
	l.Conn.SetWriteDeadline(time.Now()) // as one that the drainer set long ago
	l.mu.Lock()
	l.drains = true
	l.mu.Unlock()
	l.drain() // has nothing to do but this
	l.Send(message(0, 200))
	if _, err := io.CopyN(io.Discard, peer, 200); err != nil {
		t.Error(err)
	}
}

func TestPeerWhoTakesWhatComesIsNotLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		defer ours.Close()
		l := newLine(ours, nil, nil)
		l.Send(message(0, 5000))
		for n := range 60 { // there is always something that waits
			l.Send(message(n+1, 5000))
			if _, err := io.CopyN(io.Discard, theirs, 5000); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
			if l.late(time.Now()) {
				t.Fatalf("late after %d s", n)
			}
		}
		pass(lagWithin + time.Second)
		if !l.late(time.Now()) {
			t.Error("who takes nothing is not late")
		}
	})
}

func TestPeerWithASlowLinkMayTakeALongHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer theirs.Close()
		defer ours.Close()
		l := newLine(ours, nil, nil)
		var history []byte
		for n := range 100 {
			history = append(history, message(n, 5000)...)
		}
		l.Send(history)
		for got := 0; got < len(history); got += leastRate {
			if l.late(time.Now()) {
				t.Fatalf("late with %d of %d bytes", got, len(history))
			}
			if _, err := io.CopyN(io.Discard, theirs, int64(min(leastRate, len(history)-got))); err != nil {
				t.Fatal(err)
			}
			pass(time.Second)
		}
	})
}

func TestOnlyTheLatestPongWaits(t *testing.T) {
	l, peer := pair(t)
	n := 0
	for ; !l.late(time.Now().Add(time.Hour)); n++ {
		l.Send(message(n, 5000))
	}
	for i := range 1000 {
		l.Write([]byte{opPong, 2, byte(i >> 8), byte(i)})
	}
	got := make([]byte, n*5000+4)
	if _, err := io.ReadFull(peer, got); err != nil {
		t.Fatal(err)
	}
	if want := []byte{opPong, 2, 999 >> 8, 999 & 0xff}; !bytes.Equal(got[n*5000:], want) {
		t.Errorf("behind the messages came %x", got[n*5000:])
	}
}

func TestWhoDoesNotReadIsToldSoAndFreed(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		slow := w.dial(t, chat.Protocol) // over a pipe, which holds nothing
		defer slow.CloseNow()
		slow.Write(t.Context(), 1, chat.AppendCommand(nil, chat.Hello{}))
		synctest.Wait()
		if n := s.sockets.count(); n != 1 {
			t.Fatalf("%d sockets are open", n)
		}
		pass(lagWithin + lookEvery + slowCloseWithin)
		if n := s.sockets.count(); n != 0 {
			t.Errorf("%d sockets are open of peers that do not read", n)
		}
	})
}

func TestLateReaderLearnsTheCode(t *testing.T) {
	inBubble(t, func(t *testing.T, w *wire, s *Server) {
		slow := w.dial(t, chat.Protocol)
		slow.Write(t.Context(), 1, chat.AppendCommand(nil, chat.Hello{}))
		pass(lagWithin + 2*lookEvery)
		if code, _ := untilClosed(t, slow); code != chat.CloseSlow {
			t.Errorf("closed with %d", code)
		}
	})
}

func BenchmarkSend(b *testing.B) {
	l, peer := pair(b)
	go io.Copy(io.Discard, peer)
	p := message(0, 150)
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		l.Send(p)
	}
}
