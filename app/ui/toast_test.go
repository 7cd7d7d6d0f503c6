package ui

import (
	"slices"
	"testing"
	"time"
)

func (t toasts) texts() []string {
	var texts []string
	for _, said := range t.said {
		texts = append(texts, said.text)
	}
	return texts
}

func TestToastsGoByThemselves(t *testing.T) {
	all := toasts{}.say("one", noon).say("two", noon.Add(2*time.Second))
	all, change := all.at(noon.Add(3 * time.Second))
	if change != toastFor-3*time.Second || len(all.said) != 2 {
		t.Errorf("%v are left, the next goes in %v", all.texts(), change)
	}
	all, change = all.at(noon.Add(toastFor))
	if !slices.Equal(all.texts(), []string{"two"}) || change != 2*time.Second {
		t.Errorf("%v are left, the next goes in %v", all.texts(), change)
	}
	if all, change = all.at(noon.Add(time.Minute)); len(all.said) != 0 || change != 0 {
		t.Errorf("%v are left, the next goes in %v", all.texts(), change)
	}
}

func TestToastsStayWhileSomebodyLooks(t *testing.T) {
	all := toasts{}.say("one", noon).hold(true, noon.Add(time.Second))
	all, change := all.at(noon.Add(time.Hour))
	if len(all.said) != 1 || change != 0 {
		t.Errorf("held: %v are left, the next goes in %v", all.texts(), change)
	}
	all, change = all.hold(false, noon.Add(time.Hour)).at(noon.Add(time.Hour))
	if len(all.said) != 1 || change != toastFor {
		t.Errorf("looked away: %v are left, the next goes in %v", all.texts(), change)
	}
}

func TestToastsAreFewAndSayNothingTwice(t *testing.T) {
	all := toasts{}
	for _, text := range []string{"one", "two", "three", "four", "three"} {
		all = all.say(text, noon)
	}
	if want := []string{"two", "four", "three"}; !slices.Equal(all.texts(), want) {
		t.Errorf("they are %q, want %q", all.texts(), want)
	}
	all = all.without(all.said[0].id)
	if want := []string{"four", "three"}; !slices.Equal(all.texts(), want) {
		t.Errorf("they are %q, want %q", all.texts(), want)
	}
}
