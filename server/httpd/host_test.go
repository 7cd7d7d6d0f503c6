package httpd

import (
	"context"
	"net"
	"net/http"
	"testing"
)

func TestOursIsTheAddressThatTheRequestCameInBy(t *testing.T) {
	g := gate{ports: []string{"3000", "80"}, hosts: []string{"localhost", "box"}}
	for _, tt := range []struct {
		local, host string
		ours        bool
	}{
		{"192.168.1.5", "192.168.1.5:3000", true},
		{"192.168.1.5", "192.168.1.5", true}, // port 80
		{"192.168.1.5", "192.168.1.6:3000", false},
		{"192.168.1.5", "192.168.1.5:3001", false},
		{"192.168.1.5", "192.168.1.5:03000", false},
		{"::ffff:192.168.1.5", "192.168.1.5:3000", true},
		{"fd00::5", "[fd00::5]:3000", true},
		{"fd00::5", "[fd00::5]", true},
		{"fd00::5", "[fd00:0:0::5]:3000", true},
		{"fd00::5", "fd00::5", false},
		{"fd00::5", "[fd00::5", false},
		{"fd00::5", "[fd00::6]:3000", false},
		{"fe80::5", "[fe80::5%eth0]:3000", false},
		{"192.168.1.5", "[192.168.1.5]:3000", false},
		{"192.168.1.5", "box:3000", true},
		{"192.168.1.5", "[box]:3000", false},
		{"192.168.1.5", "evil.com:3000", false},
		{"192.168.1.5", "", false},
	} {
		r := (&http.Request{}).WithContext(context.WithValue(t.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.ParseIP(tt.local), Port: 3000}))
		if got := g.isOurs(r, tt.host); got != tt.ours {
			t.Errorf("%q of a request that came in by %s: %v", tt.host, tt.local, got)
		}
	}
}
