package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"

	"cyberchat/build/bench/load"
)

// asGenerator is the argument that makes this program the generator: it reads
// a job as JSON, does it, and writes the result.
const asGenerator = "generate"

func generate(in io.Reader, out io.Writer) error {
	var job load.Job
	if err := json.NewDecoder(in).Decode(&job); err != nil {
		return fmt.Errorf("the job cannot be read: %w", err)
	}
	result, err := load.Run(job)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(result)
}

// generate has a job done by a process of its own on the generator's core.
func (b *bench) generate(job load.Job) (result load.Result, err error) {
	self, err := os.Executable()
	if err != nil {
		return result, err
	}
	in, err := json.Marshal(job)
	if err != nil {
		return result, err
	}
	var out, words bytes.Buffer
	cmd := exec.Command(self, asGenerator)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &words
	if err := withSlack(generatorSlack, func() error { return startOn(b.cores.generator, cmd) }); err != nil {
		return result, fmt.Errorf("the generator cannot be started: %w", err)
	}
	if err := cmd.Wait(); err != nil {
		return result, fmt.Errorf("the generator: %w: %s", err, bytes.TrimSpace(words.Bytes()))
	}
	if err := json.Unmarshal(out.Bytes(), &result); err != nil {
		return result, fmt.Errorf("the generator's result cannot be read: %w", err)
	}
	return result, nil
}
