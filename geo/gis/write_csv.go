package gis

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// CSVMetadata is what follows the name of a CSV file in the name of the file beside
// it that carries the manifest, as "CSV on the Web" has it.
const CSVMetadata = "-metadata.json"

// csvWriter writes RFC 4180. Points are the columns lon and lat, other geometries
// well-known text.
type csvWriter struct {
	stream
	rows   *csv.Writer
	layer  Layer
	points bool
	record []string
}

func createCSV(file *os.File, layer Layer, about Manifest) (Writer, error) {
	w := &csvWriter{stream: newStream(file), layer: layer, points: layer.Geometry == "Point"}
	w.rows = csv.NewWriter(w.out)
	for _, column := range layer.Columns {
		w.record = append(w.record, column.Name)
	}
	if w.points {
		w.record = append(w.record, "lon", "lat")
	} else {
		w.record = append(w.record, "wkt")
	}
	if err := describeCSV(file.Name(), layer, w.record, about); err != nil {
		return nil, err
	}
	return w, wrap(w.rows.Write(w.record))
}

// describeCSV writes the file beside.
func describeCSV(path string, layer Layer, names []string, about Manifest) error {
	types := map[Kind]string{Text: "string", Integer: "integer", Boolean: "boolean", Date: "date", Time: "time"}
	kinds := map[string]string{"lon": "double", "lat": "double", "wkt": "string"}
	for _, column := range layer.Columns {
		kinds[column.Name] = types[column.Kind]
	}
	columns := make([]map[string]string, len(names))
	for i, name := range names {
		columns[i] = map[string]string{"name": name, "datatype": kinds[name]}
	}
	content, err := toJSON(map[string]any{
		"@context": "http://www.w3.org/ns/csvw", "url": filepath.Base(path), "tableSchema": map[string]any{"columns": columns},
		"dc:license": about.Licence, "dc:rights": about.Attribution, "notes": []any{about},
	})
	if err != nil {
		return err
	}
	return wrap(os.WriteFile(path+CSVMetadata, append(content, '\n'), 0o600))
}

// EscapeCell keeps a spreadsheet from taking a text for a formula.
func EscapeCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func (w *csvWriter) Write(shape orb.Geometry, values []any) error {
	w.record = w.record[:0]
	for _, value := range values {
		switch v := value.(type) {
		case nil:
			w.record = append(w.record, "")
		case string:
			w.record = append(w.record, EscapeCell(v))
		case int64:
			w.record = append(w.record, strconv.FormatInt(v, 10))
		case bool:
			w.record = append(w.record, strconv.FormatBool(v))
		default:
			return fmt.Errorf("gis: a %T in a table", value)
		}
	}
	if at, ok := shape.(orb.Point); ok && w.points {
		w.record = append(w.record, string(appendDegrees(nil, at[0])), string(appendDegrees(nil, at[1])))
		return wrap(w.rows.Write(w.record))
	}
	text, err := appendWKT(nil, shape)
	if err != nil {
		return err
	}
	w.record = append(w.record, string(text))
	return wrap(w.rows.Write(w.record))
}

func (w *csvWriter) Close() error {
	w.rows.Flush()
	return w.close(w.rows.Error())
}
