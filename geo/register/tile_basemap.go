package register

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// BasemapTile draws the base map, one layer for each class of feature.
func (db *DB) BasemapTile(ctx context.Context, principal Principal, tile MapTile) ([]byte, error) {
	return db.drawTile(ctx, principal, tile, `
		SELECT string_agg(layer, '' ORDER BY class) FROM (
			SELECT class, ST_AsMVT(f, class, 4096, 'shape') AS layer FROM (
				SELECT b.class::text, b.kind::text, b.name::text, b.name_zh::text,
					ST_AsMVTGeom(b.shape, ST_TileEnvelope(@z, @x, @y), 4096, 64) AS shape
				FROM rounds.basemap_features b
				WHERE b.min_zoom <= @z AND b.shape && ST_TileEnvelope(@z, @x, @y, margin => 64.0 / 4096)
				ORDER BY b.id) f
			WHERE shape IS NOT NULL GROUP BY class) layers`, nil)
}

// BasemapVersion names the extract that the base map is of, "" when there is none.
func (db *DB) BasemapVersion(ctx context.Context, principal Principal) (string, error) {
	const query = `SELECT coalesce((SELECT encode(sha256, 'hex') || extract(epoch FROM imported_at) FROM rounds.extracts ORDER BY imported_at DESC LIMIT 1), '')`
	var version string
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error { return tx.QueryRow(ctx, query).Scan(&version) })
	if err != nil {
		return "", fmt.Errorf("register: base map: %w", err)
	}
	return version, nil
}

// BasemapBound is the bound of the newest extract; ok is false when there is none.
func (db *DB) BasemapBound(ctx context.Context, principal Principal) (bound orb.Bound, ok bool, err error) {
	return db.bound(ctx, principal, `
		SELECT ST_XMin(bounds), ST_YMin(bounds), ST_XMax(bounds), ST_YMax(bounds)
		FROM rounds.extracts ORDER BY imported_at DESC LIMIT 1`)
}
