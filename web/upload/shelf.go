// Package upload takes the files that people bring to the desk: in parts, so that a line
// that breaks does no harm, sealed with a key that lies outside the database, for a day. A
// job reads a file, says what an import of it would do, does it or takes it back.
package upload

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// PartBytes is how large each part but the last is.
const PartBytes = 4 << 20

// Errors of files.
var (
	// ErrPart says that a part is none of the file, or has another length.
	ErrPart = errors.New("upload: no such part")
	// ErrIncomplete says that parts are missing.
	ErrIncomplete = errors.New("upload: parts are missing")
	// ErrNothing says that there is no such document, or none any more.
	ErrNothing = errors.New("upload: nothing of that kind")
)

// Shelf is the folder of files.
type Shelf struct {
	// Folder is the folder "uploads" of the data folder.
	Folder string
	Keys   *register.Keys
}

func (s *Shelf) folder(id uuid.UUID) string { return filepath.Join(s.Folder, id.String()) }

func partName(number int) string { return fmt.Sprintf("part-%04d", number) }

// parts is how many there are of a file.
func parts(bytes int64) int { return int((bytes + PartBytes - 1) / PartBytes) }

// partLength is how long a part is.
func partLength(bytes int64, number int) int {
	return int(min(PartBytes, bytes-int64(number)*PartBytes))
}

// PutPart keeps a part of a file; the same again replaces it.
func (s *Shelf) PutPart(upload register.Upload, number int, content []byte) error {
	if number < 0 || number >= parts(upload.Bytes) || len(content) != partLength(upload.Bytes, number) {
		return ErrPart
	}
	return s.put(upload.ID, partName(number), content)
}

// put seals a document and has it appear as a whole.
func (s *Shelf) put(id uuid.UUID, name string, plain []byte) error {
	sealed, err := s.Keys.Seal(id, name, plain)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.folder(id), 0o700); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	file, err := os.CreateTemp(s.folder(id), ".new-*")
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	_, err = file.Write(sealed)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), filepath.Join(s.folder(id), name))
	}
	if err != nil {
		os.Remove(file.Name())
		return fmt.Errorf("upload: %w", err)
	}
	return nil
}

func (s *Shelf) get(id uuid.UUID, name string) ([]byte, error) {
	sealed, err := os.ReadFile(filepath.Join(s.folder(id), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNothing
	}
	if err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	return s.Keys.Unseal(id, name, sealed)
}

// Missing are the numbers of the parts that have not come.
func (s *Shelf) Missing(upload register.Upload) []int {
	missing := []int{}
	for number := range parts(upload.Bytes) {
		if _, err := os.Stat(filepath.Join(s.folder(upload.ID), partName(number))); err != nil {
			missing = append(missing, number)
		}
	}
	return missing
}

// Documents beside a file.
const (
	wishesName = "wishes"
	reportName = "report"
)

func (s *Shelf) save(id uuid.UUID, name string, document any) error {
	text, err := json.Marshal(document)
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	return s.put(id, name, text)
}

func (s *Shelf) load(id uuid.UUID, name string, document any) error {
	text, err := s.get(id, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, document); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	return nil
}

// Remove forgets a file with all that was found in it.
func (s *Shelf) Remove(id uuid.UUID) error {
	if err := os.RemoveAll(s.folder(id)); err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	return nil
}

// removeParts forgets a file; what came of it stays.
func (s *Shelf) removeParts(upload register.Upload) error {
	for number := range parts(upload.Bytes) {
		if err := os.Remove(filepath.Join(s.folder(upload.ID), partName(number))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("upload: %w", err)
		}
	}
	return nil
}

// Clear forgets everything that was found in files: one of them may hold a place that was
// erased. Who wants to see it has the file looked through again.
func (s *Shelf) Clear() error {
	return s.each(func(id uuid.UUID) error {
		if err := os.Remove(filepath.Join(s.folder(id), reportName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("upload: %w", err)
		}
		return nil
	})
}

// Sweep deletes files that are none of the known.
func (s *Shelf) Sweep(known []uuid.UUID) error {
	return s.each(func(id uuid.UUID) error {
		info, err := os.Stat(s.folder(id))
		// A folder of this minute may be one that was not there when these became known.
		if err != nil || time.Since(info.ModTime()) < time.Minute || slices.Contains(known, id) {
			return nil
		}
		return s.Remove(id)
	})
}

func (s *Shelf) each(do func(id uuid.UUID) error) error {
	entries, err := os.ReadDir(s.Folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("upload: %w", err)
	}
	for _, entry := range entries {
		if id, err := uuid.Parse(entry.Name()); err == nil {
			if err := do(id); err != nil {
				return err
			}
		}
	}
	return nil
}
