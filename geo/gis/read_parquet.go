package gis

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// columnar reads GeoParquet: the columns that are wanted and the primary geometry side by
// side, a page at a time.
type columnar struct {
	in      Input
	file    *parquet.File
	columns []*parquetColumn
	shape   *parquetColumn
	group   int
	left    int64
}

// parquetColumn is one of the columns that are read.
type parquetColumn struct {
	name   string
	leaf   *parquet.Column
	pages  parquet.Pages
	values parquet.ValueReader
	held   []parquet.Value
	buffer [128]parquet.Value
}

// parquetGeoColumn is what the metadata says about a column of shapes.
type parquetGeoColumn struct {
	Encoding string          `json:"encoding"`
	CRS      json.RawMessage `json:"crs"`
}

func openParquet(in Input, size int64, r *Records) error {
	file, err := parquet.OpenFile(in, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return ends("the Parquet file is damaged or was cut off; write it again")
	}
	c := &columnar{in: in, file: file}
	r.source = c
	text, found := file.Lookup("geo")
	if !found {
		return ends("the Parquet file has no shapes: there is no metadata \"geo\"; write GeoParquet")
	}
	var geo struct {
		Primary string                      `json:"primary_column"`
		Columns map[string]parquetGeoColumn `json:"columns"`
	}
	if json.Unmarshal([]byte(text), &geo) != nil || geo.Columns[geo.Primary].Encoding != "WKB" {
		return ends("the shapes of the Parquet file are not well-known binary; write GeoParquet 1.1 with WKB")
	}
	if r.System, err = parquetSystem(geo.Columns[geo.Primary].CRS); err != nil {
		return err
	}
	for _, leaf := range file.Root().Columns() {
		switch {
		case leaf.Name() == geo.Primary:
			c.shape = &parquetColumn{name: leaf.Name(), leaf: leaf}
		case !leaf.Leaf() || leaf.Repeated():
			r.wants(leaf.Name())
			continue
		default:
			r.known = append(r.known, leaf.Name())
			if r.wants(leaf.Name()) {
				c.columns = append(c.columns, &parquetColumn{name: leaf.Name(), leaf: leaf})
			}
		}
	}
	if c.shape == nil || !c.shape.leaf.Leaf() || c.shape.leaf.Repeated() || c.shape.leaf.Type().Kind() != parquet.ByteArray {
		return ends("the Parquet file has no column %q of shapes", geo.Primary)
	}
	return nil
}

// parquetSystem is the system of the metadata, in PROJJSON; none is longitude and
// latitude.
func parquetSystem(crs json.RawMessage) (string, error) {
	if len(crs) == 0 || string(crs) == "null" {
		return "", nil
	}
	var named struct {
		ID struct {
			Authority string          `json:"authority"`
			Code      json.RawMessage `json:"code"`
		} `json:"id"`
	}
	if json.Unmarshal(crs, &named) != nil {
		return "", ends("the coordinate system of the Parquet file cannot be read; write it with EPSG:4326")
	}
	number, _ := strconv.ParseInt(plain(named.ID.Code), 10, 64) // without one it is described
	return systemOf(named.ID.Authority, number, string(crs)), nil
}

// open moves to the next row group; io.EOF after the last.
func (c *columnar) open() error {
	groups := c.file.RowGroups()
	if c.group == len(groups) {
		return io.EOF
	}
	chunks, about := groups[c.group].ColumnChunks(), c.file.Metadata().RowGroups[c.group]
	c.left = groups[c.group].NumRows()
	c.group++
	for _, column := range append(c.columns, c.shape) {
		i := column.leaf.Index()
		if err := checkPages(c.in, &about.Columns[i].MetaData, column.leaf.MaxDefinitionLevel()); err != nil {
			return err
		}
		column.close()
		column.pages = chunks[i].Pages()
	}
	return nil
}

func (p *parquetColumn) close() {
	if p.pages != nil {
		p.pages.Close()
	}
	p.pages, p.values, p.held = nil, nil, nil
}

var errParquet = ends("the Parquet file is damaged; write it again")

// next is the value of the next row.
func (p *parquetColumn) next() (parquet.Value, error) {
	for len(p.held) == 0 {
		if p.values == nil {
			page, err := p.pages.ReadPage()
			if err != nil {
				return parquet.Value{}, errParquet
			}
			p.values = page.Values()
		}
		n, err := p.values.ReadValues(p.buffer[:])
		if p.held = p.buffer[:n]; err != nil {
			p.values = nil
			if !errors.Is(err, io.EOF) {
				return parquet.Value{}, errParquet
			}
		}
	}
	v := p.held[0]
	p.held = p.held[1:]
	return v, nil
}

func (c *columnar) next(r *Records) error {
	for c.left == 0 {
		if err := c.open(); err != nil {
			return err
		}
	}
	c.left--
	var wrong error
	for _, column := range c.columns {
		v, err := column.next()
		if err != nil {
			return err
		}
		if wrong == nil {
			wrong = r.put(column.name, column.text(v))
		}
	}
	v, err := c.shape.next()
	if err != nil || wrong != nil {
		return errors.Join(err, wrong)
	}
	if v.IsNull() || len(v.ByteArray()) == 0 {
		return nil
	}
	if len(v.ByteArray()) > r.wanted.MostBytes {
		return &RowError{Field: "geometry", Problem: fmt.Sprintf("is longer than %d MB; simplify it", r.wanted.MostBytes>>20)}
	}
	r.record.Shape, err = readWKB(v.ByteArray())
	return err
}

// text is a value as a table has it: days and times of day by the type of the column.
func (p *parquetColumn) text(v parquet.Value) string {
	if v.IsNull() {
		return ""
	}
	logical := p.leaf.Type().LogicalType()
	switch v.Kind() {
	case parquet.Boolean:
		return strconv.FormatBool(v.Boolean())
	case parquet.Int32, parquet.Int64:
		n := v.Int64()
		if v.Kind() == parquet.Int32 {
			n = int64(v.Int32())
		}
		return integerText(n, logical)
	case parquet.Float:
		return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32)
	case parquet.Double:
		return strconv.FormatFloat(v.Double(), 'g', -1, 64)
	}
	text, err := asText(v.ByteArray())
	if err != nil || len(text) > mostRecord {
		return ""
	}
	return text
}

func integerText(n int64, logical *format.LogicalType) string {
	if logical == nil {
		return strconv.FormatInt(n, 10)
	}
	switch kind := logical.Value.(type) {
	case *format.DateType:
		return time.Unix(n*24*60*60, 0).UTC().Format(time.DateOnly)
	case *format.TimeType:
		return time.Unix(0, n*int64(unitOf(kind.Unit))).UTC().Format(time.TimeOnly)
	case *format.TimestampType:
		text, _ := asText(time.Unix(0, n*int64(unitOf(kind.Unit))).UTC()) // a time is text
		return text
	}
	return strconv.FormatInt(n, 10)
}

func unitOf(unit format.TimeUnit) time.Duration {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return time.Millisecond
	case *format.MicroSeconds:
		return time.Microsecond
	}
	return time.Nanosecond
}

func (c *columnar) close() error {
	for _, column := range append(c.columns, c.shape) {
		if column != nil {
			column.close()
		}
	}
	return nil
}
