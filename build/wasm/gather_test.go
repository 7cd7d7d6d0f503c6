package main

import (
	"bytes"
	"strings"
	"testing"
)

// before and behind are sections around the data: custom ones.
const before, behind = "\x00\x05\x04name", "\x00\x03\x02hi"

func TestGather(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"segments with zeros between", "\x0b\x11\x02" + "\x00\x41\x08\x0b\x02ab" + "\x00\x41\xc0\x00\x0b\x03cde",
			"\x0b\x41\x01" + "\x00\x41\x08\x0b\x3b" + "ab" + strings.Repeat("\x00", 54) + "cde"},
		{"not in order, and one over another", "\x0b\x12\x02" + "\x00\x41\x0a\x0b\x03abc" + "\x00\x41\x08\x0b\x04defg",
			"\x0b\x0b\x01" + "\x00\x41\x08\x0b\x05defgc"},
		{"one", "\x0b\x08\x01" + "\x00\x41\x08\x0b\x02ab", "\x0b\x08\x01" + "\x00\x41\x08\x0b\x02ab"},
		{"an offset of three bytes", "\x0b\x0a\x01" + "\x00\x41\x80\xc0\x00\x0b\x02ab", "\x0b\x0a\x01" + "\x00\x41\x80\xc0\x00\x0b\x02ab"},
		{"none", "\x0b\x01\x00", "\x0b\x01\x00"},
		{"no data", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := gather([]byte(preamble + before + c.data + behind))
			if want := preamble + before + c.want + behind; err != nil || string(got) != want {
				t.Errorf("%v\ngot  %q\nwant %q", err, got, want)
			}
		})
	}
}

func TestGatherErrors(t *testing.T) {
	for _, c := range []struct{ name, module, want string }{
		{"no module", "#!/bin/sh", "no WebAssembly"},
		{"another version", "\x00asm\x02\x00\x00\x00", "no WebAssembly"},
		{"a section that is cut", preamble + "\x0b\x09\x01\x00\x41", "ends too early"},
		{"a segment that is cut", preamble + "\x0b\x06\x01\x00\x41\x08\x0b\x02", "ends too early"},
		{"fewer segments than said", preamble + "\x0b\x08\x02\x00\x41\x08\x0b\x02ab", "ends too early"},
		{"more than segments", preamble + "\x0b\x09\x01\x00\x41\x08\x0b\x02ab!", "more in the data section"},
		{"a segment that is not laid out", preamble + "\x0b\x06\x01\x01\x03abc", "segment 0 is not"},
		{"an offset that is computed", preamble + "\x0b\x08\x01\x00\x23\x08\x0b\x02ab", "segment 0 is not"},
		{"an offset below zero", preamble + "\x0b\x08\x01\x00\x41\x78\x0b\x02ab", "segment 0 is not"},
		{"code that speaks of segments", preamble + "\x0c\x01\x01", "not to be gathered"},
		{"a size beyond 32 bits", preamble + "\x0b\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "more than 32 bits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := gather([]byte(c.module)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q, %v; want an error that says %q", got, err, c.want)
			}
		})
	}
}

// checkGathered looks whether a module of Go's linker starts with the memory that
// it had, from one segment.
func checkGathered(t *testing.T, module []byte) {
	t.Helper()
	gathered, err := gather(module)
	if err != nil {
		t.Fatal(err)
	}
	had, has := dataOf(t, module), dataOf(t, gathered)
	from1, memory1 := memoryOf(had)
	from2, memory2 := memoryOf(has)
	if from1 != from2 || !bytes.Equal(memory1, memory2) {
		t.Error("the memory at the start is another")
	}
	if len(had) < 1000 || len(has) != 1 {
		t.Errorf("there were %d segments and are %d: is there still anything to gather?", len(had), len(has))
	}
}

// dataOf returns the segments of a module.
func dataOf(t *testing.T, module []byte) []segment {
	t.Helper()
	for r := (reader{rest: module[len(preamble):]}); len(r.rest) > 0; {
		id := r.byte()
		content := r.bytes(r.unsigned())
		if r.err != nil {
			t.Fatal(r.err)
		}
		if id == dataSection {
			segments, err := segmentsOf(content)
			if err != nil {
				t.Fatal(err)
			}
			return segments
		}
	}
	return nil
}
