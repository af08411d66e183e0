package inbox

import (
	"context"
	"io"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// rows are those of a table or a workbook without places.
type rows struct {
	// names has the column for each of its names, and required are those that there
	// have to be.
	names    map[string]string
	required []string
	left     *Left
	// wanted is what is told of a file of shapes: what the file should be.
	wanted string
	// each reads a row; what it says of it is a [gis.RowError] that it hands over itself.
	each func(number int64, row texter, wrong *register.Complaint) error
}

func (r rows) read(ctx context.Context, in gis.Input) error {
	looks, err := gis.Sniff(in)
	if err != nil {
		return err
	}
	switch looks {
	case gis.LooksRecords:
		return r.records(ctx, in)
	case gis.LooksFeatures:
		return r.noTable("is JSON")
	}
	t, err := table(in, r.left, r.names, r.required)
	if err != nil {
		return err
	}
	for {
		more, err := t.Next()
		switch {
		case err != nil:
			return fatal(err)
		case !more:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		}
		if err := r.each(t.Number(), t, nil); err != nil {
			return err
		}
	}
}

func (r rows) noTable(is string) error {
	return &register.RefusedError{Total: 1, Complaints: []register.Complaint{{Field: "file", Problem: is + "; " + r.wanted}}}
}

// records reads a workbook.
func (r rows) records(ctx context.Context, in gis.Input) error {
	sheet, err := records(in, r.left, r.names, r.required, 0)
	if err != nil {
		return err
	}
	defer sheet.Close()
	if !sheet.Plain {
		return r.noTable("has shapes")
	}
	for {
		record, err := sheet.Next()
		r.left.Columns = sheet.Dropped()
		switch {
		case err == io.EOF:
			return nil
		case gis.Ends(err) != nil:
			return fatal(err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		wrong := complaint(err)
		if err != nil && wrong == nil {
			return err
		}
		if err := r.each(record.Number(), record, wrong); err != nil {
			return err
		}
	}
}
