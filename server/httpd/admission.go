package httpd

import (
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"cyberchat/app/chat"
)

// addressKept is how long an address is remembered that has no socket left:
// long enough that its rate cannot be had anew by connecting again.
const addressKept = time.Minute

// An admission counts the open sockets, in all and from each address, and lets
// no more in than [chat.MaxConnections] and [chat.MaxFromAddress]. Its methods
// may be called from any goroutine.
type admission struct {
	rate  rate.Limit // commands a second of all who come from one address
	burst int

	mu     sync.Mutex // guards the rest, and the fields of each address
	closed bool
	open   int
	from   map[string]*address // by addressOf
	empty  chan struct{}       // made by close; closed when open is 0
}

// An address is where sockets come from; see [addressOf].
type address struct {
	open  int
	rate  *rate.Limiter // commands of all who come from there; guards itself
	empty time.Time     // when open became 0
}

// enter counts a socket from remote, which is a host and a port. It returns how
// to count it out again and the rate of its address (nil if there is no bound),
// or why there is no room.
func (a *admission) enter(remote string) (leave func(), limit *rate.Limiter, refused *refusal) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.closed:
		return nil, nil, &refusal{status: http.StatusServiceUnavailable, retry: 5, Code: "stopping", Text: "The server is stopping. Connect again in a moment."}
	case a.open >= chat.MaxConnections:
		return nil, nil, &refusal{status: http.StatusServiceUnavailable, retry: 30, Code: "full", Text: "The server holds as many connections as it can. Try again later."}
	}
	from := a.address(remote)
	if from != nil {
		if from.open >= chat.MaxFromAddress {
			return nil, nil, &refusal{status: http.StatusTooManyRequests, retry: 30, Code: "too_many", Text: "Too many connections come from your address already. Close one of them, or try again later."}
		}
		from.open++
		limit = from.rate
	}
	a.open++
	return func() { a.leave(from) }, limit, nil
}

// allow counts a request of remote that is no socket as a command of its
// address, and tells whether there is room for it.
func (a *admission) allow(remote string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	from := a.address(remote)
	return from == nil || from.rate.Allow()
}

// address finds what remote counts as, nil for this machine itself.
func (a *admission) address(remote string) *address {
	at := addressOf(remote)
	if at == "" {
		return nil
	}
	if a.from == nil {
		a.from = make(map[string]*address)
	}
	if a.from[at] == nil {
		now := time.Now()
		for old, from := range a.from { // as many as there are sockets and a minute's newcomers
			if from.open == 0 && now.Sub(from.empty) > addressKept {
				delete(a.from, old)
			}
		}
		a.from[at] = &address{rate: rate.NewLimiter(a.rate, a.burst), empty: now}
	}
	return a.from[at]
}

// addressOf is where remote, a host and a port, counts as and is banned from:
// one IPv4 address, or one IPv6 network of 64 bits, which is what a single
// customer has. It is empty for this machine itself, which is neither: reverse
// proxies run on it.
func addressOf(remote string) string {
	full, err := netip.ParseAddrPort(remote)
	ip := full.Addr().Unmap().WithZone("")
	if err != nil || ip.IsLoopback() {
		return ""
	}
	at, _ := chat.CleanAddress(ip.String())
	return at
}

func (a *admission) leave(from *address) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if from != nil {
		if from.open--; from.open == 0 {
			from.empty = time.Now()
		}
	}
	if a.open--; a.open == 0 && a.closed {
		close(a.empty)
	}
}

// close lets nobody in any more. The channel is closed when all have left.
func (a *admission) close() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.closed {
		a.closed, a.empty = true, make(chan struct{})
		if a.open == 0 {
			close(a.empty)
		}
	}
	return a.empty
}

// count is how many sockets are open.
func (a *admission) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open
}
