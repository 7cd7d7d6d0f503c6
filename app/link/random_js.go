//go:build js

package link

import "syscall/js"

// random fills b, of at most 64 KiB, with what cannot be guessed. It is asked of
// the browser directly (https://www.w3.org/TR/WebCryptoAPI/#Crypto-method-getRandomValues):
// crypto/rand does the same there, but brings AES and hashes, a twenty-fifth
// of the bundle.
func random(b []byte) {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.Global().Get("crypto").Call("getRandomValues", array)
	js.CopyBytesToGo(b, array)
}
