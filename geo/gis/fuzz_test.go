package gis

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo"
)

// FuzzEachHousehold asks that no CSV or GeoJSON file, however broken, panics, gives
// a place that is none, or is complained of in more than a line.
func FuzzEachHousehold(f *testing.F) {
	f.Add([]byte("id,lon,lat,address,doors,window_start,window_end\na,1.5,42.5,\"Main, 1\",2,09:00,12:30\n"))
	f.Add([]byte("\xef\xbb\xbfid;lon;lat\r\na;1,5;42,5\r\n"))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[1.5,42.5]},"properties":{"doors":2}}]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		oneLine := func(err error) {
			if strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 1000 {
				t.Errorf("says %q", err)
			}
		}
		err := EachHousehold(bytes.NewReader(content), func(row int64, h geo.Household, wrong *RowError) error {
			if wrong != nil {
				oneLine(wrong)
				return nil
			}
			if row < 1 || h.ID == "" || h.Doors < 1 || !(math.Abs(h.At[0]) <= 180 && math.Abs(h.At[1]) <= 90) ||
				h.Window != nil && h.Window.Closes <= h.Window.Opens {
				t.Errorf("row %d: %+v", row, h)
			}
			return nil
		})
		if err != nil {
			oneLine(err)
		}
		stop := errors.New("enough")
		if err := EachHousehold(bytes.NewReader(content), func(int64, geo.Household, *RowError) error { return stop }); err != nil && !errors.Is(err, stop) {
			oneLine(err)
		}
	})
}
