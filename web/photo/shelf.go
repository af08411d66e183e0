package photo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Shelf keeps pictures as files named by random ids.
type Shelf struct {
	// Folder is the folder "photos" of the data folder.
	Folder string
}

const ending = ".jpg"

func (s Shelf) path(id uuid.UUID) string { return filepath.Join(s.Folder, id.String()+ending) }

// Put keeps a picture that [Remake] made, whole or not at all.
func (s Shelf) Put(id uuid.UUID, picture []byte) error {
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	making, err := os.CreateTemp(s.Folder, ".new-*")
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	defer os.Remove(making.Name())
	defer making.Close()
	if _, err := making.Write(picture); err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	if err := errors.Join(making.Sync(), os.Rename(making.Name(), s.path(id))); err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return nil
}

// Get is a picture; the error is [fs.ErrNotExist] when there is none.
func (s Shelf) Get(id uuid.UUID) ([]byte, error) {
	picture, err := os.ReadFile(s.path(id))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return picture, nil
}

// settled is how old a file is whose record must be there: a picture is kept first
// and recorded then.
const settled = time.Hour

// Sweep deletes the pictures that nothing speaks of any more, and gives their number.
func (s Shelf) Sweep(now time.Time, recorded []uuid.UUID) (int, error) {
	keep := make(map[string]bool, len(recorded))
	for _, id := range recorded {
		keep[id.String()+ending] = true
	}
	entries, err := os.ReadDir(s.Folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("photo: %w", err)
	}
	deleted := 0
	for _, entry := range entries {
		info, err := entry.Info()
		if keep[entry.Name()] || err != nil || now.Sub(info.ModTime()) < settled {
			continue
		}
		if err := os.Remove(filepath.Join(s.Folder, entry.Name())); err != nil {
			return deleted, fmt.Errorf("photo: %w", err)
		}
		if strings.HasSuffix(entry.Name(), ending) {
			deleted++
		}
	}
	return deleted, nil
}
