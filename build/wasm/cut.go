package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// keep returns a Go file with nothing in it but the declarations of these names,
// word for word and with what is said above them, and the imports that they use.
// Declarations in one pair of parentheses stay together. A method is named as in
// (*T).Name and does not come with its type.
//
// A name that is not declared is an error. So is what would be missed by nobody
// and yet does something at start: init, and a variable without a name.
func keep(src []byte, names []string) ([]byte, error) {
	file, at, err := parse(src)
	if err != nil {
		return nil, err
	}
	var kept []ast.Decl
	missing := slices.Clone(names)
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		declared := declaredBy(d)
		switch {
		case slices.ContainsFunc(declared, func(name string) bool { return slices.Contains(names, name) }):
			kept = append(kept, d)
			missing = slices.DeleteFunc(missing, func(name string) bool { return slices.Contains(declared, name) })
		case slices.Contains(declared, "init"), slices.Contains(declared, "_"):
			return nil, fmt.Errorf("it does something at start (%s), which must not be lost unnoticed", strings.Join(declared, ", "))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("it does not declare %s", strings.Join(missing, ", "))
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "package %s\n", file.Name.Name)
	for _, i := range file.Imports {
		if slices.ContainsFunc(kept, func(d ast.Decl) bool { return uses(d, importedAs(i)) }) {
			fmt.Fprintf(&out, "\nimport %s", src[at(i.Pos()):at(i.End())])
		}
	}
	for _, d := range kept {
		fmt.Fprintf(&out, "\n\n%s", src[at(begin(d)):at(d.End())])
	}
	return format.Source(out.Bytes())
}

// swap returns a Go file with other imports: where it imports a key of standIns,
// it imports the value, under the name of the key. It also returns the keys that
// it found; without any, the file is as it was.
func swap(src []byte, standIns map[string]string) (swapped []byte, found []string, err error) {
	file, at, err := parse(src)
	if err != nil {
		return nil, nil, err
	}
	var out bytes.Buffer
	done := 0
	for _, i := range file.Imports {
		if standIn, ok := standIns[imported(i)]; ok {
			out.Write(src[done:at(i.Pos())])
			fmt.Fprintf(&out, "%s %q", importedAs(i), standIn)
			done = at(i.End())
			found = append(found, imported(i))
		}
	}
	if len(found) == 0 {
		return src, nil, nil
	}
	out.Write(src[done:])
	swapped, err = format.Source(out.Bytes())
	return swapped, found, err
}

// parse returns the file and what turns a position in it into an offset of src.
func parse(src []byte) (*ast.File, func(token.Pos) int, error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	return file, files.File(file.FileStart).Offset, nil
}

// declaredBy returns the names that a declaration declares.
func declaredBy(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []string{d.Name.Name}
		}
		return []string{receiver(d.Recv.List[0].Type) + "." + d.Name.Name}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// receiver returns the type of a method's receiver, without type parameters.
func receiver(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return "(*" + receiver(t.X) + ")"
	case *ast.ParenExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	}
	return "?"
}

// begin returns where a declaration begins, with what is said above it.
func begin(d ast.Decl) token.Pos {
	var doc *ast.CommentGroup
	switch d := d.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
	}
	if doc != nil {
		return doc.Pos()
	}
	return d.Pos()
}

// uses reports whether a declaration speaks of name.Something.
func uses(d ast.Decl, name string) (used bool) {
	ast.Inspect(d, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == name {
				used = true
			}
		}
		return !used
	})
	return used
}

// imported returns the path that is imported.
func imported(i *ast.ImportSpec) string {
	p, err := strconv.Unquote(i.Path.Value)
	if err != nil {
		panic(err) // it has been parsed
	}
	return p
}

// importedAs returns the name that an import goes by in its file. Where its path
// does not end in that, the compiler will say so.
func importedAs(i *ast.ImportSpec) string {
	if i.Name != nil {
		return i.Name.Name
	}
	return path.Base(imported(i))
}
