package load

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// dialWithin is how long a connection may take to open.
const dialWithin = 10 * time.Second

// dial opens a WebSocket (RFC 6455 §4.1) and returns it with what came right
// behind the handshake. The connection has no deadline, and when it is closed
// it is gone at once (SO_LINGER 0), so that thousands leave nothing behind.
func dial(addr string, d dialect) (conn *net.TCPConn, first []byte, err error) {
	raw, err := net.DialTimeout("tcp", addr, dialWithin)
	if err != nil {
		return nil, nil, fmt.Errorf("load: dial: %w", err)
	}
	defer func() {
		if err != nil {
			raw.Close()
		}
	}()
	conn = raw.(*net.TCPConn)
	conn.SetLinger(0)
	conn.SetDeadline(time.Now().Add(dialWithin))
	path, protocol := d.request()
	request := "GET " + path + " HTTP/1.1\r\nHost: " + addr + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Y3liZXIgY2hhdCBiZW5jaA==\r\n"
	if protocol != "" {
		request += "Sec-WebSocket-Protocol: " + protocol + "\r\n"
	}
	if _, err := conn.Write([]byte(request + "\r\n")); err != nil {
		return nil, nil, fmt.Errorf("load: handshake: %w", err)
	}
	r := bufio.NewReader(conn)
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("load: handshake: %w", err)
	}
	if got := response.Header.Get("Sec-WebSocket-Protocol"); response.StatusCode != http.StatusSwitchingProtocols || got != protocol {
		why, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		return nil, nil, fmt.Errorf("load: handshake: %s, protocol %q: %s", response.Status, got, why)
	}
	first, _ = r.Peek(r.Buffered())
	return conn, first, conn.SetDeadline(time.Time{})
}
