package journey

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"

	"cyberchat/app/chat"
)

// listener stands for a screen reader: it notes what is added to the live
// regions of the page (WAI-ARIA 1.2 §6.6.4), in window.heard, in the words that
// are there for it. A region that appears together with its words is noted with
// "too late: ", since most screen readers then say nothing; not so alerts, which
// browsers announce when they appear. Text in the log that changes in its place
// is noted with "changed: ": it should be said once and stay.
const listener = `(() => {
	window.heard = [];
	const implied = { log: "polite", status: "polite", alert: "assertive" };
	const politeness = (e) => e.getAttribute("aria-live") ?? implied[e.getAttribute("role")];
	const region = (node) => {
		let e = node.nodeType === 1 ? node : node.parentElement;
		while (e && politeness(e) === undefined) e = e.parentElement;
		return e;
	};
	const isAtomic = (e) => (e.getAttribute("aria-atomic") ?? String(["status", "alert"].includes(e.getAttribute("role")))) === "true";
	const isHeard = (text) => text.parentElement?.checkVisibility() && !text.parentElement.closest("[aria-hidden=true], style, script");
	const texts = (node) => {
		if (node.nodeType === 3) return isHeard(node) ? [node] : [];
		const found = [], walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) if (isHeard(walker.currentNode) && walker.currentNode.data.trim()) found.push(walker.currentNode);
		return found;
	};
	const words = (nodes) => nodes.map((n) => n.data.trim()).join(" ").replace(/\s+/g, " ").trim();
	const known = new WeakSet(); // regions that were there before what is said now
	const meet = () => document.querySelectorAll("[aria-live], [role=log], [role=status], [role=alert]").forEach((e) => known.add(e));
	new MutationObserver((records) => {
		const told = new Set(), said = new Set();
		const say = (e, text) => {
			if (!text) return;
			heard.push((known.has(e) || e.getAttribute("role") === "alert" ? "" : "too late: ") + text);
		};
		for (const record of records) {
			const nodes = record.type === "characterData" ? [record.target] : record.addedNodes;
			for (const node of nodes) {
				if (!node.isConnected) continue;
				const of = new Map(); // region to what is new in it
				for (const text of texts(node)) {
					if (said.has(text)) continue;
					said.add(text);
					const e = region(text);
					if (e && politeness(e) !== "off") of.set(e, [...(of.get(e) ?? []), text]);
				}
				for (const [e, fresh] of of) {
					if (!isAtomic(e)) say(e, (record.type === "characterData" ? "changed: " : "") + words(fresh));
					else if (!told.has(e)) told.add(e), say(e, words(texts(e)));
				}
			}
		}
		meet();
	}).observe(document, { subtree: true, childList: true, characterData: true });
	document.addEventListener("DOMContentLoaded", meet);
})()`

// listens lets a screen reader listen to every page that the tab opens.
func (p *tab) listens() {
	p.Helper()
	p.evaluateOnNew(listener)
}

// hears waits until so much was said since the last time, and returns it, with
// every time of day as "00:00" and without the marks that part a message from
// its author and its time.
func (p *tab) hears(n int) []string {
	p.Helper()
	p.wait(`heard.length >= %d`, n)
	p.rest()
	said := js[[]string](p, `heard.splice(0)`)
	for i := range said {
		said[i] = aMessage.ReplaceAllString(clockTime.ReplaceAllString(said[i], "00:00"), "$1 $2 00:00")
	}
	return said
}

var (
	clockTime = regexp.MustCompile(`\b\d?\d:\d\d\b( [ap]m)?`)
	aMessage  = regexp.MustCompile(`^(\w+): (.*), 00:00$`)
)

// hearsThat compares the messages that were said since the last time with those
// that should have been: each once, in order, and whole. Who came and went may
// be said or not.
func (p *tab) hearsThat(when string, want ...string) {
	p.Helper()
	p.wait(`heard.filter((said) => /\d:\d\d/.test(said) && !said.includes("joined")).length >= %d`, len(want))
	said := p.hears(len(want))
	got := slices.DeleteFunc(slices.Clone(said), func(s string) bool {
		return !strings.HasSuffix(s, " 00:00") || strings.Contains(s, "joined")
	})
	if !slices.Equal(got, want) {
		p.Errorf("%s, this is heard:\n  %s\nand not:\n  %s", when, strings.Join(said, "\n  "), strings.Join(want, "\n  "))
	}
}

// listening: what comes now is read out. Right after the page has opened, or more
// of the past was loaded, nothing is.
const listening = `document.querySelector("#log").ariaLive === "polite" || document.querySelector("#heard")`

func TestMessagesAreReadOutOnce(t *testing.T) {
	p := start(t)
	ann := open(t, "about:blank")
	ann.listens()
	ann.do(chromedp.Navigate(p.url()))
	ann.join("Ann")
	ann.wait(`document.querySelector("#log .news")`) // that one came oneself
	ann.wait(listening)
	ann.hears(0)
	bob := p.enter(t, "Bob")
	ann.wait(`/Bob\s+joined/.test(document.querySelector("#log").textContent)`)
	ann.hears(0)
	bob.say("Hello Ann")
	bob.say("How are you?")
	ann.hearsThat("when two messages come", "Bob Hello Ann 00:00", "Bob How are you? 00:00")
	ann.say("Fine.")
	ann.hearsThat("when one has said something", "Ann Fine. 00:00")
	bob.say("Good.")
	ann.hearsThat("when one is answered", "Bob Good. 00:00")
	ann.say("/dance")
	if got := ann.hears(1); len(got) != 1 || !strings.Contains(got[0], "/dance") {
		t.Errorf("when there is no such command, this is heard: %q", got)
	}

	ann.do(chromedp.Reload())
	ann.connected()
	ann.reads("Bob", "Good.")
	for _, said := range ann.hears(0) {
		if strings.Contains(said, "Bob") || strings.Contains(said, "Ann") {
			t.Errorf("after a reload it is said again: %s", said)
		}
	}
}

func TestChangesOfTheLineAreReadOutOnce(t *testing.T) {
	p := start(t)
	ann := open(t, "about:blank")
	ann.expect("WebSocket connection to")
	ann.expect("ERR_CONNECTION_REFUSED")
	ann.listens()
	ann.do(chromedp.Navigate(p.url()))
	ann.join("Ann")
	ann.say("said before")
	ann.hearsThat("at first", "Ann said before 00:00")
	ann.wait(`document.querySelector("#log .news")`)
	p.stop()
	ann.disconnected()
	ann.wait(`document.querySelector(".status-why")?.textContent.includes("cannot be reached")`) // it has tried
	if got := ann.hears(1); !slices.Equal(got, []string{"The line is lost. It is tried again and again."}) {
		t.Errorf("when the line is lost, this is heard: %q", got)
	}
	p.again()
	ann.triesAgain()
	if got := ann.hears(1); !slices.Contains(got, "Connected again.") || slices.ContainsFunc(got, func(said string) bool { return strings.Contains(said, "said before") }) {
		t.Errorf("when it is back, this is heard: %q", got)
	}
	ann.wait(listening)
	ann.hears(0)
	ann.say("said after")
	ann.hearsThat("afterwards", "Ann said after 00:00")
}

func TestHistoryIsNotReadOut(t *testing.T) {
	p := startBusy(t)
	p.fill(sayings(120))
	ann := open(t, "about:blank")
	ann.listens()
	ann.do(chromedp.Navigate(p.url()))
	ann.join("Ann")
	ann.has(71, 120)
	for _, said := range ann.hears(0) {
		if strings.Contains(said, "saying") {
			t.Errorf("at the beginning, history is read out: %s", said)
		}
	}
	ann.scrollUp(0)
	ann.wait(`document.querySelector("#log .message[data-seq]").dataset.seq < 71`)
	ann.atEnd() // what was loaded is let go
	for _, said := range ann.hears(0) {
		if strings.Contains(said, "saying") || strings.Contains(said, "loaded") {
			t.Errorf("what comes and goes while one scrolls is read out: %s", said)
		}
	}
	p.fill([]string{"this is new"})
	ann.hears(1)
	p.fill([]string{"and this is newer"})
	if got := ann.hears(1); !slices.ContainsFunc(got, func(said string) bool { return strings.Contains(said, "and this is newer") }) {
		t.Errorf("after that, this is heard: %q", got)
	}
}

func TestRefusalsAreReadOutOnce(t *testing.T) {
	s := onStage(t, start(t))
	s.listens()
	s.room()
	s.hears(0)
	s.play(func(p *part) { p.fault = chat.NotStored(false) })
	s.say("Can you hear me?")
	s.wait(`document.querySelector(".pending.refused")`)
	if got := s.hears(1); !slices.Equal(got, []string{chat.NotStored(false).Text}) {
		t.Errorf("when a message is refused, this is heard: %q", got)
	}
	s.wantsName()
	s.play(func(p *part) { p.fault = chat.NameTaken("Ben") })
	s.do(chromedp.SetValue(chromedp.CSS("#name"), "Ben"), chromedp.Click(chromedp.CSS("#join")))
	s.wait(`document.querySelector("#name-fault").textContent`)
	if got := s.hears(1); !slices.Equal(got, []string{chat.NameTaken("Ben").Text}) {
		t.Errorf("when a name is refused, this is heard: %q", got)
	}
	if !js[bool](s.tab, `document.querySelector("#name").ariaInvalid === "true" && document.querySelector("#name").getAttribute("aria-describedby").includes("name-fault")`) {
		t.Error("the field does not say what is wrong with it")
	}
}

// A spoken thing is a node of the accessibility tree.
type spoken struct{ role, name string }

func (s spoken) String() string { return s.role + " " + s.name }

// accessible returns the nodes below the first of a role in the order in which
// they are read, without those that say nothing.
func (p *tab) accessible(below string) []spoken {
	p.Helper()
	tree := command(p, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	byID := make(map[accessibility.NodeID]*accessibility.Node, len(tree))
	for _, n := range tree {
		byID[n.NodeID] = n
	}
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s) // what is no string says nothing
		}
		return s
	}
	var all []spoken
	var walk func(n *accessibility.Node, in bool)
	walk = func(n *accessibility.Node, in bool) {
		role := text(n.Role)
		in = in || role == below
		if in && !n.Ignored && role != "InlineTextBox" {
			all = append(all, spoken{role, text(n.Name)})
		}
		for _, id := range n.ChildIDs {
			if child := byID[id]; child != nil {
				walk(child, in)
			}
		}
	}
	walk(tree[0], false)
	return all
}

func TestMessagesAreReadAuthorAndTextFirst(t *testing.T) {
	s := onStage(t, start(t))
	s.room()
	var said []string
	for _, n := range s.accessible("log") {
		if n.role == "StaticText" {
			said = append(said, strings.TrimSpace(n.name))
		}
	}
	for _, m := range talk {
		want := []string{m.Author.Name, m.Text} // nothing in between
		if !slices.ContainsFunc(slices.Collect(windows(said, len(want))), func(got []string) bool { return slices.Equal(got, want) }) {
			t.Errorf("%q is not read as such; this is read: %q", want, said)
			break
		}
	}
}

// windows yields each n elements that follow each other.
func windows[T any](all []T, n int) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for i := 0; i+n <= len(all) && yield(all[i:i+n]); i++ {
		}
	}
}

// The page has an outline that one can find one's way by, and no control
// without a name.
func TestOutlineByEar(t *testing.T) {
	s := onStage(t, start(t))
	s.do(chromedp.EmulateViewport(1440, 900))
	s.room()
	read := s.accessible("RootWebArea") // what they are called begins so
	at := 0
	for _, want := range []spoken{
		{"RootWebArea", "Connected to Cyber Chat"},
		{"banner", ""},
		{"heading", "Connected to Cyber Chat"},
		{"button", "4 people are here"},
		{"button", "You are Ada ."},
		{"main", ""},
		{"log", "Messages"},
		{"heading", chat.Greeting},
		{"textbox", "Message"},
		{"button", "Send"},
		{"complementary", "People"},
		{"heading", "Here now 4"},
		{"button", "Copy the link"},
	} {
		i := slices.IndexFunc(read[at:], func(got spoken) bool {
			return got.role == want.role && strings.HasPrefix(strings.Join(strings.Fields(got.name), " "), want.name)
		})
		if i < 0 {
			t.Fatalf("there is no %s in its place. This is read: %s", want, fmt.Sprint(read))
		}
		at += i
	}
	for _, n := range read {
		switch n.role {
		case "button", "link", "textbox", "checkbox", "radio", "combobox", "menuitem", "switch", "slider", "dialog", "tab":
			if strings.TrimSpace(n.name) == "" {
				t.Errorf("a %s has no name", n.role)
			}
		}
	}
}
