package gis

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// shapefile reads shapes and rows side by side, each from front to back.
type shapefile struct {
	shapes, rows *bufio.Reader
	parts        []io.Closer
	fields       []dbfColumn
	length       int
	count        uint32
	read         uint32
	row, content []byte
	decode       *encoding.Decoder
}

type dbfColumn struct {
	name string
	kind byte
	from int
	size int
	read bool
}

func openLoneShape(Input, int64, *Records) error {
	return ends("a Shapefile is several files: pack .shp, .dbf, .prj and .cpg into one ZIP")
}

func openShapefile(shape *zip.File, endings map[string][]*zip.File, r *Records) error {
	s := &shapefile{}
	r.source = s
	table := beside(shape, endings[".dbf"])
	if table == nil {
		return ends("the ZIP holds no .dbf beside the .shp; pack all files of the Shapefile")
	}
	for _, one := range []struct {
		file *zip.File
		to   **bufio.Reader
	}{{shape, &s.shapes}, {table, &s.rows}} {
		content, err := unpack(one.file)
		if err != nil {
			return err
		}
		s.parts = append(s.parts, content)
		*one.to = bufio.NewReaderSize(content, 1<<16)
	}
	if _, err := s.shapes.Discard(100); err != nil {
		return ends("the .shp was cut off; pack it again")
	}
	page, err := smallPart(beside(shape, endings[".cpg"]))
	if err != nil {
		return err
	}
	if r.System, err = smallPart(beside(shape, endings[".prj"])); err != nil {
		return err
	}
	if strings.HasPrefix(r.System, "GEOGCS[") && strings.Contains(r.System, "D_WGS_1984") {
		r.System = ""
	}
	return s.header(r, page)
}

// smallPart is the text of a part that is there, at most 64 KB of it.
func smallPart(file *zip.File) (string, error) {
	if file == nil {
		return "", nil
	}
	content, err := unpack(file)
	if err != nil {
		return "", err
	}
	defer content.Close()
	text, err := io.ReadAll(io.LimitReader(content, 1<<16))
	return strings.TrimSpace(string(text)), err
}

// header reads the columns of the table.
func (s *shapefile) header(r *Records, page string) error {
	head := make([]byte, 32)
	if _, err := io.ReadFull(s.rows, head); err != nil {
		return ends("the .dbf was cut off; pack it again")
	}
	s.count = binary.LittleEndian.Uint32(head[4:])
	size, length := int(binary.LittleEndian.Uint16(head[8:])), int(binary.LittleEndian.Uint16(head[10:]))
	if size < 33 || length < 1 {
		return ends("the .dbf is damaged; write it again")
	}
	fields := make([]byte, size-32)
	if _, err := io.ReadFull(s.rows, fields); err != nil {
		return ends("the .dbf was cut off; pack it again")
	}
	from := 1
	s.decode = codePage(page, head[29])
	for ; len(fields) >= 32 && fields[0] != 0x0d; fields = fields[32:] {
		name, _, _ := strings.Cut(string(fields[:11]), "\x00")
		name = s.text([]byte(name))
		column := dbfColumn{name: name, kind: fields[11], from: from, size: int(fields[16])}
		column.read = r.wants(name)
		from += column.size
		s.fields = append(s.fields, column)
		r.known = append(r.known, name)
	}
	if from > length {
		return ends("the .dbf is damaged: its columns are longer than its rows")
	}
	s.row = make([]byte, length)
	return nil
}

// codePage is how texts are written: by the .cpg, the number in the .dbf, or nil, which
// is a guess for each text.
func codePage(page string, number byte) *encoding.Decoder {
	switch upper := strings.ToUpper(strings.ReplaceAll(page, "-", "")); {
	case upper == "UTF8":
		return encoding.Nop.NewDecoder()
	case strings.HasPrefix(upper, "GB"), upper == "936", upper == "CP936", upper == "54936", number == 0x4d, number == 0x7a:
		return simplifiedchinese.GB18030.NewDecoder()
	case upper == "1252", upper == "CP1252", upper == "ISO88591", upper == "88591", number == 0x03, number == 0x57:
		return charmap.Windows1252.NewDecoder()
	}
	return nil
}

func (s *shapefile) text(b []byte) string {
	if s.decode == nil {
		return guessText(b)
	}
	text, err := s.decode.Bytes(b)
	if err != nil {
		return guessText(b)
	}
	return strings.ToValidUTF8(string(text), "\uFFFD")
}

func (s *shapefile) next(r *Records) error {
	for {
		kind, content, err := s.shape(r.wanted.MostBytes)
		if err != nil {
			return err
		}
		if s.read++; s.read > s.count {
			return ends("the .dbf has %d rows and the .shp more shapes; they belong to different files", s.count)
		}
		if _, err := io.ReadFull(s.rows, s.row); err != nil {
			if Ends(err) != nil {
				return err
			}
			return ends("the .dbf was cut off after row %d", s.read-1)
		}
		if s.row[0] == '*' {
			continue // deleted
		}
		for _, field := range s.fields {
			if !field.read {
				continue
			}
			value := strings.Trim(s.text(s.row[field.from:field.from+field.size]), " \x00")
			switch {
			case field.kind == 'D' && len(value) == 8:
				value = value[:4] + "-" + value[4:6] + "-" + value[6:]
			case field.kind == 'L' && strings.Contains("?", value), strings.Trim(value, "*") == "":
				value = "" // not known
			}
			if err := r.put(field.name, value); err != nil {
				return err
			}
		}
		r.record.Shape, err = shpShape(kind, content)
		return err
	}
}

// shape reads the next record.
func (s *shapefile) shape(most int) (kind uint32, content []byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(s.shapes, head[:]); err != nil {
		switch {
		case Ends(err) != nil:
			return 0, nil, err
		case errors.Is(err, io.EOF):
			return 0, nil, io.EOF
		}
		return 0, nil, ends("the .shp was cut off; pack it again")
	}
	words := binary.BigEndian.Uint32(head[4:])
	if words < 2 || int64(words)*2 > int64(most) {
		return 0, nil, ends("shape %d is said to have more than %d MB, or nothing; write the file again", s.read+1, most>>20)
	}
	if n := int(words) * 2; cap(s.content) < n {
		s.content = make([]byte, n)
	}
	s.content = s.content[:words*2]
	if _, err := io.ReadFull(s.shapes, s.content); err != nil {
		if Ends(err) != nil {
			return 0, nil, err
		}
		return 0, nil, ends("the .shp was cut off; pack it again")
	}
	return binary.LittleEndian.Uint32(s.content), s.content[4:], nil
}

// shpShape reads a shape; of those with heights and measures (11 to 28) the plane is read.
func shpShape(kind uint32, b []byte) (orb.Geometry, error) {
	damaged := &RowError{Field: "geometry", Problem: "is a damaged shape"}
	at := func(i int) orb.Point {
		return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(b[i:])), math.Float64frombits(binary.LittleEndian.Uint64(b[i+8:]))}
	}
	switch kind {
	case 0:
		return nil, nil
	case shpPoint, 11, 21:
		if len(b) < 16 {
			return nil, damaged
		}
		return at(0), nil
	case shpMultiPoint, 18, 28:
		if len(b) < 36 {
			return nil, damaged
		}
		n := int(binary.LittleEndian.Uint32(b[32:]))
		if n > (len(b)-36)/16 {
			return nil, damaged
		}
		points := make(orb.MultiPoint, n)
		for i := range points {
			points[i] = at(36 + 16*i)
		}
		return points, nil
	case shpLine, 13, 23, shpPolygon, 15, 25:
		if len(b) < 40 {
			return nil, damaged
		}
		parts, all := int(binary.LittleEndian.Uint32(b[32:])), int(binary.LittleEndian.Uint32(b[36:]))
		if parts > (len(b)-40)/4 || all > (len(b)-40-4*parts)/16 {
			return nil, damaged
		}
		lists := make([][]orb.Point, parts)
		for i := range parts {
			from, to := int(binary.LittleEndian.Uint32(b[40+4*i:])), all
			if i+1 < parts {
				to = int(binary.LittleEndian.Uint32(b[44+4*i:]))
			}
			if from > to || to > all {
				return nil, damaged
			}
			for k := from; k < to; k++ {
				lists[i] = append(lists[i], at(40+4*parts+16*k))
			}
		}
		if kind%10 == shpPolygon {
			return polygonsOf(lists), nil
		}
		lines := orb.MultiLineString{}
		for _, list := range lists {
			lines = append(lines, list)
		}
		return lines, nil
	}
	return nil, &RowError{Field: "geometry", Problem: "is of a type that is not read; want points or polygons"}
}

// polygonsOf gives each hole, which runs against the clock, to the polygon before it.
func polygonsOf(lists [][]orb.Point) orb.Geometry {
	var polygons orb.MultiPolygon
	for _, list := range lists {
		ring := orb.Ring(list)
		if len(polygons) > 0 && len(ring) > 3 && ring.Orientation() == orb.CCW {
			last := len(polygons) - 1
			polygons[last] = append(polygons[last], ring)
			continue
		}
		polygons = append(polygons, orb.Polygon{ring})
	}
	return polygons
}

func (s *shapefile) close() error {
	var all error
	for _, part := range s.parts {
		all = errors.Join(all, part.Close())
	}
	return all
}
