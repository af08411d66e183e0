package register

import (
	"context"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// BasemapTile draws the base map, one layer for each class of feature.
func (db *DB) BasemapTile(ctx context.Context, principal Principal, tile MapTile) ([]byte, error) {
	return db.drawTile(ctx, principal, audit.Entry{}, tile, `
		SELECT string_agg(layer, '' ORDER BY class) FROM (
			SELECT class, ST_AsMVT(f, class, 4096, 'shape') AS layer FROM (
				SELECT b.class::text, b.kind::text, b.name::text, b.name_zh::text,
					ST_AsMVTGeom(b.shape, ST_TileEnvelope(@z, @x, @y), 4096, 64) AS shape
				FROM rounds.basemap_within(ST_TileEnvelope(@z, @x, @y, margin => 64.0 / 4096), @z) b
				ORDER BY b.id) f
			WHERE shape IS NOT NULL GROUP BY class) layers`, nil)
}
