package register

import (
	"context"
	"fmt"
	"iter"
	"regexp"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/osm"
)

// FeatureRows gives the features of a base map one by one.
type FeatureRows func(keep func(osm.Feature) error) error

// minZooms are the zooms from which a kind of feature is drawn, by class; "" is
// any other kind.
var minZooms = map[string]map[string]int16{
	"street": {
		"": 14, "motorway": 6, "trunk": 7, "primary": 8, "secondary": 10, "tertiary": 11, "motorway_link": 10, "trunk_link": 10,
		"primary_link": 11, "secondary_link": 12, "tertiary_link": 12, "unclassified": 12, "residential": 13, "living_street": 13,
		"pedestrian": 13, "road": 13, "ferry": 9, "track": 13,
	},
	"rail":     {"": 13, "rail": 10, "light_rail": 12, "subway": 12, "tram": 13, "narrow_gauge": 11},
	"water":    {"": 11, "river": 9, "riverbank": 9, "coastline": 5, "canal": 12, "stream": 13, "ditch": 15, "drain": 15},
	"green":    {"": 12, "wood": 10, "forest": 10, "nature_reserve": 10, "park": 11, "grass": 14, "garden": 14, "meadow": 13},
	"land":     {"": 11, "residential": 10, "farmyard": 13, "religious": 13, "rock": 12},
	"building": {"": 14},
	"boundary": {"": 8, "2": 3, "4": 5, "6": 7, "7": 8, "8": 10, "9": 12, "10": 12},
	"place": {
		"": 14, "country": 3, "state": 5, "region": 6, "county": 8, "city": 6, "town": 8, "village": 11, "suburb": 12, "quarter": 13,
		"neighbourhood": 14, "hamlet": 13, "island": 11, "peak": 12,
	},
}

var mapKind = regexp.MustCompile(`^[a-z0-9_:;/. -]{1,40}$`)

// basemap replaces the base map by the features of an extract.
func (in *intake) basemap(ctx context.Context, features FeatureRows) error {
	if err := in.run(ctx, `CREATE TEMP TABLE incoming_features (class rounds.map_class, kind text, name text, name_zh text,
		min_zoom smallint, shape public.geometry(Geometry, 4326)) ON COMMIT DROP`); err != nil {
		return err
	}
	// What is wrong with the file comes back from COPY as an error of the database.
	var reading error
	next, stop := iter.Pull2(in.stagedFeatures(ctx, features))
	defer stop()
	columns := []string{"class", "kind", "name", "name_zh", "min_zoom", "shape"}
	n, err := in.CopyFrom(ctx, pgx.Identifier{"incoming_features"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		values, err, _ := next()
		reading = err
		return values, err
	}))
	if reading != nil {
		return reading
	}
	if err != nil {
		return fmt.Errorf("register: base map: %w", err)
	}
	in.report.Features = int(n)
	if _, err := in.hold(ctx); err != nil {
		return err
	}
	// Boundaries, and what covers the land, are drawn small: ten and two metres are not seen.
	return in.run(ctx, `DELETE FROM rounds.basemap_features`,
		`INSERT INTO rounds.basemap_features (class, kind, name, name_zh, min_zoom, shape)
		SELECT class, kind, name, name_zh, min_zoom, CASE class
			WHEN 'boundary' THEN ST_SimplifyPreserveTopology(shape, 10)
			WHEN 'green' THEN ST_SimplifyPreserveTopology(shape, 2)
			WHEN 'land' THEN ST_SimplifyPreserveTopology(shape, 2)
			WHEN 'water' THEN ST_SimplifyPreserveTopology(shape, 2)
			ELSE shape END
		FROM (SELECT class, kind, name, name_zh, min_zoom, ST_Transform(shape, 3857) AS shape
			FROM incoming_features WHERE NOT ST_IsEmpty(shape)) f
		ORDER BY min_zoom, shape`)
}

func (in *intake) stagedFeatures(ctx context.Context, features FeatureRows) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		enough := fmt.Errorf("register: enough")
		values := make([]any, 6)
		n := 0
		err := features(func(f osm.Feature) error {
			if n++; n%5000 == 0 {
				in.options.progress("map", n, 0)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			if f.Geometry == nil {
				return nil
			}
			values[0], values[1], values[5] = f.Class, mapKindOf(f), f.Geometry
			values[2], values[3], values[4] = text(mapName(f.Class, f.Name)), text(mapName(f.Class, f.NameZH)), minZoom(f)
			if !yield(values, nil) {
				return enough
			}
			return nil
		})
		if err != nil && err != enough {
			yield(nil, err)
		}
	}
}

func mapKindOf(f osm.Feature) string {
	if mapKind.MatchString(f.Kind) {
		return f.Kind
	}
	return "other"
}

// mapName is the name to write on the map, "" when it is none. A building's name
// may be that of who lives there.
func mapName(class, name string) string {
	if class == "building" || checkAddress("name", name, 120) != nil {
		return ""
	}
	return name
}

func minZoom(f osm.Feature) int16 {
	kinds := minZooms[f.Class]
	if zoom, found := kinds[f.Kind]; found {
		return zoom
	}
	return kinds[""]
}
