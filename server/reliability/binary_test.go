package reliability

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"cyberchat/server/journey/browse"
)

// built is the folder of the programs that these tests run.
var built string

// The program is built once, as `make build` does, with the client in it; and
// once more with the race detector, when these tests have it.
var (
	plain = sync.OnceValues(func() (string, error) { return build("cyberchat", "CGO_ENABLED=0") })
	raced = sync.OnceValues(func() (string, error) { return build("cyberchat-race", "CGO_ENABLED=1", "-race") })
)

func build(name, cgo string, flags ...string) (string, error) {
	overlay, err := withClient()
	if err == nil {
		err = dependOn("cyberchat/server")
	}
	if err != nil {
		return "", err
	}
	path := filepath.Join(built, name)
	args := append([]string{"build", "-o", path, "-overlay", overlay}, flags...)
	cmd := exec.Command("go", append(args, "cyberchat/server")...)
	cmd.Env = append(os.Environ(), cgo)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
}

// dependOn looks into the folders that a program of this module is made of: go
// test takes an earlier result only if all that a test has looked at is as it
// was, and what other programs look at, such as go build, it does not know.
func dependOn(program string) error {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.Dir}}{{end}}{{end}}", program).Output()
	if err != nil {
		return err
	}
	for folder := range strings.Lines(string(out)) {
		if _, err := os.ReadDir(strings.TrimSpace(folder)); err != nil {
			return err
		}
	}
	return nil
}

// withClient returns an overlay (see go help build) which puts a client into
// web/static. If `make wasm` has built one, it is empty.
var withClient = sync.OnceValues(func() (string, error) {
	client, err := browse.Client()
	if err != nil {
		return "", err
	}
	web, err := exec.Command("go", "list", "-f", "{{.Dir}}", "cyberchat/web").Output()
	if err != nil {
		return "", err
	}
	replace := make(map[string]string)
	for name, data := range client {
		path := filepath.Join(built, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(strings.TrimSpace(string(web)), "static", name)] = path
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(built, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
})
