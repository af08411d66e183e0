package register

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
)

// ErrNoExtract says that no OpenStreetMap extract was imported.
var ErrNoExtract = errors.New("register: there is no OpenStreetMap extract; run: rounds import osm FILE")

// Extract is an imported OpenStreetMap file.
type Extract struct {
	SHA256 []byte
	// FileName is its name in the folder extracts of the data folder.
	FileName   string
	Bound      orb.Bound
	ImportedAt time.Time
}

// Path is where the file lies.
func (e Extract) Path(dataFolder string) string {
	return filepath.Join(dataFolder, extractsFolder, e.FileName)
}

const extractsFolder = "extracts"

// LatestExtract is the extract that streets and base map come from. The error is
// [ErrNoExtract] when there is none.
func (db *DB) LatestExtract(ctx context.Context, principal Principal) (Extract, error) {
	var e Extract
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			SELECT sha256, file_name, ST_XMin(bounds), ST_YMin(bounds), ST_XMax(bounds), ST_YMax(bounds), imported_at
			FROM rounds.extracts ORDER BY imported_at DESC, sha256 LIMIT 1`).Scan(&e.SHA256, &e.FileName,
			&e.Bound.Min[0], &e.Bound.Min[1], &e.Bound.Max[0], &e.Bound.Max[1], &e.ImportedAt)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Extract{}, ErrNoExtract
	}
	if err != nil {
		return Extract{}, fmt.Errorf("register: extract: %w", err)
	}
	return e, nil
}

// KeepExtract copies a file into the data folder under its digest, where planning
// finds it. It appears there whole; doing it again changes nothing.
func KeepExtract(dataFolder, path string) (Extract, error) {
	suffix, err := extractSuffix(path)
	if err != nil {
		return Extract{}, fmt.Errorf("register: keep extract: %w", err)
	}
	folder := filepath.Join(dataFolder, extractsFolder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Extract{}, fmt.Errorf("register: keep extract: %w", err)
	}
	sum, copied, err := copyDigesting(path, folder)
	if err != nil {
		return Extract{}, fmt.Errorf("register: keep extract: %w", err)
	}
	e := Extract{SHA256: sum, FileName: hex.EncodeToString(sum) + suffix}
	if err := os.Rename(copied, e.Path(dataFolder)); err != nil {
		return Extract{}, fmt.Errorf("register: keep extract: %w", err)
	}
	return e, syncFolder(folder)
}

// keptOrDigested is [KeepExtract], or for a dry run just the digest.
func keptOrDigested(dataFolder, path string, dryRun bool) (Extract, error) {
	if !dryRun {
		return KeepExtract(dataFolder, path)
	}
	suffix, err := extractSuffix(path)
	if err != nil {
		return Extract{}, fmt.Errorf("register: read extract: %w", err)
	}
	file, err := os.Open(path)
	if err != nil {
		return Extract{}, fmt.Errorf("register: read extract: %w", err)
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return Extract{}, fmt.Errorf("register: read extract: %w", err)
	}
	sum := digest.Sum(nil)
	return Extract{SHA256: sum, FileName: hex.EncodeToString(sum) + suffix}, nil
}

// extractSuffix is the ending that a file should have by its first bytes. Whether
// it is an extract at all shows when it is read.
func extractSuffix(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	start := make([]byte, 3)
	if _, err := io.ReadFull(file, start); err != nil {
		return "", fmt.Errorf("%s: the file is empty or cannot be read", filepath.Base(path))
	}
	switch {
	case string(start) == "BZh":
		return ".osm.bz2", nil
	case start[0] == 0x1f && start[1] == 0x8b:
		return ".osm.gz", nil
	case start[0] == 0:
		return ".osm.pbf", nil
	}
	return ".osm", nil
}

// copyDigesting copies a file into a folder under a passing name.
func copyDigesting(path, folder string) (sum []byte, copied string, err error) {
	from, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer from.Close()
	to, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return nil, "", err
	}
	defer to.Close()
	digest := sha256.New()
	if _, err = io.Copy(io.MultiWriter(to, digest), from); err == nil {
		err = to.Sync()
	}
	if err != nil {
		os.Remove(to.Name())
		return nil, "", err
	}
	return digest.Sum(nil), to.Name(), nil
}

// syncFolder makes a new name last through a power failure.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	defer opened.Close()
	if err := opened.Sync(); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}
