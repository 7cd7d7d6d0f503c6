package ui

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"rsc.io/qr/coding"
)

// quiet is how wide the light edge around a QR code is, in modules (ISO/IEC
// 18004).
const quiet = 4

// qrCode draws an address for a camera: dark on light in every theme, as many
// cameras read no other.
func qrCode(label, address string) app.UI {
	path, side := qrPath(address)
	if side == 0 {
		return app.Div() // too long to be one: the address stands beside it
	}
	// What is in here is numbers of our own.
	return app.Div().Class("qr").Role("img").Aria("label", label).Body(
		app.Raw(fmt.Sprintf(`<svg viewBox="0 0 %[1]d %[1]d" shape-rendering="crispEdges" aria-hidden="true" focusable="false"><path d="%[2]s"/></svg>`, side, path)),
	)
}

// qrPath returns the dark modules of a QR code as a path of SVG, one bar for
// those beside each other, in a square of that many modules a side; 0 if the text
// is too long.
func qrPath(text string) (path string, side int) {
	code, err := encodeQR(text)
	if err != nil {
		return "", 0
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%[3]dz", from+quiet, y+quiet, x-from)
			}
		}
	}
	return b.String(), code.Size + 2*quiet
}

// encodeQR returns a QR code of bytes in which 15 % may be unreadable, the smallest
// there is; an error if the text is too long. It is qr.Encode, which would bring
// what draws pictures.
func encodeQR(text string) (*coding.Code, error) {
	version, bytes := coding.Version(coding.MinVersion), coding.String(text)
	for version < coding.MaxVersion && bytes.Bits(version) > version.DataBytes(coding.M)*8 {
		version++
	}
	plan, err := coding.NewPlan(version, coding.M, 0)
	if err != nil {
		return nil, err
	}
	return plan.Encode(bytes)
}
