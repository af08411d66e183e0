package register

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// statistics is who makes releases.
var statistics = Service("statistics")

// Bin is an area of a partition, made of leaf cells.
type Bin struct {
	Cells []geo.Cell // ascending
	// Dwellings counts doors when the partition was made.
	Dwellings int
}

// Partition is how the installation is divided for a year, with at least so many
// dwellings a bin.
type Partition struct {
	ID          uuid.UUID
	Year, Least int
	// Digest is the SHA-256 of the partition's document.
	Digest []byte
	Bins   []Bin
}

// Release is a published measure of a period. Values has one for each bin, in order.
type Release struct {
	ID        uuid.UUID
	Partition uuid.UUID
	Measure   string
	// From and To are the first and the last day.
	From, To, FrozenOn time.Time
	// Digest is the SHA-256 of the release's document.
	Digest []byte
	Values []ReleaseValue
}

// ReleaseValue is what is told of a bin; Count is nil unless Shown is "number".
type ReleaseValue struct {
	Shown string
	Count *int
}

// Counted is a household that counts, or the place of an incident, in its leaf.
type Counted struct {
	Cell geo.Cell
	ID   uuid.UUID
}

// Stock is who was counted in the value of a bin that is shown.
type Stock struct {
	// Left are those that still want what they wanted then; Households counts them all.
	Left       []uuid.UUID
	Households int
}

// LeafDwellings counts doors by leaf cell.
func (db *DB) LeafDwellings(ctx context.Context) (map[geo.Cell]int, error) {
	dwellings := map[geo.Cell]int{}
	err := db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT cell, dwellings FROM rounds.leaf_dwellings()")
		if err != nil {
			return err
		}
		var cell int64
		var n int
		_, err = pgx.ForEachRow(rows, []any{&cell, &n}, func() error { dwellings[geo.Cell(cell)] = n; return nil })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: dwellings: %w", err)
	}
	return dwellings, nil
}

// StatisticsBegan is the day of the first import; false before it.
func (db *DB) StatisticsBegan(ctx context.Context) (day time.Time, ok bool, err error) {
	var began *time.Time
	err = db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.began_on()").Scan(&began)
	})
	if err != nil {
		return time.Time{}, false, fmt.Errorf("register: statistics: %w", err)
	}
	if began == nil {
		return time.Time{}, false, nil
	}
	return *began, true, nil
}

// PartitionOf reads the partition of a year; false when it is not made yet.
func (db *DB) PartitionOf(ctx context.Context, year, least int) (partition Partition, ok bool, err error) {
	err = db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		partition, ok, err = findPartition(ctx, tx, "year = $1 AND least = $2", year, least)
		return err
	})
	if err != nil {
		return Partition{}, false, fmt.Errorf("register: partition: %w", err)
	}
	return partition, ok, nil
}

func findPartition(ctx context.Context, tx pgx.Tx, where string, arguments ...any) (Partition, bool, error) {
	rows, err := tx.Query(ctx, "SELECT id, year, least, digest FROM rounds.partitions WHERE "+where, arguments...)
	if err != nil {
		return Partition{}, false, err
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Partition, error) {
		var p Partition
		err := row.Scan(&p.ID, &p.Year, &p.Least, &p.Digest)
		return p, err
	})
	if err != nil || len(found) == 0 {
		return Partition{}, false, err
	}
	partition := found[0]
	rows, err = tx.Query(ctx, `SELECT b.dwellings, array_agg(c.cell ORDER BY c.cell) FROM rounds.bins b
		JOIN rounds.bin_cells c ON c.partition_id = b.partition_id AND c.bin = b.bin
		WHERE b.partition_id = $1 GROUP BY b.bin, b.dwellings ORDER BY b.bin`, partition.ID)
	if err != nil {
		return Partition{}, false, err
	}
	var dwellings int
	var cells []int64
	_, err = pgx.ForEachRow(rows, []any{&dwellings, &cells}, func() error {
		bin := Bin{Dwellings: dwellings, Cells: make([]geo.Cell, len(cells))}
		for i, cell := range cells {
			bin.Cells[i] = geo.Cell(cell)
		}
		partition.Bins = append(partition.Bins, bin)
		return nil
	})
	return partition, true, err
}

// AddPartition keeps a partition. Another one of its year and size is an error.
func (db *DB) AddPartition(ctx context.Context, partition Partition) error {
	var dwellings []int
	var cells []int64
	var of []int
	for i, bin := range partition.Bins {
		dwellings = append(dwellings, bin.Dwellings)
		for _, cell := range bin.Cells {
			cells, of = append(cells, int64(cell)), append(of, i)
		}
	}
	err := db.As(ctx, statistics, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO rounds.partitions (id, year, least, digest) VALUES ($1, $2, $3, $4)",
			partition.ID, partition.Year, partition.Least, partition.Digest)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO rounds.bins (partition_id, bin, dwellings)
			SELECT $1, n - 1, d FROM unnest($2::integer[]) WITH ORDINALITY AS u (d, n)`, partition.ID, dwellings)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO rounds.bin_cells (partition_id, cell, bin) SELECT $1, u.* FROM unnest($2::bigint[], $3::integer[]) AS u`,
			partition.ID, cells, of)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: partition: %w", err)
	}
	return nil
}

// IsReleased says whether the release of a measure for the period from a day is made.
func (db *DB) IsReleased(ctx context.Context, measure string, from time.Time) (released bool, err error) {
	err = db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.releases WHERE measure = $1 AND from_day = $2)", measure, from).Scan(&released)
	})
	if err != nil {
		return false, fmt.Errorf("register: release: %w", err)
	}
	return released, nil
}

// OutcomesGone says whether a round of these days was closed, with what was known of
// its doors.
func (db *DB) OutcomesGone(ctx context.Context, from, to time.Time) (gone bool, err error) {
	err = db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.outcomes_gone($1, $2)", from, to).Scan(&gone)
	})
	if err != nil {
		return false, fmt.Errorf("register: release: %w", err)
	}
	return gone, nil
}

// Contributors are whom to count in a measure between two days or, of a stock, on the
// last one.
func (db *DB) Contributors(ctx context.Context, measure string, from, to time.Time) ([]Counted, error) {
	var counted []Counted
	err := db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT cell, household FROM rounds.contributors($1, $2, $3)", measure, from, to)
		if err != nil {
			return err
		}
		counted, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Counted, error) {
			var cell int64
			var c Counted
			err := row.Scan(&cell, &c.ID)
			c.Cell = geo.Cell(cell)
			return c, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: whom to count: %w", err)
	}
	return counted, nil
}

// StockOf is who was counted in the values of a stock that are shown, by bin; none
// before its first release of the partition.
func (db *DB) StockOf(ctx context.Context, measure string, partition uuid.UUID) (map[int]Stock, error) {
	stock := map[int]Stock{}
	err := db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT c.bin, c.households, coalesce(array_agg(s.household_id) FILTER (WHERE s.household_id IS NOT NULL), '{}')
			FROM rounds.release_stock_counts c LEFT JOIN rounds.release_stock s
				ON s.measure = c.measure AND s.partition_id = c.partition_id AND s.bin = c.bin
			WHERE c.measure = $1 AND c.partition_id = $2 GROUP BY c.bin, c.households`, measure, partition)
		if err != nil {
			return err
		}
		var bin, households int
		var left []uuid.UUID
		_, err = pgx.ForEachRow(rows, []any{&bin, &households, &left}, func() error {
			stock[bin] = Stock{Left: left, Households: households}
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: stock: %w", err)
	}
	return stock, nil
}

// LatestRelease is the newest of a measure; false when there is none.
func (db *DB) LatestRelease(ctx context.Context, measure string) (release Release, ok bool, err error) {
	err = db.AsSnapshot(ctx, statistics, func(tx pgx.Tx) error {
		found, err := findReleases(ctx, tx, "WHERE measure = $1 ORDER BY from_day DESC LIMIT 1", measure)
		if err != nil || len(found) == 0 {
			return err
		}
		release, ok = found[0], true
		release.Values, err = findValues(ctx, tx, release.ID)
		return err
	})
	if err != nil {
		return Release{}, false, fmt.Errorf("register: release: %w", err)
	}
	return release, ok, nil
}

// AddRelease publishes a release, once for its measure and period. stock, of a measure
// that is one, is who is counted in the value of each bin; of them are kept those that
// want it still.
func (db *DB) AddRelease(ctx context.Context, release Release, stock []Stock) error {
	err := db.As(ctx, statistics, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO rounds.releases (id, measure, from_day, to_day, frozen_on, partition_id, digest)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			release.ID, release.Measure, release.From, release.To, release.FrozenOn, release.Partition, release.Digest)
		if err != nil {
			return err
		}
		shown, counts := make([]string, len(release.Values)), make([]*int, len(release.Values))
		for i, value := range release.Values {
			shown[i], counts[i] = value.Shown, value.Count
		}
		_, err = tx.Exec(ctx, `INSERT INTO rounds.release_values (release_id, partition_id, bin, shown, count)
			SELECT $1, $2, n - 1, s::rounds.shown, c FROM unnest($3::text[], $4::integer[]) WITH ORDINALITY AS u (s, c, n)`,
			release.ID, release.Partition, shown, counts)
		if err != nil || stock == nil {
			return err
		}
		return keepStock(ctx, tx, release, stock)
	})
	if err != nil {
		return fmt.Errorf("register: release: %w", err)
	}
	return nil
}

// keepStock takes the place of what was kept of the measure.
func keepStock(ctx context.Context, tx pgx.Tx, release Release, stock []Stock) error {
	counts := make([]int, len(stock))
	var bins []int
	var ids []uuid.UUID
	for bin, counted := range stock {
		counts[bin] = counted.Households
		for _, id := range counted.Left {
			ids, bins = append(ids, id), append(bins, bin)
		}
	}
	_, err := tx.Exec(ctx, "SELECT rounds.keep_stock($1, $2, $3, $4, $5)", release.Measure, release.Partition, counts, ids, bins)
	return err
}
