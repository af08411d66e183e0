package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// basemapExtent puts the boxes of the base map together as they are stored and turns the one
// that comes out: a base map has a row for each building of a county, and who opens a GIS
// asks. Boxes that touch that of the area are among them.
const basemapExtent = `SELECT ST_Transform(ST_SetSRID(ST_Extent(b.shape)::geometry, 3857), 4326) AS e FROM rounds.basemap_features b
	WHERE @area::uuid IS NULL OR b.shape && (SELECT ST_Transform(outline, 3857) FROM rounds.areas WHERE id = @area)`

// LayerBound is the bound of all rows of a layer that the principal sees, of one whose
// shapes may reach out of the areas; ok is false when there are none.
func (db *DB) LayerBound(ctx context.Context, principal Principal, layer ExportLayer, today time.Time) (bound orb.Bound, ok bool, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		arguments, err := ExportFilter{Area: principal.Area, Today: today}.arguments(ctx, tx, layer)
		if errors.Is(err, ErrNoPlan) {
			return nil
		}
		if err != nil {
			return err
		}
		extent := `SELECT ST_Extent(f."_shape") AS e FROM ` + layer.rows()
		if layer.Name == "basemap" {
			extent = basemapExtent
		}
		query := `SELECT e IS NOT NULL, coalesce(ST_XMin(e), 0), coalesce(ST_YMin(e), 0), coalesce(ST_XMax(e), 0), coalesce(ST_YMax(e), 0)
			FROM (` + extent + ") all_rows"
		return tx.QueryRow(ctx, query, arguments).Scan(&ok, &bound.Min[0], &bound.Min[1], &bound.Max[0], &bound.Max[1])
	})
	if err != nil {
		return orb.Bound{}, false, fmt.Errorf("register: bound of %s: %w", layer.Name, err)
	}
	return bound, ok, nil
}
