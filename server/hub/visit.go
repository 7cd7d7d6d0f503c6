package hub

import (
	"context"
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
}

// A Refused is the error of a visit that is not let in. It says how the
// connection is to end.
type Refused struct{ Close }

func (r *Refused) Error() string { return r.Text }

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
	if until := h.banned[address]; until.After(time.Now()) {
		return chat.BannedUntil(until)
	}
	return nil
}
