package httpd

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"cyberchat/app/chat"
)

func TestAServerHoldsSoManySocketsAndNoMore(t *testing.T) {
	var a admission
	var leave func()
	for n := range chat.MaxConnections {
		out, _, no := a.enter(fmt.Sprintf("127.0.0.1:%d", n))
		if no != nil {
			t.Fatalf("socket %d is refused: %+v", n, no)
		}
		leave = out
	}
	if _, _, no := a.enter("127.0.0.1:1"); no == nil || no.status != http.StatusServiceUnavailable || no.Code != "full" || no.retry == 0 {
		t.Errorf("one socket too many: %+v", no)
	}
	leave()
	if _, _, no := a.enter("127.0.0.1:1"); no != nil {
		t.Errorf("after one has left: %+v", no)
	}
}

func TestAnAddressHoldsSoManySocketsAndNoMore(t *testing.T) {
	for name, tt := range map[string]struct{ same, other string }{
		"IPv4":            {"10.0.0.1:%d", "10.0.0.2:1"},
		"IPv4 over IPv6":  {"[::ffff:10.0.0.1]:%d", "[::ffff:10.0.0.2]:1"},
		"an IPv6 network": {"[2001:db8:0:1::%x]:1", "[2001:db8:0:2::1]:1"},
		"a zone":          {"[fe80::1%%eth0]:%d", "[fe81::1%eth0]:1"},
	} {
		t.Run(name, func(t *testing.T) {
			var a admission
			for n := range chat.MaxFromAddress {
				if _, limit, no := a.enter(fmt.Sprintf(tt.same, n+1)); no != nil || limit == nil {
					t.Fatalf("socket %d: %v, %+v", n, limit, no)
				}
			}
			if _, _, no := a.enter(fmt.Sprintf(tt.same, 9999)); no == nil || no.status != http.StatusTooManyRequests || no.Code != "too_many" {
				t.Errorf("one socket too many from an address: %+v", no)
			}
			if _, _, no := a.enter(tt.other); no != nil {
				t.Errorf("another address: %+v", no)
			}
		})
	}
}

func TestAnAddressKeepsItsRateForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a admission
		leave, first, _ := a.enter("10.0.0.1:1")
		leave()
		pass(addressKept / 2)
		a.enter("10.0.0.2:1")
		leave, again, _ := a.enter("10.0.0.1:2")
		if again != first {
			t.Error("whoever connects again gets a new rate")
		}
		leave()
		pass(addressKept + time.Second)
		a.enter("10.0.0.3:1")
		if len(a.from) != 2 {
			t.Errorf("%d addresses are kept, of which two have a socket", len(a.from))
		}
	})
}

func TestNobodyEntersAServerThatStops(t *testing.T) {
	var a admission
	leave, _, _ := a.enter("127.0.0.1:1")
	empty := a.close()
	if _, _, no := a.enter("127.0.0.1:2"); no == nil || no.Code != "stopping" {
		t.Errorf("a socket of a server that stops: %+v", no)
	}
	select {
	case <-empty:
		t.Error("it is called empty with a socket open")
	default:
	}
	leave()
	<-empty
}
