package export

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/basemap"
)

// Request is what somebody asks for.
type Request struct {
	Layer  string
	Format gis.Format
	// Purpose is a code of the closed list.
	Purpose string
	// Area narrows the file; uuid.Nil is everything that the principal sees.
	Area uuid.UUID
	// Round is the round that routes, stops and cells are of; uuid.Nil is the newest
	// open one that has begun.
	Round uuid.UUID
	// Language is that of a map on paper, en or zh-Hans; "" is en.
	Language string
	// Progress hears how many rows are written, of how many; it may be nil.
	Progress func(done, total int64)
}

// FieldError says what is wrong with a request.
type FieldError struct{ Field, Problem string }

func (e *FieldError) Error() string { return "export: " + e.Field + ": " + e.Problem }

// Lifetime is how long a file may be kept.
const Lifetime = 24 * time.Hour

// licence is that of OpenStreetMap's data, from which every layer takes something.
const licence = "https://opendatacommons.org/licenses/odbl/1-0/"

var operator = register.Service("operator")

// everywhere is the area of a file that is of none in particular.
const everywhere = "everything granted"

// Exporter makes files.
type Exporter struct {
	DB *register.DB
	// Statistics are the published ones; nil where this process serves none.
	Statistics *tiles.Statistics
	// Today is the installation's date.
	Today func() time.Time
}

// Check refuses what is not in the closed lists and what is not for the principal's
// role. [Exporter.Write] does it first.
func (e *Exporter) Check(principal register.Principal, r Request) error {
	lists := geo.ClosedLists()
	if _, known := lists.Find("layers", r.Layer); !known {
		return &FieldError{"layer", fmt.Sprintf("there is no layer %q; take one of %v", r.Layer, Layers())}
	}
	if _, known := lists.Find("formats", string(r.Format)); !known {
		return &FieldError{"format", fmt.Sprintf("there is no format %q; take geojson, geojsonseq, gpkg, fgb, parquet, shp, csv, xlsx, kml, gpx or pdf", r.Format)}
	}
	if r.Format == gis.PDF && !slices.Contains(paperLayers, r.Layer) {
		return &FieldError{"format", "a map on paper is of " + strings.Join(paperLayers, ", ") + "; take gpkg for " + r.Layer}
	}
	if _, known := lists.Find("languages", r.Language); !known && r.Language != "" {
		return &FieldError{"language", fmt.Sprintf("there is no language %q; take en or zh-Hans", r.Language)}
	}
	if r.Format == gis.GPX && r.Layer != "routes" {
		return &FieldError{"format", "gpx holds routes; take gpkg or geojson for " + r.Layer}
	}
	if _, known := lists.Find("purposes", r.Purpose); !known {
		return &FieldError{"purpose", fmt.Sprintf("there is no purpose %q; take one of %v", r.Purpose, lists.Codes("purposes"))}
	}
	if layer, _ := FeatureLayerNamed(r.Layer); !layer.Allows(principal.Role) {
		return register.ErrExportRefused
	}
	return nil
}

// checkPurpose refuses a purpose that no grant of the principal names; the base map
// is everybody's.
func (e *Exporter) checkPurpose(ctx context.Context, principal register.Principal, r Request) error {
	if principal.Account == uuid.Nil || r.Layer == "basemap" {
		return nil
	}
	granted, err := e.DB.GrantedTo(ctx, principal)
	if err == nil && len(granted) == 0 {
		return &FieldError{"purpose", "no grant of yours is for this purpose"}
	}
	return err
}

// ticket is what a link to a file is made of.
type ticket struct {
	id    uuid.UUID
	token []byte
}

func newTicket() (ticket, error) {
	t := ticket{id: uuid.New(), token: make([]byte, 32)}
	if _, err := rand.Read(t.token); err != nil {
		return ticket{}, fmt.Errorf("export: %w", err)
	}
	return t, nil
}

// Write makes the file that a principal asks for. The record of it is committed
// first. The file appears at path whole, in place of one that may be there; a table
// has its [gis.CSVMetadata] beside it.
func (e *Exporter) Write(ctx context.Context, principal register.Principal, request Request, path string) (gis.Manifest, error) {
	unused, err := newTicket()
	if err != nil {
		return gis.Manifest{}, err
	}
	return e.write(ctx, principal, request, path, unused)
}

func (e *Exporter) write(ctx context.Context, principal register.Principal, request Request, path string, link ticket) (gis.Manifest, error) {
	if err := e.Check(principal, request); err != nil {
		return gis.Manifest{}, err
	}
	if request.Layer == releasesLayer.Name && e.Statistics == nil {
		return gis.Manifest{}, &FieldError{"layer", "this installation serves no statistics; its operator names their login in DATABASE_STATS_URL"}
	}
	if principal.Account != uuid.Nil {
		principal.Purpose = request.Purpose
	}
	if err := e.checkPurpose(ctx, principal, request); err != nil {
		return gis.Manifest{}, err
	}
	now := e.DB.Now()
	hash := sha256.Sum256(link.token)
	record := register.ExportRecord{
		ID: link.id, Layer: request.Layer, Format: string(request.Format), Purpose: request.Purpose,
		ExpiresAt: now.Add(Lifetime), TokenHash: hash[:], FileName: e.fileName(request),
	}
	if request.Area != uuid.Nil {
		record.AreaID = &request.Area
	}
	login, err := e.DB.RecordExport(ctx, principal, record)
	if err != nil {
		return gis.Manifest{}, err
	}
	about := gis.Manifest{
		Layer: request.Layer, Format: request.Format, Requester: login, Purpose: request.Purpose, Area: everywhere,
		Created: now.UTC().Truncate(time.Second), Expires: record.ExpiresAt.UTC().Truncate(time.Second),
		Licence: licence, Attribution: basemap.Attribution, LeftOut: leftOut(request.Layer),
	}
	if request.Area != uuid.Nil {
		names, err := e.DB.AreasWithin(ctx, principal, request.Area)
		if err != nil {
			return gis.Manifest{}, err
		}
		about.Area = names[request.Area]
	}
	return e.fill(ctx, principal, request, path, about)
}

// leftOut is what a file does not have, and why; the same for all who ask.
func leftOut(layer string) []string {
	if layer == releasesLayer.Name {
		return []string{
			"households, visits, attempts, outcomes, support wanted, disputes, parties, skills and text, which never leave: these are published numbers alone",
			"parts of the map that do not lie wholly in the area, and every release of a measure but the newest",
		}
	}
	left := []string{
		"places that asked never to be visited",
		"visits, attempts, outcomes, support wanted, disputes, parties, skills and text, which never leave",
		"ids that would join with another file: those here are pseudonyms of this file",
	}
	if layer == cellsLayer.Name {
		left = append(left, "cells outside of one's own grids: they are summed in groups of at least 20 dwellings, and smaller ones are withheld")
	}
	return left
}

// fileName is what the file is called when it is fetched.
func (e *Exporter) fileName(request Request) string {
	name := request.Layer + "-" + e.Today().Format(time.DateOnly) + "." + string(request.Format)
	if request.Format == gis.CSV || request.Format == gis.Shapefile {
		name += ".zip" // with what is beside it
	}
	return name
}

// fill writes the file in a folder of its own and moves it where it belongs. What
// could not be finished leaves nothing behind.
func (e *Exporter) fill(ctx context.Context, principal register.Principal, request Request, path string, about gis.Manifest) (_ gis.Manifest, err error) {
	making, err := os.MkdirTemp(filepath.Dir(path), ".export-*")
	if err != nil {
		return gis.Manifest{}, fmt.Errorf("export: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(making)) }()
	made := filepath.Join(making, filepath.Base(path))
	if err := e.rows(ctx, principal, request, made, &about); err != nil {
		return gis.Manifest{}, err
	}
	for _, beside := range []string{gis.CSVMetadata, ""} {
		if err := os.Rename(made+beside, path+beside); err != nil && (beside == "" || !errors.Is(err, fs.ErrNotExist)) {
			return gis.Manifest{}, fmt.Errorf("export: %w", err)
		}
	}
	return about, nil
}

// rows writes the rows to a file, and their number into the manifest.
func (e *Exporter) rows(ctx context.Context, principal register.Principal, request Request, path string, about *gis.Manifest) error {
	var out gis.Writer
	var done int64
	start := func(rows int64, leftOut ...string) (err error) {
		about.Rows, about.LeftOut = rows, append(about.LeftOut, leftOut...)
		if request.Format == gis.PDF {
			out = &paper{Exporter: e, ctx: ctx, principal: principal, language: cmp.Or(request.Language, "en"), path: path, layer: layerOf(request.Layer), about: *about}
			return nil
		}
		out, err = gis.Create(path, layerOf(request.Layer), *about)
		return err
	}
	begin := func(rows int64) error { return start(rows) }
	each := func(shape orb.Geometry, values []any) error {
		done++
		if request.Progress != nil && (done%1000 == 0 || done == about.Rows) {
			request.Progress(done, about.Rows)
		}
		return out.Write(shape, values)
	}
	filter := register.ExportFilter{Area: request.Area, Round: request.Round, Today: e.Today()}
	var err error
	switch layer, found := register.ExportLayerNamed(request.Layer); {
	case found:
		err = e.DB.ExportRows(ctx, principal, layer, filter, begin, each)
	case request.Layer == releasesLayer.Name:
		err = e.eachBin(ctx, principal, request.Area, start, each)
	default:
		err = eachCell(ctx, e.DB, principal, filter, begin, each)
	}
	if out != nil {
		if closed := out.Close(); err == nil {
			err = closed
		}
	}
	if errors.Is(err, gis.ErrFormat) {
		return &FieldError{"format", strings.TrimPrefix(err.Error()[strings.Index(err.Error(), gis.ErrFormat.Error()):], gis.ErrFormat.Error()+" ")}
	}
	return err
}

func layerOf(name string) gis.Layer {
	found, _ := FeatureLayerNamed(name)
	return gis.Layer{Name: name, Geometry: found.Geometry, Columns: columns(found), Style: styles[name]}
}
