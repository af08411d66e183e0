package upload_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/upload"
)

// doWork names, for a process of this test's own, the database, the folder and the upload.
const doWork = "ROUNDS_TEST_UPLOAD"

func TestMain(m *testing.M) {
	work := strings.Fields(os.Getenv(doWork))
	if len(work) == 0 {
		os.Exit(m.Run())
	}
	db, err := register.Open(context.Background(), work[0])
	if err == nil {
		err = workOn(db, work[1], uuid.MustParse(work[2]))
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func desk(db *register.DB, folder string) *upload.Desk {
	return &upload.Desk{Shelf: &upload.Shelf{Folder: folder, Keys: (&registertest.Town{}).Keys()}, DB: db, Log: slog.New(slog.DiscardHandler)}
}

func workOn(db *register.DB, folder string, id uuid.UUID) error {
	worker := &upload.Worker{Desk: desk(db, folder)}
	return worker.Work(context.Background(), &river.Job[register.UploadArgs]{JobRow: &rivertype.JobRow{}, Args: register.UploadArgs{Upload: id}})
}

// brought is a file that a supervisor brought and had looked through, and whose import is
// ordered.
type brought struct {
	*registertest.Town
	folder string
	id     uuid.UUID
	rows   int
}

func (b *brought) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func bring(t *testing.T, rows int) *brought {
	b := &brought{Town: registertest.NewTown(t), folder: t.TempDir(), id: uuid.New(), rows: rows}
	var file strings.Builder
	file.WriteString("id,lon,lat,street,house_number\n")
	for i := range rows {
		fmt.Fprintf(&file, "K%d,%.6f,%.6f,Way %d,%d\n", i, 1.03+float64(i%1000)*1e-5, 42.04+float64(i/1000)*1e-5, i/40, i%40+1)
	}
	text := file.String()
	lead := b.As(registertest.WestSupervisor)
	b.must(b.DB.BeginUpload(t.Context(), lead, b.id, register.HouseholdFile, int64(len(text))))
	of, err := b.DB.FindUpload(t.Context(), lead, b.id)
	b.must(err)
	d := desk(b.DB, b.folder)
	for number := 0; number*upload.PartBytes < len(text); number++ {
		b.must(d.PutPart(of, number, []byte(text[number*upload.PartBytes:min(len(text), (number+1)*upload.PartBytes)])))
	}
	b.must(d.Wish(b.id, upload.Wishes{Otherwise: register.Different}))
	b.must(b.DB.OrderUpload(t.Context(), lead, b.id, register.Checking, register.Sending))
	b.must(workOn(b.DB, b.folder, b.id))
	b.must(b.DB.OrderUpload(t.Context(), lead, b.id, register.Importing, register.Checked))
	return b
}

// killedWhen has a process of its own work on the upload and kills it once something is so.
func (b *brought) killedWhen(query string) {
	b.Helper()
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), doWork+"="+strings.Join([]string{b.AppURL, b.folder, b.id.String()}, " "))
	process.Stderr = b.Output()
	b.must(process.Start())
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	for b.Count(query) == 0 {
		select {
		case err := <-ended:
			b.Fatalf("the process ended before it was seen: %v", err)
		default:
		}
	}
	b.must(process.Process.Kill())
	<-ended
}

// comesInLater has the file imported by who finds the upload that nobody works on.
func (b *brought) comesInLater() {
	b.Helper()
	if n := b.Count("SELECT count(*) FROM rounds.households WHERE source_key ~ '^K[0-9]'"); n != 0 {
		b.Errorf("%d rows of a killed import are in the register", n)
	}
	b.Exec("DELETE FROM river.river_job WHERE kind = 'upload'") // the dead process has it
	for queued := 0; queued == 0; queued = b.Count("SELECT count(*) FROM river.river_job WHERE kind = 'upload' AND state = 'available'") {
		b.must(b.DB.RescueUploads(b.Context()))
	}
	b.must(workOn(b.DB, b.folder, b.id))
	of, err := b.DB.FindUpload(b.Context(), b.As(registertest.WestSupervisor), b.id)
	b.must(err)
	if n := b.Count("SELECT count(*) FROM rounds.households WHERE source_key ~ '^K[0-9]'"); of.State != register.Imported || n != b.rows || of.Counts.Added != b.rows {
		b.Errorf("afterwards it is %s with %d rows, %+v", of.State, n, of.Counts)
	}
	if n := b.Count("SELECT count(*) FROM rounds.imports WHERE id = $1", of.Import); n != 1 {
		b.Error("the import is not on record")
	}
}

func TestUpload_SurvivesAKillWhileTheFileIsRead(t *testing.T) {
	t.Parallel()
	b := bring(t, 40_000)
	// Rows go to a table that nobody else can see yet.
	b.killedWhen(`SELECT count(*) FROM pg_locks l WHERE l.mode = 'RowExclusiveLock' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND l.relation IS NOT NULL AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = l.relation)`)
	b.comesInLater()
}

// All is done but the commit: the last statement of the transaction waits.
func TestUpload_SurvivesAKillInTheCommit(t *testing.T) {
	t.Parallel()
	b := bring(t, 500)
	hold, err := b.Owner.Begin(t.Context())
	b.must(err)
	_, err = hold.Exec(t.Context(), "SELECT FROM rounds.uploads WHERE id = $1 FOR UPDATE", b.id)
	b.must(err)
	b.killedWhen(`SELECT count(*) FROM pg_locks w JOIN pg_locks h ON h.pid = w.pid
		WHERE NOT w.granted AND h.relation = 'rounds.import_changes'::regclass AND h.mode = 'RowExclusiveLock'`)
	b.must(hold.Rollback(t.Context()))
	b.comesInLater()
}
