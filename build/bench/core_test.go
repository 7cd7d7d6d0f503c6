package main

import (
	"bytes"
	"os/exec"
	"testing"

	"golang.org/x/sys/unix"
)

func TestProgramsStartOnTheirCores(t *testing.T) {
	c, err := findCores()
	if err != nil {
		t.Fatal(err)
	}
	if c.server.Count() != 1 || c.generator.Count() != 1 || c.apart() == (c.server == c.generator) {
		t.Fatalf("server on %v, generator on %v of %d", c.server, c.generator, c.all.Count())
	}
	for _, set := range []unix.CPUSet{c.server, c.generator} {
		var out bytes.Buffer
		cmd := exec.Command("nproc")
		cmd.Stdout = &out
		if err := startOn(set, cmd); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil || out.String() != "1\n" {
			t.Errorf("a program on one core sees %q, %v", out.String(), err)
		}
	}
	var after unix.CPUSet
	if err := unix.SchedGetaffinity(0, &after); err != nil || after.Count() != c.all.Count() {
		t.Errorf("this program is left with %d of %d cores, %v", after.Count(), c.all.Count(), err)
	}
}
