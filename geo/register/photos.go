package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of pictures.
var (
	// ErrNoIncident says that there is no such incident, or none that the principal
	// sees.
	ErrNoIncident = errors.New("register: no such incident")
	// ErrNoPhoto says that an incident has no picture.
	ErrNoPhoto = errors.New("register: no photo of the incident")
	// ErrIncidentClosed says that a matter is over.
	ErrIncidentClosed = errors.New("register: the incident is closed")
	// ErrPhotoInHome says that a matter is inside a home, of which no picture is kept.
	ErrPhotoInHome = errors.New("register: no photo from inside a home")
)

// AddPhoto records the picture of an open incident in place of the one before. The
// error may be [ErrNoIncident], [ErrIncidentClosed] or [ErrPhotoInHome].
func (db *DB) AddPhoto(ctx context.Context, principal Principal, incident, photo uuid.UUID, bytes int) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error {
		if err := mayShow(ctx, tx, incident); err != nil {
			return err
		}
		return addPhoto(ctx, tx, incident, photo, bytes)
	})
}

func addPhoto(ctx context.Context, tx pgx.Tx, incident, photo uuid.UUID, bytes int) error {
	const add = `
		INSERT INTO rounds.photos (incident_id, id, bytes) VALUES ($1, $2, $3)
		ON CONFLICT (incident_id) DO UPDATE SET id = EXCLUDED.id, bytes = EXCLUDED.bytes`
	if _, err := tx.Exec(ctx, add, incident, photo, bytes); err != nil {
		return fmt.Errorf("register: photo: %w", err)
	}
	return nil
}

// MayAddPhoto is nil when [DB.AddPhoto] would take a picture, so that none is
// decoded in vain.
func (db *DB) MayAddPhoto(ctx context.Context, principal Principal, incident uuid.UUID) error {
	return db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error { return mayShow(ctx, tx, incident) })
}

// WantsPhoto says whether [DB.Sync] would take the picture of an operation, so that none
// is decoded in vain: it did not come before, and the principal may show the incident.
func (db *DB) WantsPhoto(ctx context.Context, principal Principal, operation Operation) (wants bool, err error) {
	deed, is := operation.Deed.(AddPhoto)
	if !is {
		return false, nil
	}
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		var known bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.operations WHERE id = $1)", operation.ID).Scan(&known); err != nil || known {
			return err
		}
		err := mayShow(ctx, tx, deed.Incident)
		wants = err == nil
		if isRefusal(err) || errors.Is(err, ErrNoIncident) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("register: photo: %w", err)
	}
	return wants, nil
}

func mayShow(ctx context.Context, tx pgx.Tx, incident uuid.UUID) error {
	var state string
	var inHome bool
	err := tx.QueryRow(ctx, "SELECT state, in_home FROM rounds.incidents WHERE id = $1", incident).Scan(&state, &inHome)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return ErrNoIncident
	case err != nil:
		return fmt.Errorf("register: photo: %w", err)
	case state != "open":
		return ErrIncidentClosed
	case inHome:
		return ErrPhotoInHome
	}
	return nil
}

// Photo is the id of an incident's picture. The error is [ErrNoPhoto] when there is
// none that the principal sees.
func (db *DB) Photo(ctx context.Context, principal Principal, incident uuid.UUID) (photo uuid.UUID, err error) {
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		read := audit.Entry{Kind: audit.Incidents, Purpose: audit.ForIncidents}
		return read, tx.QueryRow(ctx, "SELECT id FROM rounds.photos WHERE incident_id = $1", incident).Scan(&photo)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return photo, ErrNoPhoto
	}
	if err != nil {
		return photo, fmt.Errorf("register: photo: %w", err)
	}
	return photo, nil
}

// Photos are the ids of all pictures, for who removes the files of the others.
func (db *DB) Photos(ctx context.Context) (photos []uuid.UUID, err error) {
	err = db.AsSnapshot(ctx, Service("retention"), func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id FROM rounds.photos")
		if err != nil {
			return err
		}
		photos, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: photos: %w", err)
	}
	return photos, nil
}
