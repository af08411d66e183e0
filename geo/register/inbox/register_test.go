package inbox

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// fixture is a register of a test's own with a county of a tenth of a degree.
type fixture struct {
	*testing.T
	db    *register.DB
	owner *pgx.Conn
	// corrected is the copy of the last ledger.
	corrected strings.Builder
}

const countyCSV = "id,name,level,wkt\ncounty,County,county,\"POLYGON((1 42,1.1 42,1.1 42.1,1 42.1,1 42))\"\n"

func open(t *testing.T) *fixture {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	f := &fixture{T: t}
	var err error
	f.db, err = register.Open(t.Context(), appURL)
	f.must(err)
	t.Cleanup(f.db.Close)
	f.owner, err = pgx.Connect(t.Context(), ownerURL)
	f.must(err)
	t.Cleanup(func() { f.owner.Close(context.Background()) })
	_, _, err = f.take("areas", countyCSV, "")
	f.must(err)
	return f
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) count(query string, arguments ...any) int {
	f.Helper()
	var n int
	if err := f.owner.QueryRow(context.Background(), query, arguments...).Scan(&n); err != nil {
		f.Fatalf("%s: %v", query, err)
	}
	return n
}

// take imports a file as the command does; options: "dry", "match" for addresses without a
// point, or a coordinate system.
func (f *fixture) take(kind, file, option string) (register.ImportReport, Left, error) {
	f.Helper()
	options := register.ImportOptions{Keys: register.NewKeys([]byte("the secret of a test, 32 bytes..")), Digest: make([]byte, 32)}
	options.DryRun, options.MatchAddresses = option == "dry", option == "match"
	systems := func(own string) (Transform, error) {
		crs, err := register.CRSOfFile(own)
		if option != "" && option != "dry" && option != "match" {
			crs, err = register.ParseCRS(option)
		}
		if err != nil || crs.IsWGS84() {
			return nil, err
		}
		return func(ctx context.Context, points []orb.Point) error { return f.db.ToWGS84(ctx, crs, points) }, nil
	}
	var left Left
	var report register.ImportReport
	var err error
	switch in := strings.NewReader(file); kind {
	case "areas":
		rows, wrong := Areas(f.Context(), in, nil, systems, &left)
		if wrong != nil {
			return report, left, wrong
		}
		options.FirstRow, options.Wrong = left.FirstRow, rows.Wrong
		report, err = f.db.ImportAreas(f.Context(), rows.Areas, options)
	case "households":
		report, err = f.db.ImportHouseholds(f.Context(), Households(f.Context(), in, systems, &left), options)
	case "refusals":
		report, err = f.db.ImportRefusals(f.Context(), Refusals(f.Context(), in, &left), options)
	case "ledger":
		f.corrected.Reset()
		corrected, wrong := NewCorrected(&f.corrected)
		f.must(wrong)
		options.Corrected = corrected.Row
		report, err = f.db.ImportLedger(f.Context(), Ledger(f.Context(), in, Mapping{}, &left), options)
		f.must(corrected.Close())
	case "incidents":
		report, err = f.db.ImportIncidents(f.Context(), Incidents(f.Context(), in, Meaning{}, systems, &left), options)
	}
	return report, left, err
}

// refused is the complaints of an error, which has to be a refusal.
func (f *fixture) refused(err error) []register.Complaint {
	f.Helper()
	var refused *register.RefusedError
	if !errors.As(err, &refused) {
		f.Fatalf("no refusal: %v", err)
	}
	return refused.Complaints
}

// A day of a file is one where the installation is, whatever day it is in Greenwich.
func TestLedger_KnowsWhichDayItIs(t *testing.T) {
	t.Parallel()
	f := open(t)
	for _, at := range []struct {
		now  time.Time
		zone string
		last string // the last day that is taken
		next string
	}{
		{time.Date(2027, 3, 1, 17, 30, 0, 0, time.UTC), "Asia/Shanghai", "2027-03-02", "2027-03-03"},
		{time.Date(2027, 3, 2, 1, 30, 0, 0, time.UTC), "America/New_York", "2027-03-01", "2027-03-02"},
	} {
		zone, err := time.LoadLocation(at.zone)
		f.must(err)
		f.db.Location, f.db.Now = zone, func() time.Time { return at.now }
		for kind, row := range map[string]string{"ledger": "number,area,matter,reported_on\nA-1,County,sewer,", "incidents": "id,lon,lat,matter,reported_on\nA-1,1.05,42.05,sewer,"} {
			if _, _, err := f.take(kind, row+at.last+"\n", "dry"); err != nil {
				t.Errorf("%s of today in %s: %v", kind, at.zone, err)
			}
			_, _, err := f.take(kind, row+at.next+"\n", "dry")
			if c := f.refused(err); c[0].Field != "reported_on" {
				t.Errorf("%s of tomorrow in %s: %v", kind, at.zone, c)
			}
		}
	}
}

// A list of refusals names a town; a row of a preview may name none.
func TestRefused_DoesNotShowWhoMayHaveRefused(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("refusals", "street,house_number,place\nMill Lane,1,County\n", "")
	f.must(err)
	refused, err := f.db.Refused(t.Context(), register.NewKeys([]byte("the secret of a test, 32 bytes..")))
	f.must(err)
	for number, want := range map[string]bool{"1": true, " 1 ": true, "2": false} {
		for _, at := range []orb.Point{{1.05, 42.05}, geo.Nowhere} {
			got, err := refused(geo.Household{ID: "x", At: at, Address: geo.Address{Street: "Mill Lane", Number: number}})
			if f.must(err); got != want {
				t.Errorf("%q at %v: %v", number, at, got)
			}
		}
	}
}
