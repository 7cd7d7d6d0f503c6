package store

import "sync/atomic"

// Rounds knows which rounds of one connection are over, see [chat.Post.Round].
// The zero value says that none is, and so does nil. Its methods may be called
// from any goroutine.
type Rounds struct{ last atomic.Int64 } // of those that are over

// Over tells whether a post of the round must not be stored. It never does for
// one without a round, which is 0.
func (r *Rounds) Over(round int64) bool {
	return r != nil && round > 0 && round <= r.last.Load()
}

// End ends the round and those before it, because one of its posts is refused.
func (r *Rounds) End(round int64) {
	if r == nil {
		return
	}
	for last := r.last.Load(); round > last && !r.last.CompareAndSwap(last, round); last = r.last.Load() {
	}
}
