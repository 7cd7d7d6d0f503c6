package ui

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"cyberchat/app/state"
)

// The latest messages are kept in the browser (IndexedDB, see offline.js), so
// that the next visit begins with them: at once, and without a network. It is
// one text, written anew as a whole, and not with every message.

const (
	// cachedMessages is how many messages are kept at the most, of all rooms
	// together, cachedShare how many of one that is not open, and cachedText how
	// many bytes of text.
	cachedMessages, cachedShare, cachedText = 600, 60, 512 << 10
	// cacheEvery is the shortest time between two writings, but for the one when
	// the page goes out of sight.
	cacheEvery = 5 * time.Second
)

// A snapshot is what is kept.
type snapshot struct {
	// Heard is until when this is how it was: the server was heard then, on an
	// open line.
	Heard time.Time  `json:"heard"`
	Chat  state.Kept `json:"chat"`
}

// A cache is what is kept and when. It is used on the UI goroutine.
type cache struct {
	on    bool      // messages are kept
	heard time.Time // when the server was last heard, see snapshot; zero if it never was
	stale bool      // there is something else to keep
	timer *time.Timer
}

// keepKey names the wish to have nothing kept.
func (c *Chat) keepKey() string { return c.page.key("keep") }

// setKeep says whether messages are to be kept on this device, in this tab and
// all others.
func (c *Chat) setKeep(keep bool) {
	if keep {
		c.local.remove(c.keepKey())
	} else {
		c.local.set(c.keepKey(), "no")
	}
	c.keeps(keep)
}

// keeps takes in what was said of that, in any tab. If messages are not to be
// kept, those that are go, with what this tab may have written meanwhile.
func (c *Chat) keeps(keep bool) {
	c.cache.on = keep && hasOffline()
	switch {
	case c.cache.on:
		c.cache.stale = true
		c.cacheNow()
	case hasOffline():
		offlineAPI().Call("forget")
	}
}

// recall begins with what was kept, so that the first drawing has it.
func (c *Chat) recall() {
	no, _ := c.local.get(c.keepKey())
	if c.cache.on = hasOffline() && no != "no"; !c.cache.on {
		return
	}
	var kept snapshot
	if json.Unmarshal([]byte(offlineAPI().Get("kept").String()), &kept) != nil {
		return // there is nothing, or nothing that we can read
	}
	c.recallSnapshot(kept)
}

func (c *Chat) recallSnapshot(kept snapshot) {
	c.model = c.model.Recall(kept.Chat)
	if c.model.Recalled() {
		c.cache.heard = kept.Heard
	}
}

// cacheSoon takes in that the line has delivered something, and sees to it that
// it is kept before long.
func (c *Chat) cacheSoon(ctx app.Context) {
	c.cacheHeard()
	if c.cache.stale && c.cache.on && c.cache.timer == nil {
		c.cache.timer = time.AfterFunc(cacheEvery, func() {
			ctx.Dispatch(func(app.Context) {
				c.cache.timer = nil
				c.cacheNow()
			})
		})
	}
}

// cacheHeard takes in when the server was last heard. That a line is open says
// nothing: a machine that wakes has not noticed yet that it is dead.
func (c *Chat) cacheHeard() {
	if heard := c.line.Heard(); !heard.IsZero() && !heard.Equal(c.cache.heard) {
		c.cache.heard, c.cache.stale = heard, true
	}
}

// cacheHidden keeps what there is when the page goes out of sight: it may be
// gone next.
func (c *Chat) cacheHidden() {
	c.cacheHeard()
	c.cacheNow()
}

// cacheNow keeps the latest messages, if there are any and they are the latest.
func (c *Chat) cacheNow() {
	if !c.cache.stale || !c.cache.on {
		return
	}
	switch text := c.snapshot(); {
	case text != "":
		offlineAPI().Call("keep", text)
	case c.model.Head == 0: // other data, in which nothing was said
		offlineAPI().Call("forget")
	}
	c.cache.stale = false
}

// snapshot returns the text to keep, empty if there is nothing.
func (c *Chat) snapshot() string {
	kept := c.model.Keep(cachedMessages, cachedShare, cachedText)
	if c.cache.heard.IsZero() || !slices.ContainsFunc(kept.Rooms, func(r state.KeptRoom) bool { return len(r.Log) > 0 }) {
		return ""
	}
	text, err := json.Marshal(snapshot{c.cache.heard, kept})
	if err != nil {
		return ""
	}
	return string(text)
}
