package httpd_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cyberchat/app/chat"
	"cyberchat/app/link"
	"cyberchat/app/state"
	"cyberchat/server/httpd"
)

// TestWhatOnePersonWritesKeepsItsOrder has Ann write many messages in a row, of
// which the server refuses some while later ones are under way.
func TestWhatOnePersonWritesKeepsItsOrder(t *testing.T) {
	short := func(n int) (texts []string) {
		for i := range n {
			texts = append(texts, fmt.Sprint("short ", i))
		}
		return texts
	}
	long := strings.Repeat("x", chat.MaxText-1) // with its number it counts nine of forty
	for _, tt := range []struct {
		name  string
		texts []string
		fault string        // SQL
		takes time.Duration // at least, or nothing was refused
	}{
		{
			name:  "a long one comes too fast, and a short one behind it would not",
			texts: append([]string{long + "1", long + "2", long + "3", long + "4", long + "5"}, short(20)...),
			takes: time.Second,
		},
		{
			// The log takes the first one when it is said again, 5 s later.
			name:  "one cannot be stored, and those behind it could be",
			texts: short(60),
			fault: `CREATE TRIGGER fault BEFORE INSERT ON events
				WHEN NEW.text = 'short 0' AND NEW.time < ` + fmt.Sprint(time.Now().Add(4900*time.Millisecond).UnixMilli()) + `
				BEGIN SELECT RAISE(ABORT, 'a fault'); END`,
			takes: 5 * time.Second,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			p := start(t, func(c *httpd.Config) { c.Data = data })
			if tt.fault != "" {
				db, err := sql.Open("sqlite", filepath.Join(data, "chat.db"))
				if err != nil {
					t.Fatal(err)
				}
				defer db.Close()
				if _, err := db.Exec(tt.fault); err != nil {
					t.Fatal(err)
				}
			}
			ann, bob := takePart(t, "ws://"+p.addr+"/ws", "Ann"), takePart(t, "ws://"+p.addr+"/ws", "Bob")
			ann.open()
			bob.open()
			begin := time.Now()
			for _, text := range tt.texts {
				ann.say(text)
			}
			ann.until("an answer to all", func(model state.Model, _ link.Status) bool {
				return !slices.ContainsFunc(model.Pending, func(p state.Pending) bool { return p.Fault == nil })
			})
			if took := time.Since(begin); took < tt.takes {
				t.Errorf("it took %v: nothing was refused", took)
			}
			bob.until("as much as was said", func(model state.Model, _ link.Status) bool {
				ann.mu.Lock()
				defer ann.mu.Unlock()
				return len(said(model)) >= len(tt.texts)-len(ann.model.Pending)
			})
			bob.mu.Lock()
			defer bob.mu.Unlock()
			for i, text := range said(bob.model) {
				if i >= len(tt.texts) || text != tt.texts[i] {
					t.Fatalf("message %d is %.10s…", i, text)
				}
			}
			if got, want := len(bob.heard), len(tt.texts); got != want {
				t.Errorf("%d of %d were said", got, want)
			}
		})
	}
}
