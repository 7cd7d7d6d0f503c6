package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
)

// names are the keys of those who are found, with a sign for who is not in it.
func names(t *testing.T, l *log, q Search) string {
	t.Helper()
	if q.Most == 0 {
		q.Most = 10
	}
	found, err := l.People(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range found {
		if f.Name != strings.ToUpper(f.Key) {
			t.Errorf("%s has the key %q", f.Name, f.Key)
		}
		name := f.Key
		if here := f.InRoom.Here || q.Room == chat.Lobby && f.InPlace.Here; !here {
			name = "-" + name
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestPeopleAreFound(t *testing.T) {
	l := open(t, t.TempDir())
	l.come(t, "owner", "ann", "bob", "anna", "kim", "lee")
	l.does(t, "ann", chat.Create{ID: "c", Room: "garden", Title: "G", Access: chat.Public})
	for _, who := range []string{"bob", "anna", "kim"} {
		l.does(t, who, chat.ChangeMember{ID: "j", Room: "garden", Change: chat.Joined})
	}
	forever := func(room, who string, c chat.Change) chat.ChangeMember {
		return chat.ChangeMember{ID: fmt.Sprint(c, room, who), Room: room, Change: c, Person: who, Until: chat.Forever}
	}
	l.does(t, "ann", forever("garden", "kim", chat.Banned))
	l.does(t, "owner", forever(chat.Lobby, "bob", chat.Muted))
	l.does(t, "owner", chat.ChangeMember{ID: "b", Room: chat.Place, Change: chat.Banned, Person: "lee", Until: noon.Add(time.Hour)})
	l.does(t, "owner", forever(chat.Place, "anna", chat.Removed))
	for _, c := range []struct {
		name string
		q    Search
		want string
	}{
		{"of the place", Search{Room: chat.Place}, "ann bob kim owner"},
		{"of the lobby", Search{Room: chat.Lobby}, "ann bob kim owner"},
		{"of a room", Search{Room: "garden"}, "ann bob"},
		{"of no room", Search{Room: "attic"}, ""},
		{"the first", Search{Room: chat.Place, Most: 2}, "ann bob"},
		{"the next", Search{Room: chat.Place, Most: 2, After: "bob"}, "kim owner"},
		{"behind one who left meanwhile", Search{Room: chat.Place, After: "charles"}, "kim owner"},
		{"by the beginning of a name", Search{Room: chat.Place, Prefix: "b"}, "bob"},
		{"by a whole name", Search{Room: chat.Place, Prefix: "bob"}, "bob"},
		{"by what nobody is called", Search{Room: chat.Place, Prefix: "bobby"}, ""},
		{"by an id", Search{Room: chat.Place, Prefix: "kim", ID: "kim"}, "kim"},
		{"by an id alone", Search{Room: chat.Place, Prefix: "own", ID: "bob"}, "bob owner"},
		{"by the id of somebody elsewhere", Search{Room: "garden", Prefix: "k", ID: "owner"}, ""},
		{"banned from the place", Search{Room: chat.Place, Barred: true, Now: noon}, "ann bob kim -lee owner"},
		{"banned before", Search{Room: chat.Place, Barred: true, Now: noon.Add(2 * time.Hour)}, "ann bob kim owner"},
		{"banned from a room", Search{Room: "garden", Barred: true, Now: noon}, "ann bob -kim"},
		{"muted and away", Search{Room: chat.Lobby, Barred: true, Now: noon}, "ann bob kim -lee owner"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := names(t, l, c.q); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
	found, err := l.People(t.Context(), Search{Room: chat.Lobby, Prefix: "bob", Most: 1})
	if err != nil || len(found) != 1 || !found[0].InRoom.Muted.Equal(chat.Forever) || !found[0].InPlace.Muted.IsZero() || found[0].InPlace.Role != chat.RoleMember || found[0].Since.IsZero() {
		t.Errorf("Bob, who is muted in the lobby, is %+v, %v", found, err)
	}
}

// TestEverybodyIsOnOnePage pages through a place of many.
func TestEverybodyIsOnOnePage(t *testing.T) {
	l := open(t, t.TempDir())
	var want []string
	for i := range 23 {
		want = append(want, fmt.Sprintf("p%02d", i*7%23))
	}
	l.come(t, want...)
	slices.Sort(want)
	var got []string
	for after, n := "", 5; n == 5; {
		found, err := l.People(t.Context(), Search{Room: chat.Place, Most: 5, After: after})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			got = append(got, f.ID)
			after = f.Key
		}
		n = len(found)
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %v", got)
	}
}
