package export

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Asked is the body of POST /api/v1/exports.
type Asked struct {
	Layer   string     `json:"layer"`
	Format  string     `json:"format"`
	AreaID  *uuid.UUID `json:"area_id"`
	Purpose string     `json:"purpose"`
	RoundID *uuid.UUID `json:"round_id"`
}

// Made is the answer to it: a link that works once.
type Made struct {
	URL       string    `json:"url"`
	FileName  string    `json:"file_name"`
	ExpiresAt time.Time `json:"expires_at"`
}

// FilePath is where a file is fetched; the token follows.
const FilePath = "/api/v1/exports/file/"

// Answer makes the file that was asked for. Errors are a [*FieldError],
// [register.ErrExportRefused], or that there is no such area, round or plan.
func (s *Shelf) Answer(ctx context.Context, principal register.Principal, asked Asked) (Made, error) {
	request := Request{Layer: asked.Layer, Format: gis.Format(asked.Format), Purpose: asked.Purpose}
	if asked.AreaID != nil {
		request.Area = *asked.AreaID
	}
	if asked.RoundID != nil {
		request.Round = *asked.RoundID
	}
	link, err := s.Put(ctx, principal, request)
	return Made{URL: FilePath + link.Token, FileName: link.FileName, ExpiresAt: link.ExpiresAt}, err
}

// mediaTypes are those of the endings of file names.
var mediaTypes = map[string]string{
	".geojson":    "application/geo+json",
	".geojsonseq": "application/geo+json-seq",
	".fgb":        "application/vnd.flatgeobuf",
	".gpkg":       "application/geopackage+sqlite3",
	".kml":        "application/vnd.google-earth.kml+xml",
	".gpx":        "application/gpx+xml",
	".xlsx":       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".zip":        "application/zip",
}

// Send answers with the file of a token, once. An error, [register.ErrNoExport]
// among them, comes before anything was written.
func (s *Shelf) Send(w http.ResponseWriter, r *http.Request, principal register.Principal, token string) error {
	file, err := s.Take(r.Context(), principal, token)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	header := w.Header()
	header.Set("Content-Type", mediaTypes[filepath.Ext(file.Name)])
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	header.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	_, _ = io.Copy(w, file) // the client may have gone; the link is spent all the same
	return nil
}
