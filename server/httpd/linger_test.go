package httpd

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// closing is a close frame with code 4000.
var closing = []byte{opClose, 2, 0x0f, 0xa0}

// backlog has a line send until most of it waits in the line, and returns what
// was sent.
func backlog(t *testing.T, l *line) (sent []byte) {
	t.Helper()
	for n := range chat.MaxBacklog * 3 / 4 / 5000 {
		p := message(n, 5000)
		l.Send(p)
		sent = append(sent, p...)
	}
	if !l.late(time.Now().Add(time.Hour)) {
		t.Fatal("nothing waits: the peer's buffers took it all, and this shows nothing")
	}
	return sent
}

// TestClosedLineSendsWhatWaitsAndTheCloseFrame has a peer read all of it, who
// says no more before they close, or who has ended their side already.
func TestClosedLineSendsWhatWaitsAndTheCloseFrame(t *testing.T) {
	for name, prepare := range map[string]func(peer *net.TCPConn) error{
		"open":  func(*net.TCPConn) error { return nil },
		"ended": func(peer *net.TCPConn) error { return peer.CloseWrite() },
	} {
		t.Run(name, func(t *testing.T) {
			l, peer := pair(t)
			sent := append(backlog(t, l), closing...)
			l.Write(closing)
			if err := prepare(peer); err != nil {
				t.Fatal(err)
			}
			closed := make(chan error)
			go func() { closed <- l.Close() }()
			got, err := io.ReadAll(peer)
			if err != nil || !bytes.Equal(got, sent) {
				t.Errorf("%d of %d bytes came, and %v", len(got), len(sent), err)
			}
			peer.Close()
			if err := <-closed; err != nil {
				t.Error(err)
			}
		})
	}
}

func TestClosedLineDoesNotWaitForWhoHadTheirTime(t *testing.T) {
	l, _ := pair(t)
	backlog(t, l)
	l.Write(closing)
	l.endWithin(time.Millisecond)
	begin := time.Now()
	l.Close()
	if took := time.Since(begin); took >= slowCloseWithin {
		t.Errorf("it took %v", took)
	}
}

// TestCloseFrameThatWaitsIsNotGivenUp has a peer found late who is to get one,
// as the answer to theirs.
func TestCloseFrameThatWaitsIsNotGivenUp(t *testing.T) {
	l, peer := pair(t)
	sent := append(backlog(t, l), closing...)
	l.Write(closing)
	l.SendLast(message(0, 200), true)
	closed := make(chan error)
	go func() { closed <- l.Close() }()
	if got, err := io.ReadAll(peer); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes came, and %v", len(got), len(sent), err)
	}
	peer.Close()
	<-closed
}

// TestClosedLineIsNotResetByWhatNobodyRead has a peer who still has much under
// way when the line is closed.
func TestClosedLineIsNotResetByWhatNobodyRead(t *testing.T) {
	for name, waits := range map[string]func(*testing.T, *line) []byte{
		"nothing waits": func(*testing.T, *line) []byte { return nil },
		"a backlog":     backlog,
	} {
		t.Run(name, func(t *testing.T) {
			l, peer := pair(t)
			l.Conn.(*net.TCPConn).SetReadBuffer(64 << 10)
			peer.SetWriteBuffer(64 << 10)
			sent := append(waits(t, l), closing...)
			l.Write(closing)
			said := make(chan error)
			go func() {
				_, err := peer.Write(make([]byte, lingerBytes*3/4)) // more than the system holds
				said <- err
			}()
			if _, err := io.ReadFull(l.Conn, make([]byte, 1000)); err != nil { // it is under way
				t.Fatal(err)
			}
			closed := make(chan error)
			go func() { closed <- l.Close() }()
			if err := <-said; err != nil {
				t.Errorf("what the peer still said: %v", err)
			}
			if got, err := io.ReadAll(peer); err != nil || !bytes.Equal(got, sent) {
				t.Errorf("%d of %d bytes came, and %v", len(got), len(sent), err)
			}
			peer.Close()
			if err := <-closed; err != nil {
				t.Error(err)
			}
		})
	}
}
