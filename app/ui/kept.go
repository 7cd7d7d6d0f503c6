package ui

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/state"
)

// Posts that were not answered are kept in the browser, so that they outlive
// the page: each under a key of its own, for all tabs. No tab owns them. A page
// takes those it does not know when it starts and each time the line opens, and
// sends them too: several tabs may send the same post, under the same id, which
// the server posts once. Whichever tab hears first what became of a post takes
// it out, and the others, who are told by the browser, give theirs up.

// kept are the posts in the browser's storage. It is used on the UI goroutine.
type kept struct {
	local  *storage
	prefix string          // of the keys, which end with the id
	saved  []state.Pending // what this page has put there or taken from there
}

// A keptPost is what is stored of one.
type keptPost struct {
	Room  string      `json:"room,omitempty"` // the lobby, if it says nothing
	Text  string      `json:"text"`
	Time  time.Time   `json:"time"`
	Fault *chat.Fault `json:"fault,omitempty"` // why it was refused, if it was
}

// keep brings the storage to what is pending here.
func (k *kept) keep(pending []state.Pending) {
	for _, p := range k.saved {
		if !slices.ContainsFunc(pending, func(q state.Pending) bool { return q.ID == p.ID }) {
			k.local.remove(k.prefix + p.ID)
		}
	}
	for _, p := range pending {
		if slices.ContainsFunc(k.saved, func(q state.Pending) bool { return q.ID == p.ID && q.Fault == p.Fault }) {
			continue
		}
		if post, err := json.Marshal(keptPost{p.Room, p.Text, p.Time, p.Fault}); err == nil {
			k.local.set(k.prefix+p.ID, string(post))
		}
	}
	k.saved = pending
}

// all returns what is stored, in the order of time. What nobody can read is
// removed.
func (k *kept) all() []state.Pending {
	var all []state.Pending
	for _, key := range k.local.keys(k.prefix) {
		id := strings.TrimPrefix(key, k.prefix)
		value, ok := k.local.get(key)
		if !ok {
			continue // another tab was faster
		}
		var post keptPost
		err := json.Unmarshal([]byte(value), &post)
		text, wrong := chat.CleanText(post.Text)
		if err != nil || wrong != nil || id == "" || chat.CheckToken(id) != nil {
			k.local.remove(key)
			continue
		}
		all = append(all, state.Pending{ID: id, Room: cmp.Or(post.Room, chat.Lobby), Text: text, Time: post.Time, Fault: post.Fault})
	}
	slices.SortFunc(all, func(a, b state.Pending) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
	})
	return all
}

// keepPosts stores what is pending.
func (c *Chat) keepPosts() { c.kept.keep(c.model.Unsent()) }

// adoptPosts takes in what is stored and not pending here, and sends what was
// not refused. What the line does not take stays stored.
func (c *Chat) adoptPosts() {
	for _, p := range c.kept.all() {
		if slices.ContainsFunc(c.model.Unsent(), func(q state.Pending) bool { return q.ID == p.ID }) {
			continue
		}
		post := chat.Post{ID: p.ID, Room: p.Room, Text: p.Text}
		if p.Fault == nil && c.line.Send(post) != nil {
			continue
		}
		c.model = c.model.Post(post, p.Time)
		if p.Fault != nil {
			c.model = c.model.Apply(chat.Reject{ID: p.ID, Fault: *p.Fault})
		}
	}
	c.keepPosts()
}

// dropPost gives up a post whose key another tab has removed.
func (c *Chat) dropPost(key string) {
	if id, ok := strings.CutPrefix(key, c.kept.prefix); ok {
		c.line.Forget(id)
		c.model = c.model.Discard(id)
		c.keepPosts()
	}
}
