// Package httpd is the transport: it checks who knocks, delivers the page and
// its files, and carries commands and events over sockets. What is said and
// who is here is the hub's.
//
// go-app's own HTTP handler is not used. It fetches /robots.txt and others
// from whatever Host a request names and keeps the answer for everyone, forbids
// zooming, and knows neither compressed bundles nor content security policies.
// The page is rendered here, once, at the start; go-app draws its body
// ([ui.Shell]) and runs in it.
package httpd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

// Config is what a server needs to know. All fields but Origins, Open and Rate
// are required.
type Config struct {
	// Listeners are those it serves, which it closes.
	Listeners []net.Listener
	// Hosts are the names that requests may call this server by, beside its
	// addresses and localhost, without a port.
	Hosts []string
	// Origins are further origins that may connect: "https://chat.example.com",
	// "http://10.0.0.5:8080", or "null". Their hosts may be called too.
	Origins []string
	// Static is laid out as web.Static.
	Static fs.FS
	// Data is the folder of the log; it must be there.
	Data string
	// Open lets in whoever comes; otherwise it takes an invitation.
	Open bool
	// Rate is how many commands a second a person may send over time; 0 is
	// chat.PostRate. All other rates grow and shrink with it.
	Rate int
	// FileKey is the secret that pages opened from a file show.
	FileKey string
	Log     *slog.Logger
}

// A Server serves one hub.
type Server struct {
	cfg  Config
	gate gate
	site *site
	hub  *hub.Hub
	http *http.Server

	rates     rates
	sockets   admission
	moved     expected   // tokens that pages brought, see session
	given     expected   // tokens that were made here, see identify
	mu        sync.Mutex // guards watched
	watched   map[*connection]struct{}
	untilStop context.Context // ends when the server begins to stop
	stop      context.CancelFunc
	untilCut  context.Context // ends when sockets must be gone
	cutOff    context.CancelFunc
}

// Times that bound what a peer can make us wait.
const (
	headerWithin = 10 * time.Second // for the head of a request
	askWithin    = 15 * time.Second // for a whole request; none has much of a body
	fetchWithin  = 5 * time.Minute  // for an answer to be fetched, over a slow line
	idleWithin   = 2 * time.Minute  // between requests on a kept connection
	// stopWithin is how long sockets may take to close when the server stops,
	// and answerWithin how long answers may take to finish meanwhile.
	stopWithin   = 3 * time.Second
	answerWithin = time.Second
)

// leastKey is the shortest FileKey, in characters: 130 bits in base32.
const leastKey = 26

// New opens the log and returns a server that is ready to run, and must be. The
// error says what is wrong with the configuration.
func New(cfg Config) (*Server, error) {
	g, err := newGate(cfg)
	if err != nil {
		return nil, err
	}
	if len(cfg.FileKey) < leastKey {
		return nil, fmt.Errorf("httpd: the key for files has %d characters, and must have %d or more", len(cfg.FileKey), leastKey)
	}
	site, err := newSite(cfg.Static)
	if err != nil {
		return nil, err
	}
	if cfg.Rate == 0 {
		cfg.Rate = chat.PostRate
	}
	place, err := hub.Open(hub.Config{Folder: cfg.Data, Build: site.build, Rate: cfg.Rate, Open: cfg.Open})
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:     cfg,
		gate:    g,
		site:    site,
		hub:     place,
		rates:   ratesFor(cfg.Rate),
		sockets: admission{rate: rate.Limit(chat.AddressRate * cfg.Rate / chat.PostRate), burst: chat.AddressBurst * cfg.Rate / chat.PostRate},
		watched: make(map[*connection]struct{}),
	}
	s.untilStop, s.stop = context.WithCancel(context.Background())
	s.untilCut, s.cutOff = context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler:                      s.routes(),
		ReadHeaderTimeout:            headerWithin,
		ReadTimeout:                  askWithin, // these two end with an upgrade
		WriteTimeout:                 fetchWithin,
		IdleTimeout:                  idleWithin,
		MaxHeaderBytes:               16 << 10,
		DisableGeneralOptionsHandler: true, // it would answer before the host is checked
		ErrorLog:                     slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	return s, nil
}

// Run serves until ctx ends, then closes every socket with 1001 and returns
// within stopWithin. The error is that of a listener that failed. It is called
// once.
func (s *Server) Run(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var serving sync.WaitGroup
	serving.Go(func() { s.hub.Run(ctx) })
	serving.Go(func() { s.lookAfter(ctx) })
	serving.Go(func() {
		select {
		case err := <-s.hub.Failed():
			stop(fmt.Errorf("the log cannot be trusted any more: %w. Look after the disk, then start again: what was acknowledged is there", err))
		case <-ctx.Done():
		}
	})
	for _, l := range s.cfg.Listeners {
		serving.Go(func() {
			if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				stop(err)
			}
		})
	}
	<-ctx.Done()
	err := s.shutdown()
	serving.Wait()
	if err != nil {
		s.cfg.Log.Error("close the log", "error", err)
	}
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// goingAway is what every connection is told when the server stops.
var goingAway = hub.Close{Code: chat.CloseGoingAway, Text: "The server is stopping."}

func (s *Server) shutdown() error {
	cut := time.AfterFunc(stopWithin, s.cutOff)
	defer cut.Stop()
	s.stop() // which ends those who have not said hello
	empty := s.sockets.close()
	err := s.hub.Close(goingAway)
	answers, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	s.http.Shutdown(answers) // stops accepting, lets answers finish
	s.http.Close()           // and what browsers opened ahead of need
	<-empty
	return err
}

// rates bound what is read from one connection.
type rates struct {
	frames     rate.Limit
	frameBurst int
	read       rate.Limit // bytes
	readBurst  int
}

// ratesFor returns the rates where a person may send so many commands a second.
func ratesFor(commands int) rates {
	grown := func(n int) int { return n * commands / chat.PostRate }
	return rates{
		frames: rate.Limit(grown(chat.FrameRate)), frameBurst: grown(chat.FrameBurst),
		read: rate.Limit(grown(chat.ReadRate)), readBurst: max(grown(chat.ReadBurst), chat.MaxFrame),
	}
}

// routes lists everything there is to ask for.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/ws", s.socket)
	mux.HandleFunc("POST /session", s.session)
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /cyberchat.html", s.file)
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		if wantsSocket(r) { // the lesson's client connects to the root
			s.socket(w, r)
			return
		}
		if s.site.parts.bundle == nil && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			s.unbuilt(w, r)
			return
		}
		s.site.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /room/{id}", s.room)
	mux.HandleFunc("GET /room/{id}/{seq}", s.room)
	mux.Handle("/", s.site)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protect(w.Header())
		if text := s.gate.refuseHost(r); text != "" {
			http.Error(w, text, http.StatusMisdirectedRequest)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// room delivers the page where a room, or a message in it, has its address. It
// is the same for everybody and whether there is such a room or not: the page
// asks, over its socket, as who it is.
func (s *Server) room(w http.ResponseWriter, r *http.Request) {
	seq := r.PathValue("seq")
	n, err := strconv.ParseInt(seq, 10, 64)
	if chat.CheckRoomID(r.PathValue("id")) != nil || seq != "" && (err != nil || n < 1 || seq != strconv.FormatInt(n, 10)) {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "This is not the address of a room: those are like /room/lobby, and of a message like /room/lobby/1. The chat is at /.", http.StatusNotFound)
		return
	}
	if s.site.parts.bundle == nil {
		s.unbuilt(w, r)
		return
	}
	s.site.files["/"].serve(w, r)
}

// health says whether the server takes part: 200, or 503 while it stops.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if s.untilStop.Err() != nil {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

// contentSecurityPolicy allows our own files and nothing else, and WebAssembly
// to be compiled (CSP Level 3). There is no inline script or style.
const contentSecurityPolicy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// protect sets the headers that every answer has.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}
