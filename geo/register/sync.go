package register

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Operation is something that was recorded on a phone, under an id that the phone made.
type Operation struct {
	ID uuid.UUID
	// MadeOn is the day by the phone, whose clock may be wrong.
	MadeOn time.Time
	// Digest is of what was sent ([Keys.OperationDigest]).
	Digest []byte
	Deed   Deed
}

// Synced is what became of an operation.
type Synced struct {
	ID uuid.UUID
	// Waits: it is about something that has not come yet, or Failed; the phone sends it
	// again.
	Waits bool
	// Failed is what the database said to this operation that nobody expected.
	Failed error
	// Refused says why it is not taken, and never will be; nil when it was taken, now or
	// before.
	Refused error
}

// waitsFor is how many days an operation waits for what it is about.
const waitsFor = 14

// refusals are the errors that a deed may have for good.
var refusals = []error{ErrNotAssigned, ErrRoundClosed, ErrIDTaken, ErrOutside, ErrNoMatter, ErrConsentDays, ErrConsentEnded, ErrOneOff, ErrNoHousehold, ErrIncidentClosed, ErrPhotoInHome}

func isRefusal(err error) bool {
	var place *PlaceError
	if errors.As(err, &place) {
		return true
	}
	for _, refusal := range refusals {
		if errors.Is(err, refusal) {
			return true
		}
	}
	return false
}

// isOwn: the database objects to this operation's own data, or a trigger to what it does;
// another may be taken in the same transaction.
func isOwn(err error) bool {
	var failed *pgconn.PgError
	if !errors.As(err, &failed) || len(failed.Code) != 5 {
		return false
	}
	switch failed.Code[:2] {
	case "21", "22", "23", "42", "44", "P0": // cardinality, data, integrity, access or syntax, check option, PL/pgSQL
		return true
	}
	return false
}

// OperationDigest is the digest of an operation as it was sent.
func (k *Keys) OperationDigest(sent []byte) []byte { return digest(k.operation, string(sent)) }

// syncing is what deeds need besides themselves.
type syncing struct {
	keys  *Keys
	today time.Time
}

// syncTries bounds how often a sync begins anew after a deadlock with another.
const syncTries = 5

// Sync takes operations of the principal, a worker, in: each of them whole or not at
// all, each once however often and in whatever order they come. It returns after the
// commit, one result for each in the order of operations; with an error nothing of
// what is left is known, and the phone sends all of them again.
func (db *DB) Sync(ctx context.Context, principal Principal, keys *Keys, operations []Operation, today time.Time) ([]Synced, error) {
	s := syncing{keys: keys, today: today}
	results := make([]Synced, len(operations))
	for _, part := range inParts(operations) {
		taken, err := db.takePart(ctx, principal, s, pick(operations, part))
		if err != nil {
			return nil, fmt.Errorf("register: sync: %w", err)
		}
		for i, result := range taken {
			results[part[i]] = result
		}
	}
	return results, nil
}

// takePart takes operations in with one transaction; with one each when only the commit
// says that one of them cannot be.
func (db *DB) takePart(ctx context.Context, principal Principal, s syncing, operations []Operation) (taken []Synced, err error) {
	err = db.tryAgain(ctx, principal, func(tx pgx.Tx) (err error) {
		taken, err = s.take(ctx, tx, operations)
		return err
	})
	switch {
	case !isOwn(err):
		return taken, err
	case len(operations) == 1:
		return []Synced{{ID: operations[0].ID, Waits: true, Failed: err}}, nil
	}
	taken = taken[:0]
	for i := range operations {
		one, err := db.takePart(ctx, principal, s, operations[i:i+1])
		if err != nil {
			return nil, err
		}
		taken = append(taken, one...)
	}
	return taken, nil
}

func pick(operations []Operation, part []int) []Operation {
	picked := make([]Operation, len(part))
	for i, at := range part {
		picked[i] = operations[at]
	}
	return picked
}

// inParts deals operations to transactions, so that no two phones wait for each other:
// visits, and then door notes, need nothing else and take their doors in one order, also
// one by one;
// what takes a visit back takes one door; each change of the register goes by itself,
// as it holds up imports.
func inParts(operations []Operation) (parts [][]int) {
	var visits, notes, light []int
	flush := func() {
		if len(light) > 0 {
			parts = append(parts, light)
			light = nil
		}
	}
	for i, operation := range operations {
		switch operation.Deed.(type) {
		case Visit:
			visits = append(visits, i)
		case NoteDoor:
			notes = append(notes, i)
		case RetractVisit, AddHousehold, RefuseHousehold:
			flush()
			parts = append(parts, []int{i})
		default:
			light = append(light, i)
		}
	}
	flush()
	slices.SortStableFunc(visits, func(a, b int) int {
		one, other := operations[a].Deed.(Visit), operations[b].Deed.(Visit)
		return bytes.Compare(one.Household[:], other.Household[:])
	})
	slices.SortStableFunc(notes, func(a, b int) int {
		one, other := operations[a].Deed.(NoteDoor), operations[b].Deed.(NoteDoor)
		return cmp.Or(bytes.Compare(one.Household[:], other.Household[:]), cmp.Compare(one.Note, other.Note))
	})
	for _, first := range [][]int{notes, visits} {
		if len(first) > 0 {
			parts = slices.Insert(parts, 0, first)
		}
	}
	return parts
}

// tryAgain is [DB.As] for what two phones may do to the same doors in another order.
func (db *DB) tryAgain(ctx context.Context, principal Principal, do func(tx pgx.Tx) error) (err error) {
	for range syncTries {
		err = db.As(ctx, principal, do)
		var failed *pgconn.PgError
		if !errors.As(err, &failed) || failed.Code != "40P01" {
			return err
		}
	}
	return err
}

// take takes operations in, all at once when they are visits that nothing is wrong with.
func (s syncing) take(ctx context.Context, tx pgx.Tx, operations []Operation) ([]Synced, error) {
	results := make([]Synced, len(operations))
	for i, operation := range operations {
		results[i].ID = operation.ID
	}
	if day, visits := visitsOf(operations); len(visits) > 1 {
		err := savepoint(ctx, tx, func() error { return s.takeAll(ctx, tx, day, visits) })
		if err == nil {
			return results, nil
		}
		if !isRefusal(err) && !isOwn(err) {
			return nil, err
		}
	}
	for i, operation := range operations {
		err := savepoint(ctx, tx, func() error { return s.takeOne(ctx, tx, operation) })
		switch {
		case errors.Is(err, errWaits) && operation.MadeOn.After(s.today.AddDate(0, 0, -waitsFor)):
			results[i].Waits = true
		case errors.Is(err, errWaits): // it never came, or is long gone
		case isRefusal(err):
			results[i].Refused = err
		case isOwn(err):
			results[i].Waits, results[i].Failed = true, err
		case err != nil:
			return nil, err
		}
	}
	return results, nil
}

// savepoint undoes what do did when it fails, and leaves the rest of the transaction.
func savepoint(ctx context.Context, tx pgx.Tx, do func() error) error {
	within, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return errors.Join(err, within.Rollback(ctx))
	}
	return within.Commit(ctx)
}

// visitsOf are the visits of operations that are nothing else, each once and not with its
// copies; else none.
func visitsOf(operations []Operation) (once []Operation, visits []Visit) {
	digests := map[uuid.UUID][]byte{}
	for _, operation := range operations {
		visit, ok := operation.Deed.(Visit)
		digest, copied := digests[operation.ID]
		if !ok || copied && !bytes.Equal(digest, operation.Digest) {
			return nil, nil
		}
		if copied {
			continue
		}
		digests[operation.ID] = operation.Digest
		once, visits = append(once, operation), append(visits, visit)
	}
	return once, visits
}

func (s syncing) takeAll(ctx context.Context, tx pgx.Tx, operations []Operation, visits []Visit) error {
	claimed, err := claim(ctx, tx, operations)
	if err != nil {
		return err
	}
	var fresh []Visit
	for i, visit := range visits {
		if claimed[operations[i].ID] {
			fresh = append(fresh, visit)
		}
	}
	return takeVisits(ctx, tx, fresh, s.today)
}

func (s syncing) takeOne(ctx context.Context, tx pgx.Tx, operation Operation) error {
	claimed, err := claim(ctx, tx, []Operation{operation})
	if err != nil || !claimed[operation.ID] {
		return err
	}
	return operation.Deed.do(ctx, tx, s)
}

// claim writes operations down and says which were not there yet. It waits for a copy
// that comes at the same time. The error is [ErrIDTaken] when something else has one of
// the ids.
func claim(ctx context.Context, tx pgx.Tx, operations []Operation) (map[uuid.UUID]bool, error) {
	ids, digests := make([]uuid.UUID, len(operations)), make([][]byte, len(operations))
	for i, operation := range operations {
		ids[i], digests[i] = operation.ID, operation.Digest
	}
	// In one order, so that two copies of a sync wait for each other only one way.
	rows, err := tx.Query(ctx, `INSERT INTO rounds.operations (id, digest)
		SELECT id, digest FROM unnest($1::uuid[], $2::bytea[]) o (id, digest) ORDER BY id
		ON CONFLICT DO NOTHING RETURNING id`, ids, digests)
	if err != nil {
		return nil, err
	}
	fresh, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, err
	}
	claimed := map[uuid.UUID]bool{}
	for _, id := range fresh {
		claimed[id] = true
	}
	if len(fresh) == len(operations) {
		return claimed, nil
	}
	known := map[uuid.UUID][]byte{}
	var id uuid.UUID
	var digest []byte
	rows, err = tx.Query(ctx, "SELECT id, digest FROM rounds.operations WHERE id = ANY ($1)", ids)
	if err != nil {
		return nil, err
	}
	if _, err = pgx.ForEachRow(rows, []any{&id, &digest}, func() error {
		known[id] = bytes.Clone(digest)
		return nil
	}); err != nil {
		return nil, err
	}
	for _, operation := range operations {
		if !bytes.Equal(known[operation.ID], operation.Digest) {
			return nil, ErrIDTaken
		}
	}
	return claimed, nil
}

// SyncPoint is how far a phone has come: the last operation of an epoch, which is
// another after each restore.
type SyncPoint struct {
	Epoch    uuid.UUID
	Sequence int64
}

// SyncPoint is where the register is. When told, the point that a phone of the
// principal's was told of, is further on in the same epoch, an older backup was restored,
// and another epoch begins; the zero value was told nothing.
func (db *DB) SyncPoint(ctx context.Context, principal Principal, told SyncPoint) (now SyncPoint, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) (err error) {
		now, err = syncPoint(ctx, tx, told)
		return err
	})
	if err != nil {
		return now, fmt.Errorf("register: sync: %w", err)
	}
	return now, nil
}

func syncPoint(ctx context.Context, tx pgx.Tx, told SyncPoint) (now SyncPoint, err error) {
	if told != (SyncPoint{}) {
		if _, err := tx.Exec(ctx, "SELECT rounds.begin_epoch($1, $2)", told.Epoch, told.Sequence); err != nil {
			return now, err
		}
	}
	return now, tx.QueryRow(ctx, "SELECT epoch, rounds.last_operation() FROM rounds.installation").Scan(&now.Epoch, &now.Sequence)
}

// Held are households and consents that a phone has.
type Held struct{ Households, Consents []uuid.UUID }

// News is what a phone is told with each sync.
type News struct {
	// Gone is what it is to forget of what it has: places that are not, or no longer, the
	// principal's to visit, and consents that ended. Why is told to nobody.
	Gone Held
	// Messages are those that are yet to be understood, the earliest first.
	Messages []Message
	// Days is another with each published plan that changes the principal's days from today
	// on: what the phone shows is then to be read again.
	Days string
	// Now is where the register is.
	Now SyncPoint
}

// News is what there is today for a phone of the principal's, a worker, that has what is held.
func (db *DB) News(ctx context.Context, principal Principal, held Held, today time.Time) (news News, err error) {
	const households = "SELECT h FROM unnest($1::uuid[]) h WHERE h NOT IN (SELECT rounds.assigned_households()) ORDER BY h"
	const consents = "SELECT c FROM unnest($1::uuid[]) c WHERE c NOT IN (SELECT id FROM rounds.consents) ORDER BY c"
	const days = `SELECT coalesce(md5(string_agg(r.id::text, ' ' ORDER BY r.id)), '')
		FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id AND p.state = 'published'
		WHERE r.worker_id = (SELECT rounds.principal_worker()) AND r.day >= $1`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		for _, ask := range []struct {
			query string
			held  []uuid.UUID
			gone  *[]uuid.UUID
		}{{households, held.Households, &news.Gone.Households}, {consents, held.Consents, &news.Gone.Consents}} {
			*ask.gone = []uuid.UUID{}
			if len(ask.held) == 0 {
				continue
			}
			rows, err := tx.Query(ctx, ask.query, ask.held)
			if err != nil {
				return err
			}
			if *ask.gone, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID]); err != nil {
				return err
			}
		}
		if news.Messages, err = toUnderstand(ctx, tx); err != nil {
			return err
		}
		if err = tx.QueryRow(ctx, days, today).Scan(&news.Days); err != nil {
			return err
		}
		news.Now, err = syncPoint(ctx, tx, SyncPoint{})
		return err
	})
	if err != nil {
		return News{}, fmt.Errorf("register: news: %w", err)
	}
	return news, nil
}
