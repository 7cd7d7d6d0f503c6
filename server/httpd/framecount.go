package httpd

import "encoding/binary"

// A frameCount counts the frames in what a client sends (RFC 6455 §5.2), as it
// comes, in pieces of any size: fragments and pings cost as much to read as
// messages do, and the library tells nobody of them.
type frameCount struct {
	head [14]byte // of the frame that begins
	have int      // bytes of it
	skip uint64   // bytes of the payload that are still to come
}

// add takes what was read and returns how many frames began in it.
func (c *frameCount) add(p []byte) (frames int) {
	for len(p) > 0 {
		if c.skip > 0 {
			n := min(c.skip, uint64(len(p)))
			c.skip -= n
			p = p[n:]
			continue
		}
		c.head[c.have] = p[0]
		c.have++
		p = p[1:]
		if c.have == 1 {
			frames++
		}
		if c.have < 2 || c.have < c.length() {
			continue
		}
		switch n := c.head[1] & 0x7f; n {
		case 126:
			c.skip = uint64(binary.BigEndian.Uint16(c.head[2:]))
		case 127:
			c.skip = binary.BigEndian.Uint64(c.head[2:])
		default:
			c.skip = uint64(n)
		}
		c.have = 0
	}
	return frames
}

// length is that of the head, of which there are two bytes or more.
func (c *frameCount) length() int {
	n := 2
	switch c.head[1] & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if c.head[1]&0x80 != 0 { // masked
		n += 4
	}
	return n
}
