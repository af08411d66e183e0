package gis

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// MostHouseholds is how many rows [ReadHouseholds] takes: twice the largest city
// that Rounds is made for. Memory stays below 1 GB.
const MostHouseholds = 2_000_000

// mostDoors is how many letterboxes a building may have.
const mostDoors = 2000

// EachHousehold reads a CSV or GeoJSON file of places, told apart by content, and
// hands over each with the number of its row (the header is row 1) or feature. What
// is wrong with a row goes to the callback as a [RowError]; when it returns an
// error the reading ends with that. A file that cannot be read on is the result.
func EachHousehold(r io.Reader, each func(row int64, h geo.Household, wrong *RowError) error) error {
	buffer := bufio.NewReaderSize(r, 1<<16)
	start, err := buffer.Peek(64)
	if err != nil && err != io.EOF {
		return fmt.Errorf("gis: %w", err)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("{")) {
		return eachFeature(buffer, each)
	}
	return eachRow(buffer, each)
}

// ReadHouseholds reads all places of a file. It fails at the first row that is
// wrong, or that check refuses, and where an id comes twice.
func ReadHouseholds(r io.Reader, check func(geo.Household) error) ([]geo.Household, error) {
	var all []geo.Household
	rows := map[string]int64{}
	err := EachHousehold(r, func(row int64, h geo.Household, wrong *RowError) error {
		if wrong != nil {
			return wrong
		}
		if err := check(h); err != nil {
			return fmt.Errorf("gis: row %d: %w", row, err)
		}
		if first, twice := rows[h.ID]; twice {
			return &RowError{row, "id", fmt.Sprintf("%q is already that of row %d; give each household its own", h.ID, first)}
		}
		if len(all) == MostHouseholds {
			return &RowError{row, "", fmt.Sprintf("more than %d households; split the file by area", MostHouseholds)}
		}
		rows[h.ID] = row
		all = append(all, h)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Swapped says whether the places lie outside the bound, but inside it once
// longitude and latitude change places.
func Swapped(households []geo.Household, bound orb.Bound) bool {
	right, swapped := 0, 0
	for i := range households {
		at := households[i].At
		if bound.Contains(at) {
			right++
		}
		if bound.Contains(orb.Point{at[1], at[0]}) {
			swapped++
		}
	}
	return right == 0 && swapped > 0
}

// fields are the values of a place before they are judged.
type fields struct {
	id, address, opens, closes string
	lon, lat                   float64
	doors                      float64
	// hasDoors: the field is not empty.
	hasDoors bool
}

// household judges the fields, or names the wrong one and the problem.
func (f *fields) household() (h geo.Household, field, problem string) {
	switch {
	case f.id == "":
		return h, "id", "is empty; give each row the id of its building or address"
	case math.Abs(f.lat) > 90 && math.Abs(f.lat) <= 180 && math.Abs(f.lon) <= 90:
		return h, "lat", fmt.Sprintf("is %v, beyond 90 degrees; are lon and lat swapped?", f.lat)
	case math.Abs(f.lat) > 90:
		return h, "lat", fmt.Sprintf("is %v, beyond 90; want degrees on WGS 84", f.lat)
	case math.Abs(f.lon) > 180:
		return h, "lon", fmt.Sprintf("is %v, beyond 180; want degrees on WGS 84", f.lon)
	case f.hasDoors && (f.doors != math.Trunc(f.doors) || f.doors < 1 || f.doors > mostDoors):
		return h, "doors", fmt.Sprintf("is %v; want 1 to %d", f.doors, mostDoors)
	}
	h = geo.Household{ID: f.id, At: orb.Point{f.lon, f.lat}, Doors: 1, Address: geo.Address{Street: f.address}}
	if f.hasDoors {
		h.Doors = int(f.doors)
	}
	h.Window, field, problem = parseWindow(f.opens, f.closes)
	return h, field, problem
}

// parseWindow reads two times of day; both empty is no window.
func parseWindow(opens, closes string) (window *geo.Window, field, problem string) {
	if opens == "" && closes == "" {
		return nil, "", ""
	}
	w := geo.Window{}
	for _, end := range []struct {
		field, text string
		to          *time.Duration
	}{{"window_start", opens, &w.Opens}, {"window_end", closes, &w.Closes}} {
		if end.text == "" {
			return nil, end.field, "is empty beside the other end; fill in both, or neither"
		}
		t, err := geo.ParseClock(end.text)
		if err != nil {
			return nil, end.field, fmt.Sprintf("%q is no time of day; want it like 09:00", clip(end.text))
		}
		*end.to = t
	}
	if w.Closes <= w.Opens {
		return nil, "window_end", fmt.Sprintf("%s is not after window_start %s", closes, opens)
	}
	return &w, "", ""
}

// parseFloat reads a finite number, or says what is wrong.
func parseFloat(text string) (float64, string) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Sprintf("%q is no number; want it like 1.5218", clip(text))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Sprintf("%q is no finite number", clip(text))
	}
	return v, ""
}

// clip shortens a text for an error message.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 20 {
		return string(runes[:20]) + "..."
	}
	return text
}
