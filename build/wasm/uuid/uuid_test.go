package uuid_test

import (
	"regexp"
	"testing"

	"cyberchat/build/wasm/uuid"
)

func TestNewString(t *testing.T) {
	random := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := uuid.NewString()
		if !random.MatchString(id) {
			t.Fatalf("%s is no UUID of version 4", id)
		}
		if seen[id] {
			t.Fatalf("%s came twice", id)
		}
		seen[id] = true
	}
}
