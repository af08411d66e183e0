package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
)

const (
	keyName = "installation.key"
	// ledgerName is the copy of what was erased, for a restore where the ledger is not
	// at hand; an installation that has erased nothing has none.
	ledgerName = "erasures.log"
)

// kept are the folders and files of the data folder that go into a backup, with the
// form of what lies in them. Exports have a day to live and are left out; a file that
// comes in under any other name is refused.
var kept = []struct {
	place string
	form  *regexp.Regexp
}{
	{"extracts", regexp.MustCompile(`^extracts/[0-9a-f]{64}\.osm(\.pbf|\.bz2|\.gz)?$`)},
	{"photos", regexp.MustCompile(`^photos/[A-Za-z0-9_-]{1,64}\.jpg$`)},
}

func isKept(name string) bool {
	for _, k := range kept {
		if k.form.MatchString(name) {
			return true
		}
	}
	return false
}

// names lists what there is of the kept files, in the archive's writing.
func names(dataFolder string) ([]string, error) {
	var all []string
	for _, k := range kept {
		entries, err := os.ReadDir(filepath.Join(dataFolder, k.place))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("backup: %w", err)
		}
		for _, entry := range entries {
			if name := k.place + "/" + entry.Name(); k.form.MatchString(name) {
				all = append(all, name)
			}
		}
	}
	slices.Sort(all)
	return all, nil
}

// packFiles puts the key, the ledger and the kept files into an archive.
func packFiles(p *packer, dataFolder string, told func(done, total int64)) error {
	key, err := os.ReadFile(register.KeyPath(dataFolder))
	if err != nil {
		return fmt.Errorf("backup: key file: %w; without it the places that asked never to be visited are unknown", err)
	}
	if _, err := register.ParseKeys(register.KeyPath(dataFolder), key); err != nil {
		return err
	}
	if err := p.addBytes(keyName, key); err != nil {
		return err
	}
	if err := packFile(p, ledgerName, retention.LedgerPath(dataFolder)); err != nil {
		return err
	}
	all, err := names(dataFolder)
	if err != nil {
		return err
	}
	for i, name := range all {
		told(int64(i), int64(len(all)))
		if err := packFile(p, name, filepath.Join(dataFolder, filepath.FromSlash(name))); err != nil {
			return err
		}
	}
	return nil
}

func packFile(p *packer, name, path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // its time was over since it was listed, or nothing was erased yet
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return p.add(name, info.Size(), io.LimitReader(file, info.Size()))
}

// placeFile puts a kept file of an archive into the data folder, whole or not at all.
func placeFile(dataFolder, name string, content io.Reader) error {
	path := filepath.Join(dataFolder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return placeWhole(path, content)
}

// placeWhole writes a file of mode 0600 beside its place and moves it there.
func placeWhole(path string, content io.Reader) error {
	making, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer os.Remove(making.Name())
	defer making.Close()
	if _, err := io.Copy(making, content); err != nil {
		return fmt.Errorf("backup: %s: %w", filepath.Base(path), err)
	}
	if err := errors.Join(making.Sync(), os.Rename(making.Name(), path)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

// placeKey puts a key beside the present one; [register.PlaceKey] exchanges them.
func placeKey(dataFolder string, key []byte) error {
	return placeWhole(register.RestoringKeyPath(dataFolder), bytes.NewReader(key))
}

// syncFolder makes new names last through a power failure.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer opened.Close()
	if err := opened.Sync(); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// isDatabase says that an entry is a part of the dump.
func isDatabase(name string) bool { return strings.HasPrefix(name, databaseName) }
