package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"strconv"
	"strings"
)

// version is set by the Makefile from the tag or commit that is built.
var version string

// config is what flags and environment say. A flag goes before its variable.
type config struct {
	addr    string
	data    string
	origins []string
	entry   string // entryOpen, entryInvite, or empty: by what it listens to
	rate    int    // commands a second of one person; 0 is chat's
	done    bool   // only something was asked, and it was answered
}

// Who may come in: anybody, or those who have an invitation.
const entryOpen, entryInvite = "open", "invite"

// maxRate is as good as no bound.
const maxRate = 1_000_000

func configure(args []string, getenv func(string) string, out io.Writer) (config, error) {
	cfg := config{addr: "localhost:3000", data: "./cyberchat-data"}
	if v := getenv("CYBERCHAT_ADDR"); v != "" {
		cfg.addr = v
	}
	if v := getenv("CYBERCHAT_DATA"); v != "" {
		cfg.data = v
	}
	if v := getenv("CYBERCHAT_ORIGIN"); v != "" {
		for o := range strings.SplitSeq(v, ",") {
			cfg.origins = append(cfg.origins, strings.TrimSpace(o))
		}
	}
	cfg.entry = getenv("CYBERCHAT_ENTRY")
	flags := flag.NewFlagSet("cyberchat", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&cfg.addr, "addr", cfg.addr, "`host:port` to listen on; :3000 is every address of this machine (CYBERCHAT_ADDR)")
	flags.StringVar(&cfg.data, "data", cfg.data, "`folder` for what the server keeps (CYBERCHAT_DATA)")
	flags.Func("rate", "how many `commands` a second a person may send over time, for bots and measurements; all other rates grow with it (default 10)", func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxRate {
			return fmt.Errorf("give a number from 1 to %d", maxRate)
		}
		cfg.rate = n
		return nil
	})
	flags.StringVar(&cfg.entry, "entry", cfg.entry, "`who` may come in: open for anybody, or invite for those with an invitation; open is the default where only this machine can reach it (CYBERCHAT_ENTRY)")
	given := false
	flags.Func("origin", "one more `origin` whose pages may connect, as https://chat.example.com; may be repeated (CYBERCHAT_ORIGIN, with commas)", func(v string) error {
		if !given { // as with the others, the variable does not count then
			cfg.origins, given = nil, true
		}
		cfg.origins = append(cfg.origins, v)
		return nil
	})
	showVersion := flags.Bool("version", false, "print the version and stop")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(out, "Cyber Chat: a chat you own. Start it without flags, open the address it prints.")
		flags.SetOutput(out)
		flags.PrintDefaults()
		cfg.done = true
		return cfg, nil
	case err != nil:
		return cfg, fmt.Errorf("%w. Run it with -help to see its flags", err)
	case flags.NArg() > 0:
		return cfg, fmt.Errorf("%q is not a flag. Run it with -help to see its flags", flags.Arg(0))
	case cfg.data == "":
		return cfg, errors.New("-data is empty. Name a folder, as in -data ./cyberchat-data")
	case cfg.entry != "" && cfg.entry != entryOpen && cfg.entry != entryInvite:
		return cfg, fmt.Errorf("the entry %q is none. Give open or invite, as in -entry invite", cfg.entry)
	}
	if *showVersion {
		fmt.Fprintln(out, "Cyber Chat", versionName())
		cfg.done = true
	}
	return cfg, nil
}

// versionName is what this build calls itself.
func versionName() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "dev-" + s.Value[:12]
			}
		}
	}
	return "dev"
}
