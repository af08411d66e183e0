package register

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of uploads.
var (
	// ErrNoUpload says that the principal has no such upload.
	ErrNoUpload = errors.New("register: no such upload")
	// ErrUploadBusy says that an upload is in a state in which this cannot be done.
	ErrUploadBusy = errors.New("register: the upload is in another state")
	// ErrUploads says that too many files wait already.
	ErrUploads = errors.New("register: too many uploads wait")
	// ErrUndoOver says that what an import changed is no longer kept.
	ErrUndoOver = errors.New("register: what the import changed is no longer kept")
	// ErrUndoBeyond says that an import changed places beyond the areas of who asks.
	ErrUndoBeyond = errors.New("register: the import changed places beyond the areas of the principal")
	// ErrUploadSize says that a file is empty or larger than [MostUploadBytes].
	ErrUploadSize = errors.New("register: a file has 1 byte to 2 GiB")
)

// MostUploadBytes bounds a file, and mostUploads how many files of an account wait.
const (
	MostUploadBytes = 2 << 30
	mostUploads     = 3
)

// UploadState is how far an upload is.
type UploadState string

// States of an upload. Sending also is one whose parts are all there.
const (
	Sending   UploadState = "sending"
	Checking  UploadState = "checking"
	Checked   UploadState = "checked"
	Importing UploadState = "importing"
	Imported  UploadState = "imported"
	Undoing   UploadState = "undoing"
	UndoneAll UploadState = "undone"
	// Failed is for what is no fault of the file.
	Failed UploadState = "failed"
)

// working are the states in which a job is at work.
const working = "('checking', 'importing', 'undoing')"

// UploadKind is what a file holds.
type UploadKind string

// Kinds of files.
const (
	HouseholdFile UploadKind = "households"
	LedgerFile    UploadKind = "ledger"
	IncidentFile  UploadKind = "incidents"
	AreaFile      UploadKind = "areas"
)

// UploadKinds are all of them.
var UploadKinds = []UploadKind{HouseholdFile, LedgerFile, IncidentFile, AreaFile}

// Upload is a file that somebody brought to the desk.
type Upload struct {
	ID      uuid.UUID
	Kind    UploadKind
	Account uuid.UUID
	Bytes   int64
	State   UploadState
	// Percent of the work under way.
	Percent   int
	CreatedAt time.Time
	// Import is the zero id until the file is imported; Counts are then what came of it, and
	// ImportedAt when.
	Import     uuid.UUID
	ImportedAt time.Time
	Counts     Counts
}

// An import that was taken back at the command line is so at the desk too.
const selectUploads = `
	SELECT u.id, u.kind, u.account_id, u.bytes, CASE WHEN u.state = 'imported' AND i.undone_at IS NOT NULL THEN 'undone' ELSE u.state END, u.percent, u.created_at, u.import_id, i.imported_at, i.added, i.changed, i.unchanged, i.gone
	FROM rounds.uploads u LEFT JOIN rounds.imports i ON i.id = u.import_id`

func scanUpload(row pgx.CollectableRow) (u Upload, err error) {
	var id *uuid.UUID
	var at *time.Time
	var added, changed, unchanged, gone *int
	err = row.Scan(&u.ID, &u.Kind, &u.Account, &u.Bytes, &u.State, &u.Percent, &u.CreatedAt, &id, &at, &added, &changed, &unchanged, &gone)
	if err == nil && id != nil && at != nil {
		u.Import, u.ImportedAt = *id, *at
		u.Counts = Counts{Added: *added, Changed: *changed, Unchanged: *unchanged, Gone: *gone}
	}
	return u, err
}

// BeginUpload notes that a file of a kind, of so many bytes, is going to come; the same
// again changes nothing. The error may be [ErrUploadSize], [ErrUploads] or, when the id is somebody
// else's, [ErrNoUpload].
func (db *DB) BeginUpload(ctx context.Context, principal Principal, id uuid.UUID, kind UploadKind, bytes int64) error {
	if bytes < 1 || bytes > MostUploadBytes {
		return ErrUploadSize
	}
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		// Two at once count one after the other.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 2))", principal.Account); err != nil {
			return err
		}
		var waiting int
		var known bool
		err := tx.QueryRow(ctx, "SELECT count(*) FILTER (WHERE import_id IS NULL AND id <> $1), count(*) FILTER (WHERE id = $1 AND bytes = $2 AND kind::text = $3) > 0 FROM rounds.uploads", id, bytes, string(kind)).Scan(&waiting, &known)
		switch {
		case err != nil || known:
			return err
		case waiting >= mostUploads:
			return ErrUploads
		}
		_, err = tx.Exec(ctx, "INSERT INTO rounds.uploads (id, account_id, bytes, kind) VALUES ($1, $2, $3, $4)", id, principal.Account, bytes, string(kind))
		return err
	})
	var there *pgconn.PgError
	if errors.As(err, &there) && there.Code == "23505" {
		return ErrNoUpload
	}
	if err != nil {
		return fmt.Errorf("register: begin an upload: %w", err)
	}
	return nil
}

// Uploads are those of the principal, the newest first.
func (db *DB) Uploads(ctx context.Context, principal Principal) (uploads []Upload, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, selectUploads+" ORDER BY u.created_at DESC, u.id LIMIT 100")
		if err != nil {
			return err
		}
		uploads, err = pgx.CollectRows(rows, scanUpload)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: uploads: %w", err)
	}
	return uploads, nil
}

// FindUpload is one of the principal's; the error may be [ErrNoUpload].
func (db *DB) FindUpload(ctx context.Context, principal Principal, id uuid.UUID) (upload Upload, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		upload, err = findUpload(ctx, tx, id)
		return err
	})
	return upload, err
}

// ReadUpload is [DB.FindUpload] for who is going to see places of the register in what was
// found in the file.
func (db *DB) ReadUpload(ctx context.Context, principal Principal, id uuid.UUID) (upload Upload, err error) {
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		upload, err = findUpload(ctx, tx, id)
		return audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}, err
	})
	return upload, err
}

func findUpload(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Upload, error) {
	rows, err := tx.Query(ctx, selectUploads+" WHERE u.id = $1", id)
	if err != nil {
		return Upload{}, fmt.Errorf("register: upload: %w", err)
	}
	upload, err := pgx.CollectExactlyOneRow(rows, scanUpload)
	if errors.Is(err, pgx.ErrNoRows) {
		err = ErrNoUpload
	}
	return upload, err
}

// UploadArgs name the upload that a job works on.
type UploadArgs struct {
	Upload uuid.UUID `json:"upload"`
}

// Kind is what River calls the job.
func (UploadArgs) Kind() string { return "upload" }

// UploadQueue is where they wait: they are worked where the files are.
const UploadQueue = "uploads"

// InsertOpts says where the job waits.
func (UploadArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: UploadQueue} }

// OrderUpload puts an upload from one of some states into one in which a job works on it,
// and the job into the queue. The error may be [ErrNoUpload] or [ErrUploadBusy].
func (db *DB) OrderUpload(ctx context.Context, principal Principal, id uuid.UUID, to UploadState, from ...UploadState) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		if err := moveUpload(ctx, tx, id, to, from...); err != nil {
			return err
		}
		return db.Enqueue(ctx, tx, UploadArgs{id})
	})
}

// CancelUpload stops the job that works on an upload: nothing of what it did stays.
func (db *DB) CancelUpload(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		upload, err := findUpload(ctx, tx, id)
		if err != nil {
			return err
		}
		before := map[UploadState]UploadState{Checking: Sending, Importing: Checked, Undoing: Imported}[upload.State]
		if before == "" {
			return ErrUploadBusy
		}
		return moveUpload(ctx, tx, id, before, upload.State)
	})
}

// moveUpload changes the state of an upload.
func moveUpload(ctx context.Context, tx pgx.Tx, id uuid.UUID, to UploadState, from ...UploadState) error {
	if _, err := findUpload(ctx, tx, id); err != nil {
		return err
	}
	states := make([]string, len(from))
	for i, state := range from {
		states[i] = string(state)
	}
	tag, err := tx.Exec(ctx, "UPDATE rounds.uploads SET state = $2, percent = 0 WHERE id = $1 AND state::text = ANY ($3)", id, string(to), states)
	if err != nil {
		return fmt.Errorf("register: upload: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrUploadBusy
	}
	return nil
}

// RemoveUpload forgets an upload that is not imported, nor worked on.
func (db *DB) RemoveUpload(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		if _, err := findUpload(ctx, tx, id); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "DELETE FROM rounds.uploads WHERE id = $1 AND import_id IS NULL AND state NOT IN "+working, id)
		if err != nil {
			return fmt.Errorf("register: upload: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return ErrUploadBusy
		}
		return nil
	})
}

// KnownUploads are the ids of those whose files are kept, for who removes the others.
func (db *DB) KnownUploads(ctx context.Context) (ids []uuid.UUID, err error) {
	err = db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id FROM rounds.uploads WHERE created_at > now() - interval '24 hours' OR state = 'undoing'")
		if err != nil {
			return err
		}
		ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: uploads: %w", err)
	}
	return ids, nil
}

// Seal encrypts a part of an upload: it opens as that part of that upload alone.
func (k *Keys) Seal(upload uuid.UUID, part string, plain []byte) ([]byte, error) {
	sealer, err := k.uploadSealer()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, sealer.NonceSize(), sealer.NonceSize()+len(plain)+sealer.Overhead())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("register: seal: %w", err)
	}
	return sealer.Seal(nonce, nonce, plain, append(upload[:], part...)), nil
}

// Unseal opens what [Keys.Seal] sealed.
func (k *Keys) Unseal(upload uuid.UUID, part string, sealed []byte) ([]byte, error) {
	sealer, err := k.uploadSealer()
	if err != nil {
		return nil, err
	}
	if len(sealed) < sealer.NonceSize() {
		return nil, errUnsealed
	}
	plain, err := sealer.Open(nil, sealed[:sealer.NonceSize()], sealed[sealer.NonceSize():], append(upload[:], part...))
	if err != nil {
		return nil, errUnsealed
	}
	return plain, nil
}

var errUnsealed = errors.New("register: a part of an upload does not open: it was changed, or the key file is another")

func (k *Keys) uploadSealer() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.upload)
	if err != nil {
		return nil, fmt.Errorf("register: seal: %w", err)
	}
	return cipher.NewGCM(block)
}
