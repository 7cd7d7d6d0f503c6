package ui

import (
	"net/url"
	"testing"
)

func TestAPageKnowsItsServer(t *testing.T) {
	for _, c := range []struct {
		location, socket, key string
		want                  page
		terminal              string
		local                 bool
	}{
		{"http://localhost:3000/", "", "",
			page{build: "b", socket: "ws://localhost:3000/ws", origin: "http://localhost:3000", host: "localhost:3000"},
			"npx wscat -c ws://localhost:3000", true},
		{"https://chat.example/x?y#z", "", "",
			page{build: "b", socket: "wss://chat.example/ws", origin: "https://chat.example", host: "chat.example"},
			"npx wscat -c wss://chat.example", false},
		{"http://[::1]:3000/", "", "",
			page{build: "b", socket: "ws://[::1]:3000/ws", origin: "http://[::1]:3000", host: "[::1]:3000"},
			"npx wscat -c ws://[::1]:3000", true},
		{"file:///home/ada/cyberchat.html", "ws://192.0.2.7:3000/ws", "a+b/c=",
			page{build: "b", socket: "ws://192.0.2.7:3000/ws?key=a%2Bb%2Fc%3D", origin: "http://192.0.2.7:3000", host: "192.0.2.7:3000", file: true},
			"npx wscat -c ws://192.0.2.7:3000", false},
		{"file:///C:/cyberchat.html", "wss://chat.example/ws", "",
			page{build: "b", socket: "wss://chat.example/ws", origin: "https://chat.example", host: "chat.example", file: true},
			"npx wscat -c wss://chat.example", false},
	} {
		u, err := url.Parse(c.location)
		if err != nil {
			t.Fatal(err)
		}
		p := newPage(u, "b", c.socket, c.key)
		if p != c.want {
			t.Errorf("%s: %+v, want %+v", c.location, p, c.want)
		}
		if p.terminal() != c.terminal || p.local() != c.local {
			t.Errorf("%s: %q, local %t", c.location, p.terminal(), p.local())
		}
	}
}

// All files share one storage: a secret of one server is not for another.
func TestFilesKeepApartWhatTheyKeep(t *testing.T) {
	file := &url.URL{Scheme: "file", Path: "/a.html"}
	a, b := newPage(file, "", "ws://a.example/ws", ""), newPage(file, "", "ws://b.example/ws", "")
	if a.key("token") == b.key("token") {
		t.Error("files of two servers share a token")
	}
	served := newPage(&url.URL{Scheme: "http", Host: "a.example"}, "", "", "")
	if served.key("token") != "cyberchat.token" {
		t.Errorf("a served page keeps its token as %s", served.key("token"))
	}
}
