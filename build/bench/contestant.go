package main

import (
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"cyberchat/build/bench/load"
)

// limits are the flags that raise our rate limits for the run. Nothing else of
// the product is switched off.
var limits = []string{"-rate", "1000000"}

// ours is the name of the product among the contestants.
const ours = "Cyber Chat"

// A contestant is a server that is measured.
type contestant struct {
	name    string
	dialect string
	peer    string   // its folder under peers; none for ours
	module  string   // whose version is shown
	args    []string // of the command, before -addr
}

var contestants = []contestant{
	{name: ours, dialect: load.Typed, args: limits},
	{name: "`ws` on Node, the lesson's own stack", dialect: load.Lines, peer: "ws", module: "ws"},
	{name: "nhooyr.io/websocket, as in its chat example", dialect: load.Lines, peer: "library", module: "nhooyr.io/websocket"},
	{name: "gorilla/websocket, as in its chat example", dialect: load.Lines, peer: "gorilla", module: "github.com/gorilla/websocket"},
	{name: "centrifuge", dialect: load.Centrifuge, peer: "centrifuge", module: "github.com/centrifugal/centrifuge"},
	{name: "centrifuge, 5 ms write delay", dialect: load.Centrifuge, peer: "centrifuge", module: "github.com/centrifugal/centrifuge", args: []string{"-delay", "5ms"}},
	{name: "centrifuge, 5 ms write delay, unbounded frames", dialect: load.Centrifuge, peer: "centrifuge", module: "github.com/centrifugal/centrifuge", args: []string{"-delay", "5ms", "-most", "-1"}},
	{name: "gws, its broadcaster", dialect: load.Lines, peer: "gws", module: "github.com/lxzan/gws"},
}

// isNode tells whether the contestant needs Node and npm.
func (c contestant) isNode() bool { return c.peer == "ws" }

// build builds the contestant into a folder. The product is built as `make
// build` does.
func (c contestant) build(folder, product string) error {
	var cmd *exec.Cmd
	switch {
	case c.name == ours:
		cmd = exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", filepath.Join(folder, "cyberchat"), "./server")
		cmd.Dir = product
	case c.isNode():
		cmd = exec.Command("npm", "ci", "--no-audit", "--no-fund", "--prefer-offline")
		cmd.Dir = filepath.Join("peers", c.peer)
	default:
		cmd = exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", filepath.Join(folder, c.peer), "./"+filepath.Join("peers", c.peer))
	}
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s cannot be built: %w\n%s", c.name, err, out)
	}
	return nil
}

// command is how the contestant is started once it is built. Ours gets the
// folder for its data, which must be there.
func (c contestant) command(folder, addr, data string) *exec.Cmd {
	args := append(append([]string{}, c.args...), "-addr", addr)
	switch {
	case c.name == ours:
		return exec.Command(filepath.Join(folder, "cyberchat"), append(args, "-data", data)...)
	case c.isNode():
		return exec.Command("node", append([]string{filepath.Join("peers", c.peer, "server.js")}, args...)...)
	}
	return exec.Command(filepath.Join(folder, c.peer), args...)
}

// version is that of the library, as it was built; "" for ours.
func (c contestant) version(folder string) string {
	if c.isNode() {
		var installed struct{ Version string }
		b, err := os.ReadFile(filepath.Join("peers", c.peer, "node_modules", c.module, "package.json"))
		if err != nil || json.Unmarshal(b, &installed) != nil {
			return ""
		}
		return installed.Version
	}
	info, err := buildinfo.ReadFile(filepath.Join(folder, c.peer))
	if err != nil {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == c.module {
			return strings.TrimPrefix(dep.Version, "v")
		}
	}
	return ""
}
