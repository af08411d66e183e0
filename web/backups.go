package web

import (
	"encoding/hex"
	"net/http"
	"time"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type backupBody struct {
	MadeAt time.Time `json:"made_at"`
	Bytes  int64     `json:"bytes"`
	SHA256 string    `json:"sha256"`
}

// backupsBody is a list with what the doctor would say of it.
type backupsBody struct {
	page[backupBody]
	Late bool `json:"late"`
}

// listBackups says when the installation was backed up. Backups are made at the
// terminal, see docs/running.md.
func (s *Server) listBackups(w http.ResponseWriter, r *http.Request, who access.Session) error {
	made, err := s.DB.Backups(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	body := backupsBody{Late: len(made) == 0 || s.Now().Sub(made[0].MadeAt) > register.FreshBackup}
	body.page = whole(made, func(b register.Backup) backupBody {
		return backupBody{MadeAt: b.MadeAt.UTC(), Bytes: b.Bytes, SHA256: hex.EncodeToString(b.SHA256)}
	})
	return answer(w, http.StatusOK, body)
}
