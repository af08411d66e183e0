package gis

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/paulmach/orb"
)

// Format is a format of files that go out.
type Format string

// The closed list of formats. A Shapefile is a ZIP.
const (
	GeoJSON    Format = "geojson"
	GeoJSONSeq Format = "geojsonseq"
	CSV        Format = "csv"
	XLSX       Format = "xlsx"
	GPKG       Format = "gpkg"
	FGB        Format = "fgb"
	Parquet    Format = "parquet"
	KML        Format = "kml"
	GPX        Format = "gpx"
	Shapefile  Format = "shp"
	PDF        Format = "pdf" // set by web/sheet and web/export, never by Create
)

// creators make the writers of formats. Each is given an empty file.
var creators = map[Format]func(*os.File, Layer, Manifest) (Writer, error){
	GeoJSON:    createGeoJSON,
	GeoJSONSeq: createGeoJSONSeq,
	CSV:        createCSV,
	XLSX:       createXLSX,
	GPKG:       createGPKG,
	FGB:        createFGB,
	Parquet:    createParquet,
	KML:        createKML,
	GPX:        createGPX,
	Shapefile:  createShapefile,
}

// ErrFormat says that there is no such format, or that it cannot hold such a layer.
var ErrFormat = errors.New("gis: format")

// Kind is what a column holds.
type Kind string

// Kinds of columns with the Go types of their values; nil is no value in each.
const (
	Text    Kind = "text"    // string
	Integer Kind = "integer" // int64
	Boolean Kind = "boolean" // bool
	Date    Kind = "date"    // string, 2027-03-01
	Time    Kind = "time"    // string, 08:30:00, local
)

// Column is a column of a layer.
type Column struct {
	Name string
	Kind Kind
}

// Layer is what a file holds: rows with one geometry each, in longitude and
// latitude on WGS 84.
type Layer struct {
	Name string
	// Geometry is the type that all rows have as GeoJSON names it, "Geometry" for
	// several.
	Geometry string
	Columns  []Column
	// Style goes into a GeoPackage; nil is none.
	Style *Style
}

// Manifest says what a file is, for whom and until when. Every format carries it.
type Manifest struct {
	Layer     string `json:"layer"`
	Format    Format `json:"format"`
	Requester string `json:"requester"`
	Purpose   string `json:"purpose"`
	// Area is the name of the area that the file is of.
	Area string `json:"area"`
	// Created and Expires: the file is to be deleted then.
	Created     time.Time `json:"created"`
	Expires     time.Time `json:"expires"`
	Rows        int64     `json:"rows"`
	Licence     string    `json:"licence"`
	Attribution string    `json:"attribution"`
	// LeftOut is what the file does not have, in words.
	LeftOut []string `json:"left_out"`
}

// Writer writes rows one by one, holding no more than one (FlatGeobuf: 48 bytes of
// each, for its index; GeoParquet: a row group).
type Writer interface {
	// Write adds a row with its values in order of the columns.
	Write(shape orb.Geometry, values []any) error
	// Close finishes the file. After an error of Write the file is worth nothing; it
	// is closed all the same.
	Close() error
}

// Create makes a file, which must not exist, readable by its owner only. The error
// is an [ErrFormat] when the format is not for such a layer.
func Create(path string, layer Layer, about Manifest) (Writer, error) {
	create := creators[about.Format]
	if create == nil {
		return nil, fmt.Errorf("%w %s is none; take geojson, gpkg, csv or kml", ErrFormat, about.Format)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("gis: %w", err)
	}
	w, err := create(file, layer, about)
	if err != nil {
		file.Close()
		os.Remove(path)
		return nil, err
	}
	return w, nil
}

// stream is a file written from front to back.
type stream struct {
	file *os.File
	out  *bufio.Writer
}

func newStream(file *os.File) stream { return stream{file, bufio.NewWriterSize(file, 1<<16)} }

// close writes what is left, unless there was an error before.
func (s stream) close(before error) error {
	if err := errors.Join(before, s.out.Flush(), s.file.Close()); err != nil {
		return fmt.Errorf("gis: %w", err)
	}
	return nil
}

// spool is a file without a name that grows and is read once.
type spool struct {
	file *os.File
	out  *bufio.Writer
	size int64
}

func newSpool() (*spool, error) {
	file, err := os.CreateTemp("", "rounds-file-*")
	if err != nil {
		return nil, err
	}
	// It lives as long as it is open.
	return &spool{file: file, out: bufio.NewWriterSize(file, 1<<16)}, os.Remove(file.Name())
}

func (s *spool) Write(p []byte) (int, error) {
	s.size += int64(len(p))
	return s.out.Write(p)
}

// back moves to the start.
func (s *spool) back() (io.Reader, error) {
	if err := s.out.Flush(); err != nil {
		return nil, err
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return bufio.NewReaderSize(s.file, 1<<16), err
}

// wrap says whose error it is; nil stays nil.
func wrap(err error) error {
	if err != nil {
		return fmt.Errorf("gis: %w", err)
	}
	return nil
}
