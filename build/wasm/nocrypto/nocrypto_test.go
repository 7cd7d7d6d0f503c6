package nocrypto_test

import (
	"testing"

	"cyberchat/build/wasm/nocrypto"
)

// TestNothingPassesInTheClear: whoever asks for encryption is refused, and is
// given nothing that could be taken for it.
func TestNothingPassesInTheClear(t *testing.T) {
	block, err := nocrypto.NewCipher(make([]byte, 16))
	if err == nil {
		t.Error("there is a cipher")
	}
	gcm, err := nocrypto.NewGCM(block)
	if err == nil {
		t.Error("there is a mode for it")
	}
	if sealed := gcm.Seal(nil, make([]byte, gcm.NonceSize()), []byte("secret"), nil); len(sealed) > 0 {
		t.Errorf("sealed is %q", sealed)
	}
	if opened, err := gcm.Open(nil, nil, []byte("secret"), nil); err == nil || len(opened) > 0 {
		t.Errorf("opened is %q, %v", opened, err)
	}
	if n, err := nocrypto.Reader.Read(make([]byte, 16)); n > 0 || err == nil {
		t.Errorf("there are %d random bytes, %v", n, err)
	}
}
