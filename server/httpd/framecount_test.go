package httpd

import (
	"slices"
	"strings"
	"testing"
)

func TestFramesAreCountedHoweverTheyCome(t *testing.T) {
	masked := func(size int) []byte {
		var p []byte
		switch {
		case size < 126:
			p = []byte{0x81, 0x80 | byte(size)}
		case size < 1<<16:
			p = []byte{0x81, 0x80 | 126, byte(size >> 8), byte(size)}
		default:
			p = []byte{0x81, 0x80 | 127, 0, 0, 0, 0, byte(size >> 24), byte(size >> 16), byte(size >> 8), byte(size)}
		}
		return append(append(p, 1, 2, 3, 4), strings.Repeat("x", size)...)
	}
	var stream []byte
	sizes := []int{0, 1, 125, 126, 65535, 65536, 0, 0, 7}
	for _, size := range sizes {
		stream = append(stream, masked(size)...)
	}
	stream = append(stream, 0x89, 0) // unmasked, which is wrong, and counts
	for _, step := range []int{1, 2, 3, 7, 100, 512, len(stream)} {
		var c frameCount
		frames := 0
		for p := range slices.Chunk(stream, step) {
			frames += c.add(p)
		}
		if frames != len(sizes)+1 {
			t.Errorf("in pieces of %d bytes, %d frames were counted, not %d", step, frames, len(sizes)+1)
		}
	}
}
