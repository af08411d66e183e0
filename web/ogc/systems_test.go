package ogc

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	_ "modernc.org/sqlite"
)

var update = flag.Bool("update", false, "write systems.csv anew from PROJ's database")

// projDatabase comes with PostGIS on Debian.
const projDatabase = "/usr/share/proj/proj.db"

// Axes and reach of each system are those of PROJ's database.
func TestSystems_AreThoseOfPROJ(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", "file:"+projDatabase+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `
		WITH systems AS (
			SELECT code, coordinate_system_code AS cs, 'projected_crs' AS kind FROM projected_crs WHERE auth_name = 'EPSG' AND NOT deprecated
			UNION ALL SELECT code, coordinate_system_code, 'geodetic_crs' FROM geodetic_crs
				WHERE auth_name = 'EPSG' AND NOT deprecated AND type = 'geographic 2D' AND CAST(code AS integer) BETWEEN 4000 AND 4999)
		SELECT CAST(s.code AS integer), first.orientation, second.orientation, s.kind, min(e.code), e.west_lon, e.south_lat, e.east_lon, e.north_lat
		FROM systems s
			JOIN axis first ON first.coordinate_system_auth_name = 'EPSG' AND first.coordinate_system_code = s.cs AND first.coordinate_system_order = 1
			JOIN axis second ON second.coordinate_system_auth_name = 'EPSG' AND second.coordinate_system_code = s.cs AND second.coordinate_system_order = 2
			JOIN usage u ON u.object_table_name = s.kind AND u.object_auth_name = 'EPSG' AND u.object_code = s.code
			JOIN extent e ON e.auth_name = u.extent_auth_name AND e.code = u.extent_code
		WHERE (first.orientation, second.orientation) IN (VALUES ('east', 'north'), ('north', 'east'))
			AND NOT EXISTS (SELECT 1 FROM axis third WHERE third.coordinate_system_auth_name = 'EPSG' AND third.coordinate_system_code = s.cs AND third.coordinate_system_order = 3)
		GROUP BY 1 ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want strings.Builder
	for rows.Next() {
		var code, extent int
		var first, second, kind string
		var west, south, east, north float64
		if err := rows.Scan(&code, &first, &second, &kind, &extent, &west, &south, &east, &north); err != nil {
			t.Fatal(err)
		}
		measured := map[string]string{"projected_crs": "lengths", "geodetic_crs": "degrees"}[kind]
		fmt.Fprintf(&want, "%d,%s,%s,%g,%g,%g,%g\n", code, first[:1]+second[:1], measured, west, south, east, north)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("systems.csv", []byte(want.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if systemsCSV != want.String() {
		t.Error("systems.csv is not what PROJ has; run this test with -update")
	}
}

func TestSystemsAt_AreThoseForThePlace(t *testing.T) {
	t.Parallel()
	everything := map[int]bool{}
	for _, s := range registry() {
		everything[s.EPSG] = true
	}
	for place, codes := range map[orb.Point]map[int]bool{
		{1.5, 42.5}:    {4326: true, 3857: true, 25831: true, 3035: true, 2154: true, 4547: false, 4490: false, 27700: false},
		{116.4, 39.9}:  {4326: true, 4490: true, 4548: true, 4547: false, 25831: false, 3035: false},
		{-0.1, 51.5}:   {27700: true, 25830: true, 25831: false},
		{178.4, -18.1}: {3460: true, 32760: true}, // over the antimeridian
	} {
		there := map[int]bool{}
		for _, s := range systemsAt(place, everything) {
			there[s.EPSG] = true
		}
		for code, want := range codes {
			if there[code] != want {
				t.Errorf("%v: EPSG:%d is there: %t", place, code, there[code])
			}
		}
	}
}
