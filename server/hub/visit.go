package hub

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// A Visit is how somebody comes.
type Visit struct {
	// Hello must have been decoded by [chat.DecodeCommand]; in plain mode it is
	// the zero Hello, with the invitation if there is one. Its token does not
	// count.
	Hello chat.Hello
	// Token is that of the session: of the cookie, a bearer's, or the hello's.
	// It is empty for a guest who is not known again.
	Token string
	// Address is where they come from, as bans name it: see [chat.CleanAddress].
	Address string
	Mode    Mode
	// From bounds the commands of all who share the address; nil does not.
	From *rate.Limiter

	becomes *chat.Becoming // whom they could be instead
}

// A Refused is the error of a visit that is not let in. It says how the
// connection is to end.
type Refused struct{ Close }

func (r *Refused) Error() string { return r.Text }

// refused is the end of a visit with a fault.
func refused(fault *chat.Fault) *Refused {
	code := chat.CloseNotInvited
	switch {
	case fault.Retry:
		code = chat.CloseGoingAway
	case fault.Code == chat.CodeBanned:
		code = chat.CloseBanned
	case fault.Code == chat.CodeSignedOut:
		code = chat.CloseSignedOut
	}
	return &Refused{Close{code, fault.Text}}
}

// notInvited is the end of a visit that shows no invitation where it takes one.
var notInvited = &Refused{Close{chat.CloseNotInvited, "It takes an invitation to come in here. Ask somebody who is in for one."}}

// unreadable is why a connection is closed of somebody of whom the store could
// not be read.
var unreadable = Close{chat.CloseGoingAway, "The server could not read its log. Connect again in a moment."}

// Knows tells whether there is a session with the token, now: somebody who comes
// with it is not new. It reads from disk.
func (h *Hub) Knows(token string) bool {
	if token == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	who, err := h.log.Session(ctx, store.HashOf(token))
	return err == nil && who != nil
}

// Banned returns why nobody may come from the address, as bans name it, or nil.
func (h *Hub) Banned(address string) *chat.Fault {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bannedAt(address, time.Now())
}

func (h *Hub) bannedAt(address string, now time.Time) *chat.Fault {
	if until := h.banned[address]; until.After(now) {
		return chat.BannedUntil(until)
	}
	return nil
}

// Join opens a place for a connection: the first frames of its outlet are its
// welcome and what it missed, and what happens from now on follows. It reads
// from disk, and waits until the store has written it when somebody is new,
// shows an invitation, or was not seen for seenEvery. The error is a [*Refused],
// or [ErrClosed]. The listener must be left again.
func (h *Hub) Join(v Visit, out Outlet) (*Listener, error) {
	l, err := h.join(v, out)
	if err != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		if h.closed { // nothing can be read any more
			return nil, ErrClosed
		}
	}
	return l, err
}

func (h *Hub) join(v Visit, out Outlet) (*Listener, error) {
	if fault := h.Banned(v.Address); fault != nil {
		return nil, refused(fault)
	}
	if v.Token == "" {
		return h.joinAsGuest(v, out)
	}
	session := store.HashOf(v.Token)
	for {
		id, why, err := h.come(&v, session)
		if err != nil {
			return nil, err
		}
		if l, err := h.joinAs(id, session, v, why, out); l != nil || err != nil {
			return l, err
		}
	}
}

// joinAsGuest takes in somebody without a session.
func (h *Hub) joinAsGuest(v Visit, out Outlet) (*Listener, error) {
	if !h.cfg.Open {
		return nil, notInvited
	}
	p := &person{id: newID(), limiter: h.limiter(), inPlace: chat.Member{Here: true}}
	name, why := v.Hello.Name, (*chat.Fault)(nil)
	if name != "" {
		if name, why = chat.CleanName(name); why == nil {
			why = h.nameGuest(p, name)
		}
	}
	for n := 4; p.name == ""; n++ {
		if fault := h.nameGuest(p, guestName+strings.ToLower(rand.Text()[:min(n, 26)])); fault != nil && fault.Retry {
			return nil, refused(fault)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		delete(h.names, nameKey(p.name))
		return nil, ErrClosed
	}
	h.people[p.id] = p
	return h.take(p, v, nil, why, out), nil
}

// seenEvery is how often it is written down that a session was seen.
const seenEvery = 24 * time.Hour

// come has the store know that somebody came with a session, as far as it does
// not, and returns who they are. Why says what is wrong with the name that they
// asked for.
func (h *Hub) come(v *Visit, session store.Hash) (id string, why *chat.Fault, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	now := time.Now()
	who, err := h.log.Session(ctx, session)
	if err != nil {
		return "", nil, &Refused{unreadable}
	}
	name, key := "", ""
	if chosen := who != nil && !strings.HasPrefix(who.Name, guestName); v.Hello.Name != "" && !chosen {
		if name, why = chat.CleanName(v.Hello.Name); why == nil {
			owner := personID(session)
			if who != nil {
				owner = who.ID
			}
			if key, why = h.reserve(name, owner); why == nil {
				defer h.release(key, owner)
			}
		}
		if why != nil {
			name = ""
		}
	}
	if who == nil || !who.InPlace.Here || v.Hello.Invitation != "" || now.Sub(who.Session.Seen) >= seenEvery {
		c := &store.Enter{
			Session: session, Person: personID(session), ID: newID(), Device: v.Hello.Device,
			Name: name, Key: key, Guest: h.guestLetters(), Open: h.cfg.Open,
		}
		if v.Hello.Invitation != "" {
			c.Invitation = store.HashOf(v.Hello.Invitation)
		}
		fault, err := h.wait(&store.Entry{From: v.Address, Act: c, Time: wireTime(now)})
		switch {
		case err != nil:
			return "", nil, err
		case fault != nil && fault.Code == chat.CodeBadInvitation && v.Hello.Invitation == "":
			return "", nil, notInvited
		case fault != nil:
			return "", nil, refused(fault)
		}
		if c.Refused != nil {
			why = c.Refused
		}
		id, v.becomes = c.Entered.ID, c.Becomes
		if who == nil {
			return id, why, nil
		}
	} else {
		id = who.ID
	}
	if name != "" {
		why, err = h.wait(&store.Entry{Author: who.Person, From: v.Address, Act: store.Rename{Name: name, Key: key}, Time: wireTime(now)})
	}
	return id, why, err
}

// wait places an act and waits until it is done. The error ends a visit.
func (h *Hub) wait(e *store.Entry) (*chat.Fault, error) {
	job := &errand{done: make(chan struct{})}
	e.Owner = job
	switch err := h.log.Place(e); {
	case errors.Is(err, store.ErrClosed):
		return nil, ErrClosed
	case err != nil:
		return nil, refused(chat.TooFast(busyWait))
	}
	<-job.done
	if e.Err != nil {
		return nil, refused(chat.NotStored(store.IsFull(e.Err)))
	}
	return e.Fault, nil
}

// An arrival is what the store says of somebody who comes.
type arrival struct {
	who    store.Who
	rooms  []store.Entered
	hidden []string
}

func (h *Hub) arrival(session store.Hash) (*arrival, error) {
	ctx, cancel := context.WithTimeout(context.Background(), readWithin)
	defer cancel()
	who, err := h.log.Session(ctx, session)
	if err != nil || who == nil {
		return nil, err
	}
	a := &arrival{who: *who}
	if a.rooms, err = h.log.Rooms(ctx, who.ID); err == nil {
		a.hidden, err = h.log.Hidden(ctx, who.ID)
	}
	return a, err
}

// joinAs takes in somebody with a session. It returns neither a listener nor an
// error when that changed meanwhile, and they must come anew.
func (h *Hub) joinAs(id string, session store.Hash, v Visit, why *chat.Fault, out Outlet) (*Listener, error) {
	h.mu.Lock()
	p := h.personOf(id)
	defer h.mu.Unlock()
	p.coming++
	var a *arrival
	err := h.steady(p, func() (err error) {
		a, err = h.arrival(session)
		return err
	})
	p.coming--
	defer h.drop(p)
	switch {
	case h.closed:
		return nil, ErrClosed
	case err != nil:
		return nil, &Refused{unreadable}
	case a == nil || a.who.ID != id || len(a.rooms) == 0:
		return nil, nil
	}
	if fault := h.bannedAt(v.Address, time.Now()); fault != nil {
		return nil, refused(fault)
	}
	l := h.take(p, v, a, why, out)
	l.session, l.device = session, a.who.Session.ID
	return l, nil
}

// take gives somebody a listener, and welcomes them. An arrival is nil for a
// guest without a session. The caller holds h.mu.
func (h *Hub) take(p *person, v Visit, a *arrival, why *chat.Fault, out Outlet) *Listener {
	l := &Listener{hub: h, person: p, mode: v.Mode, address: v.Address, from: v.From, out: out, index: len(h.listeners), seen: time.Now()}
	if len(p.listeners) == 0 {
		h.arrive(p, a)
	} else if a != nil { // where this visit led them, if nobody had them enter there yet
		for _, e := range a.rooms {
			if p.rooms[e.ID] == nil {
				h.enterRoom(p, e)
			}
		}
	}
	h.listeners = append(h.listeners, l)
	p.listeners = append(p.listeners, l)
	w := chat.Welcome{
		Text:      chat.Greeting,
		You:       p.self(),
		Refused:   why,
		Open:      h.cfg.Open,
		Becomes:   v.becomes,
		Epoch:     h.log.Epoch(),
		Build:     h.cfg.Build,
		Heartbeat: chat.Heartbeat.Milliseconds(),
		Limits:    chat.WireLimits{Text: chat.MaxText, Name: chat.MaxName, Frame: chat.MaxFrame},
	}
	stays := p.stays()
	for _, s := range stays {
		h.sit(l, s.room)
		w.Rooms = append(w.Rooms, h.status(p, s))
	}
	if a != nil {
		w.Hidden = a.hidden
	}
	h.note(p)
	l.opening = h.open(&w, stays, v)
	l.touch()
	return l
}

// arrive takes over what the store says of somebody who was not connected.
func (h *Hub) arrive(p *person, a *arrival) {
	p.rooms = make(map[string]*stay)
	if a == nil {
		p.rooms[chat.Lobby] = &stay{room: h.lobby, read: h.lobby.head}
		return
	}
	p.name, p.about, p.inPlace = a.who.Name, a.who.About, a.who.InPlace
	p.hidden = make(map[string]bool, len(a.hidden))
	for _, id := range a.hidden {
		p.hidden[id] = true
	}
	for _, e := range a.rooms {
		p.rooms[e.ID] = h.stayIn(e)
	}
}

// stayIn is somebody's being in a room as the store says.
func (h *Hub) stayIn(e store.Entered) *stay {
	return &stay{room: h.roomOf(e), member: e.InRoom, at: e.Head, read: e.Read, quiet: e.Quiet, with: e.With, counted: e.Head, unread: e.Unread}
}

// stays are the rooms that somebody is in, the lobby first.
func (p *person) stays() []*stay {
	all := make([]*stay, 0, len(p.rooms))
	for _, s := range p.rooms {
		all = append(all, s)
	}
	order := func(s *stay) string { return strings.TrimPrefix(s.room.ID, chat.Lobby) } // none for the lobby
	slices.SortFunc(all, func(a, b *stay) int { return cmp.Compare(order(a), order(b)) })
	return all
}
