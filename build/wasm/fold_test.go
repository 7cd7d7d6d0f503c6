package main

import (
	"strings"
	"testing"
)

const elements = `package app

import (
	"strings"
)

// HTMLA is the interface that describes a link.
type HTMLA interface {
	UI

	// Class adds classes.
	Class(v ...string) HTMLA
}

// A returns a link.
func A() HTMLA {
	e := &htmlA{
		htmlElement: htmlElement{tag: "a"},
	}
	return e
}

type htmlA struct {
	htmlElement
}

func (e *htmlA) Class(v ...string) HTMLA {
	e.setAttr("class", strings.Join(v, " "))
	return e
}

// HTMLArea is the interface that describes an area.
type HTMLArea interface {
	UI
	Class(v ...string) HTMLArea
	Alt(v string) HTMLArea
}

// Area returns an area.
func Area() HTMLArea {
	e := &htmlArea{
		htmlElement: htmlElement{tag: "area", isSelfClosing: true},
	}
	return e
}

type htmlArea struct {
	htmlElement
}

func (e *htmlArea) Class(v ...string) HTMLArea {
	e.setAttr("class", strings.Join(v, " "))
	return e
}

func (e *htmlArea) Alt(v string) HTMLArea {
	e.setAttr("alt", v)
	return e
}
`

const body = `
// HTMLBody is the interface that describes the body.
type HTMLBody interface {
	UI
	Class(v ...string) HTMLBody
}

type htmlBody struct {
	htmlElement
}

func (e *htmlBody) Class(v ...string) HTMLBody {
	return e // another way
}
`

func TestFold(t *testing.T) {
	got, err := fold([]byte(elements+body), []string{"Body"})
	if err != nil {
		t.Fatal(err)
	}
	want := `package app

import (
	"strings"
)

type HTMLA = *foldedElement

// A returns a link.
func A() HTMLA {
	e := &htmlA{
		htmlElement: htmlElement{tag: "a"},
	}
	return e
}

type htmlA = foldedElement

func (e *htmlA) Class(v ...string) HTMLA {
	e.setAttr("class", strings.Join(v, " "))
	return e
}

type HTMLArea = *foldedElement

// Area returns an area.
func Area() HTMLArea {
	e := &htmlArea{
		htmlElement: htmlElement{tag: "area", isSelfClosing: true},
	}
	return e
}

type htmlArea = foldedElement

func (e *htmlArea) Alt(v string) HTMLArea {
	e.setAttr("alt", v)
	return e
}
` + body + `
type foldedElement struct {
	htmlElement
}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFoldErrors(t *testing.T) {
	for _, c := range []struct {
		name, src string
		apart     []string
		want      string
	}{
		{"methods that say other things", elements + body, nil, "Class of Body does not say what it says of A"},
		{"an element that is not declared", elements, []string{"Body", "Html"}, "does not declare Body, Html"},
		{"an element with more to it", elements + "type htmlB struct {\n\thtmlElement\n\tbold bool\n}\n", nil, "htmlB is not of an element"},
		{"another type", elements + "type UI interface{}\n", nil, "UI is not of an element"},
		{"a method of another type", elements + "func (v value) Class() {}\n", nil, "value.Class is not of an element"},
		{"a variable", elements + "var a = A()\n", nil, "a is not of an element"},
		{"no elements", "package app\n\nfunc A() {}\n", nil, "nothing to fold"},
		{"no Go", "package app\n\nfunc {", nil, "expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := fold([]byte(c.src), c.apart); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want an error that says %q; got\n%s", err, c.want, got)
			}
		})
	}
}
