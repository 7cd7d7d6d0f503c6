package state

import (
	"testing"

	"cyberchat/app/chat"
)

// full is a model that holds as much as it may, and the next number.
func full() (Model, int64) {
	m := apply(Model{}, welcome(0))
	for seq := range int64(MaxHeld) {
		m = m.Apply(said(seq+1, bob, "x"))
	}
	return m, MaxHeld + 1
}

func BenchmarkApplyMessage(b *testing.B) {
	m, seq := full()
	b.ReportAllocs()
	for b.Loop() {
		m = m.Apply(said(seq, bob, "x"))
		seq++
	}
}

func BenchmarkApplyRepeatedMessage(b *testing.B) {
	m, seq := full()
	e := chat.Event(said(seq-100, bob, "x"))
	b.ReportAllocs()
	for b.Loop() {
		m = m.Apply(e)
	}
}

func BenchmarkApplyMessageOutOfOrder(b *testing.B) {
	m, seq := full()
	b.ReportAllocs()
	for b.Loop() {
		m = m.Apply(said(seq+1, bob, "x")).Apply(said(seq, bob, "x"))
		seq += 2
	}
}

func BenchmarkApplyPresence(b *testing.B) {
	m, seq := full()
	number := int64(1)
	b.ReportAllocs()
	for b.Loop() {
		m = m.Apply(told(number, seq-1, chat.Presence{Online: 2, Joined: crowd(bob)}))
		number++
	}
}

func BenchmarkRows(b *testing.B) {
	m, _ := full()
	b.ReportAllocs()
	for b.Loop() {
		m.Rows()
	}
}

// A live message costs the copy of the message and of the event's value; what is
// held is copied only when some of it is let go.
func TestApplyingAMessageDoesNotCopyTheRows(t *testing.T) {
	m, seq := full()
	m = m.Apply(said(seq, bob, "x")) // past the copy
	events := make([]chat.Event, 100)
	for i := range events {
		events[i] = said(seq+1+int64(i), bob, "x")
	}
	next := 0
	if n := testing.AllocsPerRun(len(events)-1, func() { m = m.Apply(events[next]); next++ }); n > 1 {
		t.Errorf("%v allocations a message, want 1", n)
	}
}
