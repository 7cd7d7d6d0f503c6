package httpd

import "cyberchat/server/hub"

// Invite returns an invitation of the place's own for everybody; see
// [hub.Hub.Invite].
func (s *Server) Invite(kept string) (hub.Invitation, error) { return s.hub.Invite(kept) }

// InviteOwner returns one for its first owner; see [hub.Hub.InviteOwner].
func (s *Server) InviteOwner(kept string) (*hub.Invitation, error) { return s.hub.InviteOwner(kept) }
