package httpd

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/time/rate"
	"nhooyr.io/websocket"

	"cyberchat/app/chat"
	"cyberchat/server/hub"
)

// wantsSocket tells whether a request asks for an upgrade (RFC 6455 §4.1).
func wantsSocket(r *http.Request) bool { return lists(r.Header, "Upgrade", "websocket") }

// lists tells whether a header that is a list of tokens has this one.
func lists(h http.Header, name, token string) bool {
	for item := range strings.SplitSeq(strings.Join(h.Values(name), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(item), token) {
			return true
		}
	}
	return false
}

// refuseSocket returns why a request does not become a socket, or nil.
func (s *Server) refuseSocket(r *http.Request) *refusal {
	if text := s.gate.refuseOrigin(r); text != "" {
		return &refusal{status: http.StatusForbidden, Code: "bad_origin", Text: text}
	}
	if _, ok := modeOf(r); !ok {
		return &refusal{
			status: http.StatusBadRequest,
			Code:   "unknown_protocol",
			Text:   "None of the sub-protocols asked for is known here. Ask for one of those below, or for none to speak plain lines.",
			Known:  []string{chat.Protocol},
		}
	}
	// RFC 6455 §4.2.1, what the library would refuse without a code.
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case r.Method != http.MethodGet || !wantsSocket(r) || !lists(r.Header, "Connection", "Upgrade"):
		return &refusal{status: http.StatusUpgradeRequired, Code: "not_a_socket", Text: "This is a WebSocket. Open it with a WebSocket client, such as npx wscat -c ws://" + printable(r.Host) + "."}
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return &refusal{status: http.StatusUpgradeRequired, Code: "bad_version", Text: "Only version 13 of WebSocket is spoken here. Use a client of this decade."}
	case err != nil || len(key) != 16:
		return &refusal{status: http.StatusBadRequest, Code: "bad_key", Text: "The Sec-WebSocket-Key is not 16 bytes in base64. Your WebSocket client is at fault."}
	}
	return nil
}

// socket upgrades a request and serves the connection.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) {
	if no := s.refuseSocket(r); no != nil {
		no.answer(w)
		return
	}
	leave, from, no := s.sockets.enter(r.RemoteAddr)
	if no != nil {
		no.answer(w)
		return
	}
	mode, _ := modeOf(r)
	at := addressOf(r.RemoteAddr)
	var barred *hub.Close
	var who identity
	if fault := s.hub.Banned(at); fault != nil {
		// A page cannot read why an upgrade was refused: it is told over the socket,
		// and any other client too.
		barred = &hub.Close{Code: chat.CloseBanned, Text: fault.Text}
	} else if who, no = s.identify(w, r, mode); no != nil {
		leave()
		no.answer(w)
		return
	}
	// The origin was checked above, with scheme and port, which Accept does not
	// look at.
	frames := rate.NewLimiter(s.rates.frames, s.rates.frameBurst)
	raw := &hijacked{ResponseWriter: w, reads: rate.NewLimiter(s.rates.read, s.rates.readBurst), frames: frames}
	conn, err := websocket.Accept(raw, r, &websocket.AcceptOptions{
		Subprotocols:       []string{chat.Protocol},
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		leave()
		return // Accept has answered
	}
	conn.SetReadLimit(-1) // next bounds it, and says so in words
	c := &connection{
		server: s,
		line:   raw.line,
		conn:   conn,
		mode:   mode,
		who:    who,
		at:     at,
		from:   from,
		barred: barred,
		frames: frames,
		ended:  make(chan struct{}),
	}
	c.serve(leave) // what net/http needed for the request goes when this returns
}

// modeOf reads from the sub-protocols asked for how the client wants to speak.
func modeOf(r *http.Request) (mode hub.Mode, ok bool) {
	asked := strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ",")
	if strings.Trim(asked, ", ") == "" {
		return hub.Plain, true
	}
	for p := range strings.SplitSeq(asked, ",") {
		if strings.TrimSpace(p) == chat.Protocol {
			return hub.Typed, true
		}
	}
	return 0, false
}

// A refusal is what a client reads that may not open a socket.
type refusal struct {
	status int
	retry  int // after so many seconds; 0 says nothing

	Code  string   `json:"code"`
	Text  string   `json:"text"`
	Known []string `json:"known,omitempty"` // sub-protocols
}

func (no *refusal) answer(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if no.status == http.StatusUpgradeRequired {
		h.Set("Upgrade", "websocket")
		h.Set("Connection", "Upgrade")
		h.Set("Sec-WebSocket-Version", "13")
	}
	if no.retry > 0 {
		h.Set("Retry-After", strconv.Itoa(no.retry))
	}
	w.WriteHeader(no.status)
	json.NewEncoder(w).Encode(no) // a client that is gone is no error of ours
}
