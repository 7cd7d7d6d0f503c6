package ui

import (
	"runtime"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

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

// browser calls f with the browser's storage. It reports whether that worked:
// the browser throws where it does not allow it.
func (s *storage) browser(f func(app.Value)) (ok bool) {
	if app.IsServer {
		return false
	}
	defer func() {
		if r := recover(); r != nil {
			if fault, ours := r.(runtime.Error); ours {
				panic(fault)
			}
			ok = false
		}
	}()
	f(app.Window().Get(s.name))
	return true
}

// get returns what is kept, and whether anything is, be it empty.
func (s *storage) get(key string) (value string, ok bool) {
	if value, ok = s.memory[key]; ok {
		return value, true
	}
	s.browser(func(b app.Value) {
		if v := b.Call("getItem", key); !v.IsNull() {
			value, ok = v.String(), true
		}
	})
	return value, ok
}

// set keeps value.
func (s *storage) set(key, value string) {
	if s.browser(func(b app.Value) { b.Call("setItem", key, value) }) {
		delete(s.memory, key)
	} else {
		s.memory[key] = value
	}
}

// remove keeps nothing any more.
func (s *storage) remove(key string) {
	delete(s.memory, key)
	s.browser(func(b app.Value) { b.Call("removeItem", key) })
}

// keys returns the keys with the prefix.
func (s *storage) keys(prefix string) []string {
	var keys []string
	add := func(key string) {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	for key := range s.memory {
		add(key)
	}
	s.browser(func(b app.Value) {
		for i := range b.Get("length").Int() {
			add(b.Call("key", i).String())
		}
	})
	return keys
}
