package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// A storage keeps small texts in the browser, or in memory where the browser
// will not have it (private windows, a full disk, a page from a file). It is
// used on the UI goroutine.
type storage struct {
	name   string // of the property of window: localStorage or sessionStorage
	memory map[string]string
}

func newStorage(name string) *storage {
	return &storage{name: name, memory: map[string]string{}}
}

// get returns what is kept, and whether anything is, be it empty.
func (s *storage) get(key string) (value string, ok bool) {
	if value, ok = s.memory[key]; ok {
		return value, true
	}
	defer func() {
		if recover() != nil { // an exception of the browser
			value, ok = "", false
		}
	}()
	v := app.Window().Get(s.name).Call("getItem", key)
	if v.IsNull() || v.IsUndefined() {
		return "", false
	}
	return v.String(), true
}

// set keeps value.
func (s *storage) set(key, value string) {
	defer func() {
		if recover() != nil {
			s.memory[key] = value
		}
	}()
	if app.IsServer {
		s.memory[key] = value
		return
	}
	app.Window().Get(s.name).Call("setItem", key, value)
	delete(s.memory, key)
}
