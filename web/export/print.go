package export

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Print is what leaves on paper. It is let out as files are: recorded first, told of in
// the audit log, behind a link that works once.
type Print struct {
	// Layer is the layer of the closed list whose fields are on the paper, Purpose the
	// purpose, Area where.
	Layer, Purpose string
	Area           uuid.UUID
	FileName       string
}

// Print records a print, has it set with what stands at its foot (who asked, what for,
// until when), and gives the link to it.
func (s *Shelf) Print(ctx context.Context, principal register.Principal, p Print, set func(to io.Writer, about gis.Manifest) error) (link Link, err error) {
	if layer, _ := register.ExportLayerNamed(p.Layer); !layer.Allows(principal.Role) {
		return Link{}, register.ErrExportRefused
	}
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return Link{}, fmt.Errorf("export: %w", err)
	}
	ticket, err := newTicket()
	if err != nil {
		return Link{}, err
	}
	now, hash := s.DB.Now(), sha256.Sum256(ticket.token)
	record := register.ExportRecord{
		ID: ticket.id, Layer: p.Layer, Format: string(gis.PDF), Purpose: p.Purpose, AreaID: &p.Area,
		ExpiresAt: now.Add(Lifetime), TokenHash: hash[:], FileName: p.FileName,
	}
	principal.Purpose = p.Purpose
	login, err := s.DB.RecordExport(ctx, principal, record)
	if err != nil {
		return Link{}, err
	}
	file, err := os.CreateTemp(s.Folder, ".print-*")
	if err != nil {
		return Link{}, fmt.Errorf("export: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	about := gis.Manifest{Layer: p.Layer, Format: gis.PDF, Requester: login, Purpose: p.Purpose, Created: now.UTC().Truncate(time.Second), Expires: record.ExpiresAt.UTC()}
	if err := errors.Join(set(file, about), file.Close()); err != nil {
		return Link{}, err
	}
	if err := os.Rename(file.Name(), s.path(ticket.id)); err != nil {
		return Link{}, fmt.Errorf("export: %w", err)
	}
	return Link{Token: base64.RawURLEncoding.EncodeToString(ticket.token), FileName: p.FileName, ExpiresAt: record.ExpiresAt}, nil
}
