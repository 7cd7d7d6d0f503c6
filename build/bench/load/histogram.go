package load

import (
	"math/bits"
	"time"
)

// A Histogram counts durations in buckets that are at the most 3 % wide. Its
// zero value is empty.
type Histogram struct {
	counts [64 * buckets]uint64
	total  uint64
}

// buckets is how many there are for each power of two of nanoseconds.
const buckets = 1 << bucketBits
const bucketBits = 5

// Add counts a duration. One below zero is counted as zero.
func (h *Histogram) Add(d time.Duration) {
	h.counts[bucketOf(uint64(max(d, 0)))]++
	h.total++
}

// Count is how many durations were added.
func (h *Histogram) Count() uint64 { return h.total }

// Quantile returns the duration that a share q of all do not exceed, as the
// upper bound of its bucket: Quantile(0.5) is the median. It is 0 when there
// are none.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.total == 0 {
		return 0
	}
	rank := max(uint64(q*float64(h.total)+0.999999), 1)
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen >= rank {
			return time.Duration(upperBound(i))
		}
	}
	return time.Duration(upperBound(len(h.counts) - 1))
}

// bucketOf is exact below 2·buckets and keeps bucketBits bits behind the first
// one above.
func bucketOf(n uint64) int {
	shift := max(bits.Len64(n)-bucketBits-1, 0)
	return shift*buckets + int(n>>shift)
}

// upperBound is the largest number in a bucket.
func upperBound(i int) uint64 {
	if i < 2*buckets {
		return uint64(i)
	}
	shift := i/buckets - 1
	return (uint64(i-shift*buckets)+1)<<shift - 1
}
