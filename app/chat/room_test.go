package chat

import (
	"encoding/json"
	"testing"
)

func TestRoleIsAWord(t *testing.T) {
	for role, word := range map[Role]string{RoleGuest: `"guest"`, RoleMember: `"member"`, RoleModerator: `"moderator"`, RoleOwner: `"owner"`} {
		got, err := json.Marshal(role)
		var back Role
		if err != nil || string(got) != word || json.Unmarshal(got, &back) != nil || back != role {
			t.Errorf("%s goes out as %s, %v, and comes back as %s", role, got, err, back)
		}
	}
	later := RoleOwner
	if err := json.Unmarshal([]byte(`"archbishop"`), &later); err != nil || later != RoleGuest {
		t.Errorf("a role of a later version is %s, %v", later, err)
	}
}

// What happened in another room changes nothing in Place, where it is repeated.
func TestRepeatedInTheAuditChangesNothingThere(t *testing.T) {
	r, m := FirstRoom(Place), Member{Role: RoleMember, Here: true}
	for _, e := range []Durable{
		RoomChanged{Stamp: in(stamp(Place, 1), "garden"), Locked: new(true)},
		MemberChanged{Stamp: in(stamp(Place, 2), "garden"), Change: Banned, Person: ann, Until: Forever},
		MemberChanged{Stamp: stamp(Place, 3), Change: Muted, Person: bob, Until: Forever},
	} {
		r.Apply(e)
		m.Apply(ann.ID, e)
	}
	if r != FirstRoom(Place) || m != (Member{Role: RoleMember, Here: true}) {
		t.Errorf("the place is %+v, and Ann %+v", r, m)
	}
}
