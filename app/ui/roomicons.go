package ui

// Icons of rooms and of what is done with them; see icon.go.
const (
	iconRooms   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h8"/></svg>`
	iconRoom    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M8.2 3.5 6.4 16.5M13.6 3.5l-1.8 13M3.6 7.6h13.2M3.2 12.4h13.2"/></svg>`
	iconPrivate = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><rect x="4" y="9" width="12" height="8" rx="2"/><path d="M6.8 9V6.6a3.2 3.2 0 0 1 6.4 0V9"/></svg>`
	iconPlus    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 4v12M4 10h12"/></svg>`
	iconFind    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="8.8" cy="8.8" r="5.3"/><path d="m12.8 12.8 4 4"/></svg>`
	iconLetter  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M4.5 3.5h11a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9l-4 3v-3h-.5a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2Z"/></svg>`
	iconMuted   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M6.2 4.8A4.4 4.4 0 0 1 14.4 7c0 4 1.6 5 1.6 5M5.6 7c0 4-1.6 6-1.6 6h9M8.4 16a1.8 1.8 0 0 0 3.2 0M3.5 3.5l13 13"/></svg>`
	iconBell    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M5.6 7a4.4 4.4 0 0 1 8.8 0c0 4 1.6 6 1.6 6H4s1.6-2 1.6-6ZM8.4 16a1.8 1.8 0 0 0 3.2 0"/></svg>`
	iconShelf   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><rect x="3" y="3.5" width="14" height="4" rx="1"/><path d="M4.5 7.5v8a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-8M8 11h4"/></svg>`
	iconLeave   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M8.5 3.5H5a1.5 1.5 0 0 0-1.5 1.5v10A1.5 1.5 0 0 0 5 16.5h3.5M12.5 6.5 16 10l-3.5 3.5M16 10H8"/></svg>`
	iconLink    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M8.6 11.4a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10.2 5.5M11.4 8.6a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1.1-1.1"/></svg>`
	iconUnread  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="15" cy="5" r="2.2" fill="currentColor" stroke="none"/><path d="M10.5 4h-6a2 2 0 0 0-2 2v5.5a2 2 0 0 0 2 2H5v3l4-3h6.5a2 2 0 0 0 2-2V9.5"/></svg>`
	iconAdd     = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="8" cy="7" r="3"/><path d="M2.5 16.5c0-3 2.400-5 5.5-5s5.5 2 5.5 5M15.5 6v5M13 8.5h5"/></svg>`
	iconTick    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="m4.5 10.5 3.700 3.700 7.300-8"/></svg>`
)
