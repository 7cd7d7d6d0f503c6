package httpd

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// FileKey returns the key that pages opened from a file show, kept in the data
// folder so that a file works after a restart. It is made, readable by its
// owner only, when there is none.
func FileKey(folder string) (string, error) {
	path := filepath.Join(folder, "file-key")
	data, err := os.ReadFile(path)
	if err == nil {
		if key := strings.TrimSpace(string(data)); len(key) >= leastKey {
			return key, nil
		}
		return "", fmt.Errorf("%s holds no key. Delete it: the server makes a new one, and files taken before stop working", path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	key := rand.Text() // 130 random bits
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(key + "\n")
	return key, errors.Join(err, f.Close())
}
