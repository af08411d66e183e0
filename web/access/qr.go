package access

import (
	"fmt"
	"strings"

	qr "github.com/piglig/go-qr"
)

// quiet is the light border that a QR code has, in modules (ISO/IEC 18004).
const quiet = 4

// QRRows is a text as a QR code for a page to draw: a row of modules each, 1 is
// dark, without the quiet border.
func QRRows(text string) ([]string, error) {
	code, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return nil, fmt.Errorf("access: %w", err)
	}
	rows := make([]string, code.Size())
	for y := range rows {
		row := make([]byte, code.Size())
		for x := range row {
			row[x] = '0'
			if code.Module(x, y) {
				row[x] = '1'
			}
		}
		rows[y] = string(row)
	}
	return rows, nil
}

// QRLines is a text as a QR code for a terminal: black on white whatever its
// colours, two rows of modules a line.
func QRLines(text string) (string, error) {
	code, err := qr.EncodeText(text, qr.Low)
	if err != nil {
		return "", fmt.Errorf("access: %w", err)
	}
	var lines strings.Builder
	for y := -quiet; y < code.Size()+quiet; y += 2 {
		lines.WriteString("\x1b[30;107m")
		for x := -quiet; x < code.Size()+quiet; x++ {
			lines.WriteString(halves[code.Module(x, y)][code.Module(x, y+1)])
		}
		lines.WriteString("\x1b[0m\n")
	}
	return lines.String(), nil
}

// halves are the characters whose upper and lower halves are dark or not.
var halves = map[bool]map[bool]string{
	false: {false: " ", true: "▄"},
	true:  {false: "▀", true: "█"},
}
