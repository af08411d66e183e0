package register_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// fixture is a register of a test's own.
type fixture struct {
	*testing.T
	db   *register.DB
	keys *register.Keys
	// owner looks past row-level security, to see what is really kept.
	owner *pgx.Conn
	url   string // of the application's login
}

func open(t *testing.T) *fixture {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	db, err := register.Open(t.Context(), appURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { owner.Close(context.Background()) })
	return &fixture{T: t, db: db, keys: register.NewKeys([]byte("the secret of a test, 32 bytes..")), owner: owner, url: appURL}
}

func (f *fixture) options() register.ImportOptions {
	return register.ImportOptions{Keys: f.keys, Digest: make([]byte, 32)}
}

// count asks as the owner.
func (f *fixture) count(query string, arguments ...any) int {
	f.Helper()
	var n int
	if err := f.owner.QueryRow(context.Background(), query, arguments...).Scan(&n); err != nil {
		f.Fatalf("%s: %v", query, err)
	}
	return n
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func square(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

// county is a county of three towns side by side, each 0.1 degrees wide.
func county() []geo.Area {
	areas := []geo.Area{{ID: "county", Level: geo.County, Name: "County", NameZH: "县", Outline: square(1, 42, 1.3, 42.1)}}
	for i, name := range []string{"West", "Middle", "East"} {
		west := 1 + float64(i)/10
		areas = append(areas, geo.Area{ID: name, ParentID: "county", Level: geo.Town, Name: name, Outline: square(west, 42, west+0.1, 42.1)})
	}
	return areas
}

// places are n households along the streets of a town that begins at west.
func places(prefix string, n int, west float64, seed uint64) []geo.Household {
	random := rand.New(rand.NewPCG(seed, 7))
	all := make([]geo.Household, n)
	for i := range all {
		street := random.IntN(12)
		all[i] = geo.Household{
			ID:      fmt.Sprintf("%s-%d", prefix, i+1),
			At:      orb.Point{west + 0.02 + random.Float64()*0.06, 42.02 + float64(street)*0.004},
			Address: geo.Address{Street: fmt.Sprintf("%s Street %d", prefix, street+1), Number: fmt.Sprint(i + 1), Place: prefix},
			Doors:   1 + random.IntN(2),
		}
	}
	return all
}

// rowsOf gives households as a file would.
func rowsOf(places ...geo.Household) register.HouseholdRows {
	return func(keep func(int64, geo.Household, *register.Complaint) error) error {
		for i, place := range places {
			if err := keep(int64(i+1), place, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

// settled is a county with 500 places in West, 300 in Middle and 12 in East.
func settled(t *testing.T) (*fixture, []geo.Household) {
	t.Helper()
	f := open(t)
	_, err := f.db.ImportAreas(t.Context(), county(), f.options())
	f.must(err)
	all := append(places("West", 500, 1, 1), places("Middle", 300, 1.1, 2)...)
	all = append(all, places("East", 12, 1.2, 3)...)
	_, err = f.db.ImportHouseholds(t.Context(), rowsOf(all...), f.options())
	f.must(err)
	return f, all
}
