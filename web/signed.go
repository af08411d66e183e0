package web

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// Form and lease of a day that a phone keeps, and the header that proves both.
const (
	packForm   = "rounds-day-1"
	packLease  = 72 * time.Hour
	packHeader = "Rounds-Signature"
)

// answerSigned is [answer] for what a phone keeps: it can tell later, without a connection,
// that the content is this installation's, whose it is and until when it may be shown. The
// header has the form, that time in seconds of Unix, and the signature of all of it.
func (s *Server) answerSigned(w http.ResponseWriter, account uuid.UUID, body any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	until := s.Now().Add(packLease).Unix()
	signature, err := s.Keys.SignPack(signedText(account, until, content))
	if err != nil {
		return err
	}
	w.Header().Set(packHeader, fmt.Sprintf("%s %d %s", packForm, until, base64.StdEncoding.EncodeToString(signature)))
	return answer(w, http.StatusOK, json.RawMessage(content))
}

// signedText is what the signature of a day is of; content ends without a line feed.
func signedText(account uuid.UUID, until int64, content []byte) []byte {
	return append(fmt.Appendf(nil, "%s %s %d\n", packForm, account, until), content...)
}
