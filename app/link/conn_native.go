//go:build !js

package link

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"nhooyr.io/websocket"

	"cyberchat/app/chat"
)

// A dialer opens connections of a native program. Its transport is its own,
// so that nothing of it is left when it is closed.
type dialer struct{ transport *http.Transport }

func newDialer() dialer {
	return dialer{http.DefaultTransport.(*http.Transport).Clone()}
}

func (d dialer) close() { d.transport.CloseIdleConnections() }

// dial opens a connection; ctx bounds only that.
func (d dialer) dial(ctx context.Context, url string) (*conn, error) {
	ws, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient:   &http.Client{Transport: d.transport},
		Subprotocols: []string{chat.Protocol},
	})
	switch {
	case err != nil && resp != nil && resp.StatusCode != http.StatusSwitchingProtocols:
		return nil, refusal(fmt.Sprintf("The server refused the connection: HTTP %d %s.", resp.StatusCode, http.StatusText(resp.StatusCode)))
	case err != nil:
		return nil, fmt.Errorf("link: dial: %w", err)
	case ws.Subprotocol() != chat.Protocol:
		ws.CloseNow()
		return nil, refusal(notChat)
	}
	ws.SetReadLimit(maxMessage)
	c := &conn{ws: ws}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c, nil
}

// A conn is a socket of a native program.
type conn struct {
	ws     *websocket.Conn
	ctx    context.Context // of reading; when it ends, the connection does too
	cancel context.CancelFunc
}

func (c *conn) read() ([]byte, error) {
	kind, p, err := c.ws.Read(c.ctx)
	if e := (websocket.CloseError{}); errors.As(err, &e) {
		return nil, &closeError{chat.CloseCode(e.Code), e.Reason}
	}
	if err == nil && kind != websocket.MessageText {
		c.ws.CloseNow()
		err = errors.New("a binary message")
	}
	if err != nil {
		return nil, fmt.Errorf("link: read: %w", err)
	}
	return p, nil
}

func (c *conn) write(ctx context.Context, p []byte) error {
	return c.ws.Write(ctx, websocket.MessageText, p)
}

// leave gives Close a shorter time than the 10 s it takes by itself: while it
// runs, CloseNow would wait for it, but the end of the reader's context closes
// the connection below both.
func (c *conn) leave(within time.Duration) {
	enough := time.AfterFunc(within, c.cancel)
	c.ws.Close(websocket.StatusNormalClosure, "")
	enough.Stop()
	c.cancel()
}

func (c *conn) drop() {
	c.ws.CloseNow()
	c.cancel()
}
