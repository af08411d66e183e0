package export

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// releasesLayer is the published statistics of an area: of the newest release of each
// measure, the bins that lie in the area as a whole.
var releasesLayer = gis.Layer{Name: "releases", Geometry: "MultiPolygon", Columns: []gis.Column{
	{Name: "measure", Kind: gis.Text}, {Name: "from", Kind: gis.Date}, {Name: "to", Kind: gis.Date}, {Name: "bin", Kind: gis.Integer},
	{Name: "dwellings", Kind: gis.Integer}, {Name: "shown", Kind: gis.Text}, {Name: "count", Kind: gis.Integer}, {Name: "sha256", Kind: gis.Text},
}}

var releasesRoles = []string{register.Supervisor, register.Analyst}

// binValue is a row of the layer: what a release says of a bin.
type binValue struct {
	release *tiles.Release
	bin     int
}

func (b binValue) shown() release.Shown { return b.release.Values[b.bin].Shown }

func (b binValue) shape() (orb.MultiPolygon, error) { return b.release.Partition.Outline(b.bin) }

// key tells the rows apart and stays.
func (b binValue) key() string {
	return fmt.Sprintf("%s.%s.%d", b.release.Measure.Name, b.release.Period.From.Format(time.DateOnly), b.bin)
}

// values are in order of the layer's columns.
func (b binValue) values() []any {
	var count any
	if b.shown() == release.Number {
		count = int64(b.release.Values[b.bin].Count)
	}
	period := b.release.Period
	return []any{b.release.Measure.Name, period.From.Format(time.DateOnly), period.To.Format(time.DateOnly), int64(b.bin),
		int64(b.release.Partition.Bins[b.bin].Dwellings), string(b.shown()), count, hex.EncodeToString(b.release.Digest)}
}

// binValues are those of the newest release of each measure, of the bins that lie wholly
// in some areas together; areas nil is everywhere.
func binValues(ctx context.Context, db *register.DB, statistics *tiles.Statistics, principal register.Principal, areas []uuid.UUID) ([]binValue, error) {
	listed, err := statistics.List(ctx)
	if err != nil {
		return nil, err
	}
	var all []binValue
	seen := map[string]bool{}
	for _, one := range listed { // the newest first
		if seen[one.Measure] {
			continue
		}
		seen[one.Measure] = true
		published, err := statistics.Release(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		whole, err := wholeBins(ctx, db, principal, published.Partition, areas)
		if err != nil {
			return nil, err
		}
		for _, bin := range whole {
			all = append(all, binValue{published, bin})
		}
	}
	return all, nil
}

// wholeBins are the bins that lie wholly in some areas together; areas nil is everywhere.
func wholeBins(ctx context.Context, db *register.DB, principal register.Principal, partition *tiles.Partition, areas []uuid.UUID) ([]int, error) {
	if areas == nil {
		return partition.Within(func(geo.Cell) bool { return true }), nil
	}
	return tiles.WholeBins(ctx, db, principal, partition, partition.Cells(), areas...)
}

// releaseRows has none where nothing is published.
func releaseRows(ctx context.Context, db *register.DB, statistics *tiles.Statistics, principal register.Principal) (*register.Given, error) {
	var rows register.Given
	if statistics == nil {
		return &rows, nil
	}
	areas := []uuid.UUID{principal.Area}
	if principal.Area == uuid.Nil { // all that was granted to who is signed in
		var err error
		if areas, err = grantedAreas(ctx, db, principal); err != nil {
			return nil, err
		}
	}
	all, err := binValues(ctx, db, statistics, principal, areas)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		shape, err := b.shape()
		if err != nil {
			return nil, err
		}
		if err := rows.Add(b.key(), shape, b.values()); err != nil {
			return nil, err
		}
	}
	return &rows, nil
}

// eachBin gives the rows of the layer as [register.DB.ExportRows] does; begin is told
// besides what they do not have.
func (e *Exporter) eachBin(ctx context.Context, principal register.Principal, area uuid.UUID,
	begin func(rows int64, leftOut ...string) error, each func(shape orb.Geometry, values []any) error) error {
	areas, err := e.binAreas(ctx, principal, area)
	if err != nil {
		return err
	}
	all, err := binValues(ctx, e.DB, e.Statistics, principal, areas)
	if err != nil {
		return err
	}
	if err := begin(int64(len(all)), withheld(all)...); err != nil {
		return err
	}
	for _, b := range all {
		shape, err := b.shape()
		if err != nil {
			return err
		}
		if err := each(shape, b.values()); err != nil {
			return err
		}
	}
	return nil
}

// binAreas are the areas in which bins are looked for: the one that was asked for, or
// what was granted; nil, everywhere, for the operator.
func (e *Exporter) binAreas(ctx context.Context, principal register.Principal, area uuid.UUID) ([]uuid.UUID, error) {
	switch {
	case area != uuid.Nil:
		return []uuid.UUID{area}, nil
	case principal == operator:
		return nil, nil
	}
	return grantedAreas(ctx, e.DB, principal)
}

// grantedAreas are never nil, which would be everywhere.
func grantedAreas(ctx context.Context, db *register.DB, principal register.Principal) ([]uuid.UUID, error) {
	granted, err := db.GrantedTo(ctx, principal)
	return append([]uuid.UUID{}, granted...), err
}

// withheld says of how many rows there is no number, and why.
func withheld(all []binValue) []string {
	of := map[release.Shown]int{}
	for _, b := range all {
		of[b.shown()]++
	}
	return []string{
		fmt.Sprintf("the numbers of %d of %d rows (shown: %s): fewer than %d, or none", of[release.Withheld], len(all), release.Withheld, release.Fewest),
		fmt.Sprintf("the numbers of %d of %d rows (shown: %s): 90 %% or more of the dwellings", of[release.Most], len(all), release.Most),
	}
}
