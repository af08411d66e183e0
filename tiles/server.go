package tiles

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// Options of a server; the zero value is useful.
type Options struct {
	// CacheBytes bounds the memory of compressed tiles; 0 means 256 MiB.
	CacheBytes int
	// BaseURL is the address that clients know, without a slash at the end; "" takes
	// it from each request.
	BaseURL string
	// Today is the installation's date; nil is the date of the system.
	Today func() time.Time
	// Reload is how often all sums are read again, in case a message was lost; 0 means
	// 5 minutes.
	Reload time.Duration
	// Styles are how layers look; nil when the app was not built.
	Styles *Styles
	// Statistics are the published ones; nil when this process serves none.
	Statistics *Statistics
	// Log is for what goes wrong; nil is the default logger.
	Log *slog.Logger
}

func (o Options) validate() error {
	if o.CacheBytes < 0 {
		return fmt.Errorf("tiles: CacheBytes %d is below 0", o.CacheBytes)
	}
	if o.Reload < 0 {
		return fmt.Errorf("tiles: Reload %v is below 0", o.Reload)
	}
	return nil
}

// withDefaults fills in what is not set.
func (o Options) withDefaults() Options {
	if o.CacheBytes == 0 {
		o.CacheBytes = 256 << 20
	}
	if o.Today == nil {
		o.Today = time.Now
	}
	if o.Reload == 0 {
		o.Reload = 5 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Server draws tiles. It is safe for concurrent use.
type Server struct {
	db      *register.DB
	options Options
	cache   *cache
	tree    tree

	mu     sync.Mutex // guards rounds
	rounds map[uuid.UUID]*round

	subscribers subscribers
	news        *news
	territories territories
	layouts     layouts
	extract     extract
}

// New makes a server. It answers at once; [Server.Run] keeps it up to date.
func New(db *register.DB, options Options) (*Server, error) {
	if db == nil {
		return nil, errors.New("tiles: no database")
	}
	if err := options.validate(); err != nil {
		return nil, err
	}
	options = options.withDefaults()
	return &Server{
		db: db, options: options, cache: newCache(options.CacheBytes),
		rounds: map[uuid.UUID]*round{}, news: newNews(),
	}, nil
}

// service is who reads the sums of all areas.
var service = register.Service("tiles")
