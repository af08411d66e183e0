package audit_test

import (
	"testing"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// BenchmarkVerify checks a log of a million rows; docs/benchmarks.md has its figure.
func BenchmarkVerify(b *testing.B) {
	const rows = 1_000_000
	town := registertest.NewTown(b)
	town.Exec("SET session_replication_role = replica")
	town.Exec(`INSERT INTO rounds.reads (id, read_at, account_id, reader, purpose, kind, area_id, place, request_id)
		SELECT n, now() + n * interval '1 millisecond', gen_random_uuid(), 'worker', 'fire_safety', 'day', gen_random_uuid(),
			CASE WHEN n % 4 = 0 THEN sha256(n::text::bytea) END, gen_random_uuid()
		FROM generate_series(1, $1) n`, rows)
	town.Exec("SELECT setval('rounds.read_numbers', $1)", rows)
	town.Exec("ANALYZE rounds.reads")
	// A year of seals of some rows each would have more of them; these have the most rows.
	if _, err := town.DB.SealReads(b.Context()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		report, err := town.DB.VerifyReads(b.Context(), nil)
		if err != nil || report.Reads != rows || report.Unsealed != 0 {
			b.Fatalf("%+v, %v", report, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
