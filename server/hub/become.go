package hub

import (
	"time"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// Become has a device be somebody else: by the link in the visit's hello, its token
// is a session of whoever made that, and the session with the token instead is
// ended, if there is one. So no token that anybody knew before is theirs. It waits
// for the disk. The fault says why not; the error is [ErrClosed] or a [*Refused].
func (h *Hub) Become(v Visit, instead string) (*chat.Fault, error) {
	session := store.HashOf(v.Token)
	c := &store.Enter{
		Session: session, Person: personID(session), ID: newID(), Device: v.Hello.Device, Guest: h.guestLetters(),
		Invitation: store.HashOf(v.Hello.Invitation),
	}
	if instead != "" {
		c.Instead = store.HashOf(instead)
	}
	return h.wait(&store.Entry{From: v.Address, Act: c, Time: wireTime(time.Now())})
}
