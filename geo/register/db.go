package register

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/migrations"
)

// Roles of people, the codes of the closed list.
const (
	Worker        = "worker"
	Supervisor    = "supervisor"
	CaseHandler   = "case_handler"
	Analyst       = "analyst"
	DPO           = "dpo"
	Administrator = "administrator"
)

// Principal is who asks: an account in one of its roles, or a service of the
// server itself. The zero value sees nothing.
type Principal struct {
	Account uuid.UUID
	Role    string
	// Purpose narrows what the grants give to those of one purpose of the closed
	// list; "" is every purpose that they name.
	Purpose string
	// Area narrows it to this area and those within it, as a token does; the zero id
	// narrows nothing.
	Area uuid.UUID
}

// Service is a part of the server that asks on nobody's behalf: login, import,
// planning, tiles, operator (commands at the terminal), resident (who has a code and
// no account) or retention.
func Service(name string) Principal { return Principal{Role: "service:" + name} }

// DB is the register. It is safe for concurrent use.
type DB struct {
	pool *pgxpool.Pool
	// queue takes jobs in; [DB.WorkJobs] works them.
	queue *river.Client[pgx.Tx]
	// Now is the clock; tests may set another before use.
	Now func() time.Time
	// Location is where the installation's days begin; nil is UTC.
	Location *time.Location

	// asking and what follows remember who may see what.
	asking   turn
	sessions memory[[32]byte, Session]
	granted  memory[Principal, []uuid.UUID]
	reaches  memory[reachKey, Reach]
}

// Open connects to the database as the application's login. The error says what
// to do when the schema is not the one of this release.
func Open(ctx context.Context, url string) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// The error of pgx masks the password.
		return nil, fmt.Errorf("register: DATABASE_URL: %w", err)
	}
	config.AfterConnect = registerTypes
	if !strings.Contains(url, "pool_max_conns") {
		// Three listen for notifications all the time.
		config.MaxConns = max(config.MaxConns, 12)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	err = pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error { return migrations.Check(ctx, conn.Conn()) })
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("register: %w", err)
	}
	queue, err := river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: JobSchema})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("register: %w", err)
	}
	return &DB{pool: pool, queue: queue, Now: time.Now}, nil
}

// Close waits for queries under way and closes the connections.
func (db *DB) Close() { db.pool.Close() }

// Connections are the most that are open at once; without a database there are none.
func (db *DB) Connections() int {
	if db == nil {
		return 0
	}
	return int(db.pool.Config().MaxConns)
}

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	if err := db.pool.Ping(ctx); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// As runs do in a transaction in which row-level security knows the principal,
// and commits when do returns nil. This, [DB.AsSnapshot] and [DB.AsAudited] are the
// only ways to a query about anything but the number of [DB.readRights]; who reads of people here calls [audit.Read].
func (db *DB) As(ctx context.Context, principal Principal, do func(tx pgx.Tx) error) error {
	return db.begin(ctx, principal, pgx.TxOptions{}, do)
}

// AsSnapshot is [DB.As] for reading: several queries see one state of the data.
func (db *DB) AsSnapshot(ctx context.Context, principal Principal, do func(tx pgx.Tx) error) error {
	return db.begin(ctx, principal, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do)
}

// AsAudited is [DB.AsSnapshot] for personal data: do reads and says what it read. The
// row of it is committed before the caller has the data; when do fails, or the row
// cannot be written, nothing is read.
func (db *DB) AsAudited(ctx context.Context, principal Principal, do func(tx pgx.Tx) (audit.Entry, error)) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead}
	return db.begin(ctx, principal, options, func(tx pgx.Tx) error {
		entry, err := do(tx)
		if err != nil {
			return err
		}
		return audit.Read(ctx, tx, entry)
	})
}

func (db *DB) begin(ctx context.Context, principal Principal, options pgx.TxOptions, do func(tx pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, db.pool, options, func(tx pgx.Tx) error {
		if err := introduce(ctx, tx, principal, db.localNow()); err != nil {
			return err
		}
		return do(tx)
	})
}

// readRights tells of nobody, and so needs no principal: one row by one statement is what
// makes it cheap.
func (db *DB) readRights(ctx context.Context) (rights, error) {
	now := rights{read: time.Now()}
	if err := db.pool.QueryRow(ctx, "SELECT version, now() FROM rounds.rights").Scan(&now.version, &now.at); err != nil {
		return rights{}, fmt.Errorf("register: rights: %w", err)
	}
	return now, nil
}

// Zone is where the installation's days begin.
func (db *DB) Zone() *time.Location {
	if db.Location == nil {
		return time.UTC
	}
	return db.Location
}

// localNow is the moment where the installation is.
func (db *DB) localNow() time.Time { return db.Now().In(db.Zone()) }

// today is the day where the installation is, as days of files are: its midnight of UTC.
func (db *DB) today() time.Time {
	year, month, day := db.localNow().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// introduce tells the policies who asks and when, until the transaction ends.
func introduce(ctx context.Context, tx pgx.Tx, principal Principal, now time.Time) error {
	const query = `SELECT set_config('rounds.account', $1, true), set_config('rounds.role', $2, true),
		set_config('rounds.purpose', $3, true), set_config('rounds.area', $4, true), set_config('rounds.clock', $5, true)`
	_, err := tx.Exec(ctx, query, textOf(principal.Account), principal.Role, principal.Purpose, textOf(principal.Area), now.Format(time.RFC3339))
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// textOf is an id as a setting has it, "" for the zero id.
func textOf(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// listenAgain is how long to wait after the connection was lost.
const listenAgain = time.Second

// Follow calls hear for every notification on the channels until ctx ends, ready
// once it listens, again after each lost connection: what changed before is not told; and
// lost when it listens no more.
func (db *DB) Follow(ctx context.Context, log *slog.Logger, channels []string, ready, lost func(), hear func(channel, payload string)) {
	for {
		err := db.listen(ctx, channels, ready, hear)
		lost()
		if ctx.Err() != nil {
			return
		}
		log.WarnContext(ctx, "lost the database's messages, listening again", "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(listenAgain):
		}
	}
}

// listen follows until the connection breaks, which is the error.
func (db *DB) listen(ctx context.Context, channels []string, ready func(), hear func(channel, payload string)) error {
	return db.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		for _, channel := range channels {
			if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
				return fmt.Errorf("register: listen: %w", err)
			}
		}
		// The connection keeps listening; it does not go back to the pool.
		defer conn.Conn().Close(context.WithoutCancel(ctx))
		ready()
		for {
			note, err := conn.Conn().WaitForNotification(ctx)
			if err != nil {
				return fmt.Errorf("register: listen: %w", err)
			}
			hear(note.Channel, note.Payload)
		}
	})
}

// registerTypes teaches a connection the geometry type and the closed lists and
// text classes of the schema, and arrays of them.
func registerTypes(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `
		SELECT t.typname, t.oid, t.typarray, t.typbasetype = 'bytea'::regtype FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
		WHERE (n.nspname = 'rounds' AND t.typtype IN ('e', 'd')) OR t.typname = 'geometry'`)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	types := conn.TypeMap()
	var name string
	var oid, array uint32
	var binary bool
	_, err = pgx.ForEachRow(rows, []any{&name, &oid, &array, &binary}, func() error {
		element := &pgtype.Type{Name: name, OID: oid, Codec: pgtype.Codec(pgtype.TextCodec{})}
		switch {
		case name == "geometry":
			element.Codec = geometryCodec{}
		case binary:
			element.Codec = pgtype.ByteaCodec{}
		}
		types.RegisterType(element)
		types.RegisterType(&pgtype.Type{Name: "_" + name, OID: array, Codec: &pgtype.ArrayCodec{ElementType: element}})
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}
