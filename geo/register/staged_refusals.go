package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// suspect is a staged row of which only the town tells whether it refused.
type suspect struct {
	row   int64
	place geo.Household
	cell  geo.Cell
}

// drops says whether those at the place of a row asked never to be visited, be its street
// as the file has it or as the map spells it, and notes the row where only the town tells.
func (in *intake) drops(row int64, place, spelled geo.Household, cell geo.Cell) (bool, error) {
	if dropped, err := in.refused.has(place, cell, nil); dropped || err != nil {
		return dropped, err
	}
	if spelled.Address != place.Address {
		if dropped, err := in.refused.has(spelled, cell, nil); dropped || err != nil {
			return dropped, err
		}
	}
	switch {
	case in.refused.mayHave(spelled.Address):
		in.suspects = append(in.suspects, suspect{row, spelled, cell})
	case in.refused.mayHave(place.Address):
		in.suspects = append(in.suspects, suspect{row, place, cell})
	}
	return false, nil
}

// holdStaged ends the time in which a file is read, when the work of others goes on: from
// now on they wait, and who refused meanwhile is dropped. An import that somebody only
// looks at holds nobody up, as nothing comes of it.
func (in *intake) holdStaged(ctx context.Context) error {
	late := false
	if in.looks() {
		now, err := loadRefused(ctx, in.Tx, in.options.Keys)
		if err != nil {
			return err
		}
		late, in.refused = in.refused.lacks(now), now
	} else {
		var err error
		if late, err = in.hold(ctx); err != nil {
			return err
		}
	}
	if !late {
		return nil
	}
	return in.dropLate(ctx)
}

// dropLate takes the staged rows of those out who refused while the file was read.
func (in *intake) dropLate(ctx context.Context) error {
	rows, err := in.Query(ctx, `SELECT row_number, source_key, coalesce(street, ''), coalesce(house_number, ''), coalesce(unit, ''),
		coalesce(postcode, ''), coalesce(place, ''), cell, ST_X(at), ST_Y(at), matched FROM incoming`)
	if err != nil {
		return fmt.Errorf("register: refused: %w", err)
	}
	in.suspects = nil
	var dropped []int64
	var row, cell int64
	var at orb.Point
	var matched bool
	var place geo.Household
	a := &place.Address
	_, err = pgx.ForEachRow(rows, []any{&row, &place.ID, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place, &cell, &at[0], &at[1], &matched}, func() error {
		place.At = at
		spelled := place
		if matched {
			spelled = in.gazetteer.spelled(place)
		}
		drop, err := in.drops(row, place, spelled, geo.Cell(cell))
		// Which of two towns was meant is not known where the file has no point.
		townless := matched && a.Place == "" && a.Postcode == "" && (in.refused.mayHave(place.Address) || in.refused.mayHave(spelled.Address))
		if drop || townless {
			dropped = append(dropped, row)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: refused: %w", err)
	}
	return in.dropRows(ctx, dropped)
}

func (in *intake) dropRows(ctx context.Context, rows []int64) error {
	if _, err := in.Exec(ctx, "DELETE FROM incoming WHERE row_number = ANY ($1)", rows); err != nil {
		return fmt.Errorf("register: refused: %w", err)
	}
	return nil
}

// dropSuspects takes those out of the staged rows that lie in the town which was named:
// before grids are cut, so that these are as if they had never been in the file.
func (in *intake) dropSuspects(ctx context.Context) error {
	if len(in.suspects) == 0 {
		return nil
	}
	towns, err := townsOfAreas(ctx, in.Tx)
	if err != nil {
		return err
	}
	of := map[int64]suspect{}
	numbers := make([]int64, len(in.suspects))
	for i, s := range in.suspects {
		of[s.row], numbers[i] = s, s.row
	}
	rows, err := in.Query(ctx, `
		SELECT DISTINCT ON (i.row_number) i.row_number, a.id
		FROM incoming i JOIN known_areas a ON a.level <> 'grid' AND public.ST_Covers(a.outline, i.at)
		WHERE i.row_number = ANY ($1) ORDER BY i.row_number, a.level DESC, a.size, a.id`, numbers)
	if err != nil {
		return fmt.Errorf("register: refused: %w", err)
	}
	var dropped []int64
	var row int64
	var area uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&row, &area}, func() error {
		s := of[row]
		has, err := in.refused.has(s.place, s.cell, towns[area])
		if has {
			dropped = append(dropped, row)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: refused: %w", err)
	}
	return in.dropRows(ctx, dropped)
}
