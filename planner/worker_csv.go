package planner

import (
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
)

// mostWorkers bounds a file of workers.
const mostWorkers = 10_000

// workerID is what names files on every system.
var workerID = regexp.MustCompile(`^[\pL\pN][\pL\pN_.-]{0,39}$`)

// ReadWorkers reads a CSV with the columns id, name, start_lon, start_lat, end_lon,
// end_lat, shift_start, shift_end and, when it has them, skills and days_off, whose
// entries are parted by spaces or semicolons, and break, as [ParseBreak] reads it. Both ends empty: the route ends at its
// last stop.
func ReadWorkers(r io.Reader) ([]Worker, error) {
	t, err := gis.NewTable(r, "id", "name", "start_lon", "start_lat", "end_lon", "end_lat", "shift_start", "shift_end")
	if err != nil {
		return nil, err
	}
	var workers []Worker
	rows := map[string]bool{}
	for {
		more, err := t.Next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		w, err := readWorker(t)
		if err != nil {
			return nil, err
		}
		// File names differ in more than case on every system.
		if rows[strings.ToLower(w.ID)] {
			return nil, t.Wrong("id", "comes twice; give each worker an id")
		}
		if rows[strings.ToLower(w.ID)] = true; len(workers) == mostWorkers {
			return nil, t.Wrong("", "is one worker too many: 10,000 are taken")
		}
		workers = append(workers, w)
	}
	if len(workers) == 0 {
		return nil, t.Wrong("", "is missing: the file has no worker")
	}
	return workers, nil
}

func readWorker(t *gis.Table) (w Worker, err error) {
	var shift [2]string
	var skills, off, pause string
	for _, f := range []struct {
		column string
		to     *string
	}{{"id", &w.ID}, {"name", &w.Name}, {"shift_start", &shift[0]}, {"shift_end", &shift[1]}, {"skills", &skills}, {"days_off", &off}, {"break", &pause}} {
		if *f.to, err = t.Text(f.column); err != nil {
			return w, err
		}
	}
	if !workerID.MatchString(w.ID) {
		return w, t.Wrong("id", "must be 1 to 40 letters, digits, dots, lines, and begin with a letter or digit, as files are named after it")
	}
	if w.Name == "" {
		w.Name = w.ID
	}
	start, err := readPoint(t, "start_lon", "start_lat")
	if err != nil {
		return w, err
	}
	if start == nil {
		return w, t.Wrong("start_lon, start_lat", "are empty; every worker starts somewhere")
	}
	w.Start = *start
	if w.End, err = readPoint(t, "end_lon", "end_lat"); err != nil {
		return w, err
	}
	for k, column := range [2]string{"shift_start", "shift_end"} {
		if _, err := geo.ParseClock(shift[k]); err != nil {
			return w, t.Wrong(column, "is no time of day; want it like 08:30")
		}
	}
	if w.Shift = shift; shift[1] <= shift[0] {
		return w, t.Wrong("shift_end", "is not after shift_start; no shift crosses midnight")
	}
	if pause != "" {
		if w.Break, err = BreakWithin(pause, shift); err != nil {
			return w, t.Wrong("break", "is none that the shift has room for; want it like 30m or 30m@11:30-13:00")
		}
	}
	w.Skills = strings.FieldsFunc(skills, isSeparator)
	w.DaysOff = strings.FieldsFunc(off, isSeparator)
	for _, day := range w.DaysOff {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return w, t.Wrong("days_off", "holds something that is no date; want them like 2027-03-01 2027-03-02")
		}
	}
	return w, nil
}

func isSeparator(r rune) bool { return strings.ContainsRune(" ;,|", r) }

// readPoint is nil when both columns are empty.
func readPoint(t *gis.Table, lonColumn, latColumn string) (*[2]float64, error) {
	lon, hasLon, err := t.Float(lonColumn)
	if err != nil {
		return nil, err
	}
	lat, hasLat, err := t.Float(latColumn)
	switch {
	case err != nil:
		return nil, err
	case !hasLon && !hasLat:
		return nil, nil
	case hasLon != hasLat:
		return nil, t.Wrong(lonColumn+", "+latColumn, "has one of the two empty; fill in both, or neither")
	case lat < -90 || lat > 90 || lon < -180 || lon > 180:
		return nil, t.Wrong(lonColumn+", "+latColumn, "are no degrees; are they swapped?")
	}
	return &[2]float64{lon, lat}, nil
}
