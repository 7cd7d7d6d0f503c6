package main

import (
	"os"
	"time"

	"cyberchat/build/bench/load"
)

// Alone are figures of ours that need no generator, one of each a round.
type alone struct {
	start  []float64         // on an empty folder, to the first answer, in seconds
	memory []float64         // idle, without a connection, in bytes
	syncs  map[int][]float64 // of the disk at so many a second, in seconds
}

// rest is how long a server that was started rests before its idle memory is
// measured.
const rest = 2 * time.Second

// measureAlone adds one of each figure.
func (b *bench) measureAlone(c contestant) error {
	if b.alone.syncs == nil {
		b.alone.syncs = make(map[int][]float64)
	}
	for _, pace := range []int{paceSlow, paceQuick} {
		sync, err := syncTime(b.folder, pace)
		if err != nil {
			return err
		}
		b.alone.syncs[pace] = append(b.alone.syncs[pace], sync.Seconds())
	}
	data, err := b.dataFolder()
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	ready, memory, err := b.startAndRest(c, data)
	if err != nil {
		b.fail(err.Error())
		return nil
	}
	b.alone.start = append(b.alone.start, ready.Seconds())
	b.alone.memory = append(b.alone.memory, float64(memory))
	return nil
}

// startAndRest starts ours and measures how long that takes and what memory it
// needs at rest, in bytes.
func (b *bench) startAndRest(c contestant, data string) (ready time.Duration, memory int, err error) {
	srv, err := b.start(c, data)
	if err != nil {
		return 0, 0, err
	}
	time.Sleep(rest)
	memory, err = load.ResidentMemory(srv.cmd.Process.Pid)
	if stopped := srv.stop(); stopped != nil {
		return 0, 0, stopped
	}
	return srv.ready, memory, err
}
