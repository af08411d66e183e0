package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"regexp"
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
	// Language is that of a map on paper.
	Language string `json:"language"`
}

// Made is the answer to it: a link that works once.
type Made struct {
	URL       string    `json:"url"`
	FileName  string    `json:"file_name"`
	ExpiresAt time.Time `json:"expires_at"`
}

// FilePath is where a file is fetched; the token follows.
const FilePath = "/api/v1/exports/file/"

// Answer makes the file that was asked for; progress hears how far it is. Errors are a [*FieldError],
// [register.ErrExportRefused], or that there is no such area, round or plan.
func (s *Shelf) Answer(ctx context.Context, principal register.Principal, asked Asked, progress func(done, total int64)) (Made, error) {
	request := Request{Layer: asked.Layer, Format: gis.Format(asked.Format), Purpose: asked.Purpose, Language: asked.Language, Progress: progress}
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
	".parquet":    "application/vnd.apache.parquet",
	".kml":        "application/vnd.google-earth.kml+xml",
	".gpx":        "application/gpx+xml",
	".xlsx":       "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pdf":        "application/pdf",
	".zip":        "application/zip",
}

// Send answers with the file of a token: all of it or, when a download broke off, the
// rest from "Range: bytes=N-". The link is spent once the end has gone out. An error,
// [register.ErrNoExport] among them, comes before anything was written.
func (s *Shelf) Send(w http.ResponseWriter, r *http.Request, principal register.Principal, token string) error {
	file, err := s.Open(r.Context(), principal, token)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	header, tag := w.Header(), `"`+file.id.String()+`"`
	from, status := rest(r, tag), http.StatusOK
	if from >= info.Size() && from > 0 {
		header.Set("Content-Range", fmt.Sprintf("bytes */%d", info.Size()))
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return nil
	}
	if from > 0 {
		status = http.StatusPartialContent
		header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, info.Size()-1, info.Size()))
	}
	if _, err := file.Seek(from, io.SeekStart); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	header.Set("Content-Type", mediaTypes[filepath.Ext(file.Name)])
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	header.Set("Content-Length", strconv.FormatInt(info.Size()-from, 10))
	header.Set("Accept-Ranges", "bytes")
	header.Set("ETag", tag)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, err = io.Copy(w, file)
	if flushed := http.NewResponseController(w).Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		return nil // the client has gone, and may come back for the rest
	}
	// It is all out: who asked may be gone by now, or have fetched it twice at once.
	if err := s.Spend(context.WithoutCancel(r.Context()), principal, file); !errors.Is(err, register.ErrNoExport) {
		return err
	}
	return nil
}

// openRange is what who goes on with a download asks for.
var openRange = regexp.MustCompile(`^bytes=([0-9]{1,18})-$`)

// rest is from which byte the file is wanted: 0 unless the client has the start of this
// very file.
func rest(r *http.Request, tag string) int64 {
	asked := openRange.FindStringSubmatch(r.Header.Get("Range"))
	if same := r.Header.Get("If-Range"); asked == nil || same != "" && same != tag {
		return 0
	}
	from, _ := strconv.ParseInt(asked[1], 10, 64) // the expression knows its digits
	return from
}
