package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of shared phones.
var (
	// ErrNoPIN says that an account has no PIN on a device.
	ErrNoPIN = errors.New("register: no such PIN")
	// ErrManyWorkers says that five workers share the phone already.
	ErrManyWorkers = errors.New("register: five workers share a phone at most")
)

// SharedDevice is a phone on which workers sign in by a PIN.
type SharedDevice struct {
	ID     uuid.UUID
	Device Device
	// Workers are those with a PIN on it, in order of their names.
	Workers []DeviceWorker
}

// DeviceWorker is somebody who has a PIN on a device.
type DeviceWorker struct {
	AccountID uuid.UUID
	Name      string
}

// OwnPIN is a device on which the principal has a PIN.
type OwnPIN struct {
	DeviceID uuid.UUID
	Device   Device
	AddedOn  time.Time
}

// SharedDevice is the device of a token's digest at a time, for the service "login";
// nil when there is none.
func (db *DB) SharedDevice(ctx context.Context, tokenHash [32]byte, now time.Time) (*SharedDevice, error) {
	const find = "SELECT id, browser, system FROM rounds.devices WHERE token_hash = $1 AND expires_at > $2"
	const workers = `
		SELECT a.id, a.name FROM rounds.device_pins p JOIN rounds.accounts a ON a.id = p.account_id
		WHERE p.device_id = $1 AND p.tries_left > 0 AND a.disabled_at IS NULL ORDER BY a.name, a.id`
	var device SharedDevice
	err := db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, find, tokenHash[:], now).Scan(&device.ID, &device.Device.Browser, &device.Device.System); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, workers, device.ID)
		if err != nil {
			return err
		}
		device.Workers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[DeviceWorker])
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("register: device: %w", err)
	}
	return &device, nil
}

// KeepPIN gives an account a PIN, by its hash, on a device, for the service "login".
// The device, which is added when it is new, has a new token and lasts until expires; devices that are over at now go. The error may be [ErrManyWorkers].
func (db *DB) KeepPIN(ctx context.Context, device SharedDevice, tokenHash [32]byte, account uuid.UUID, hash string, now, expires time.Time) error {
	const add = `
		INSERT INTO rounds.devices (id, token_hash, browser, system, expires_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at`
	const keep = `
		INSERT INTO rounds.device_pins (device_id, account_id, pin_hash) VALUES ($1, $2, $3)
		ON CONFLICT (device_id, account_id) DO UPDATE SET pin_hash = excluded.pin_hash, tries_left = 5, added_on = current_date`
	err := db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM rounds.devices WHERE expires_at <= $1", now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, add, device.ID, tokenHash[:], device.Device.Browser, device.Device.System, expires); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, keep, device.ID, account, hash)
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.ConstraintName == "device_pins_five" {
		return ErrManyWorkers
	}
	if err != nil {
		return fmt.Errorf("register: keep PIN: %w", err)
	}
	return nil
}

// TryPIN takes one of the tries of an account's PIN on a device, before it is
// checked: of many that come at once no more count than there are. It gives the
// PIN's hash and how many are left, for the service "login". The error is
// [ErrNoPIN].
func (db *DB) TryPIN(ctx context.Context, device, account uuid.UUID) (hash string, left int, err error) {
	const try = `
		UPDATE rounds.device_pins p SET tries_left = p.tries_left - 1
		FROM rounds.accounts a
		WHERE p.device_id = $1 AND p.account_id = $2 AND p.tries_left > 0 AND a.id = p.account_id AND a.disabled_at IS NULL
		RETURNING p.pin_hash, p.tries_left`
	err = db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, try, device, account).Scan(&hash, &left)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", 0, ErrNoPIN
	}
	if err != nil {
		return "", 0, fmt.Errorf("register: try PIN: %w", err)
	}
	return hash, left, nil
}

// RestorePIN gives a PIN all its tries back, after a right one; for the service
// "login".
func (db *DB) RestorePIN(ctx context.Context, device, account uuid.UUID) error {
	return db.changePINs(ctx, Service("login"), "UPDATE rounds.device_pins SET tries_left = 5 WHERE device_id = $1 AND account_id = $2", device, account)
}

// EndPIN ends an account's PIN on a device, after the last wrong try; for the
// service "login". A device without a PIN goes too.
func (db *DB) EndPIN(ctx context.Context, device, account uuid.UUID) error {
	return db.changePINs(ctx, Service("login"), endPIN, device, account)
}

const endPIN = "DELETE FROM rounds.device_pins WHERE device_id = $1 AND account_id = $2"

// RemovePIN ends the principal's own PIN on a device. The error is [ErrNoPIN].
func (db *DB) RemovePIN(ctx context.Context, principal Principal, device uuid.UUID) error {
	return db.changePINs(ctx, principal, endPIN, device, principal.Account)
}

func (db *DB) changePINs(ctx context.Context, principal Principal, statement string, device, account uuid.UUID) error {
	var changed int64
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, statement, device, account)
		changed = tag.RowsAffected()
		return err
	})
	if err != nil {
		return fmt.Errorf("register: PIN: %w", err)
	}
	if changed == 0 && principal.Account != uuid.Nil {
		return ErrNoPIN
	}
	return nil
}

// OwnPINs lists the devices on which the principal has a PIN, the newest first.
func (db *DB) OwnPINs(ctx context.Context, principal Principal) ([]OwnPIN, error) {
	const query = `
		SELECT d.id, d.browser, d.system, p.added_on FROM rounds.device_pins p JOIN rounds.devices d ON d.id = p.device_id
		WHERE p.account_id = rounds.principal_account() ORDER BY p.added_on DESC, d.id`
	var pins []OwnPIN
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		pins, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p OwnPIN, err error) {
			return p, row.Scan(&p.DeviceID, &p.Device.Browser, &p.Device.System, &p.AddedOn)
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: PINs: %w", err)
	}
	return pins, nil
}
