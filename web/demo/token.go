package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// TokenFile has the token by which a GIS reads the demo, in its data folder. Elsewhere a
// token is written nowhere.
const TokenFile = "gis-token"

// handToken makes a new token of the supervisor at each start. When somebody has ended
// its receiver there is none.
func (f *filler) handToken(ctx context.Context) error {
	receiver := register.Receiver{ID: f.Keys.ID("receiver", "demo"), Kind: "token", Host: "gis.example.org", Purpose: purpose,
		Area: f.county.ID, DailyRows: 1_000_000, EndsOn: f.date(lasts)}
	err := f.DB.ApproveReceiver(ctx, f.accounts["officer"], receiver)
	if err != nil && !errors.Is(err, register.ErrIDTaken) { // it was approved at another start
		return err
	}
	supervisor := f.accounts["supervisor"]
	made, err := f.DB.Tokens(ctx, supervisor)
	if err != nil {
		return err
	}
	for _, old := range made {
		if old.ReceiverID == receiver.ID {
			if err := f.DB.EndToken(ctx, supervisor, old.ID); err != nil {
				return err
			}
		}
	}
	path := filepath.Join(f.Folder, TokenFile)
	token, err := access.New(f.DB, f.Keys, access.Options{}).MakeToken(ctx, access.Session{Principal: supervisor}, uuid.New(), receiver.ID)
	if errors.Is(err, register.ErrNoReceiver) {
		err = os.Remove(path)
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	} else if err == nil {
		err = os.WriteFile(path, []byte(token+"\n"), 0o600)
	}
	if err != nil {
		return fmt.Errorf("demo: token: %w", err)
	}
	return nil
}
