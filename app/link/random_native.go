//go:build !js

package link

import "crypto/rand"

// random fills b with what cannot be guessed.
func random(b []byte) {
	rand.Read(b) // never fails, see crypto/rand
}
