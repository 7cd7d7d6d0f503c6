// Package uuid stands in for github.com/google/uuid in the copy of go-app that
// the client is compiled with: go-app wants a name for the browser and one for
// the page, and that package brings MD5, SHA-1, crypto/rand and an interface to
// databases. It has what go-app calls, under the same name.
package uuid

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
)

// NewString returns a new random UUID, of version 4 in RFC 9562, written as
// there: a name that nothing else has, and no secret. Any goroutine may call it.
func NewString() string {
	id := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, rand.Uint64()), rand.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
