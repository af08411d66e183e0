package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"github.com/rounds-project/rounds/geo/guide"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/notice"
	"github.com/rounds-project/rounds/web/photo"
	"github.com/rounds-project/rounds/web/upload"
)

// Config of [Run].
type Config struct {
	// DatabaseURL is the application's login.
	DatabaseURL string
	// StatisticsURL is the login that reads the published statistics alone; "" serves
	// none.
	StatisticsURL string
	// DataFolder keeps extracts, exports and the key file.
	DataFolder string
	Location   *time.Location
	// Contact is told on the public page.
	Contact string
	Log     *slog.Logger
	// Origin and Provider are those of [access.Options].
	Origin   string
	Provider *access.Provider
	// Proxies in front of the service; see [access.Proxies].
	Proxies access.Proxies
	// Certificate, when not nil, makes the service speak TLS.
	Certificate *Certificate
	// Mail takes messages for mailboxes; nil when there is no server for them.
	Mail *notice.MailServer
	// Ready, when not nil, is called when requests are answered.
	Ready func()
}

// stopWithin is how long open requests may take to end.
const stopWithin = 10 * time.Second

// Run serves on a listener until ctx ends, then lets open requests finish. It
// refuses a database that may lose what it has acknowledged.
func Run(ctx context.Context, listener net.Listener, config Config) error {
	defer listener.Close()
	db, err := register.Open(ctx, config.DatabaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	db.Location = config.Location
	if err := db.CheckDurable(ctx); err != nil {
		return err
	}
	if err := db.CheckLists(ctx); err != nil {
		return err
	}
	keys, err := db.LoadKeys(ctx, config.DataFolder)
	if err != nil {
		return err
	}
	var statistics *tiles.Statistics
	if config.StatisticsURL != "" {
		source, err := register.OpenStatistics(ctx, config.StatisticsURL)
		if err != nil {
			return err
		}
		defer source.Close()
		statistics = tiles.NewStatistics(source)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server, err := assemble(ctx, db, keys, statistics, config)
	if err != nil {
		return err
	}
	var background sync.WaitGroup
	defer func() {
		cancel()
		background.Wait()
	}()
	background.Go(func() { server.Tiles.Run(ctx) })
	background.Go(func() { server.followPlans(ctx) })
	background.Go(func() { server.sweep(ctx) })
	background.Go(func() { server.workJobs(ctx) })
	background.Go(func() { server.seal(ctx) })
	if config.Certificate != nil {
		return server.serveTLS(ctx, cancel, listener, config)
	}
	return server.serveUntil(ctx, cancel, listener, config.Ready)
}

func assemble(ctx context.Context, db *register.DB, keys *register.Keys, statistics *tiles.Statistics, config Config) (*Server, error) {
	options := Options{DB: db, Keys: keys, Now: time.Now, Location: config.Location, Log: config.Log, Proxies: config.Proxies, Statistics: statistics}
	var err error
	if options.Duties, err = LoadDuties(config.DataFolder); err != nil {
		return nil, err
	}
	if options.Answers, err = guide.Load(config.DataFolder); err != nil {
		return nil, err
	}
	today := func() time.Time { return round.Date(time.Now(), config.Location) }
	options.Planner = round.NewPlanner(ctx, db, config.DataFolder, round.Options{Log: config.Log})
	styles, err := mapStyles()
	if err != nil {
		return nil, err
	}
	if options.Tiles, err = tiles.New(db, tiles.Options{Today: today, Log: config.Log, Statistics: statistics, Styles: styles}); err != nil {
		return nil, err
	}
	options.Contact = config.Contact
	options.Notices = notice.New(db, keys, notice.Options{Mail: config.Mail, Origin: config.Origin, Location: config.Location, Log: config.Log})
	options.Gate = access.New(db, keys, access.Options{Origin: config.Origin, Provider: config.Provider})
	if options.Ledger, err = retention.OpenLedger(config.DataFolder); err != nil {
		return nil, err
	}
	options.Shelf = &export.Shelf{Exporter: export.Exporter{DB: db, Statistics: statistics, Today: today}, Folder: filepath.Join(config.DataFolder, "exports")}
	options.Photos = photo.Shelf{Folder: filepath.Join(config.DataFolder, "photos")}
	options.Uploads = &upload.Desk{Shelf: &upload.Shelf{Folder: filepath.Join(config.DataFolder, "uploads"), Keys: keys}, DB: db, Log: config.Log}
	return New(options), nil
}

// serveTLS serves at once, as the authority asks this server itself whether the
// domain is its own; without a certificate it ends.
func (s *Server) serveTLS(ctx context.Context, cancel context.CancelFunc, listener net.Listener, config Config) error {
	source, err := newSource(*config.Certificate, listener.Addr().(*net.TCPAddr).Port, config.Log)
	if err != nil {
		return err
	}
	defer source.close()
	plain := source.plain()
	defer plain.Close()
	go func() { _ = plain.Serve(config.Certificate.Plain) }()
	obtained := make(chan error, 1)
	go func() {
		err := source.obtain(ctx)
		if err != nil {
			cancel()
		} else if config.Ready != nil {
			config.Ready()
		}
		obtained <- err
	}()
	served := s.serveUntil(ctx, cancel, tls.NewListener(listener, source.tlsConfig()), nil)
	cancel()
	if err := <-obtained; err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return served
}

// bounded is a server that waits for nobody for long: who sends or reads slowly
// holds a connection for these times at most. An event stream sets its own.
func (s *Server) bounded(ctx context.Context) *http.Server {
	return &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      5 * time.Minute, // a large export
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
		// Event streams end when the service does.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
}

func (s *Server) serveUntil(ctx context.Context, cancel context.CancelFunc, listener net.Listener, ready func()) error {
	server := s.bounded(ctx)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	if ready != nil {
		ready()
	}
	select {
	case err := <-ended:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	cancel()
	stopping, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	err := server.Shutdown(stopping)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}
