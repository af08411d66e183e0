package upload

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
)

// Wishes are what somebody wants to be done with a file.
type Wishes struct {
	// Mapping has, for names of columns, those of the closed list; nil goes by the names.
	Mapping map[string]string `json:"mapping"`
	// CRS is an EPSG number, gcj02 or bd09; "" is what the file says.
	CRS            string                      `json:"crs"`
	MatchAddresses bool                        `json:"match_addresses"`
	Decisions      map[int64]register.Decision `json:"decisions"`
	Otherwise      register.Decision           `json:"otherwise"`
	// Words has, for columns of a ledger or of matters, what words of the file mean.
	Words map[string]map[string]string `json:"words"`
	// WorkedOn takes cases and matters back that somebody worked on since.
	WorkedOn bool `json:"worked_on"`
}

// Report is what came of looking through a file, of importing it or of taking it back.
type Report struct {
	register.ImportReport
	ColumnsLeftOut int                  `json:"columns_left_out"`
	Encoding       string               `json:"encoding"`
	System         string               `json:"system"`
	Wrong          int                  `json:"wrong"`
	Complaints     []register.Complaint `json:"complaints"`
	Found          register.Findings    `json:"found"`
	Undone         *register.Undone     `json:"undone"`
}

// Desk does with files what people at the desk want.
type Desk struct {
	*Shelf
	DB  *register.DB
	Log *slog.Logger
}

// Wishes are those of an upload; without any the zero value.
func (d *Desk) Wishes(id uuid.UUID) (wishes Wishes, err error) {
	err = d.load(id, wishesName, &wishes)
	if errors.Is(err, ErrNothing) {
		err = nil
	}
	return wishes, err
}

// Wish keeps what is to be done with a file.
func (d *Desk) Wish(id uuid.UUID, wishes Wishes) error { return d.save(id, wishesName, wishes) }

// Report is what came of a file; the error may be [ErrNothing].
func (d *Desk) Report(id uuid.UUID) (report Report, err error) {
	return report, d.load(id, reportName, &report)
}

// PreviewRow is a row at the beginning of a file: a place, or what is wrong with it.
type PreviewRow struct {
	Row       int64
	Place     *geo.Household
	Complaint *register.Complaint
}

// Preview reads the first rows of a file as they would be imported.
func (d *Desk) Preview(ctx context.Context, upload register.Upload, wishes Wishes) (rows []PreviewRow, err error) {
	file, err := d.Open(upload)
	if err != nil {
		return nil, err
	}
	systems, err := d.systems(wishes)
	if err != nil {
		return nil, err
	}
	var left inbox.Left
	refused, err := d.DB.Refused(ctx, d.Keys)
	if err != nil {
		return nil, err
	}
	err = inbox.MappedHouseholds(ctx, head(file), wishes.Mapping, systems, &left)(func(row int64, place geo.Household, complaint *register.Complaint) error {
		if complaint == nil && place.At != geo.Nowhere {
			complaint = register.CheckHousehold(place)
		}
		shown := PreviewRow{Row: row, Complaint: complaint}
		if complaint == nil {
			if dropped, err := refused(place); dropped || err != nil {
				return err
			}
			shown.Place = &place
		}
		if rows = append(rows, shown); len(rows) == mostPreview {
			return errEnough
		}
		return nil
	})
	return rows, ofBeginning(err, len(rows))
}

// Look tells what a file looks like.
func (d *Desk) Look(upload register.Upload) (inbox.Look, error) {
	file, err := d.Open(upload)
	if err != nil {
		return inbox.Look{}, err
	}
	return KindOf(upload.Kind).Look(file)
}

// KindOf is what files of a kind may hold.
func KindOf(kind register.UploadKind) inbox.Kind {
	switch kind {
	case register.LedgerFile:
		return inbox.OfLedger
	case register.IncidentFile:
		return inbox.OfIncidents
	case register.AreaFile:
		return inbox.OfAreas
	}
	return inbox.OfHouseholds
}

func (d *Desk) systems(wishes Wishes) (inbox.Systems, error) {
	crs, err := register.ParseCRS(wishes.CRS)
	if err != nil {
		return nil, err
	}
	return inbox.SystemsOf(d.DB, crs, wishes.CRS != ""), nil
}

// Corrected writes a copy of a file to be mended, see [inbox.CopyToMend].
func (d *Desk) Corrected(ctx context.Context, upload register.Upload, out io.Writer) error {
	wishes, err := d.Wishes(upload.ID)
	if err != nil {
		return err
	}
	if upload.Kind == register.LedgerFile {
		return d.correctedLedger(ctx, upload, wishes, out)
	}
	report, err := d.Report(upload.ID)
	if err != nil {
		return err
	}
	systems, err := d.systems(wishes)
	if err != nil {
		return err
	}
	file, err := d.Open(upload)
	if err != nil {
		return err
	}
	wrong := map[int64][]register.Complaint{}
	for _, c := range report.Complaints {
		wrong[c.Row] = append(wrong[c.Row], c)
	}
	// The mark tells spreadsheets that the text is UTF-8.
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	switch upload.Kind {
	case register.IncidentFile:
		return inbox.CopyIncidentsToMend(ctx, file, wishes.meaning(), systems, wrong, out)
	case register.AreaFile:
		var left inbox.Left
		rows, err := inbox.Areas(ctx, file, wishes.Mapping, systems, &left)
		if err != nil {
			return err
		}
		return inbox.CopyAreasToMend(rows, left.FirstRow, wrong, out)
	}
	return inbox.CopyToMend(ctx, file, wishes.Mapping, systems, wrong, out)
}

// Worker works on uploads that somebody ordered work on.
type Worker struct {
	river.WorkerDefaults[register.UploadArgs]
	*Desk
}

// again is when to see whether who works on an upload still lives.
const again = 5 * time.Second

// Work is River's.
func (w *Worker) Work(ctx context.Context, job *river.Job[register.UploadArgs]) error {
	err := w.DB.WorkOnUpload(ctx, job.Args.Upload, w.do)
	if errors.Is(err, register.ErrUploadTaken) {
		return river.JobSnooze(again)
	}
	return err
}

// Timeout is above what two gigabytes take.
func (*Worker) Timeout(*river.Job[register.UploadArgs]) time.Duration { return 4 * time.Hour }

// do does what was ordered. What is no fault of the file ends in the state failed, or where
// it was; a process that ends has the job come again.
func (w *Worker) do(ctx context.Context, upload register.Upload, percent *atomic.Int64) error {
	var err error
	back := register.Failed
	switch upload.State {
	case register.Checking:
		err = w.read(ctx, upload, percent, true)
	case register.Importing:
		err = w.read(ctx, upload, percent, false)
	default:
		err, back = w.undo(ctx, upload), register.Imported
	}
	if err == nil || ctx.Err() != nil || errors.Is(err, register.ErrUploadBusy) || errors.Is(err, register.ErrUploadTaken) {
		return err
	}
	w.Log.ErrorContext(ctx, "upload failed", "error", err)
	return w.DB.EndUpload(ctx, upload.ID, upload.State, back)
}

// shares are how far, in percent, an import is when a stage begins; reading ends at the first.
var shares = map[string]int64{"locate": 60, "cut": 70, "save": 80}

func (w *Worker) read(ctx context.Context, upload register.Upload, percent *atomic.Int64, dry bool) error {
	wishes, err := w.Wishes(upload.ID)
	if err != nil {
		return err
	}
	areas, err := w.areasOf(ctx, upload)
	if err != nil {
		return err
	}
	file, err := w.Open(upload)
	if err != nil {
		return err
	}
	digest, err := digestOf(file)
	if err != nil {
		return err
	}
	desk := &register.DeskImport{Areas: areas, Decisions: wishes.Decisions, Otherwise: wishes.Otherwise}
	desk.Done = func(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
		if err := w.stillWanted(upload.ID, wishes); err != nil {
			return err
		}
		return register.UploadImported(ctx, tx, upload.ID, id)
	}
	var left inbox.Left
	file.rewind()
	found, err := w.take(ctx, upload, file, wishes, &left, register.ImportOptions{
		Keys: w.Keys, DryRun: dry, MatchAddresses: wishes.MatchAddresses, Digest: digest, Desk: desk,
		Progress: func(stage string, _, _ int) {
			share, known := shares[stage]
			switch {
			case upload.Kind == register.LedgerFile: // whose rows are saved as they are read
				share = int64(file.share() * 100)
			case !known:
				share = int64(file.share() * float64(shares["locate"]))
			}
			percent.Store(share)
		},
	})
	report := Report{ImportReport: found, ColumnsLeftOut: left.Columns, Encoding: left.Encoding, System: inbox.SystemInWords(left.System), Found: desk.Found}
	var refused *register.RefusedError
	if errors.As(err, &refused) {
		report.Wrong, report.Complaints = refused.Total, refused.Complaints
		dry = true // nothing was imported
	} else if err != nil {
		return err
	}
	if dry {
		if err := w.stillWanted(upload.ID, wishes); err != nil {
			return err
		}
	}
	if err := w.save(upload.ID, reportName, report); err != nil {
		return err
	}
	if dry {
		return w.DB.EndUpload(ctx, upload.ID, upload.State, register.Checked)
	}
	return w.removeParts(upload)
}

// take imports what a file holds.
func (w *Worker) take(ctx context.Context, upload register.Upload, file *File, wishes Wishes, left *inbox.Left, options register.ImportOptions) (register.ImportReport, error) {
	if upload.Kind == register.LedgerFile {
		return w.DB.ImportLedger(ctx, inbox.Ledger(ctx, file, wishes.ledger(), left), options)
	}
	systems, err := w.systems(wishes)
	if err != nil {
		return register.ImportReport{}, err
	}
	switch upload.Kind {
	case register.IncidentFile:
		return w.DB.ImportIncidents(ctx, inbox.Incidents(ctx, file, wishes.meaning(), systems, left), options)
	case register.AreaFile:
		rows, err := inbox.Areas(ctx, file, wishes.Mapping, systems, left)
		if err != nil {
			return register.ImportReport{}, err
		}
		options.FirstRow, options.Wrong = left.FirstRow, rows.Wrong
		return w.DB.ImportAreas(ctx, rows.Areas, options)
	}
	return w.DB.ImportHouseholds(ctx, inbox.MappedHouseholds(ctx, file, wishes.Mapping, systems, left), options)
}

// stillWanted has the work done again, by the job that waits for it, when somebody cancelled
// it and ordered something else meanwhile, faster than a cancellation is seen.
func (d *Desk) stillWanted(id uuid.UUID, wishes Wishes) error {
	now, err := d.Wishes(id)
	if err == nil && !reflect.DeepEqual(now, wishes) {
		err = register.ErrUploadTaken
	}
	return err
}

// areasOf are those that whoever brought a file holds now.
func (d *Desk) areasOf(ctx context.Context, upload register.Upload) (ids []uuid.UUID, err error) {
	areas, err := d.DB.GrantedAreas(ctx, register.Principal{Account: upload.Account, Role: register.Supervisor})
	for _, area := range areas {
		ids = append(ids, area.ID)
	}
	return ids, err
}

// CanUndo says whether whoever brought a file can take its import back; see
// [register.DB.CanUndo] and its kin.
func (d *Desk) CanUndo(ctx context.Context, upload register.Upload, workedOn bool) error {
	areas, err := d.areasOf(ctx, upload)
	if err != nil {
		return err
	}
	switch upload.Kind {
	case register.LedgerFile:
		return d.DB.CanUndoLedger(ctx, upload.Import, areas, workedOn)
	case register.IncidentFile:
		return d.DB.CanUndoIncidents(ctx, upload.Import, areas, workedOn)
	case register.AreaFile:
		return d.DB.CanUndoAreas(ctx, upload.Import, areas)
	}
	return d.DB.CanUndo(ctx, upload.Import, areas)
}

func (w *Worker) undo(ctx context.Context, upload register.Upload) error {
	areas, err := w.areasOf(ctx, upload)
	if err != nil {
		return err
	}
	done := func(ctx context.Context, tx pgx.Tx) error { return register.UploadUndone(ctx, tx, upload.ID) }
	wishes, err := w.Wishes(upload.ID)
	if err != nil {
		return err
	}
	var undone register.Undone
	switch upload.Kind {
	case register.LedgerFile:
		undone, err = w.DB.UndoLedgerOf(ctx, upload.Import, areas, wishes.WorkedOn, done)
	case register.IncidentFile:
		undone, err = w.DB.UndoIncidents(ctx, upload.Import, areas, wishes.WorkedOn, done)
	case register.AreaFile:
		undone, err = w.DB.UndoAreas(ctx, w.Keys, upload.Import, areas, done)
	default:
		undone, err = w.DB.UndoImport(ctx, w.Keys, upload.Import, areas, done)
	}
	if err != nil {
		return err
	}
	return w.save(upload.ID, reportName, Report{Undone: &undone})
}

// RescueArgs are those of the job that looks after uploads whose process died: none.
type RescueArgs struct{}

// Kind is what River calls the job.
func (RescueArgs) Kind() string { return "uploads_rescue" }

// InsertOpts says where the job waits.
func (RescueArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: register.UploadQueue} }

// rescueEvery bounds how long an upload lies after the process that worked on it died.
const rescueEvery = 15 * time.Second

// Schedule is the job that looks after uploads whose process died.
func Schedule() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(rescueEvery),
		func() (river.JobArgs, *river.InsertOpts) { return RescueArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true})
}

type rescuer struct {
	river.WorkerDefaults[RescueArgs]
	db *register.DB
}

func (r *rescuer) Work(ctx context.Context, _ *river.Job[RescueArgs]) error {
	return r.db.RescueUploads(ctx)
}

// AddTo lets the workers of a process work on uploads.
func (d *Desk) AddTo(workers *river.Workers) {
	river.AddWorker(workers, &Worker{Desk: d})
	river.AddWorker(workers, &rescuer{db: d.DB})
}
