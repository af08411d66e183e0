package upload

import (
	"context"
	"errors"
	"io"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
)

// ledger is what the columns and words of an old ledger mean: those that were named, and
// no others.
func (w Wishes) ledger() inbox.Mapping {
	m := inbox.Mapping{Columns: map[string]string{}, Only: true, Words: w.Words}
	for name, column := range w.Mapping {
		m.Columns[column] = name
	}
	return m
}

// meaning is what the columns and words of a file of matters mean.
func (w Wishes) meaning() inbox.Meaning { return inbox.Meaning{Columns: w.Mapping, Words: w.Words} }

// LookAtLedger reads the beginning of a ledger as it would be imported; see
// [register.DB.LookAtLedger].
func (d *Desk) LookAtLedger(ctx context.Context, upload register.Upload, wishes Wishes) (look register.LedgerLook, err error) {
	file, err := d.Open(upload)
	if err != nil {
		return look, err
	}
	areas, err := d.areasOf(ctx, upload)
	if err != nil {
		return look, err
	}
	return d.DB.LookAtLedger(ctx, inbox.Ledger(ctx, head(file), wishes.ledger(), &inbox.Left{}), areas)
}

// correctedLedger writes a copy of a ledger to be mended, see [inbox.Corrected]. The file is
// looked through again, and nothing of it is kept; the copy goes out when that is over.
func (d *Desk) correctedLedger(ctx context.Context, upload register.Upload, wishes Wishes, out io.Writer) (err error) {
	areas, err := d.areasOf(ctx, upload)
	if err != nil {
		return err
	}
	file, err := d.Open(upload)
	if err != nil {
		return err
	}
	spool := d.spool(upload.ID)
	defer func() { err = errors.Join(err, spool.forget()) }()
	copied, err := inbox.NewCorrected(spool)
	if err != nil {
		return err
	}
	_, err = d.DB.ImportLedger(ctx, inbox.Ledger(ctx, file, wishes.ledger(), &inbox.Left{}), register.ImportOptions{
		Keys: d.Keys, DryRun: true, Corrected: copied.Row, Desk: &register.DeskImport{Areas: areas}})
	var refused *register.RefusedError
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	if err := copied.Close(); err != nil {
		return err
	}
	return spool.handOut(out)
}
