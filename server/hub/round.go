package hub

import "cyberchat/app/chat"

// A post can be refused at two places: here, before it is queued for the log,
// and by the log's writer. Each has its own account of the rounds that are over
// ([chat.Post.Round]): what was queued before a post that is refused here has
// its turn nevertheless, and what was queued behind one that the writer refuses
// has not.

// inTurn tells whether the command may be carried out as far as its round goes.
func (l *Listener) inTurn(c chat.Command) bool {
	p, ok := c.(chat.Post)
	return !ok || !l.refused.Over(p.Round)
}

// refuse answers the command with a fault. If that says that trying again may
// help, it ends the round of a post.
func (l *Listener) refuse(c chat.Command, fault *chat.Fault) {
	if p, ok := c.(chat.Post); ok && fault.Retry {
		l.refused.End(p.Round)
	}
	l.Refuse(commandID(c), fault)
}
