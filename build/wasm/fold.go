package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"slices"
	"strings"
)

// folded is the type that fold makes of many.
const folded = "foldedElement"

// fold returns the file in which go-app declares the elements of HTML, a hundred
// of them, with one type for all. There each has a struct of its own, htmlDiv,
// which is an htmlElement and nothing else, and an interface of its own, HTMLDiv,
// with a hundred methods that say the same for each: all that is described in the
// program for each element that is used. Here the names stand for one struct and
// for a pointer to it, so that what is written for the one compiles with the
// other. Functions stay word for word, and so does the first of the methods of a
// name.
//
// The elements called apart, as in Div, stay as they are. It is an error when
// one of these is not declared, when an element is something else than that, and
// when methods of one name do not say the same.
func fold(src []byte, apart []string) ([]byte, error) {
	file, at, err := parse(src)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	write := func(d ast.Node, from token.Pos) { fmt.Fprintf(&out, "\n\n%s", src[at(from):at(d.End())]) }
	fmt.Fprintf(&out, "package %s", file.Name.Name)
	missing := slices.Clone(apart)
	methods := map[string]method{}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			write(g, g.Pos())
			continue
		}
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
			write(f, begin(f))
			continue
		}
		element, err := elementOf(d)
		if err != nil {
			return nil, err
		}
		if slices.Contains(apart, element) {
			missing = slices.DeleteFunc(missing, func(name string) bool { return name == element })
			write(d, begin(d))
			continue
		}
		switch d := d.(type) {
		case *ast.GenDecl:
			name, behind := d.Specs[0].(*ast.TypeSpec).Name.Name, folded
			if strings.HasPrefix(name, "HTML") {
				behind = "*" + folded
			}
			fmt.Fprintf(&out, "\n\ntype %s = %s", name, behind)
		case *ast.FuncDecl:
			text := string(src[at(d.Pos()):at(d.End())])
			// What it says of its own element, it says of any.
			m := method{element, strings.NewReplacer("HTML"+element, "HTML", "html"+element, "html").Replace(text)}
			first, ok := methods[d.Name.Name]
			if !ok {
				methods[d.Name.Name] = m
				write(d, begin(d))
			} else if first.text != m.text {
				return nil, fmt.Errorf("%s of %s does not say what it says of %s", d.Name.Name, element, first.element)
			}
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("it does not declare %s", strings.Join(missing, ", "))
	}
	if len(methods) == 0 {
		return nil, errors.New("there is nothing to fold")
	}
	fmt.Fprintf(&out, "\n\ntype %s struct {\n\thtmlElement\n}\n", folded)
	return format.Source(out.Bytes())
}

// A method of an element, with what it says of that or any.
type method struct{ element, text string }

// elementOf returns the element, as in Div, that a type or a method is of.
func elementOf(d ast.Decl) (string, error) {
	what := strings.Join(declaredBy(d), ", ")
	switch d := d.(type) {
	case *ast.FuncDecl:
		if element, ok := strings.CutPrefix(receiver(d.Recv.List[0].Type), "(*html"); ok {
			return strings.TrimSuffix(element, ")"), nil
		}
	case *ast.GenDecl:
		if t, ok := d.Specs[0].(*ast.TypeSpec); ok && len(d.Specs) == 1 {
			switch of := t.Type.(type) {
			case *ast.InterfaceType:
				if element, ok := strings.CutPrefix(what, "HTML"); ok {
					return element, nil
				}
			case *ast.StructType:
				if element, ok := strings.CutPrefix(what, "html"); ok && isElement(of) {
					return element, nil
				}
			}
		}
	}
	return "", fmt.Errorf("%s is not of an element", what)
}

// isElement reports whether a struct is an htmlElement and nothing else.
func isElement(s *ast.StructType) bool {
	if len(s.Fields.List) != 1 || len(s.Fields.List[0].Names) > 0 {
		return false
	}
	of, ok := s.Fields.List[0].Type.(*ast.Ident)
	return ok && of.Name == "htmlElement"
}
