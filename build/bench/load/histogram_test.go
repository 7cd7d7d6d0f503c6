package load

import (
	"testing"
	"time"
)

func TestHistogramQuantiles(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 {
		t.Error("an empty one has a median")
	}
	for i := range 1000 {
		h.Add(time.Duration(i+1) * time.Millisecond)
	}
	for q, want := range map[float64]time.Duration{
		0:    time.Millisecond,
		0.5:  500 * time.Millisecond,
		0.99: 990 * time.Millisecond,
		1:    time.Second,
	} {
		if got := h.Quantile(q); got < want || float64(got) > 1.04*float64(want) {
			t.Errorf("quantile %v is %v, want %v or a little more", q, got, want)
		}
	}
	if h.Count() != 1000 {
		t.Errorf("%d durations", h.Count())
	}
	var one Histogram
	one.Add(-time.Second)
	one.Add(17 * time.Nanosecond)
	if one.Quantile(0.5) != 0 || one.Quantile(1) != 17 {
		t.Errorf("small ones: %v, %v", one.Quantile(0.5), one.Quantile(1))
	}
}

func TestHistogramBuckets(t *testing.T) {
	last := -1
	for _, n := range []uint64{0, 1, 31, 32, 63, 64, 65, 66, 127, 128, 1000, 1 << 20, 1<<20 + 1<<15, 1 << 62} {
		i := bucketOf(n)
		if i < last {
			t.Errorf("%d is in bucket %d, below %d", n, i, last)
		}
		last = i
		if up := upperBound(i); up < n || up-n > n/buckets {
			t.Errorf("%d is in a bucket that ends at %d", n, up)
		}
		if bucketOf(upperBound(i)) != i || bucketOf(upperBound(i)+1) != i+1 {
			t.Errorf("the bucket of %d does not end where it says", n)
		}
	}
}
