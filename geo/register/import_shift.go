package register

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// Points of shifted maps lie hundreds of metres from where they are. A sample is held
// against the streets as it is and as each shifted system would have it.
const (
	shiftSample = 30
	// offStreet is how far from the streets, in metres, the middle one of a sample of doors
	// lies when something is wrong, and closer is how many times nearer the answer has it.
	offStreet = 60
	closer    = 3
)

// proposeShift puts into the report the system in which the staged places would lie along
// the streets, when they do not as they are. Nothing is changed by it.
func (in *intake) proposeShift(ctx context.Context) error {
	rows, err := in.Query(ctx, "SELECT ST_X(at), ST_Y(at) FROM incoming ORDER BY md5(id::text) LIMIT $1", shiftSample)
	if err != nil {
		return fmt.Errorf("register: shift: %w", err)
	}
	var sample []orb.Point
	var at orb.Point
	_, err = pgx.ForEachRow(rows, []any{&at[0], &at[1]}, func() error {
		if inChina(at) {
			sample = append(sample, at)
		}
		return nil
	})
	if err != nil || len(sample) == 0 {
		return err
	}
	asIs, err := in.fromStreets(ctx, sample)
	if err != nil || asIs < offStreet {
		return err
	}
	in.report.OffStreet = int(asIs)
	nearest := asIs / closer
	for _, system := range []string{"gcj02", "bd09"} {
		crs, err := ParseCRS(system)
		if err != nil {
			return err
		}
		turned := make([]orb.Point, len(sample))
		for i, p := range sample {
			turned[i] = crs.shift(p)
		}
		metres, err := in.fromStreets(ctx, turned)
		if err != nil {
			return err
		}
		if metres < nearest {
			nearest, in.report.Shifted = metres, system
		}
	}
	return nil
}

// fromStreets is how far the middle one of points lies from the nearest street, in
// metres; what has none within a kilometre counts as a kilometre.
func (in *intake) fromStreets(ctx context.Context, points []orb.Point) (metres float64, err error) {
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p[0], p[1]
	}
	// A metre of Mercator is shorter by the cosine of the latitude.
	err = in.QueryRow(ctx, `
		SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(d, 1000)) FROM (
			SELECT (SELECT min(ST_Distance(b.shape, q.p)) FROM rounds.basemap_within(ST_Expand(q.p, 1000 / cos(radians(u.y))), 30) b WHERE b.class = 'street') * cos(radians(u.y)) AS d
			FROM unnest($1::float8[], $2::float8[]) AS u (x, y), LATERAL (SELECT ST_Transform(ST_SetSRID(ST_MakePoint(u.x, u.y), 4326), 3857) AS p) q) t`, x, y).Scan(&metres)
	if err != nil {
		return 0, fmt.Errorf("register: shift: %w", err)
	}
	return metres, nil
}
