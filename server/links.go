package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rsc.io/qr"

	"cyberchat/server/httpd"
)

// The links by which the place itself lets people in are kept in the data
// folder, so that a restart does not make others, and whoever starts the server
// as a service, where all it says is in a log, finds them there.
const linksFile = "links"

// inLink stands before the secret in a link: behind the #, where a browser tells
// it to nobody but the page.
const inLink = "/#invite="

// A link lets somebody in.
type link struct {
	what string   // forOwner or forEveryone
	urls []string // one for each address of the server
	note string   // what to do with it
}

const (
	forOwner    = "owner"
	forEveryone = "invite"
)

// letIn has the server make what links there are to be, or keep those of the
// last start, and shows them. The addresses are those by which people reach it. A
// server that cannot make them, because its disk is full, still serves those who
// are in.
func letIn(out io.Writer, server *httpd.Server, cfg config, open bool, addresses []string) {
	path := filepath.Join(cfg.data, linksFile)
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	links, err := makeLinks(server, open, readLinks(path), addresses)
	if err == nil {
		err = writeLinks(path, links)
	}
	if err != nil {
		fmt.Fprintf(out, "  Links     could not be made: %v. Mend that and start again\n\n", err)
		return
	}
	showLinks(out, links, path)
}

func makeLinks(server *httpd.Server, open bool, kept map[string]string, addresses []string) (links []link, err error) {
	add := func(what, secret, note string) {
		l := link{what: what, note: note}
		for _, a := range addresses {
			l.urls = append(l.urls, a+inLink+secret)
		}
		links = append(links, l)
	}
	owner, err := server.InviteOwner(kept[forOwner])
	if err != nil {
		return nil, err
	}
	if owner != nil {
		add(forOwner, owner.Secret, fmt.Sprintf("Open it yourself: it makes you the owner. Good once, until %s.", day(owner.Expires)))
	}
	if !open {
		all, err := server.Invite(kept[forEveryone])
		if err != nil {
			return nil, err
		}
		add(forEveryone, all.Secret, fmt.Sprintf("Give it to those who are to come in: good for %d people, until %s.", all.Uses, day(all.Expires)))
	}
	return links, nil
}

func day(t time.Time) string { return t.Local().Format("2 January, 15:04") }

// readLinks returns the secrets in the links file, by what they are for; none
// if it is not there or somebody wrote something else into it.
func readLinks(path string) map[string]string {
	kept := make(map[string]string)
	data, err := os.ReadFile(path)
	if err != nil {
		return kept
	}
	for line := range strings.Lines(string(data)) {
		what, url, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, secret, ok := strings.Cut(url, inLink); ok {
			kept[what] = secret
		}
	}
	return kept
}

// writeLinks puts the links into the links file, for nobody else to read, or
// removes it when there are none. One that is torn is made anew by the next
// start.
func writeLinks(path string, links []link) error {
	if len(links) == 0 {
		err := os.Remove(path)
		if os.IsNotExist(err) {
			return nil
		}
		return err
	}
	var text strings.Builder
	for _, l := range links {
		fmt.Fprintf(&text, "# %s\n", l.note)
		for _, url := range l.urls {
			fmt.Fprintf(&text, "%s %s\n", l.what, url)
		}
	}
	return os.WriteFile(path, []byte(text.String()), 0o600)
}

// showLinks says the links on a terminal, and anywhere else where they are kept:
// that may be a log, which is not for secrets. The one for everybody is shown as
// a QR code too; that of the owner is not, of which somebody could take a picture
// where this is shown to everybody.
func showLinks(out io.Writer, links []link, path string) {
	switch {
	case len(links) == 0:
	case !isTerminal(out):
		fmt.Fprintf(out, "  Links     in %s: this may be a log\n\n", path)
	default:
		for _, l := range links {
			label := strings.ToUpper(l.what[:1]) + l.what[1:]
			for _, url := range l.urls {
				fmt.Fprintf(out, "  %-8s  %s\n", label, url)
				label = ""
			}
			fmt.Fprintf(out, "            %s\n\n", l.note)
			if l.what == forEveryone {
				showQR(out, l.urls[0])
			}
		}
	}
}

// isTerminal tells whether somebody reads out as it is written.
func isTerminal(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// quiet is how many modules are kept free around a QR code (ISO/IEC 18004).
const quiet = 4

// showQR draws text as a QR code, two rows in a line, black on white whatever
// the terminal's colours are.
func showQR(out io.Writer, text string) {
	code, err := qr.Encode(text, qr.L) // a screen has no stains
	if err != nil {
		return // it is too long; the link stands above
	}
	for y := -quiet; y < code.Size+quiet; y += 2 {
		fmt.Fprint(out, "  \x1b[30;107m")
		for x := -quiet; x < code.Size+quiet; x++ {
			switch upper, lower := code.Black(x, y), code.Black(x, y+1); {
			case upper && lower:
				fmt.Fprint(out, "█")
			case upper:
				fmt.Fprint(out, "▀")
			case lower:
				fmt.Fprint(out, "▄")
			default:
				fmt.Fprint(out, " ")
			}
		}
		fmt.Fprint(out, "\x1b[0m\n")
	}
	fmt.Fprintln(out)
}
