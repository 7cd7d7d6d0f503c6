package journey

import (
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// stageURL is where a page finds its stage, whatever port that listens on.
const stageURL = "http://localhost:3000/"

// A stage is a page on which everything stands still: the page is the real one,
// from a real server, but what goes over its socket is written by the test, and
// its clock begins at the same moment each time. So a screen looks the same
// whenever it is drawn, and states are there that a server shows for a moment
// only. What the server itself promises is tested elsewhere.
type stage struct {
	*tab
	addr string // of this stage, which is the browser's proxy
	site string // of the server behind it

	ctx   context.Context // ends with the stage
	mu    sync.Mutex      // guards what follows
	pages http.Handler    // delivers what is not the socket
	part  part
	open  map[*websocket.Conn]bool
}

// A part is what the server of a stage says. Before the page is opened it may be
// set with [stage.play], and changed with it later.
type part struct {
	you  chat.Person
	role chat.Role     // ours, in the place
	here []chat.Person // the others
	// aside are the ids of those who are away, and hidden of those whom we hide.
	aside, hidden []string
	byInvitation  bool // the place takes one
	becomes       *chat.Becoming
	// online counts those here, when they are more than are named.
	online int
	// said is the conversation so far; those up to the seq after are known to
	// be there but do not come with the welcome.
	said  []chat.Message
	after int64
	news  []chat.Presence // that follow the welcome
	build string          // of the client delivered now; empty for the page's own
	no    *chat.Fault     // refuses the name of the hello

	also  []chat.Event   // that follow the welcome and the news
	list  chat.Listing   // answers whatever is asked for; its parts by what they are
	audit []chat.Durable // the log of the place
	shut  *chat.Closing  // answers the hello

	mute  bool        // commands are not answered
	fault *chat.Fault // all commands are refused
	away  bool        // sockets are refused
	deaf  bool        // sockets are neither refused nor opened
	// hold and lose end the paths whose files never come, and are not there.
	hold, lose string
}

// onStage opens an empty page on a stage of its own, in front of a server.
func onStage(t testing.TB, site *place) *stage {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &stage{
		addr: l.Addr().String(),
		ctx:  ctx,
		open: make(map[*websocket.Conn]bool),
		part: part{you: ada, role: chat.RoleMember},
	}
	s.before(site)
	server := &http.Server{Handler: s, BaseContext: func(net.Listener) context.Context { return ctx }}
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		cancel()
		server.Close()
		<-served
	})
	s.tab = openIn(t, browser, "about:blank", chromedp.WithNewBrowserContext(func(p *target.CreateBrowserContextParams) {
		p.ProxyServer = "http://" + s.addr
		p.ProxyBypassList = "<-loopback>" // or localhost would go past it
	}))
	command(s.tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	command(s.tab, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "UTC"})
	s.evaluateOnNew(stageClock)
	s.media("light")
	return s
}

// noon is when every page on a stage begins.
var noon = time.Date(2026, time.May, 14, 9, 41, 0, 0, time.UTC)

// stageClock is a clock that begins at noon, and that stops for good when
// something that was waited for is seen.
var stageClock = `(() => {
	const begin = ` + strconv.FormatInt(noon.UnixMilli(), 10) + `;
	const real = Date, tick = performance.now.bind(performance);
	let still = null;
	performance.now = () => still ?? tick();
	globalThis.Date = class extends real {
		constructor(...given) { if (given.length) super(...given); else super(Date.now()) }
		static now() { return Math.floor(begin + performance.now()) }
	};
	globalThis.stopClockAt = (pattern) => new MutationObserver(() => {
		if (new RegExp(pattern).test(document.body?.textContent)) still ??= tick();
	}).observe(document, { subtree: true, childList: true, characterData: true });
})()`

// before stands the stage in front of that server.
func (s *stage) before(site *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site = site.addr
	s.pages = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: site.addr})
	}}
}

// play changes what the server says.
func (s *stage) play(change func(*part)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.part)
}

// media sets the colour scheme and further features, as in "forced-colors",
// "active". Motion is always reduced: a picture shows where things come to rest.
func (s *stage) media(scheme string, more ...string) {
	s.Helper()
	var features []*emulation.MediaFeature
	for pair := range slices.Chunk(append([]string{"prefers-reduced-motion", "reduce", "prefers-color-scheme", scheme}, more...), 2) {
		features = append(features, &emulation.MediaFeature{Name: pair[0], Value: pair[1]})
	}
	command(s.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
}

// visit opens the page for the first time in this browser.
func (s *stage) visit() {
	s.Helper()
	s.do(chromedp.Navigate(stageURL))
}

// enter opens the page as somebody who was here before.
func (s *stage) enter() {
	s.Helper()
	s.known()
	s.visit()
	s.connected()
	s.mu.Lock()
	head := len(s.part.said)
	s.mu.Unlock()
	if head > 0 {
		s.wait(`document.querySelector("#log .message[data-seq='%d']")`, head)
	}
}

// known lets the browser remember the visitor.
func (s *stage) known() {
	s.Helper()
	s.evaluateOnNew(`try {
		localStorage["cyberchat.name"] ??= "Ada";
	} catch {} // about:blank has no storage`)
}

// tell tells the page something unasked.
func (s *stage) tell(events ...chat.Event) {
	s.Helper()
	s.mu.Lock()
	lines := slices.Collect(maps.Keys(s.open))
	s.mu.Unlock()
	if len(lines) == 0 {
		s.Fatal("there is no line to tell anything")
	}
	for _, line := range lines {
		if err := deliver(s.ctx, line, events); err != nil {
			s.Error(err)
		}
	}
}

// nobody answers at the socket any more, and the line is cut.
func (s *stage) nobody() {
	s.expect("WebSocket connection to")
	s.expect("503")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.part.away = true
	for line := range s.open {
		line.CloseNow()
	}
}

func deliver(ctx context.Context, line *websocket.Conn, events []chat.Event) error {
	if len(events) == 0 {
		return nil
	}
	var message []byte
	for _, e := range events {
		message = append(chat.AppendEvent(message, e), '\n')
	}
	return line.Write(ctx, websocket.MessageText, message)
}

func (s *stage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	now, pages := s.part, s.pages
	s.mu.Unlock()
	switch {
	case r.Method == http.MethodConnect:
		s.tunnel(w)
	case r.URL.Path == "/ws" && now.away:
		http.Error(w, "nobody is here", http.StatusServiceUnavailable)
	case r.URL.Path == "/ws" && now.deaf, now.hold != "" && strings.HasSuffix(r.URL.Path, now.hold):
		<-r.Context().Done()
	case r.URL.Path == "/ws":
		s.socket(w, r)
	case now.lose != "" && strings.HasSuffix(r.URL.Path, now.lose):
		http.Error(w, "this is not there", http.StatusBadGateway)
	default:
		pages.ServeHTTP(w, r)
	}
}

// tunnel leads a browser that wants a socket, and so asks its proxy for a
// tunnel (RFC 6455 §4.1), to the stage itself.
func (s *stage) tunnel(w http.ResponseWriter) {
	there, err := net.Dial("tcp4", s.addr)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		there.Close()
		return
	}
	shut := func() { here.Close(); there.Close() }
	stop := context.AfterFunc(s.ctx, shut)
	defer stop()
	defer shut()
	if _, err := io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return
	}
	go func() { // ends when either side does
		defer shut()
		io.Copy(there, buffered)
	}()
	io.Copy(here, there)
}

func (s *stage) socket(w http.ResponseWriter, r *http.Request) {
	line, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{chat.Protocol},
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return
	}
	defer line.CloseNow()
	line.SetReadLimit(chat.MaxFrame)
	for {
		_, message, err := line.Read(s.ctx)
		if err != nil {
			s.mu.Lock()
			delete(s.open, line)
			s.mu.Unlock()
			return
		}
		for frame := range chat.Frames(message) {
			c, _, fault := chat.DecodeCommand(frame)
			if fault != nil {
				s.Error(fault)
				return
			}
			s.mu.Lock()
			events := s.part.answer(c)
			s.open[line] = true
			s.mu.Unlock()
			if deliver(s.ctx, line, events) != nil {
				return
			}
		}
	}
}

// answer is what the server says to a command.
func (p *part) answer(c chat.Command) []chat.Event {
	var id string
	var answer func() []chat.Event
	switch c := c.(type) {
	case chat.Hello:
		return p.welcome(c)
	case chat.Post:
		id, answer = c.ID, func() []chat.Event {
			said := saying(len(p.said)+1, p.you, 0, c.Text)
			said.ID = c.ID
			p.said = append(slices.Clip(p.said), said)
			return []chat.Event{said, chat.Ack{ID: c.ID, Seq: said.Seq}}
		}
	case chat.Rename:
		id, answer = c.ID, func() []chat.Event {
			p.you.Name = c.Name
			return []chat.Event{chat.Ack{ID: c.ID, Name: c.Name}}
		}
	case chat.History:
		id, answer = c.ID, func() []chat.Event {
			end := max(c.Before-1, 0)
			from := max(end-chat.PageSize, 0)
			page := chat.Page{ID: c.ID, Room: c.Room, Earlier: from > 0, Later: true}
			if c.Room == chat.Place {
				page.Events, page.Earlier, page.Later = p.audit, false, false
				return []chat.Event{page}
			}
			for _, said := range p.said[from:end] {
				page.Events = append(page.Events, said)
			}
			return []chat.Event{page}
		}
	case chat.List:
		id, answer = c.ID, func() []chat.Event {
			all, listing := p.list, chat.Listing{ID: c.ID, What: c.What}
			switch c.What {
			case chat.ListRooms:
				listing.Rooms = all.Rooms
			case chat.ListPeople:
				for _, who := range all.People {
					if c.Find == "" || c.Find == who.ID {
						listing.People = append(listing.People, who)
					}
				}
			case chat.ListDevices:
				listing.Devices = all.Devices
			case chat.ListInvitations:
				listing.Invitations = all.Invitations
			case chat.ListReports:
				listing.Reports = all.Reports
			case chat.ListAddresses:
				listing.Addresses = all.Addresses
			}
			return []chat.Event{listing}
		}
	case chat.Identified:
		id, answer = c.CommandID(), func() []chat.Event { return []chat.Event{chat.Ack{ID: c.CommandID()}} }
	}
	switch {
	case p.mute || answer == nil:
		return nil
	case p.fault != nil:
		return []chat.Event{chat.Reject{ID: id, Fault: *p.fault}}
	}
	return answer()
}

func (p *part) welcome(c chat.Hello) []chat.Event {
	if p.shut != nil {
		return []chat.Event{*p.shut}
	}
	build, online := c.Build, max(p.online, len(p.here)+1)
	if p.build != "" {
		build = p.build
	}
	role := p.role
	if c.Name == "" {
		p.you.Name, role = "guest-7f3a", chat.RoleGuest
	}
	head, after := int64(len(p.said)), p.after
	recovered := false
	if c.Resume != nil && c.Resume.Epoch == "stage" {
		after, recovered = c.Resume.Rooms[chat.Lobby], true
	}
	events := []chat.Event{chat.Welcome{
		Text:      chat.Greeting,
		You:       chat.Self{Person: p.you, Known: true, Member: chat.Member{Here: true, Role: role}},
		Hidden:    p.hidden,
		Refused:   p.no,
		Open:      !p.byInvitation,
		Becomes:   p.becomes,
		Epoch:     "stage",
		Build:     build,
		Heartbeat: time.Hour.Milliseconds(), // none comes
		Limits:    chat.WireLimits{Text: chat.MaxText, Name: chat.MaxName, Frame: chat.MaxFrame},
		Rooms: []chat.RoomStatus{{
			Room: chat.FirstRoom(chat.Lobby), Head: head, After: after, Recovered: recovered,
			Reading: chat.Reading{Read: head},
			Roll:    &chat.Roll{Online: online, People: append([]chat.Person{p.you}, p.here...), Away: p.aside},
		}},
	}}
	for _, said := range p.said[after:] {
		events = append(events, said)
	}
	for _, news := range p.news {
		events = append(events, news)
	}
	return append(events, p.also...)
}

// saying is the seq-th message, of somebody so long before noon.
func saying(seq int, who chat.Person, ago time.Duration, text string) chat.Message {
	return chat.Message{Room: chat.Lobby, Seq: int64(seq), ID: "said-" + strconv.Itoa(seq), Author: who, Text: text, Time: noon.Add(-ago)}
}
