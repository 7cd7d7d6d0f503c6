package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// listen opens the address. The name localhost is opened as 127.0.0.1 and as
// ::1 where there is one: programs differ in which they try.
func listen(addr string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("the address %q is not one. Give host:port, as in -addr localhost:3000, or -addr :3000 for every address of this machine", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return nil, fmt.Errorf("the port %q is not one. Give a number from 1 to 65535, as in -addr localhost:3000", port)
	}
	if !strings.EqualFold(host, "localhost") {
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, cannotListen(addr, host, port, err)
		}
		return []net.Listener{l}, nil
	}
	first, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, cannotListen(addr, host, port, err)
	}
	listeners := []net.Listener{first}
	second, err := net.Listen("tcp6", net.JoinHostPort("::1", strconv.Itoa(portOf(first))))
	switch {
	case err == nil:
		listeners = append(listeners, second)
	case errors.Is(err, syscall.EADDRINUSE) && port != "0":
		first.Close()
		return nil, cannotListen(addr, host, port, err)
	}
	return listeners, nil
}

// cannotListen says what is wrong with the address and what to do.
func cannotListen(addr, host, port string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		n, _ := strconv.Atoi(port)
		return fmt.Errorf("port %s is in use by another program. Stop that one, or choose another port, as in -addr %s", port, net.JoinHostPort(host, strconv.Itoa(n%65535+1)))
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("port %s is not yours to open. Choose one above 1023, as in -addr %s", port, net.JoinHostPort(host, "3000"))
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%s is not an address of this machine. Give one that is, or -addr :%s for all of them", host, port)
	}
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return fmt.Errorf("the name %q was not found. Give an address of this machine, or -addr :%s for all of them", host, port)
	}
	return fmt.Errorf("cannot listen on %s: %w", addr, err)
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// hosts are the names by which browsers may call a server that listens on
// addr, beside its addresses and localhost.
func hosts(addr string) []string {
	host, _, _ := net.SplitHostPort(addr)
	if strings.EqualFold(host, "localhost") {
		return nil
	}
	var names []string
	if host != "" && net.ParseIP(host) == nil {
		names = append(names, host)
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return names
	}
	if name, err := os.Hostname(); err == nil {
		names = append(names, name, name+".local")
	}
	return names
}

// beyond tells whether people on other machines can reach the server: because it
// listens there, or because something on this machine, such as a reverse proxy,
// brings them from an origin that is not this machine's.
func beyond(listeners []net.Listener, origins []string) bool {
	for _, l := range listeners {
		if !l.Addr().(*net.TCPAddr).IP.IsLoopback() {
			return true
		}
	}
	for _, o := range origins {
		u, err := url.Parse(o)
		if err != nil || u.Host == "" {
			continue // "null", or httpd refuses it
		}
		if ip := net.ParseIP(u.Hostname()); !strings.EqualFold(u.Hostname(), "localhost") && !ip.IsLoopback() {
			return true
		}
	}
	return false
}

// localAddress is the address of the server for whoever sits at this machine.
func localAddress(listeners []net.Listener) string {
	addr := listeners[0].Addr().(*net.TCPAddr)
	if !addr.IP.IsUnspecified() && !addr.IP.Equal(net.IPv4(127, 0, 0, 1)) {
		return addr.String()
	}
	return net.JoinHostPort("localhost", strconv.Itoa(addr.Port))
}

// outerAddresses are those for others on the network, if it listens there.
func outerAddresses(listeners []net.Listener) (hosts []string) {
	addr := listeners[0].Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		for _, ip := range networkAddresses() {
			hosts = append(hosts, net.JoinHostPort(ip, strconv.Itoa(addr.Port)))
		}
	}
	return hosts
}

// linkAddresses are those that links to the server begin with: what people call
// it, or else what they can reach it by.
func linkAddresses(listeners []net.Listener, origins []string) (addresses []string) {
	for _, o := range origins {
		if o != "null" {
			addresses = append(addresses, strings.TrimSuffix(o, "/"))
		}
	}
	if len(addresses) > 0 {
		return addresses
	}
	for _, host := range outerAddresses(listeners) {
		addresses = append(addresses, "http://"+host)
	}
	if len(addresses) > 0 {
		return addresses
	}
	return []string{"http://" + localAddress(listeners)}
}

// announce says what runs, where, and how to join and stop it.
func announce(out io.Writer, listeners []net.Listener, cfg config, open bool) {
	local := localAddress(listeners)
	folder, err := filepath.Abs(cfg.data)
	if err != nil {
		folder = cfg.data
	}
	fmt.Fprintf(out, "Cyber Chat %s is running.\n\n", versionName())
	fmt.Fprintf(out, "  Open      http://%s\n", local)
	for _, host := range outerAddresses(listeners) {
		fmt.Fprintf(out, "  Network   http://%s\n", host)
	}
	fmt.Fprintf(out, "  Terminal  npx wscat -c ws://%s\n", local)
	fmt.Fprintf(out, "  Access    %s\n", access(listeners, cfg.origins, open))
	fmt.Fprintf(out, "  Data      %s\n", folder)
	fmt.Fprintf(out, "  Stop      Ctrl-C\n\n")
}

// access says who can come in.
func access(listeners []net.Listener, origins []string, open bool) string {
	switch {
	case !open:
		return "whoever has an invitation"
	case beyond(listeners, origins):
		return "anybody who can reach this machine"
	}
	return fmt.Sprintf("anybody on this machine; -addr :%d lets in others, by invitation", listeners[0].Addr().(*net.TCPAddr).Port)
}

// networkAddresses are those that others on the local network can use, IPv4
// before IPv6.
func networkAddresses() []string {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil // it is only said, not needed
	}
	var v4, v6 []string
	for _, a := range addrs {
		n, ok := a.(*net.IPNet)
		switch {
		case !ok || !n.IP.IsGlobalUnicast():
		case n.IP.To4() != nil:
			v4 = append(v4, n.IP.String())
		default:
			v6 = append(v6, n.IP.String())
		}
	}
	return append(v4, v6...)
}
