package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

// ImportExtract takes areas, households and base map of an OpenStreetMap extract,
// all in one transaction, and keeps the file in the data folder. Households go to
// grids, which are cut in areas that have none; without boundaries in the extract
// the whole of it is one county. Importing a later extract brings everything up to
// date in place.
func (db *DB) ImportExtract(ctx context.Context, dataFolder, path string, options ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: "osm", DryRun: options.DryRun}
	kept, err := keptOrDigested(dataFolder, path, options.DryRun)
	if err != nil {
		return report, err
	}
	options.Digest = kept.SHA256
	err = db.importing(ctx, &report, options, func(in *intake) error {
		var content *osm.Extract
		place := &mainPlace{}
		err := in.basemap(ctx, func(keep func(osm.Feature) error) (err error) {
			content, err = osm.Read(ctx, path, osm.Options{
				Households: true, Areas: true, Feature: place.watch(keep),
				Progress: func(done, total int64) { in.options.progress("read", int(done), int(total)) },
			})
			return err
		})
		if err != nil {
			return err
		}
		kept.Bound = content.Bounds
		return in.extract(ctx, content, kept, place.name())
	})
	return report, err
}

func (in *intake) extract(ctx context.Context, content *osm.Extract, kept Extract, place string) error {
	if err := in.areas(ctx, mendedAreas(content.Areas)); err != nil {
		return err
	}
	if err := in.stage(ctx, mendedHouseholds(content.Households)); err != nil {
		return err
	}
	if err := in.addRest(ctx, content, place); err != nil {
		return err
	}
	if err := in.settle(ctx, "osm"); err != nil {
		return err
	}
	_, err := in.Exec(ctx, `
		INSERT INTO rounds.extracts (sha256, file_name, bounds) VALUES ($1, $2, ST_MakeEnvelope($3, $4, $5, $6, 4326))
		ON CONFLICT (sha256) DO UPDATE SET imported_at = now()`, kept.SHA256, kept.FileName,
		kept.Bound.Min[0], kept.Bound.Min[1], kept.Bound.Max[0], kept.Bound.Max[1])
	if err != nil {
		return fmt.Errorf("register: extract: %w", err)
	}
	return nil
}

// addRest sees to places in no area. Without boundaries in the extract, or when
// many places lie outside them, the rest becomes a county. A few across the border
// of a country are no part of it and are left out.
func (in *intake) addRest(ctx context.Context, content *osm.Extract, place string) error {
	if err := in.copyAreas(ctx); err != nil {
		return err
	}
	if err := in.run(ctx, `CREATE TEMP TABLE outside ON COMMIT DROP AS SELECT i.row_number FROM incoming i
		WHERE NOT EXISTS (SELECT FROM known_areas a WHERE ST_Covers(a.outline, i.at))`); err != nil {
		return err
	}
	var outside, all int
	err := in.QueryRow(ctx, "SELECT (SELECT count(*) FROM outside), (SELECT count(*) FROM incoming)").Scan(&outside, &all)
	if err != nil {
		return fmt.Errorf("register: extract: %w", err)
	}
	switch {
	case outside == 0:
		return nil
	case len(content.Areas) > 0 && outside*fewOutside < all:
		in.report.LeftOut = outside
		return in.run(ctx, "DELETE FROM incoming WHERE row_number IN (SELECT row_number FROM outside)")
	}
	return in.addRestArea(ctx, content, place)
}

// fewOutside is one part in so many.
const fewOutside = 20

// addRestArea adds the county, or makes it larger by what a new extract covers.
func (in *intake) addRestArea(ctx context.Context, content *osm.Extract, place string) error {
	name, nameZH := place, place
	switch {
	case len(content.Areas) > 0:
		name, nameZH = "Elsewhere", "其他地区"
	case place == "":
		name, nameZH = "Area", "区域"
	}
	const key = "rest"
	bound := content.Bounds.Pad(0.001)
	var added bool
	err := in.QueryRow(ctx, `
		INSERT INTO rounds.areas (id, level, source_key, name, name_zh, outline)
		SELECT $1, 'county', $2, $3, $4, ST_Multi(ST_CollectionExtract(ST_Difference(ST_Union(bounds), coalesce(
			(SELECT ST_Union(outline) FROM known_areas WHERE parent_id IS NULL AND id <> $1), 'SRID=4326;POLYGON EMPTY')), 3))
		FROM (
			SELECT ST_MakeEnvelope($5, $6, $7, $8, 4326) AS bounds
			UNION ALL SELECT outline FROM known_areas WHERE id = $1) b
		ON CONFLICT (id) DO UPDATE SET outline = excluded.outline WHERE NOT ST_Equals(areas.outline, excluded.outline)
		RETURNING xmax = 0`, // which only a new row has
		in.options.Keys.ID("area", key), key, name, nameZH, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]).Scan(&added)
	counts := &in.report.Areas
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		counts.Unchanged++
	case err != nil:
		return fmt.Errorf("register: extract: %w", err)
	case added:
		counts.Added++
	default:
		counts.Changed++
	}
	return nil
}

// mendedHouseholds gives the places of an extract. Nobody here can mend a line of
// OpenStreetMap, so a part of an address that Rounds does not keep is left out,
// and the place stays.
func mendedHouseholds(places []geo.Household) HouseholdRows {
	return func(keep func(int64, geo.Household, *Complaint) error) error {
		for i, place := range places {
			a := &place.Address
			for _, part := range []struct {
				text *string
				most int
			}{{&a.Street, 120}, {&a.Number, 24}, {&a.Unit, 24}, {&a.Postcode, 24}, {&a.Place, 120}} {
				if checkAddress("", *part.text, part.most) != nil {
					*part.text = ""
				}
			}
			place.Doors = min(max(place.Doors, 1), 2000)
			if err := keep(int64(i+1), place, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

// mendedAreas are the areas of an extract with names that may be kept.
func mendedAreas(areas []geo.Area) []geo.Area {
	mended := make([]geo.Area, len(areas))
	for i, area := range areas {
		if area.Name == "" || checkAddress("", area.Name, 110) != nil {
			area.Name = area.ID
		}
		if checkAddress("", area.NameZH, 110) != nil {
			area.NameZH = ""
		}
		mended[i] = area
	}
	return mended
}

// mainPlace remembers the most important named place of a base map, after which
// an extract without boundaries is called.
type mainPlace struct {
	found osm.Feature
	zoom  int16
}

func (m *mainPlace) watch(keep func(osm.Feature) error) func(osm.Feature) error {
	return func(f osm.Feature) error {
		if f.Class == "place" && f.Kind != "peak" && mapName(f.Class, f.Name) != "" && (m.found.Name == "" || minZoom(f) < m.zoom) {
			m.found, m.zoom = f, minZoom(f)
		}
		return keep(f)
	}
}

func (m *mainPlace) name() string {
	if len([]rune(m.found.Name)) > 110 {
		return ""
	}
	return m.found.Name
}
