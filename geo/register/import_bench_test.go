package register_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// streets are synthetic households of a county of 80 x 110 km: streets of 400 m from
// west to east with a house each 20 m on both sides.
func streets(households int) register.HouseholdRows {
	const perStreet, columns = 40, 200
	return func(keep func(int64, geo.Household, *register.Complaint) error) error {
		random := rand.New(rand.NewPCG(7, 7))
		for i := range households {
			street, house := i/perStreet, i%perStreet
			west, south := 1+0.005*float64(street%columns), 42+0.008*float64(street/columns)
			place := geo.Household{
				ID:      fmt.Sprintf("building/%d", i),
				At:      orb.Point{west + 0.00024*float64(house/2) + 0.00002*random.Float64(), south + 0.0002*float64(house%2)},
				Address: geo.Address{Street: fmt.Sprintf("Street %d", street), Number: fmt.Sprint(house + 1), Postcode: fmt.Sprintf("AD%03d", street%700), Place: "County"},
				Doors:   1,
			}
			if err := keep(int64(i+1), place, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

// BenchmarkImportHouseholds imports a million households into a county without
// grids, which are cut on the way; again, with the grids known; and then copies the
// very rows that this made into the same, emptied table with a bare COPY.
func BenchmarkImportHouseholds(b *testing.B) {
	const households = 1_000_000
	ctx := context.Background()
	for b.Loop() {
		ownerURL, appURL := clustertest.Database(b)
		db, err := register.Open(ctx, appURL)
		check(b, err)
		owner, err := pgx.Connect(ctx, ownerURL)
		check(b, err)
		options := register.ImportOptions{Keys: register.NewKeys(make([]byte, 32)), Digest: make([]byte, 32)}
		outline := orb.MultiPolygon{{{{0.9, 41.9}, {2.1, 41.9}, {2.1, 43.2}, {0.9, 43.2}, {0.9, 41.9}}}}
		_, err = db.ImportAreas(ctx, []geo.Area{{ID: "county", Level: geo.County, Name: "County", Outline: outline}}, options)
		check(b, err)

		load := func() time.Duration {
			began := time.Now()
			_, err := db.ImportHouseholds(ctx, streets(households), options)
			check(b, err)
			return time.Since(began)
		}
		cutting := load()
		_, err = owner.Exec(ctx, "TRUNCATE rounds.households CASCADE")
		check(b, err)
		known := load()
		bare := bareCopy(b, ctx, owner, households)

		b.ReportMetric(households/cutting.Seconds(), "cutting-rows/s")
		b.ReportMetric(households/known.Seconds(), "known-rows/s")
		b.ReportMetric(households/bare.Seconds(), "copy-rows/s")
		b.ReportMetric(bare.Seconds()/cutting.Seconds(), "cutting-ratio")
		b.ReportMetric(bare.Seconds()/known.Seconds(), "known-ratio")
		owner.Close(ctx)
		db.Close()
	}
}

// bareCopy is how long COPY takes to put the table's rows into the table.
func bareCopy(b *testing.B, ctx context.Context, owner *pgx.Conn, want int64) time.Duration {
	b.Helper()
	var rows bytes.Buffer
	_, err := owner.PgConn().CopyTo(ctx, &rows, "COPY rounds.households TO STDOUT (FORMAT binary)")
	check(b, err)
	_, err = owner.Exec(ctx, "TRUNCATE rounds.households CASCADE")
	check(b, err)
	began := time.Now()
	tag, err := owner.PgConn().CopyFrom(ctx, &rows, "COPY rounds.households FROM STDIN (FORMAT binary)")
	check(b, err)
	took := time.Since(began)
	if tag.RowsAffected() != want {
		b.Fatalf("%d rows copied, want %d", tag.RowsAffected(), want)
	}
	return took
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
