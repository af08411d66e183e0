package round

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/network"
)

// streets keeps the networks of the imported extract, one for each mode, once they
// were asked for.
type streets struct {
	db     *register.DB
	folder string
	log    *slog.Logger

	mu       sync.Mutex
	sum      []byte
	networks map[network.Mode]*network.Network
	// detours are the last ones without some streets.
	detours []detour
}

// networksFolder is where, in the data folder, built networks lie; it may be emptied
// at any time.
const networksFolder = "networks"

// network is the network of the newest extract for a mode. Building it, the first
// time, takes from seconds to minutes, told as bytes read; others who want it wait.
func (s *streets) network(ctx context.Context, mode network.Mode, progress func(done, total int64)) (*network.Network, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	extract, err := s.db.LatestExtract(ctx, planning)
	if errors.Is(err, register.ErrNoExtract) {
		return nil, ErrNoStreets
	}
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(s.sum, extract.SHA256) {
		s.sum, s.networks, s.detours = extract.SHA256, map[network.Mode]*network.Network{}, nil
	}
	if built := s.networks[mode]; built != nil {
		return built, nil
	}
	var sum [32]byte
	copy(sum[:], extract.SHA256)
	source := network.Source{Name: "streets", Sums: [][32]byte{sum}, Profile: network.Profile{Mode: mode}}
	built, err := network.Cached(ctx, filepath.Join(s.folder, networksFolder), source, func() (*network.Network, error) {
		read, err := osm.Read(ctx, extract.Path(s.folder), osm.Options{Streets: true, Progress: progress})
		if err != nil {
			return nil, err
		}
		return network.Build(read.Streets, source.Profile)
	}, func(err error) { s.log.WarnContext(ctx, "streets not kept", "error", err) })
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrNoStreets
	}
	if err != nil {
		return nil, err
	}
	s.networks[mode] = built
	return built, nil
}
