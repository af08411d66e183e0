package upload

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/uuid"
)

// spool is a document that is written and then handed out, sealed meanwhile: who makes it
// may hold a connection to the database, and whoever takes it may be slow.
type spool struct {
	shelf  *Shelf
	upload uuid.UUID
	name   string
	held   []byte
	parts  int
}

func (s *Shelf) spool(upload uuid.UUID) *spool {
	return &spool{shelf: s, upload: upload, name: "copy-" + uuid.NewString()}
}

func (s *spool) part(number int) string { return fmt.Sprintf("%s-%04d", s.name, number) }

// Write is [io.Writer]'s.
func (s *spool) Write(p []byte) (int, error) {
	s.held = append(s.held, p...)
	for len(s.held) >= PartBytes {
		if err := s.put(s.held[:PartBytes]); err != nil {
			return 0, err
		}
		s.held = append(s.held[:0], s.held[PartBytes:]...)
	}
	return len(p), nil
}

func (s *spool) put(part []byte) error {
	err := s.shelf.put(s.upload, s.part(s.parts), part)
	s.parts++
	return err
}

// handOut writes all of it, to be called once.
func (s *spool) handOut(out io.Writer) error {
	for number := range s.parts {
		part, err := s.shelf.get(s.upload, s.part(number))
		if err != nil {
			return err
		}
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	_, err := out.Write(s.held)
	return err
}

// forget deletes what was put down.
func (s *spool) forget() error {
	var all error
	for number := range s.parts {
		err := os.Remove(filepath.Join(s.shelf.folder(s.upload), s.part(number)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			all = errors.Join(all, fmt.Errorf("upload: %w", err))
		}
	}
	return all
}
