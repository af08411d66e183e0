package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// A row may be a place of the register that has its address and lies within twinWithin
// metres of it, or that lies within twinTouches where one of the two has no address that
// tells it from its neighbours: a street without a number does not, nor does one that more
// than twinCrowd places have. Without such a bound each of a long street would be held
// against each.
const (
	twinWithin  = 150
	twinTouches = 10
	twinCrowd   = 200
	// twinNear is how many of the nearest places in degrees are compared in metres.
	twinNear = 8
)

// twinSide stages places under the name of a table, each with what its address says.
func twinSide(table, places string) string {
	return fmt.Sprintf(`CREATE TEMP TABLE %s ON COMMIT DROP AS
		SELECT p.*, street <> '' AND (house_number <> '' OR unit <> '' OR street ~ '[0-9０-９]') AND count(*) OVER (PARTITION BY street, house_number, unit) <= %d AS tells
		FROM (SELECT p.id, p.row_number, p.at, lower(coalesce(p.street, '')) AS street, lower(coalesce(p.house_number, '')) AS house_number,
			lower(coalesce(p.unit, '')) AS unit FROM (%s) p) p`, table, twinCrowd, places)
}

// findTwins stages rows that are new, each with the place of the register that it may be
// and that the file does not have.
func (in *intake) findTwins(ctx context.Context, areas []uuid.UUID) error {
	_, err := in.Exec(ctx, twinSide("twin_places", `SELECT h.id, 0::bigint AS row_number, h.at, h.street, h.house_number, h.unit FROM rounds.households h
			WHERE h.area_id IN (SELECT l.area_id FROM located l) AND NOT EXISTS (SELECT FROM located l WHERE l.id = h.id) AND `+held("h.area_id")), areas)
	if err != nil {
		return fmt.Errorf("register: twins: %w", err)
	}
	err = in.run(ctx,
		twinSide("twin_rows", `SELECT l.id, l.row_number, l.at, l.street, l.house_number, l.unit FROM located l
			WHERE NOT EXISTS (SELECT FROM rounds.households k WHERE k.id = l.id)`),
		"CREATE INDEX ON twin_places USING gist (at)",
		"CREATE INDEX ON twin_places USING gist (at) WHERE NOT tells",
		"ANALYZE twin_places", "ANALYZE twin_rows")
	if err != nil {
		return err
	}
	const near = ` CROSS JOIN LATERAL (
			SELECT n.id, public.ST_DistanceSphere(n.at, l.at) AS metres
			FROM (SELECT p.* FROM twin_places p %s ORDER BY p.at OPERATOR(public.<->) l.at LIMIT %d) n
			WHERE n.street = '' OR l.street = '' OR n.street = l.street
			ORDER BY metres, n.id LIMIT 1) h
			WHERE h.metres <= %d AND %s`
	tag, err := in.Exec(ctx, fmt.Sprintf(`CREATE TEMP TABLE twins ON COMMIT DROP AS
		WITH pairs AS (
			SELECT l.row_number, h.id AS household_id, public.ST_DistanceSphere(h.at, l.at) AS metres
			FROM twin_rows l JOIN twin_places h USING (street, house_number, unit)
			WHERE l.tells AND h.tells AND public.ST_DistanceSphere(h.at, l.at) <= %d
			UNION ALL
			SELECT l.row_number, h.id, h.metres FROM twin_rows l`+fmt.Sprintf(near, "", twinNear, twinTouches, "NOT l.tells")+`
			UNION ALL
			SELECT l.row_number, h.id, h.metres FROM twin_rows l`+fmt.Sprintf(near, "WHERE NOT p.tells", twinNear, twinTouches, "l.tells")+`),
		nearest AS (SELECT DISTINCT ON (row_number) * FROM pairs ORDER BY row_number, metres, household_id)
		SELECT DISTINCT ON (household_id) row_number, household_id, metres, NULL::text AS decision
		FROM nearest ORDER BY household_id, metres, row_number`, twinWithin))
	if err != nil {
		return fmt.Errorf("register: twins: %w", err)
	}
	in.report.Twins = int(tag.RowsAffected())
	return nil
}
