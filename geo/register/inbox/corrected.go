package inbox

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Corrected writes a copy of a ledger to be mended and imported again: the columns that
// Rounds keeps, with what was understood, and what is wrong in the last. Of what was not
// understood no word is in it; the number of the row leads to the file that has it.
type Corrected struct {
	rows *csv.Writer
}

// NewCorrected writes the header. The mark of the byte order tells spreadsheets that the
// text is UTF-8.
func NewCorrected(out io.Writer) (*Corrected, error) {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return nil, fmt.Errorf("inbox: corrected copy: %w", err)
	}
	c := &Corrected{rows: csv.NewWriter(out)}
	header := []string{"row"}
	for _, column := range ledgerColumns {
		header = append(header, column.english)
	}
	return c, c.write(append(header, "problem"))
}

// Row writes a row; see [register.ImportOptions].
func (c *Corrected) Row(number int64, one register.LedgerCase, wrong *register.Complaint) error {
	problem := ""
	if wrong != nil {
		problem = wrong.Field + ": " + wrong.Problem
	}
	return c.write([]string{strconv.FormatInt(number, 10), gis.EscapeCell(one.Number), one.Matter, gis.EscapeCell(one.Unit), gis.EscapeCell(one.Area),
		dayOrEmpty(one.ReportedOn), dayOrEmpty(one.DueOn), dayOrEmpty(one.ClosedOn), one.Stage, problem})
}

func (c *Corrected) write(cells []string) error {
	if err := c.rows.Write(cells); err != nil {
		return fmt.Errorf("inbox: corrected copy: %w", err)
	}
	return nil
}

// Close writes what is left.
func (c *Corrected) Close() error {
	c.rows.Flush()
	if err := c.rows.Error(); err != nil {
		return fmt.Errorf("inbox: corrected copy: %w", err)
	}
	return nil
}

func dayOrEmpty(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(time.DateOnly)
}
