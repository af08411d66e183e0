package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"github.com/rounds-project/rounds/geo/elevation"
)

// HeightsReport says what an import of elevation brought.
type HeightsReport struct {
	// Tiles are those of all zooms, Bytes what they take.
	Tiles int   `json:"tiles"`
	Bytes int64 `json:"bytes"`
	// LastZoom is the largest zoom that was drawn.
	LastZoom int `json:"last_zoom"`
	// Missing are files for a part of the areas that were not there, as the sea has none.
	Missing []string `json:"missing"`
	DryRun  bool     `json:"dry_run,omitempty"`
}

// errNoAreas says what to do first.
var errNoAreas = errors.New("register: there are no areas, whose hills are shaded; first run: rounds import osm FILE (or import areas)")

// ImportHeights draws the hills of the boxes around all counties, in place of what was
// there before, in one transaction. progress is told tiles of the last zoom and may be nil.
func (db *DB) ImportHeights(ctx context.Context, files *elevation.Tiles, dryRun bool, progress func(done, total int)) (HeightsReport, error) {
	report := HeightsReport{DryRun: dryRun, LastZoom: int(files.LastZoom()), Missing: []string{}}
	if progress == nil {
		progress = func(int, int) {}
	}
	err := db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		bounds, err := rootBounds(ctx, tx)
		if err != nil {
			return err
		}
		report.Missing = files.Missing(bounds)
		total := elevation.TilesOf(bounds, files.LastZoom())
		done := 0
		keep := func(p elevation.Picture) error {
			report.Tiles, report.Bytes = report.Tiles+1, report.Bytes+int64(len(p.PNG))
			if p.Tile.Z == files.LastZoom() {
				done++
				progress(done, total)
			}
			if dryRun {
				return nil
			}
			_, err := tx.Exec(ctx, "INSERT INTO rounds.height_tiles (zoom, x, y, picture) VALUES ($1, $2, $3, $4)", p.Tile.Z, p.Tile.X, p.Tile.Y, p.PNG)
			return err
		}
		if !dryRun {
			// Maps are read meanwhile; another import waits.
			for _, statement := range []string{"LOCK TABLE rounds.height_tiles IN SHARE ROW EXCLUSIVE MODE", "DELETE FROM rounds.height_tiles"} {
				if _, err := tx.Exec(ctx, statement); err != nil {
					return err
				}
			}
		}
		return files.Pyramid(ctx, bounds, keep)
	})
	if err != nil {
		return HeightsReport{}, fmt.Errorf("register: heights: %w", err)
	}
	return report, nil
}

// rootBounds are the boxes around the areas at the top.
func rootBounds(ctx context.Context, tx pgx.Tx) ([]orb.Bound, error) {
	rows, err := tx.Query(ctx, "SELECT west, south, east, north FROM rounds.areas WHERE parent_id IS NULL")
	if err != nil {
		return nil, err
	}
	bounds, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b orb.Bound, err error) {
		return b, row.Scan(&b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1])
	})
	if err == nil && len(bounds) == 0 {
		err = errNoAreas
	}
	return bounds, err
}

// Heights is where there are hills to shade.
type Heights struct {
	Bound     orb.Bound
	FirstZoom uint32
	LastZoom  uint32
}

// LatestHeights says where; ok is false when no elevation was imported.
func (db *DB) LatestHeights(ctx context.Context, principal Principal) (h Heights, ok bool, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		var west, north, east, south uint32
		err := tx.QueryRow(ctx, `
			SELECT zoom, min(x), min(y), max(x), max(y) FROM rounds.height_tiles
			WHERE zoom = (SELECT max(zoom) FROM rounds.height_tiles) GROUP BY zoom`).Scan(&h.LastZoom, &west, &north, &east, &south)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		ok = err == nil
		first, last := maptile.New(west, north, maptile.Zoom(h.LastZoom)).Bound(), maptile.New(east, south, maptile.Zoom(h.LastZoom)).Bound()
		h.Bound, h.FirstZoom = first.Union(last), elevation.FirstZoom
		return err
	})
	if err != nil {
		return Heights{}, false, fmt.Errorf("register: heights: %w", err)
	}
	return h, ok, nil
}

// HeightsTile is a picture of heights as [elevation.Picture] tells them, nil where there
// is none.
func (db *DB) HeightsTile(ctx context.Context, principal Principal, tile MapTile) ([]byte, error) {
	var picture []byte
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, "SELECT picture FROM rounds.height_tiles WHERE zoom = @z AND x = @x AND y = @y", tile.with(nil)).Scan(&picture)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: tile %d/%d/%d: %w", tile.Z, tile.X, tile.Y, err)
	}
	return picture, nil
}
