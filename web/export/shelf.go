package export

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Shelf keeps files until they are fetched, each once by who asked for it, or their
// time is over.
type Shelf struct {
	Exporter
	// Folder is the folder "exports" of the data folder.
	Folder string
}

// Link is what one gets for a request.
type Link struct {
	// Token goes into the address.
	Token     string
	FileName  string
	ExpiresAt time.Time
}

// Put makes a file and gives the link to it.
func (s *Shelf) Put(ctx context.Context, principal register.Principal, request Request) (Link, error) {
	if err := os.MkdirAll(s.Folder, 0o700); err != nil {
		return Link{}, fmt.Errorf("export: %w", err)
	}
	link, err := newTicket()
	if err != nil {
		return Link{}, err
	}
	path := s.path(link.id)
	var about gis.Manifest
	if request.Format == gis.CSV {
		about, err = s.putTable(ctx, principal, request, path, link)
	} else {
		about, err = s.write(ctx, principal, request, path, link)
	}
	if err != nil {
		return Link{}, err
	}
	return Link{Token: base64.RawURLEncoding.EncodeToString(link.token), FileName: s.fileName(request), ExpiresAt: about.Expires}, nil
}

func (s *Shelf) path(id uuid.UUID) string { return filepath.Join(s.Folder, id.String()) }

// putTable makes an archive of a table and of the metadata beside it.
func (s *Shelf) putTable(ctx context.Context, principal register.Principal, request Request, path string, link ticket) (_ gis.Manifest, err error) {
	parts, err := os.MkdirTemp(s.Folder, ".table-*")
	if err != nil {
		return gis.Manifest{}, fmt.Errorf("export: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(parts)) }()
	table := filepath.Join(parts, strings.TrimSuffix(s.fileName(request), ".zip"))
	about, err := s.write(ctx, principal, request, table, link)
	if err != nil {
		return gis.Manifest{}, err
	}
	packed := filepath.Join(parts, "packed")
	if err := pack(packed, table, table+gis.CSVMetadata); err != nil {
		return gis.Manifest{}, fmt.Errorf("export: %w", err)
	}
	if err := os.Rename(packed, path); err != nil {
		return gis.Manifest{}, fmt.Errorf("export: %w", err)
	}
	return about, nil
}

// pack makes an archive of files.
func pack(path string, files ...string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	archive := zip.NewWriter(file)
	for _, name := range files {
		if err := addTo(archive, filepath.Base(name), name); err != nil {
			return err
		}
	}
	return archive.Close()
}

func addTo(archive *zip.Writer, name, path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := archive.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return err
}

// File is a file on its way out.
type File struct {
	*os.File
	Name string
	id   uuid.UUID
	hash []byte
}

// Open gives a file to who asked for it, until the link is spent; after that, or for
// anybody else, the error is [register.ErrNoExport].
func (s *Shelf) Open(ctx context.Context, principal register.Principal, token string) (*File, error) {
	secret, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(secret) != 32 {
		return nil, register.ErrNoExport
	}
	hash := sha256.Sum256(secret)
	record, err := s.DB.FindExport(ctx, principal, hash[:], s.DB.Now())
	if err != nil {
		return nil, err
	}
	file, err := os.Open(s.path(record.ID))
	if errors.Is(err, os.ErrNotExist) {
		return nil, register.ErrNoExport
	}
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return &File{file, record.FileName, record.ID, hash[:]}, nil
}

// Spend ends the link to a file, and deletes it.
func (s *Shelf) Spend(ctx context.Context, principal register.Principal, file *File) error {
	if _, err := s.DB.TakeExport(ctx, principal, file.hash, s.DB.Now()); err != nil {
		return err
	}
	if err := os.Remove(file.File.Name()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// Clear deletes every file: one of them may hold a place that was erased. Who asked for
// it asks again.
func (s *Shelf) Clear() error {
	entries, err := os.ReadDir(s.Folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("export: %w", err)
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(s.Folder, entry.Name())); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}

// Sweep deletes the files whose time is over, and gives their number.
func (s *Shelf) Sweep() (int, error) {
	entries, err := os.ReadDir(s.Folder)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, fmt.Errorf("export: %w", err)
	}
	deleted := 0
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || s.DB.Now().Sub(info.ModTime()) < Lifetime {
			continue // it was fetched in the meantime, or is fresh
		}
		if err := os.RemoveAll(filepath.Join(s.Folder, entry.Name())); err != nil {
			return deleted, fmt.Errorf("export: %w", err)
		}
		deleted++
	}
	return deleted, nil
}
