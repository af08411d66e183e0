package upload

import (
	"context"
	"errors"
	"slices"
	"unicode/utf8"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
)

// Bounds of a preview: the rows that it shows, those that are read for words that mean
// nothing, how many of these are shown and how long one is, and the size of a file of areas, which is read as a whole.
const (
	mostPreview      = 20
	mostRead         = 50_000
	mostWords        = 100
	mostLetters      = 60
	mostPreviewBytes = 16 << 20
)

// errEnough ends a look.
var errEnough = errors.New("upload: enough")

// PreviewIncident is a row at the beginning of a file of matters.
type PreviewIncident struct {
	Row       int64
	Incident  register.Incident
	Complaint *register.Complaint
}

// Word is one of the column matter or state that means nothing; none that may be about a person.
type Word struct{ Column, Word string }

// PreviewIncidents reads the first rows of a file of matters as they would be imported, and the words
// of which somebody may say what they mean.
func (d *Desk) PreviewIncidents(ctx context.Context, upload register.Upload, wishes Wishes) (rows []PreviewIncident, words []Word, err error) {
	file, err := d.Open(upload)
	if err != nil {
		return nil, nil, err
	}
	systems, err := d.systems(wishes)
	if err != nil {
		return nil, nil, err
	}
	meaning, read := wishes.meaning(), 0
	meaning.Strange = func(column, text string) {
		word := Word{column, text}
		if len(words) < mostWords && utf8.RuneCountInString(text) <= mostLetters && register.CheckPart(column, text) == nil && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	err = inbox.Incidents(ctx, head(file), meaning, systems, &inbox.Left{})(func(row int64, incident register.Incident, complaint *register.Complaint) error {
		if complaint == nil {
			complaint = d.DB.CheckIncident(incident)
		}
		if len(rows) < mostPreview {
			rows = append(rows, PreviewIncident{row, incident, complaint})
		}
		if read++; read == mostRead {
			return errEnough
		}
		return ctx.Err()
	})
	return rows, words, ofBeginning(err, len(rows))
}

// ofBeginning is no error where the beginning of a file was read: the rest is told by a check.
func ofBeginning(err error, rows int) error {
	var wrong *register.RefusedError
	if errors.Is(err, errEnough) || errors.As(err, &wrong) && rows > 0 {
		return nil
	}
	return err
}

// PreviewArea is a row at the beginning of a file of areas.
type PreviewArea struct {
	Row       int64
	Area      geo.Area
	Complaint *register.Complaint
}

// PreviewAreas reads the first rows of a file of areas as they would be imported; none of a
// large file.
func (d *Desk) PreviewAreas(ctx context.Context, upload register.Upload, wishes Wishes) (rows []PreviewArea, err error) {
	if upload.Bytes > mostPreviewBytes {
		return nil, nil
	}
	file, err := d.Open(upload)
	if err != nil {
		return nil, err
	}
	systems, err := d.systems(wishes)
	if err != nil {
		return nil, err
	}
	var left inbox.Left
	found, err := inbox.Areas(ctx, file, wishes.Mapping, systems, &left)
	if err != nil {
		return nil, err
	}
	for i, area := range found.Areas[:min(len(found.Areas), mostPreview)] {
		shown := PreviewArea{Row: max(left.FirstRow, 1) + int64(i), Area: area}
		if wrong, told := found.Wrong[shown.Row]; told {
			shown.Complaint = &wrong
		} else {
			shown.Complaint = register.CheckArea(area)
		}
		rows = append(rows, shown)
	}
	return rows, nil
}
