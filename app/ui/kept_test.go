package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
)

// beside is another page of the same browser, with a line that is never opened.
func beside(t *testing.T, c *Chat) *Chat {
	t.Helper()
	other, _ := mounted(t)
	other.local = c.local
	other.kept = kept{local: c.local, prefix: c.kept.prefix}
	return other
}

func texts(pending []state.Pending) (all []string) {
	for _, p := range pending {
		text := p.Text
		if p.Fault != nil {
			text += "!"
		}
		all = append(all, text)
	}
	return all
}

func ids(pending []state.Pending) (all []string) {
	for _, p := range pending {
		all = append(all, p.ID)
	}
	return all
}

func (c *Chat) stored() []string { return c.local.keys(c.kept.prefix) }

func TestPostsOutliveThePage(t *testing.T) {
	c, _ := mounted(t)
	for _, text := range []string{"one", "two", "three"} {
		if sent, fault := c.say(text); !sent {
			t.Fatal(fault)
		}
	}
	refused := c.model.Pending[1]
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: refused.ID, Fault: *chat.NoRoom("x")}}})

	again := beside(t, c)
	again.adoptPosts()
	if got := texts(again.model.Pending); !slices.Equal(got, []string{"one", "two!", "three"}) {
		t.Fatalf("after a reload %q are pending", got)
	}
	if got, want := ids(again.model.Pending), ids(c.model.Pending); !slices.Equal(got, want) {
		t.Errorf("the ids are %q, were %q", got, want)
	}
	if !again.model.Pending[0].Time.Equal(c.model.Pending[0].Time) || again.model.Pending[1].Fault.Text != chat.NoRoom("x").Text {
		t.Errorf("the time or the reason is lost: %+v", again.model.Pending)
	}
	again.adoptPosts()
	if got := len(again.model.Pending); got != 3 {
		t.Errorf("%d are pending after looking twice", got)
	}
}

func TestAnsweredPostsAreNotKept(t *testing.T) {
	c, _ := mounted(t)
	c.take(opened(welcome(ada)))
	c.say("one")
	c.say("two")
	c.take(link.Batch{Events: []chat.Event{
		chat.Message{Room: chat.Lobby, Seq: 1, ID: c.model.Pending[0].ID, Author: ada, Text: "one", Time: noon},
		chat.Reject{ID: c.model.Pending[1].ID, Fault: *chat.TooFast(time.Second)},
	}})
	if got := c.stored(); len(got) != 1 {
		t.Fatalf("%d posts are kept", len(got))
	}
	c.retry(c.model.Pending[0].ID)
	if got := c.stored(); len(got) != 1 || got[0] != c.kept.prefix+c.model.Pending[0].ID {
		t.Errorf("after the retry %q are kept", got)
	}
	c.take(link.Batch{Events: []chat.Event{chat.Reject{ID: c.model.Pending[0].ID, Fault: *chat.TooFast(time.Second)}}})
	c.discard(c.model.Pending[0].ID)
	if got := c.stored(); len(got) != 0 {
		t.Errorf("after the discard %q are kept", got)
	}
}

// What one tab gave up or saw placed is not sent by another one.
func TestTabsShareWhatIsPending(t *testing.T) {
	one, _ := mounted(t)
	one.say("of the first")
	two := beside(t, one)
	two.adoptPosts()
	two.say("of the second")
	one.adoptPosts()
	if got := texts(one.model.Pending); !slices.Equal(got, []string{"of the first", "of the second"}) {
		t.Fatalf("the first tab has %q", got)
	}
	key := one.kept.prefix + one.model.Pending[0].ID
	one.take(opened(welcome(ada), chat.Message{Room: chat.Lobby, Seq: 1, ID: one.model.Pending[0].ID, Author: ada, Text: "of the first", Time: noon}))
	two.dropPost(key)
	two.dropPost("cyberchat.name")
	if got := texts(two.model.Pending); !slices.Equal(got, []string{"of the second"}) {
		t.Errorf("the second tab has %q", got)
	}
	if got := one.stored(); len(got) != 1 {
		t.Errorf("%q are kept", got)
	}
}

func TestWhatNobodyCanReadIsNotKept(t *testing.T) {
	c, _ := mounted(t)
	long := strings.Repeat("x", chat.MaxText+1)
	for key, value := range map[string]string{
		"":                                      `{"text":"no id"}`,
		"short":                                 `{"text":"not an id of ours"}`,
		link.NewID():                            "not JSON",
		link.NewID():                            `{"text":""}`,
		link.NewID():                            `{"text":"` + long + `"}`,
		strings.Repeat("\u00e9", chat.MinToken): `{"text":"x"}`,
	} {
		c.local.set(c.kept.prefix+key, value)
	}
	c.adoptPosts()
	if len(c.model.Pending) != 0 || len(c.stored()) != 0 {
		t.Errorf("%q are pending, %q kept", texts(c.model.Pending), c.stored())
	}
}

func TestMoreThanTheLineTakesStaysKept(t *testing.T) {
	c, _ := mounted(t)
	for range 150 {
		c.say("x")
	}
	other := beside(t, c)
	other.kept.local = newStorage("localStorage") // not shared yet
	for range 150 {
		other.say("y")
	}
	other.kept.local = c.local
	other.adoptPosts()
	if got := len(other.model.Pending); got != 200 {
		t.Errorf("%d are pending", got)
	}
	if got := len(c.stored()); got != 150 {
		t.Errorf("%d are kept", got)
	}
}
