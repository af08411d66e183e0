package gis

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// dbfField is a column of the table of a Shapefile (dBASE III).
type dbfField struct {
	// name has at most ten letters, and no other field has it.
	name string
	kind byte
	// width is that of the longest value so far.
	width int
	// cut counts texts that did not fit.
	cut int64
}

// mostField is how many bytes a text may have, mostName a name.
const (
	mostField = 254
	mostName  = 10
)

var dbfKinds = map[Kind]byte{Text: 'C', Integer: 'N', Boolean: 'L', Date: 'D', Time: 'C'}

// dbfFields shortens the names of columns, so that each can be told from the others.
func dbfFields(columns []Column) []dbfField {
	taken := map[string]bool{}
	for _, column := range columns {
		if len(column.Name) <= mostName {
			taken[column.Name] = true
		}
	}
	fields := make([]dbfField, len(columns))
	for i, column := range columns {
		name := column.Name
		for n := 1; len(name) > mostName || (name != column.Name && taken[name]); n++ {
			name = column.Name[:mostName]
			if n > 1 {
				digits := strconv.Itoa(n)
				name = column.Name[:mostName-len(digits)] + digits
			}
			if !taken[name] {
				break
			}
		}
		taken[name] = true
		fields[i] = dbfField{name: name, kind: dbfKinds[column.Kind], width: 1}
		if column.Kind == Date {
			fields[i].width = 8
		}
	}
	return fields
}

// spoolRow keeps the values as text, each behind its length.
func (w *shpWriter) spoolRow(s *shpSet, values []any) error {
	var row []byte
	for i, value := range values {
		text, err := dbfText(value)
		if err != nil {
			return err
		}
		field := &w.fields[i]
		if field.kind == 'D' {
			text = strings.ReplaceAll(text, "-", "")
		}
		if len(text) > mostField {
			field.cut++
			end := mostField
			for !utf8.RuneStart(text[end]) {
				end--
			}
			text = text[:end]
		}
		field.width = max(field.width, len(text))
		row = append(append(row, byte(len(text))), text...)
	}
	_, err := s.rows.Write(row)
	return wrap(err)
}

func dbfText(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		if v {
			return "T", nil
		}
		return "F", nil
	}
	return "", fmt.Errorf("gis: a %T in a table", value)
}

// writeRows writes the table of a set.
func (w *shpWriter) writeRows(to io.Writer, s *shpSet) error {
	length := 1
	for _, field := range w.fields {
		length += field.width
	}
	if s.count*int64(length) > mostShapefile-1<<16 {
		return errShapefileFull
	}
	in, err := s.rows.back()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(to, 1<<16)
	out.Write(w.dbfHead(s.count, length))
	text := make([]byte, mostField)
	for range s.count {
		out.WriteByte(' ') // not deleted
		for _, field := range w.fields {
			if _, err := io.ReadFull(in, text[:1]); err != nil {
				return err
			}
			value := text[:text[0]]
			if _, err := io.ReadFull(in, value); err != nil {
				return err
			}
			pad := strings.Repeat(" ", field.width-len(value))
			if field.kind == 'N' {
				out.WriteString(pad)
				pad = ""
			}
			if field.kind == 'L' && len(value) == 0 {
				pad = "?"
			}
			out.Write(value)
			out.WriteString(pad)
		}
	}
	if err := out.WriteByte(0x1a); err != nil {
		return err
	}
	if _, err := in.Read(text[:1]); !errors.Is(err, io.EOF) {
		return fmt.Errorf("gis: rows are left over: %w", err)
	}
	return out.Flush()
}

func (w *shpWriter) dbfHead(count int64, length int) []byte {
	day := w.about.Created
	b := []byte{3, byte(day.Year() - 1900), byte(day.Month()), byte(day.Day())}
	b = binary.LittleEndian.AppendUint32(b, uint32(count))
	b = binary.LittleEndian.AppendUint16(b, uint16(32+32*len(w.fields)+1))
	b = binary.LittleEndian.AppendUint16(b, uint16(length))
	b = append(b, make([]byte, 20)...)
	for _, field := range w.fields {
		head := make([]byte, 32)
		copy(head, field.name)
		head[11], head[16] = field.kind, byte(field.width)
		b = append(b, head...)
	}
	return append(b, 0x0d)
}
