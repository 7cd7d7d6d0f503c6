package main

import (
	"testing"

	"cyberchat/app/chat"
	"cyberchat/server/store"
)

// TestFilledLogIsTheProducts reads what fill wrote with the product's store.
func TestFilledLogIsTheProducts(t *testing.T) {
	folder := t.TempDir()
	const messages = 2000
	if err := fill(folder, messages); err != nil {
		t.Fatal(err)
	}
	log, err := store.Open(folder, func([]*store.Entry) {})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	page, err := log.Before(t.Context(), chat.Lobby, 1001, chat.PageSize)
	if err != nil || len(page) != chat.PageSize || page[0].Stamped().Seq != 951 {
		t.Fatalf("a page of %d, %v", len(page), err)
	}
	for _, e := range page {
		m := e.(chat.Message)
		if n := len(m.Text); n < 80 || n > 120 || m.ID == "" || m.Author.Name == "" || m.Time.Year() != 2025 {
			t.Errorf("%+v", m)
		}
	}
	if size, err := sizeOf(folder); err != nil || size < messages*100 {
		t.Errorf("it has %d bytes, %v", size, err)
	}
}
