package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrNoRelease says that there is no such release or partition.
var ErrNoRelease = errors.New("register: no such release")

// Statistics reads what is published, as the login rounds_stats: whatever a request asks,
// that login can read nothing else. It is safe for concurrent use.
type Statistics struct{ pool *pgxpool.Pool }

// OpenStatistics connects as the login of the statistics.
func OpenStatistics(ctx context.Context, url string) (*Statistics, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// The error of pgx masks the password.
		return nil, fmt.Errorf("register: DATABASE_STATS_URL: %w", err)
	}
	config.AfterConnect = registerTypes
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("register: statistics: %w", err)
	}
	return &Statistics{pool: pool}, nil
}

// Close waits for queries under way and closes the connections.
func (s *Statistics) Close() { s.pool.Close() }

// read runs do in a transaction that only reads.
func (s *Statistics) read(ctx context.Context, what string, do func(tx pgx.Tx) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	if err := pgx.BeginTxFunc(ctx, s.pool, options, do); err != nil {
		return fmt.Errorf("register: %s: %w", what, err)
	}
	return nil
}

// Releases are all of them without their values, the newest first.
func (s *Statistics) Releases(ctx context.Context) (releases []Release, err error) {
	err = s.read(ctx, "releases", func(tx pgx.Tx) error {
		releases, err = findReleases(ctx, tx, "ORDER BY from_day DESC, measure")
		return err
	})
	return releases, err
}

// Release is one with its values. The error may be [ErrNoRelease].
func (s *Statistics) Release(ctx context.Context, id uuid.UUID) (release Release, err error) {
	err = s.read(ctx, "release", func(tx pgx.Tx) error {
		found, err := findReleases(ctx, tx, "WHERE id = $1", id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNoRelease
		}
		release = found[0]
		release.Values, err = findValues(ctx, tx, id)
		return err
	})
	return release, err
}

// Partition is one with its bins. The error may be [ErrNoRelease].
func (s *Statistics) Partition(ctx context.Context, id uuid.UUID) (partition Partition, err error) {
	err = s.read(ctx, "partition", func(tx pgx.Tx) error {
		var ok bool
		if partition, ok, err = findPartition(ctx, tx, "id = $1", id); err == nil && !ok {
			return ErrNoRelease
		}
		return err
	})
	return partition, err
}

func findReleases(ctx context.Context, tx pgx.Tx, which string, arguments ...any) ([]Release, error) {
	rows, err := tx.Query(ctx, "SELECT id, partition_id, measure::text, from_day, to_day, frozen_on, digest FROM rounds.releases "+which, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Release, error) {
		var r Release
		err := row.Scan(&r.ID, &r.Partition, &r.Measure, &r.From, &r.To, &r.FrozenOn, &r.Digest)
		return r, err
	})
}

func findValues(ctx context.Context, tx pgx.Tx, release uuid.UUID) ([]ReleaseValue, error) {
	rows, err := tx.Query(ctx, "SELECT shown::text, count FROM rounds.release_values WHERE release_id = $1 ORDER BY bin", release)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[ReleaseValue])
}
