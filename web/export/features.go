package export

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat"
)

// FeatureLayers are the layers that leave, in files and feature by feature: those of the
// register, and cells and releases, which are computed for each reader.
var FeatureLayers = append(slices.Clone(register.ExportLayers), given(cellsLayer, cellsRoles),
	given(releasesLayer, releasesRoles, "from", "to"))

func given(layer gis.Layer, roles []string, times ...string) register.ExportLayer {
	var all []register.ExportColumn
	for _, column := range layer.Columns {
		all = append(all, register.ExportColumn{Name: column.Name, Kind: string(column.Kind)})
	}
	return register.GivenLayer(layer.Name, layer.Geometry, roles, times, all)
}

// FeatureLayerNamed finds one of them.
func FeatureLayerNamed(name string) (register.ExportLayer, bool) {
	i := slices.IndexFunc(FeatureLayers, func(l register.ExportLayer) bool { return l.Name == name })
	if i < 0 {
		return register.ExportLayer{}, false
	}
	return FeatureLayers[i], true
}

// FeatureRows are the rows of a layer that is computed, as somebody narrowed to an area
// sees it; nil for every other layer. statistics may be nil: then nothing is published.
func FeatureRows(ctx context.Context, db *register.DB, statistics *tiles.Statistics, principal register.Principal, layer string, today time.Time) (*register.Given, error) {
	switch layer {
	case cellsLayer.Name:
		return cellRows(ctx, db, principal, today)
	case releasesLayer.Name:
		return releaseRows(ctx, db, statistics, principal)
	}
	return nil, nil
}

// cellRows has none without an open round.
func cellRows(ctx context.Context, db *register.DB, principal register.Principal, today time.Time) (*register.Given, error) {
	var rows register.Given
	reach, err := db.Reach(ctx, principal, uuid.Nil, today)
	if errors.Is(err, register.ErrNoRound) {
		return &rows, nil
	}
	if err != nil {
		return nil, err
	}
	names, err := db.AreasWithin(ctx, principal, uuid.Nil)
	if err != nil {
		return nil, err
	}
	patches, err := patchesOf(ctx, db, principal, reach.Round, register.ExportFilter{Today: today}, names)
	if err != nil {
		return nil, err
	}
	for _, p := range patches {
		shape, err := heat.Union(p.cells)
		if err != nil {
			return nil, err
		}
		key := p.group
		if p.cell != 0 { // a cell may lie in two areas
			key = uuid.NewSHA1(p.area, []byte(p.cell.String()))
		}
		if err := rows.Add(key.String(), shape, p.values(names)); err != nil {
			return nil, err
		}
	}
	return &rows, nil
}
