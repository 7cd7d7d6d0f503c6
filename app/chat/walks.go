// # People and rooms
//
// A [Person] is somebody; a session is a device of theirs, known by a secret
// token that is stored hashed. A [Room] is a conversation, and has a log: the
// [Durable] events, each with the room's next seq. What a room is, and what a
// [Member] is in it, is what its events make of it, for the server's tables as
// for a client's screen. The place itself has a log too, [Place]; it is the
// audit. What is nobody else's business is in no log: sessions, invitations, how
// far somebody has read ([Mark]), whom they hide. Who may do what is one table,
// [May], that server and client both ask; the server asks it again where it
// counts, in the transaction that writes.
//
// So there are six events to know: [Message], [Deleted], [RoomChanged],
// [MemberChanged], and for moderators [Reported] and [Settled]. Another thing to
// do with a message, such as to edit it or to react, is one more Durable that
// names the message by its seq, and one more field of Message that says how it
// is now.
//
// A name belongs to one person as long as they are there, and no event keeps a
// copy: it is put in when the event is read. So a name on the screen is always
// that of exactly one person, whoever was called so before; and when they leave
// for good, it is gone everywhere at once. Only somebody without a session, such
// as a client in plain mode that shows no token, has no row to take the name
// from; theirs stays with what they said, and they are guests.
//
// # A first visit
//
// The browser has no session. The server makes a token and sets it as a cookie:
// HttpOnly, so that no script reads it; SameSite=Lax, so that a link from
// elsewhere opens the page as who one is, and no other site's page connects as
// one; Secure and with the prefix __Host- under TLS. The person's id is derived
// from the token by another hash, as ever, so that a client that made its token
// itself before there were sessions stays who it was, with all it said. Whoever
// comes is a guest called guest-…, and in the place: [MemberChanged] with
// [Joined] in Place. They choose a name, and are a member: [Appointed]. Who does
// nothing more for [ForgetAfter] is let go, so that names do not run out. If the
// place is entered by invitation only, they need one, in the address they came
// by: behind the #, where neither a log nor a referrer has it.
//
// # A second device
//
// On the first one they ask for a link: an invitation that is their own, good
// once and for [DeviceLinkFor]; a newer one replaces it. The other device
// follows it with a session that is new, and that is theirs from then on. If it is
// somebody already, it comes as who it is, and is told whom it can be
// ([Welcome.Becomes]). Where its person says yes, it gets another session, of the
// one who made the link, in the place of its own: that one is ended, and who had
// it is let go if they did nothing yet. Their
// sessions are listed, and ending one deletes it: connections say with which
// session they came, and those of an ended one are closed. Its token does not
// lead back: that of the first device would make a person who is there already,
// and is refused; that of any other makes a stranger.
//
// # A post in a private room
//
// The connection is that of a person; the hub asks [May] with what it remembers,
// and refuses early. The store asks again in the transaction, with what the
// tables say after all that came before in the same batch. The message gets the
// room's next seq, is on disk, and then goes to those who listen to this room.
// To anybody else the room is not there: they get the same [NoRoom] as for one
// that never was, for a post, a page, a mark or a link to a message.
//
// # A ban
//
// A moderator sends [ChangeMember] with [Banned], Place and a time. In one
// transaction the person is out of the place and of every room, each with its
// event. What they said before it in the order of the log was said; what comes
// behind it is refused, also from the same batch. The hub is handed the events
// and closes every connection of the person with a code that says not to come
// back; the next one finds the ban when it enters. An address is banned by the
// same command, and is refused before the upgrade.
//
// # An invitation for one, used by a hundred
//
// Each of the hundred enters with the hash of the invitation's secret. The
// writer takes them in one order. The first finds one use left, takes it, and
// becomes a person; ninety-nine find none, and are told what to do. The first
// one again, after a lost answer or a reload, is in already and uses nothing.
//
// # A moderator's delete
//
// [Delete] names a room and a seq. The text of that row is wiped, [Deleted] gets
// the next seq in the room, and the same event stands in Place with [Stamp.In].
// Whoever is there sees the message go; who resumes gets the event; who reads
// the page later gets the message as [Message.Gone]. A moderator may do it in a
// room they cannot read, where somebody reported it: the report carries the
// text, until it is settled.
//
// # Unread on two devices
//
// Both show the count that came with the welcome. The reader reads on one, which
// sends [Mark] now and then; the server keeps the higher seq and tells the
// person's other connections, which count anew. A device that lags behind
// changes nothing. "Mark unread" is the one that goes back, because it says so.
//
// # A terminal client with a token
//
// It makes 128 random bits and sends them in [Hello], or as a bearer token with
// the upgrade request, and is a person like any other, with a session in the
// list. In plain mode without any it is a guest for as long as it is connected:
// it reads public rooms, goes into them ([Case.Passing]) and talks there, and
// leaves nothing behind but that: where it is, is known to the server's memory
// alone. The server gives its posts their ids.
package chat
