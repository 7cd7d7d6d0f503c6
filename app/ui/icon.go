package ui

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Icons are drawn on a grid of 20, in the colour of the text around them. They
// say nothing to a screen reader: the control that holds one has a name.
const (
	iconPeople  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="7.5" cy="7" r="3"/><path d="M2 16.5c0-3 2.4-5 5.5-5s5.5 2 5.5 5"/><path d="M13 4.3a3 3 0 0 1 0 5.4M15 11.9c1.9.7 3 2.4 3 4.6"/></svg>`
	iconSend    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 16.5V3.8M4.5 9.2 10 3.7l5.5 5.5"/></svg>`
	iconDown    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 3.5v12.7M4.5 10.8 10 16.3l5.5-5.5"/></svg>`
	iconUp      = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 16.5V3.8M4.5 9.2 10 3.7l5.5 5.5"/></svg>`
	iconClose   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="m5 5 10 10M15 5 5 15"/></svg>`
	iconClock   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="7"/><path d="M10 6v4.3l2.8 1.7"/></svg>`
	iconAlert   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="10" r="7.5"/><path d="M10 6v4.8M10 13.7v.1"/></svg>`
	iconPrompt  = `<svg class="icon composer-prompt" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="m7 5.2 5.2 4.8L7 14.8"/></svg>`
	iconFile    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 3v9.5M6 9l4 4 4-4M4 16.5h12"/></svg>`
	iconMore    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M4.5 10v.01M10 10v.01M15.5 10v.01" stroke-width="2.4"/></svg>`
	iconCopy    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M4.5 12.8a1.5 1.5 0 0 1-1-1.4V5a1.5 1.5 0 0 1 1.5-1.5h6.4a1.5 1.5 0 0 1 1.4 1"/></svg>`
	iconQuote   = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M3.5 5.5h13M7.5 10h9M7.5 14.5h6M3.8 9.5v6"/></svg>`
	iconName    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="m12.6 4.4 3 3L7 16l-3.6.6L4 13ZM10.8 6.2l3 3"/></svg>`
	iconSliders = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M3.5 6h6M14 6h2.5M3.5 14H6M10.5 14h6"/><circle cx="11.7" cy="6" r="2.1"/><circle cx="8.2" cy="14" r="2.1"/></svg>`
	iconPerson  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="10" cy="7" r="3.2"/><path d="M3.8 16.5c0-3.2 2.7-5.2 6.2-5.2s6.2 2 6.2 5.2"/></svg>`
	iconFlag    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M5 17V3.5h9.5l-2 3.5 2 3.5H5"/></svg>`
	iconDelete  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M4 5.5h12M8 5.5V3.8h4v1.7M5.5 5.5l.8 10.7h7.4l.8-10.7M8.5 8.5v5M11.5 8.5v5"/></svg>`
	iconDevice  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><rect x="2.5" y="4" width="11" height="8" rx="1.5"/><rect x="12" y="8" width="5.5" height="9" rx="1.5"/><path d="M5 15h5"/></svg>`
	iconInvite  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><circle cx="8" cy="7" r="3"/><path d="M2.5 16.5c0-3 2.4-5 5.5-5M14 10.5v6M11 13.5h6"/></svg>`
	iconShield  = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="M10 2.8 4 5v4.5c0 3.7 2.4 6.3 6 7.7 3.6-1.4 6-4 6-7.7V5Z"/></svg>`
	iconKeys    = `<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><rect x="2.5" y="5" width="15" height="10.5" rx="2"/><path d="M5.8 8.4v.01M8.6 8.4v.01M11.4 8.4v.01M14.2 8.4v.01M6.5 12.2h7"/></svg>`

	// mark is the sign of Cyber Chat: a speech bubble that is a terminal's
	// prompt. Its cursor blinks while there is no line; see mark.css.
	mark = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path class="mark-bubble" d="M9 2h14a7 7 0 0 1 7 7v9a7 7 0 0 1-7 7h-8.5l-6.3 5.2c-.8.7-2 .1-2-.9V24.4A7 7 0 0 1 2 18V9a7 7 0 0 1 7-7Z"/><path class="mark-prompt" d="m9.5 9 5.2 4.8-5.2 4.8"/><path class="mark-cursor" d="M17.8 18.4h5.7"/></svg>`
)

func icon(svg string) app.UI { return app.Raw(svg) }
