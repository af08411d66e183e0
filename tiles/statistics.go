package tiles

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/heat/release"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// Statistics are the published ones, with what maps and answers need of them. What was
// read once is kept: releases and partitions never change. It is safe for concurrent
// use.
type Statistics struct {
	source *register.Statistics

	mu         sync.Mutex // guards both
	partitions map[uuid.UUID]*Partition
	releases   map[uuid.UUID]*Release
}

// Partition is one with the shapes of its bins.
type Partition struct {
	register.Partition
	// Document is the canonical form, whose SHA-256 is the digest.
	Document []byte

	bins []release.Bin
	// shapes are the outlines of the bins, in world coordinates.
	shapes []orb.MultiPolygon
}

// Release is a published one.
type Release struct {
	release.Release
	ID        uuid.UUID
	Partition *Partition
	// Document is the canonical form, Digest its SHA-256.
	Document, Digest []byte
}

// NewStatistics keeps what a source publishes.
func NewStatistics(source *register.Statistics) *Statistics {
	return &Statistics{source: source, partitions: map[uuid.UUID]*Partition{}, releases: map[uuid.UUID]*Release{}}
}

// List is every release without its values, the newest first.
func (s *Statistics) List(ctx context.Context) ([]register.Release, error) {
	return s.source.Releases(ctx)
}

// mostKept bounds what is kept in memory; then everything is read anew.
const mostKept = 256

// Release reads a release. The error may be [register.ErrNoRelease].
func (s *Statistics) Release(ctx context.Context, id uuid.UUID) (*Release, error) {
	s.mu.Lock()
	defer s.mu.Unlock() // a dozen tiles wait for one reading
	if kept := s.releases[id]; kept != nil {
		return kept, nil
	}
	filed, err := s.source.Release(ctx, id)
	if err != nil {
		return nil, err
	}
	partition, err := s.partition(ctx, filed.Partition)
	if err != nil {
		return nil, err
	}
	read, err := readRelease(filed, partition)
	if err != nil {
		return nil, err
	}
	if len(s.releases) >= mostKept {
		clear(s.releases)
	}
	s.releases[id] = read
	return read, nil
}

// Partition reads a partition. The error may be [register.ErrNoRelease].
func (s *Statistics) Partition(ctx context.Context, id uuid.UUID) (*Partition, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.partition(ctx, id)
}

// partition reads one. The caller holds mu.
func (s *Statistics) partition(ctx context.Context, id uuid.UUID) (*Partition, error) {
	if kept := s.partitions[id]; kept != nil {
		return kept, nil
	}
	filed, err := s.source.Partition(ctx, id)
	if err != nil {
		return nil, err
	}
	read := &Partition{Partition: filed, bins: binsOf(filed)}
	if read.Document, err = release.PartitionDocument(read.bins); err != nil {
		return nil, err
	}
	if digest := sha256.Sum256(read.Document); !bytes.Equal(digest[:], filed.Digest) {
		return nil, fmt.Errorf("tiles: partition %s is not what was published: its digest is %x", id, digest)
	}
	for _, bin := range read.bins {
		shape, err := heat.Outline(bin.Cells)
		if err != nil {
			return nil, err
		}
		read.shapes = append(read.shapes, shape)
	}
	s.partitions[id] = read
	return read, nil
}

// readRelease checks that a release is what was published.
func readRelease(filed register.Release, partition *Partition) (*Release, error) {
	measure, known := release.MeasureNamed(filed.Measure)
	if !known {
		return nil, fmt.Errorf("tiles: release %s is of the measure %q", filed.ID, filed.Measure)
	}
	read := &Release{ID: filed.ID, Partition: partition, Digest: filed.Digest, Release: release.Release{
		Measure: measure, Period: release.Period{From: filed.From, To: filed.To}, Values: valuesOf(filed),
		Partition: [sha256.Size]byte(partition.Digest),
	}}
	var err error
	if read.Document, err = read.Release.Document(); err != nil {
		return nil, err
	}
	if digest := sha256.Sum256(read.Document); !bytes.Equal(digest[:], filed.Digest) {
		return nil, fmt.Errorf("tiles: release %s is not what was published: its digest is %x", filed.ID, digest)
	}
	return read, nil
}

func binsOf(partition register.Partition) []release.Bin {
	bins := make([]release.Bin, len(partition.Bins))
	for i, bin := range partition.Bins {
		bins[i] = release.Bin(bin)
	}
	return bins
}

func valuesOf(filed register.Release) []release.Value {
	values := make([]release.Value, len(filed.Values))
	for i, value := range filed.Values {
		values[i].Shown = release.Shown(value.Shown)
		if value.Count != nil {
			values[i].Count = *value.Count
		}
	}
	return values
}

// Cells are the leaves of all bins.
func (p *Partition) Cells() []geo.Cell {
	var cells []geo.Cell
	for _, bin := range p.bins {
		cells = append(cells, bin.Cells...)
	}
	return cells
}

// Within are the bins of the partition that lie wholly inside.
func (p *Partition) Within(inside func(geo.Cell) bool) []int { return release.Within(p.bins, inside) }

// releaseFields are the properties of the layer of releases.
var releaseFields = map[string]string{"bin": "Number", "dwellings": "Number", "shown": "String", "count": "Number"}

// WholeBins are those bins of a partition that lie wholly in some areas together, as far
// as cells has their leaves.
func WholeBins(ctx context.Context, db *register.DB, principal register.Principal, partition *Partition, cells []geo.Cell, areas ...uuid.UUID) ([]int, error) {
	within, err := db.CellsWithin(ctx, principal, cells)
	if err != nil {
		return nil, err
	}
	inside := map[geo.Cell]bool{}
	for _, area := range within {
		if slices.Contains(areas, area.Area) {
			for _, cell := range area.Cells {
				inside[cell] = true
			}
		}
	}
	return partition.Within(func(cell geo.Cell) bool { return inside[cell] }), nil
}

// releaseScope names the release, of which everybody sees the same who is not narrowed
// to an area.
func (s *Server) releaseScope(_ context.Context, r *request) (string, error) {
	return "releases " + r.release.String() + " " + r.principal.Area.String(), nil
}

func (s *Server) drawRelease(ctx context.Context, r *request) ([]byte, error) {
	if s.options.Statistics == nil {
		return nil, register.ErrNoRelease
	}
	published, err := s.options.Statistics.Release(ctx, r.release)
	if err != nil {
		return nil, err
	}
	layer := mvt.NewLayer("releases", r.tile)
	reach := r.tile.Bound()
	var bins []int
	var cells []geo.Cell
	for i, shape := range published.Partition.shapes {
		if shape.Bound().Intersects(reach) {
			bins, cells = append(bins, i), append(cells, published.Partition.bins[i].Cells...)
		}
	}
	if r.principal.Area != uuid.Nil {
		if bins, err = WholeBins(ctx, s.db, r.principal, published.Partition, cells, r.principal.Area); err != nil {
			return nil, err
		}
	}
	for _, i := range bins {
		value := published.Values[i]
		properties := []mvt.Property{
			mvt.Number("bin", int64(i)), mvt.Number("dwellings", int64(published.Partition.bins[i].Dwellings)), mvt.Text("shown", string(value.Shown)),
		}
		if value.Shown == release.Number {
			properties = append(properties, mvt.Number("count", int64(value.Count)))
		}
		layer.Polygons(uint64(i)+1, published.Partition.shapes[i], properties...)
	}
	return layer.Bytes(), nil
}
