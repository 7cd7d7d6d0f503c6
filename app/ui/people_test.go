package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cyberchat/app/chat"
)

func TestTheListOfPeopleBeginsWithYou(t *testing.T) {
	cleo := chat.Person{ID: "c", Name: "Cleo"}
	for name, c := range map[string]struct {
		people []chat.Person
		you    chat.Person
		want   []chat.Person
	}{
		"before the welcome": {nil, chat.Person{}, nil},
		"alone":              {[]chat.Person{ada}, ada, []chat.Person{ada}},
		"in the middle":      {[]chat.Person{ada, ben, cleo}, ben, []chat.Person{ben, ada, cleo}},
		"not named":          {[]chat.Person{ada, ben}, cleo, []chat.Person{cleo, ada, ben}},
	} {
		before := slices.Clone(c.people)
		if got := youFirst(c.people, c.you); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if !slices.Equal(c.people, before) {
			t.Errorf("%s: the model's list was changed", name)
		}
	}
}

func TestPeopleAreCounted(t *testing.T) {
	c, draw := mounted(t)
	w := welcome(chat.Person{ID: "z", Name: "Zoe"})
	w.Rooms[0].Online = 40 // of whom only Ada and Ben are named
	c.take(opened(w))
	html := draw()
	if !strings.Contains(html, "and 37 more") {
		t.Error("with the reader and two others listed, 37 of 40 are not counted")
	}
	if got := regexp.MustCompile(`class="count">[^<]*<`).FindString(html); !strings.Contains(got, " 40<") {
		t.Errorf("the heading counts %q", got)
	}
	if zoe, first := strings.Index(html, `class="tag"`), strings.Index(html, ">Ada<"); zoe < 0 || zoe > first {
		t.Error("the reader is not the first")
	}
}

// The address of the place is a way in only where the place is open.
func TestHowOthersGetInIsToldAsItIs(t *testing.T) {
	for name, tt := range map[string]struct {
		open bool
		role chat.Role
		want []string
		not  []string
	}{
		"open, a guest":              {true, chat.RoleGuest, []string{`aria-label="Copy the link"`}, []string{"Make an invitation", "takes an invitation"}},
		"open, a moderator":          {true, chat.RoleModerator, []string{`aria-label="Copy the link"`, "Make an invitation"}, []string{"takes an invitation"}},
		"by invitation, a member":    {false, chat.RoleMember, []string{"takes an invitation"}, []string{`aria-label="Copy the link"`, "Make an invitation"}},
		"by invitation, a moderator": {false, chat.RoleModerator, []string{"Make an invitation"}, []string{`aria-label="Copy the link"`, "takes an invitation"}},
	} {
		c, draw := mounted(t)
		if html := draw(); strings.Contains(html, "Bring somebody in") {
			t.Errorf("%s: something is told before it is known", name)
		}
		w := welcome(ada)
		w.Open, w.You.Known, w.You.Member = tt.open, true, chat.Member{Here: true, Role: tt.role}
		c.take(opened(w))
		html := draw()
		for _, want := range tt.want {
			if !strings.Contains(html, want) {
				t.Errorf("%s: there is no %q", name, want)
			}
		}
		for _, not := range tt.not {
			if strings.Contains(html, not) {
				t.Errorf("%s: there is %q", name, not)
			}
		}
	}
}
