// Package nocrypto stands in for crypto/aes, crypto/cipher and crypto/rand in the
// copy of go-app that the client is compiled with: go-app can encrypt what a page
// keeps, with a key that it keeps beside that. Nothing of ours asks for it, and
// those packages are a twenty-fifth of the bundle. It has what go-app calls, under the
// same names, and each call ends with the error of [NewCipher].
package nocrypto

import (
	"errors"
	"strings"
)

var errLeftOut = errors.New("encryption is left out of the client: see build/wasm/nocrypto")

// Block is what [NewCipher] never returns.
type Block struct{}

// NewCipher returns an error.
func NewCipher(key []byte) (Block, error) { return Block{}, errLeftOut }

// AEAD is what [NewGCM] never returns.
type AEAD struct{}

// NewGCM returns an error.
func NewGCM(Block) (AEAD, error) { return AEAD{}, errLeftOut }

// NonceSize returns 0.
func (AEAD) NonceSize() int { return 0 }

// Seal returns nil: nothing is passed on in the clear.
func (AEAD) Seal(dst, nonce, plaintext, data []byte) []byte { return nil }

// Open returns an error.
func (AEAD) Open(dst, nonce, ciphertext, data []byte) ([]byte, error) { return nil, errLeftOut }

// Reader is empty.
var Reader = strings.NewReader("")
