package httpd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// workerPath is where the service worker is: at the root, whose pages it then
// may serve.
const workerPath = "/worker.js"

// screenshots is the folder of the pictures that a browser shows before it
// installs the page. Nobody needs them without a network.
const screenshots = "screenshots/"

// addWorker adds the service worker, which is told the paths of all files that
// the page needs and a name for this version of them. It is the last to be
// added.
func (s *site) addWorker(script []byte) {
	var paths []string
	version := []byte(s.build)
	for _, at := range slices.Sorted(maps.Keys(s.files)) {
		if s.files[at] == s.files["/"] || at == "/robots.txt" || strings.HasPrefix(at, "/"+screenshots) {
			continue
		}
		paths = append(paths, at)
		version = append(version, at+s.files[at].etag...)
	}
	list, err := json.Marshal(paths)
	if err != nil {
		panic(err) // they are strings
	}
	told := fmt.Appendf(nil, "const VERSION = %q;\nconst FILES = %s;\n", hash(version), list)
	s.files[workerPath] = newFile(workerPath, append(told, script...), askAgain)
}
