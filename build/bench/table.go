package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"cyberchat/build/bench/load"
)

// The figures that are shown.
func perMillion(r load.Result) float64    { return r.PerMillion() }
func p99(r load.Result) float64           { return r.P99.Seconds() }
func memory(r load.Result) float64        { return float64(r.Memory) }
func took(r load.Result) float64          { return r.Seconds }
func ackP50(r load.Result) float64        { return r.AckP50.Seconds() }
func ackP99(r load.Result) float64        { return r.AckP99.Seconds() }
func isLimit(r load.Result) float64       { return map[bool]float64{true: 1}[r.IsLimit()] }
func lost(r load.Result) int              { return r.Lost }
func wrong(r load.Result) int             { return r.Disordered + r.Damaged }
func closed(r load.Result) int            { return r.Closed }
func refused(r load.Result) int           { return r.Refused }
func unanswered(r load.Result) int        { return r.Unanswered }
func perSecond(r load.Result) float64     { return r.PerSecond() }
func acksPerSecond(r load.Result) float64 { return r.AcksPerSecond() }

// A row of a table.
type row []string

func table(head row, rows []row) string {
	var b strings.Builder
	line := func(cells row) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	b.WriteString("|---|" + strings.Repeat("---:|", len(head)-1) + "\n")
	for _, r := range rows {
		line(r)
	}
	return b.String()
}

// shown is the median of a figure, or a dash.
func (b *bench) shown(name, scenario string, figure func(load.Result) float64, as func(float64) string) string {
	v, ok := b.measures.median(name, scenario, figure)
	if !ok {
		return "–"
	}
	return as(v)
}

// tables are all tables of a run, with how they came about.
func (b *bench) tables() string {
	parts := []string{b.throughputTable()}
	if b.anyLimit() {
		parts = append(parts, "\\* Here the generator was the limit: its core was full and the server's was not. The server can do more.\n")
	}
	if strings.Contains(parts[0], "†") {
		parts = append(parts, "† Meanwhile it closed connections that fell behind, or lost messages; what did arrive is counted.\n")
	}
	parts = append(parts, b.behaviourTable(), b.aloneTable(), b.circumstances())
	return strings.Join(parts, "\n")
}

func (b *bench) throughputTable() string {
	head := row{"server"}
	for _, n := range throughputs {
		head = append(head, "deliveries/s at "+thousands(n))
	}
	for _, n := range throughputs {
		head = append(head, "CPU s a million at "+thousands(n))
	}
	var rows []row
	for _, c := range b.taking() {
		r := row{b.title(c)}
		for _, n := range throughputs {
			cell := b.shown(c.name, throughputScenario(n), perSecond, kilo)
			if limit, _ := b.measures.median(c.name, throughputScenario(n), isLimit); limit > 0 {
				cell += "\\*"
			}
			if b.gaveUp(c.name, throughputScenario(n)) {
				cell += "†"
			}
			r = append(r, cell)
		}
		for _, n := range throughputs {
			r = append(r, b.shown(c.name, throughputScenario(n), perMillion, func(v float64) string { return fmt.Sprintf("%.2f", v) }))
		}
		rows = append(rows, r)
	}
	if len(rows) > 1 {
		r := row{"ours to the best peer"}
		for _, n := range throughputs {
			r = append(r, b.ratio(throughputScenario(n), perSecond, more))
		}
		for _, n := range throughputs {
			r = append(r, b.ratio(throughputScenario(n), perMillion, less))
		}
		rows = append(rows, r)
	}
	return table(head, rows)
}

// ratio is ours to the best peer.
func (b *bench) ratio(scenario string, figure func(load.Result) float64, better func(a, b float64) bool) string {
	v, has := b.measures.median(ours, scenario, figure)
	best, any := b.measures.best(scenario, figure, better)
	if !has || !any || best == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f×", v/best)
}

func (b *bench) anyLimit() bool {
	for _, c := range b.taking() {
		for _, n := range throughputs {
			if limit, _ := b.measures.median(c.name, throughputScenario(n), isLimit); limit > 0 {
				return true
			}
		}
	}
	return false
}

// gaveUp tells whether connections were closed or messages lost in a scenario.
func (b *bench) gaveUp(name, scenario string) bool {
	return b.measures.sum(name, lost, scenario)+b.measures.sum(name, closed, scenario) > 0
}

func (b *bench) behaviourTable() string {
	flowing := []string{paceSlowScenario, paceQuickScenario}
	for _, n := range throughputs {
		flowing = append(flowing, throughputScenario(n))
	}
	head := row{
		"server",
		fmt.Sprintf("p99, %d messages/s to %s", paceSlow, thousands(crowd)),
		fmt.Sprintf("p99, %d messages/s to %s", paceQuick, thousands(crowd)),
		"p99 at full load to " + thousands(crowd),
		fmt.Sprintf("%d at once to %s: took", burst, thousands(crowd)),
		"of these closed", "of these lost",
		"lost, out of order, closed in all else",
		"KiB an idle connection",
	}
	var rows []row
	for _, c := range b.taking() {
		sum := func(count func(load.Result) int, scenarios ...string) string {
			return thousands(b.measures.sum(c.name, count, scenarios...))
		}
		rows = append(rows, row{
			b.title(c),
			b.shown(c.name, paceSlowScenario, p99, millis),
			b.shown(c.name, paceQuickScenario, p99, millis),
			b.shown(c.name, throughputScenario(crowd), p99, millis),
			b.shown(c.name, burstScenario, took, millis),
			sum(closed, burstScenario), sum(lost, burstScenario),
			sum(lost, flowing...) + ", " + sum(wrong, flowing...) + ", " + sum(closed, flowing...),
			b.shown(c.name, idleScenario, memory, func(v float64) string { return fmt.Sprintf("%.1f", v/1024) }),
		})
	}
	return table(head, rows)
}

func (b *bench) aloneTable() string {
	if len(b.alone.syncs) == 0 {
		return ""
	}
	perSecond := func(v float64) string { return thousands(int(v)) + " a second" }
	syncs := func(pace int) string {
		s := b.alone.sync(pace)
		return millis(s.p50) + ", " + millis(s.p99)
	}
	sum := func(count func(load.Result) int) string {
		return thousands(b.measures.sum(ours, count, ackPaceScenario, ackOneScenario, ackManyScenario))
	}
	mib := func(v float64) string { return fmt.Sprintf("%.1f MiB", v/(1<<20)) }
	return table(row{"Cyber Chat alone", "figure"}, []row{
		{fmt.Sprintf("one sync of the disk (4 KiB appended, fdatasync), for comparison: %d a second, p50 and p99", paceSlow), syncs(paceSlow)},
		{fmt.Sprintf("the same, %d a second", paceQuick), syncs(paceQuick)},
		{fmt.Sprintf("acknowledgement, %d messages/s from one sender, p50", paceQuick), b.shown(ours, ackPaceScenario, ackP50, millis)},
		{"the same, p99", b.shown(ours, ackPaceScenario, ackP99, millis)},
		{fmt.Sprintf("acknowledged messages from one sender with %d in flight", window), b.shown(ours, ackOneScenario, acksPerSecond, perSecond)},
		{fmt.Sprintf("acknowledged messages from %d senders with %d in flight each", senders, window), b.shown(ours, ackManyScenario, acksPerSecond, perSecond)},
		{"refused, not answered of all these", sum(refused) + ", " + sum(unanswered)},
		{"start on an empty folder, to the first answer", millis(median(b.alone.start))},
		{"memory at rest, nobody connected", mib(median(b.alone.memory))},
	})
}

// circumstances say how the figures came about.
func (b *bench) circumstances() string {
	o := b.options
	where := "Server on one core, generator on another."
	if !b.cores.apart() {
		where = "This machine has one core: server and generator shared it."
	}
	text := fmt.Sprintf("%s %d senders with %d messages in flight each, texts of %d bytes, over loopback; medians of %d rounds of %v, or of %d messages where that takes longer; counts of all rounds together. Memory once, after %v of rest. ",
		where, senders, window, load.TextSize, o.rounds, o.duration, o.samples(), o.settle)
	if o.quick {
		text = "**A quick run: a tenth of the connections, one round of a second. Its figures mean little.** " + text
	}
	text += "A delivery is one message read by one connection; a CPU second is one of the server's process, kernel included. " +
		"Cyber Chat's messages are on disk and acknowledged before anybody sees them; the peers' are not stored. "
	if n, all := b.disturbed(); n > 0 {
		text += fmt.Sprintf("**In %d of %d runs other programs used more than a tenth of a core.** ", n, all)
	}
	text += fmt.Sprintf("%s, %s %s/%s", cpuName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if out, err := exec.Command("node", "--version").Output(); err == nil {
		text += ", Node " + strings.TrimSpace(string(out))
	}
	return text + "."
}

// disturbed counts the runs whose figures cannot be trusted, and all runs.
func (b *bench) disturbed() (n, all int) {
	for _, scenarios := range b.measures {
		for _, results := range scenarios {
			for _, r := range results {
				all++
				if r.IsDisturbed() {
					n++
				}
			}
		}
	}
	return n, all
}

// cpuName is what the processor calls itself.
func cpuName() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // it is only shown
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// taking are the contestants that were measured.
func (b *bench) taking() (some []contestant) {
	for _, c := range contestants {
		if len(b.measures[c.name]) > 0 {
			some = append(some, c)
		}
	}
	return some
}

// title is a contestant's name with its version.
func (b *bench) title(c contestant) string {
	if c.name == ours {
		return "**" + ours + "**"
	}
	if v := c.version(b.folder); v != "" {
		return c.name + " (" + v + ")"
	}
	return c.name
}
