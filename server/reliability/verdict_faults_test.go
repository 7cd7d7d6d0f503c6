package reliability

import (
	"fmt"
	"slices"
	"testing"

	"cyberchat/app/chat"
)

// faultless is a day on which nothing went wrong: two clients send three
// messages each, everything is acknowledged, and both see it; Bob comes back
// twice, recovered and with a reload. It returns what the server has stored.
func faultless() (l *ledger, ann, bob *record, stored []sight) {
	l = new(ledger)
	ann, bob = l.record("Ann"), l.record("Bob")
	ann.welcome(welcome(0, false))
	bob.welcome(welcome(0, false))
	for seq := int64(1); seq <= 6; seq++ {
		r, id := ann, fmt.Sprint("a", seq)
		if seq%2 == 0 {
			r, id = bob, fmt.Sprint("b", seq)
		}
		s := sight{seq, id, "text of " + id}
		r.send(s.id, s.text)
		r.ack(chat.Ack{ID: s.id, Seq: seq})
		stored = append(stored, s)
		ann.see(message(s))
		switch seq {
		case 3: // Bob is away, and gets it on his return
			bob.welcome(welcome(2, true))
		case 5: // Bob is away for longer, and reloads
			bob.welcome(welcome(3, false))
			bob.see(message(stored[3]))
		}
		bob.see(message(s))
	}
	return l, ann, bob, stored
}

func welcome(after int64, recovered bool) chat.Welcome {
	return chat.Welcome{Epoch: "e", Rooms: []chat.RoomStatus{{Room: chat.Room{ID: chat.Lobby}, After: after, Recovered: recovered}}}
}

func message(s sight) chat.Message {
	return chat.Message{Room: chat.Lobby, Seq: s.seq, ID: s.id, Text: s.text}
}

func TestVerdictOfAFaultlessDay(t *testing.T) {
	l, _, _, stored := faultless()
	l.judge(stored).report(t)
	if all, reloads := l.returns(); all != 2 || reloads != 1 {
		t.Errorf("%d returns, %d reloads", all, reloads)
	}
}

func TestVerdictOfWhatOthersSay(t *testing.T) {
	for name, tt := range map[string]struct {
		stored []sight // behind what is stored already
		kinds  []string
	}{
		"nothing is stored":       {nil, nil},
		"it is stored":            {[]sight{{7, "x", "boo"}}, nil},
		"it is stored as another": {[]sight{{7, "x", "b00"}}, []string{"phantom"}},
		"it is stored twice":      {[]sight{{7, "x", "boo"}, {8, "x", "boo"}}, []string{"duplicated"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, ann, bob, stored := faultless()
			l.mayCome("x", "boo")
			for _, s := range tt.stored {
				ann.see(message(s))
				bob.see(message(s))
			}
			l.judge(append(stored, tt.stored...)).finds(t, tt.kinds)
		})
	}
}

// TestVerdictFindsEachFault puts one fault into a faultless day at a time.
func TestVerdictFindsEachFault(t *testing.T) {
	last := func(r *record) *[]sight { return &r.spans[len(r.spans)-1].sight }
	for name, tt := range map[string]struct {
		kinds []string // that are found
		fault func(l *ledger, ann, bob *record, stored []sight) []sight
	}{
		"an acknowledged message is not stored": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.send("a7", "seven")
				ann.ack(chat.Ack{ID: "a7", Seq: 7})
				return stored
			},
		},
		"a seen message is not stored": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.send("a7", "seven")
				ann.refuse(chat.Reject{ID: "a7"})
				bob.see(message(sight{7, "a7", "seven"}))
				return stored
			},
		},
		"the last message did not reach a client": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				seen := last(bob)
				*seen = (*seen)[:len(*seen)-1]
				return stored
			},
		},
		"a client saw nothing at all": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				l.record("Cid").welcome(welcome(0, false))
				return stored
			},
		},
		"what was said since the first welcome is missing": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				*last(ann) = (*last(ann))[2:]
				return stored
			},
		},
		"a message in between did not reach a client": {
			[]string{"reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				*last(ann) = slices.Delete(*last(ann), 2, 3)
				return stored
			},
		},
		"a message was lost on a return that says recovered": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				bob.spans[1].sight = bob.spans[1].sight[1:]
				return stored
			},
		},
		"a return that says recovered goes on elsewhere": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				bob.spans[1].after = 3
				return stored
			},
		},
		"the first message of a reload is missing": {
			[]string{"lost"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				*last(bob) = (*last(bob))[1:]
				return stored
			},
		},
		"a reload begins too early": {
			[]string{"reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				*last(bob) = append([]sight{stored[1], stored[2]}, *last(bob)...)
				return stored
			},
		},
		"a message is stored twice": {
			[]string{"duplicated"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				again := sight{7, "a1", "text of a1"}
				ann.see(message(again))
				bob.see(message(again))
				return append(stored, again)
			},
		},
		"a message is stored twice, under another id": {
			[]string{"duplicated", "phantom"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				again := sight{7, "other", "text of a1"}
				ann.see(message(again))
				bob.see(message(again))
				return append(stored, again)
			},
		},
		"a message is shown twice": {
			[]string{"duplicated"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.see(message(stored[5]))
				return stored
			},
		},
		"messages are shown again after a return": {
			[]string{"duplicated"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.welcome(welcome(6, true))
				for _, s := range stored[3:] {
					ann.see(message(s))
				}
				return stored
			},
		},
		"something is stored that nobody sent": {
			[]string{"phantom"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				s := sight{7, "x", "boo"}
				ann.see(message(s))
				bob.see(message(s))
				return append(stored, s)
			},
		},
		"a text was changed on the way": {
			[]string{"phantom", "reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				(*last(ann))[1].text = "text of b2 "
				return stored
			},
		},
		"a text was changed in the store": {
			[]string{"phantom", "reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				stored[1].text = "text of b2 "
				return stored
			},
		},
		"two clients saw two orders": {
			[]string{"reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				seen := *last(ann)
				seen[2].id, seen[3].id = seen[3].id, seen[2].id
				seen[2].text, seen[3].text = seen[3].text, seen[2].text
				return stored
			},
		},
		"a client saw a step back": {
			[]string{"reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				seen := *last(ann)
				seen[2], seen[3] = seen[3], seen[2]
				return stored
			},
		},
		"the log has a gap": {
			[]string{"lost", "reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				return slices.Delete(stored, 2, 3)
			},
		},
		"what one sent is stored in another order": {
			[]string{"reordered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.order[0], ann.order[1] = ann.order[1], ann.order[0]
				return stored
			},
		},
		"an acknowledgement names another seq": {
			[]string{"misanswered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.answers["a1"][0].Seq = 2
				return stored
			},
		},
		"two acknowledgements for one post": {
			[]string{"misanswered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.ack(chat.Ack{ID: "a1", Seq: 1, Duplicate: true})
				return stored
			},
		},
		"an acknowledgement for nothing": {
			[]string{"misanswered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.ack(chat.Ack{ID: "b2", Seq: 2})
				return stored
			},
		},
		"no answer": {
			[]string{"misanswered"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				delete(ann.answers, "a1")
				return stored
			},
		},
		"refused and stored nevertheless": {
			[]string{"ghosts"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				delete(ann.answers, "a1")
				ann.refuse(chat.Reject{ID: "a1"})
				return stored
			},
		},
		"another data set": {
			[]string{"reset"},
			func(l *ledger, ann, bob *record, stored []sight) []sight {
				ann.epochs = append(ann.epochs, "f")
				return stored
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, ann, bob, stored := faultless()
			l.judge(tt.fault(l, ann, bob, stored)).finds(t, tt.kinds)
		})
	}
}

// finds checks that a verdict has something of these kinds and of no other.
func (v verdict) finds(t *testing.T, kinds []string) {
	t.Helper()
	var found []string
	for kind, notes := range v.all() {
		if len(notes) > 0 {
			found = append(found, kind)
		}
	}
	slices.Sort(found)
	if !slices.Equal(found, kinds) {
		t.Errorf("found %v, want %v: %+v", found, kinds, v)
	}
}
