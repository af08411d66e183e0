package register

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Kinds of requests of residents.
const (
	AccessRequest  = "access"
	ErasureRequest = "erasure"
)

// Request is what a resident asked the officer for: no place and no name.
type Request struct {
	ID, Area uuid.UUID
	// Kind and Checked are codes of the closed lists request_kinds and identity_checks.
	Kind, Checked string
	AnsweredOn    time.Time
}

// PlaceReport is all that is held of a place and may be told by address. What was
// given with consent is told and withdrawn by its code alone; the outcome of a visit is
// its visitor's and goes when the round closes.
type PlaceReport struct {
	Place  Household
	Visits []PlannedVisit
	Notes  []DoorNote
	// Pairs has one at most.
	Pairs []PairVisit
	// Reads are those of this place alone, without who read.
	Reads []PlaceRead
}

// PlannedVisit is when a place was to be visited.
type PlannedVisit struct {
	Round, Purpose string
	Day            time.Time
	// State is open or finished.
	State string
}

// PairVisit says that a place is not visited alone.
type PairVisit struct {
	ProposedOn time.Time
	// EndsOn is nil until a second supervisor confirmed.
	EndsOn *time.Time
}

// PlaceRead is a row of the audit log as a resident may see it.
type PlaceRead struct {
	At              time.Time
	Reader, Purpose string
	Kind            string
}

// selectPlace is [selectHouseholds] of what a function gives.
func selectPlace(function string) string {
	return strings.Replace(selectHouseholds, "rounds.households h", "rounds."+function+" h", 1)
}

// PlacesAt finds the places of the officer's areas whose addresses have all the words,
// ten at most.
func (db *DB) PlacesAt(ctx context.Context, principal Principal, address string) (found []Household, err error) {
	words := strings.FieldsFunc(strings.ToLower(address), func(r rune) bool { return strings.ContainsRune(" ,;，、", r) })
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, selectPlace("places_at($1)"), words)
		if err != nil {
			return read, err
		}
		found, err = pgx.CollectRows(rows, scanHousehold)
		if len(found) > 0 {
			read = audit.Entry{Kind: audit.Places, Purpose: audit.ForResident}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: places at an address: %w", err)
	}
	return found, nil
}

// quarters is over how many quarters the audit log is kept, the present one included.
const quarters = audit.KeptMonths/3 + 1

// ReportPlace is what a resident may be told. The error may be [ErrNoHousehold].
func (db *DB) ReportPlace(ctx context.Context, principal Principal, keys *Keys, household uuid.UUID) (report PlaceReport, err error) {
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) { return report.read(ctx, tx, keys, household, db.Now()) })
	if err != nil {
		return PlaceReport{}, fmt.Errorf("register: report of a place: %w", err)
	}
	return report, nil
}

func (r *PlaceReport) read(ctx context.Context, tx pgx.Tx, keys *Keys, household uuid.UUID, now time.Time) (read audit.Entry, err error) {
	rows, err := tx.Query(ctx, selectPlace("place_asked_for($1)"), household)
	if err != nil {
		return read, err
	}
	r.Place, err = pgx.CollectExactlyOneRow(rows, scanHousehold)
	if errors.Is(err, pgx.ErrNoRows) {
		return read, ErrNoHousehold
	}
	if err != nil {
		return read, err
	}
	if rows, err = tx.Query(ctx, "SELECT * FROM rounds.visits_planned($1)", household); err != nil {
		return read, err
	}
	if r.Visits, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PlannedVisit]); err != nil {
		return read, err
	}
	if rows, err = tx.Query(ctx, "SELECT h.household_id, h.note, h.seen_on, 0 FROM rounds.door_notes_held($1) h", household); err != nil {
		return read, err
	}
	if r.Notes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[DoorNote]); err != nil {
		return read, err
	}
	if rows, err = tx.Query(ctx, "SELECT * FROM rounds.pair_visits_held($1)", household); err != nil {
		return read, err
	}
	if r.Pairs, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PairVisit]); err != nil {
		return read, err
	}
	var names [][]byte
	for n := range quarters {
		names = append(names, keys.Place(household, now.AddDate(0, -3*n, 0)))
	}
	const query = "SELECT read_at, reader::text, purpose::text, kind::text FROM rounds.reads WHERE place = ANY ($1) ORDER BY id"
	if rows, err = tx.Query(ctx, query, names); err != nil {
		return read, err
	}
	if r.Reads, err = pgx.CollectRows(rows, pgx.RowToStructByPos[PlaceRead]); err != nil {
		return read, err
	}
	return audit.Entry{Kind: audit.AccessReport, Purpose: audit.ForResident, Area: r.Place.AreaID, Place: names[0]}, nil
}

// AnswerRequest does what a resident asked for, once the officer has seen who asks:
// it gives the report or erases the place, which no input brings back, and keeps that
// it was done. The code is for the resident. The same id again changes nothing; then
// the code is another one and the error is [ErrIDTaken]. It may be [ErrNoHousehold].
func (db *DB) AnswerRequest(ctx context.Context, principal Principal, keys *Keys, request Request, household uuid.UUID) (report PlaceReport, code Receipt, err error) {
	if _, err := rand.Read(code[:]); err != nil {
		return report, code, fmt.Errorf("register: %w", err)
	}
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock_shared($1)", int64(importLock)); err != nil {
			return err
		}
		read, err := report.read(ctx, tx, keys, household, db.Now())
		if err != nil {
			return err
		}
		const insert = `INSERT INTO rounds.resident_requests (id, area_id, kind, checked, answered_on, receipt)
			VALUES ($1, $2, $3, $4, rounds.today(), $5) ON CONFLICT DO NOTHING`
		tag, err := tx.Exec(ctx, insert, request.ID, report.Place.AreaID, request.Kind, request.Checked, keys.HashReceipt(code))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return ErrIDTaken
		}
		if request.Kind == ErasureRequest {
			if err := erasePlace(ctx, tx, keys, report.Place); err != nil {
				return err
			}
		}
		return audit.Read(ctx, tx, read)
	})
	if err != nil {
		return PlaceReport{}, Receipt{}, fmt.Errorf("register: answer a request: %w", err)
	}
	return report, code, nil
}

func erasePlace(ctx context.Context, tx pgx.Tx, keys *Keys, place Household) error {
	kept, err := keys.refusalsToKeep(place)
	if err != nil {
		return err
	}
	var done bool
	if err := tx.QueryRow(ctx, "SELECT rounds.erase_place($1, $2)", place.ID, kept).Scan(&done); err != nil {
		return err
	}
	if !done {
		return ErrNoHousehold
	}
	return nil
}

// Requests lists what residents of the officer's areas asked for, the latest first.
func (db *DB) Requests(ctx context.Context, principal Principal) (requests []Request, err error) {
	read := audit.Entry{Kind: audit.Requests, Purpose: audit.ForOversight}
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, `SELECT id, area_id, kind::text, checked::text, answered_on FROM rounds.resident_requests
			ORDER BY answered_on DESC, id LIMIT 500`)
		if err != nil {
			return read, err
		}
		requests, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Request])
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: requests: %w", err)
	}
	return requests, nil
}

// RefuseAgain takes every place out that HMACs of an earlier time refuse, and ends the
// consents of these codes: a database that was restored from a backup may have what was
// erased since. It gives the number of places and of consents.
func (db *DB) RefuseAgain(ctx context.Context, keys *Keys, places, consents [][]byte) (refusedPlaces, ended int, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO rounds.refusals (address_hmac) SELECT DISTINCT unnest($1::bytea[]) ON CONFLICT DO NOTHING", places)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("register: refuse again: %w", err)
	}
	gone, err := db.placesRefused(ctx, keys)
	if err != nil {
		return 0, 0, fmt.Errorf("register: refuse again: %w", err)
	}
	for _, id := range gone {
		if err := db.Refuse(ctx, Service("operator"), keys, id); err != nil && !errors.Is(err, ErrNoHousehold) {
			return refusedPlaces, 0, err
		}
		refusedPlaces++
	}
	err = db.As(ctx, Service("retention"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.end_consents_again($1)", consents).Scan(&ended)
	})
	if err != nil {
		return refusedPlaces, ended, fmt.Errorf("register: end consents again: %w", err)
	}
	return refusedPlaces, ended, nil
}

// placesRefused are the places that are there though those who live at them asked never
// to be visited.
func (db *DB) placesRefused(ctx context.Context, keys *Keys) (gone []uuid.UUID, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		if err := holdInput(ctx, tx); err != nil {
			return err
		}
		refused, err := loadRefused(ctx, tx, keys)
		if err != nil {
			return err
		}
		towns, err := townsOfAreas(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, selectHouseholds)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			place, err := scanHousehold(rows)
			if err != nil {
				return err
			}
			has, err := refused.has(place.Household, place.Cell, towns[place.AreaID])
			if err != nil {
				return err
			}
			if has {
				gone = append(gone, place.ID)
			}
		}
		return rows.Err()
	})
	return gone, err
}

// Erasure is a line of the ledger: a digest of what was erased.
type Erasure struct {
	Number int64
	// Class is place, consent, report or party.
	Class  string
	Digest []byte
	// On is when a consent ended, or a report or a party was taken back; of a place the digest is all that is kept.
	On *time.Time
}

// ErasuresBehind are the lines of the ledger behind a number, in order. No line comes
// in later with a number before the last of them.
func (db *DB) ErasuresBehind(ctx context.Context, number int64) (lines []Erasure, err error) {
	err = db.As(ctx, Service("retention"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(ledgerLock)); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "SELECT number, class::text, digest, erased_on FROM rounds.erasures WHERE number > $1 ORDER BY number", number)
		if err != nil {
			return err
		}
		lines, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Erasure])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: ledger of erasures: %w", err)
	}
	return lines, nil
}

// ledgerLock is the one under which lines are entered (rounds.enter_refusal).
const ledgerLock = 0x726f756e6403
