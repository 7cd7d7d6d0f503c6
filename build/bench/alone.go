package main

import (
	"os"
	"time"

	"cyberchat/build/bench/load"
)

// Alone are figures of ours that need no generator, one of each a round.
type alone struct {
	start  []float64          // on an empty folder, to the first answer, in seconds
	memory []float64          // idle, without a connection, in bytes
	syncs  map[int][]syncTime // of the disk, at so many a second
}

// rest is how long a server that was started rests before its idle memory is
// measured.
const rest = 2 * time.Second

// measureAlone adds one of each figure.
func (b *bench) measureAlone(c contestant) error {
	if b.alone.syncs == nil {
		b.alone.syncs = make(map[int][]syncTime)
	}
	for _, pace := range paces {
		sync, err := measureSync(b.folder, pace, b.options.samples())
		if err != nil {
			return err
		}
		b.alone.syncs[pace] = append(b.alone.syncs[pace], sync)
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

// sync is the disk's time for one sync at so many a second: the medians of the
// rounds.
func (a alone) sync(perSecond int) syncTime {
	var p50, p99 []float64
	for _, s := range a.syncs[perSecond] {
		p50, p99 = append(p50, s.p50), append(p99, s.p99)
	}
	return syncTime{median(p50), median(p99)}
}
