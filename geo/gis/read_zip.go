package gis

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

// mostUnpacked bounds what a ZIP is unpacked to, in bytes, and mostRatio what of it a
// packed byte may become: text packs to a tenth, empty columns to a hundredth.
const (
	mostUnpacked = 4 << 30
	mostRatio    = 400
	mostParts    = 10_000
)

// openZip opens a workbook, a Shapefile or a KMZ. Names in the archive are only compared:
// nothing is ever unpacked to a path.
func openZip(in Input, size int64, r *Records) error {
	archive, err := zip.NewReader(in, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return ends("the ZIP is damaged; pack it again")
	}
	if len(archive.File) > mostParts {
		return ends("the ZIP holds more than ten thousand files; pack one Shapefile alone")
	}
	endings := map[string][]*zip.File{}
	for _, file := range archive.File {
		if file.Name == "xl/workbook.xml" {
			return openXLSX(in, size, r)
		}
		if base := path.Base(file.Name); !strings.HasPrefix(base, ".") && !strings.HasPrefix(file.Name, "__MACOSX/") {
			ending := strings.ToLower(path.Ext(base))
			endings[ending] = append(endings[ending], file)
		}
	}
	switch shapes := endings[".shp"]; {
	case len(shapes) > 1:
		return ends("the ZIP holds %d Shapefiles; pack one alone", len(shapes))
	case len(shapes) == 1:
		return openShapefile(shapes[0], endings, r)
	case len(endings[".kml"]) == 1:
		content, err := unpack(endings[".kml"][0])
		if err != nil {
			return err
		}
		return openXMLFrom(content, r, content)
	}
	return ends("the ZIP holds no Shapefile, KML or workbook")
}

// beside is the part of a Shapefile with another ending; nil when there is none.
func beside(shape *zip.File, parts []*zip.File) *zip.File {
	stem := strings.ToLower(strings.TrimSuffix(shape.Name, path.Ext(shape.Name)))
	i := slices.IndexFunc(parts, func(f *zip.File) bool {
		return strings.ToLower(strings.TrimSuffix(f.Name, path.Ext(f.Name))) == stem
	})
	if i < 0 {
		return nil
	}
	return parts[i]
}

// part is a file of an archive under its bounds.
type part struct {
	io.ReadCloser
	packed, left, read int64
}

func unpack(file *zip.File) (*part, error) {
	if file.UncompressedSize64 > mostUnpacked {
		return nil, ends("%s is more than 4 GB unpacked; split it by area", path.Ext(file.Name))
	}
	in, err := file.Open()
	if err != nil {
		return nil, ends("the ZIP is damaged; pack it again")
	}
	return &part{ReadCloser: in, packed: int64(file.CompressedSize64), left: mostUnpacked}, nil
}

var errBomb = ends("a part of the ZIP unpacks to more than %d times its size; pack it again without empty data", mostRatio)

func (p *part) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.read += int64(n)
	p.left -= int64(n)
	switch {
	case p.read > 16<<20 && p.read > mostRatio*p.packed:
		return 0, errBomb
	case p.left < 0:
		return 0, ends("a part of the ZIP is more than 4 GB unpacked; split it by area")
	case err != nil && err != io.EOF:
		return n, ends("the ZIP is damaged; pack it again")
	}
	return n, err
}
