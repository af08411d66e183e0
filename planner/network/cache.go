package network

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Source says what a network is made from, for [Cached].
type Source struct {
	// Sums are digests of the extracts.
	Sums [][32]byte
	// Name begins the name of the file: one of a name and profile replaces another.
	Name    string
	Profile Profile
	// Doors is set when the extract was read with households, whose entrances the
	// network then knows.
	Doors bool
}

// SourceOf is the source of extracts in files; it reads them once.
func SourceOf(paths []string, profile Profile, doors bool) (Source, error) {
	s := Source{Profile: profile, Doors: doors}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return s, fmt.Errorf("network: %w", err)
		}
		digest := sha256.New()
		_, err = io.Copy(digest, file)
		file.Close()
		if err != nil {
			return s, fmt.Errorf("network: %w", err)
		}
		s.Sums = append(s.Sums, [32]byte(digest.Sum(nil)))
	}
	s.Name, _, _ = strings.Cut(filepath.Base(paths[0]), ".")
	return s, nil
}

// key is the digest of all that bears on the network.
func (s Source) key() Key {
	digest := sha256.New()
	_ = json.NewEncoder(digest).Encode(s.Profile.described())
	_ = binary.Write(digest, binary.LittleEndian, s.Doors)
	for _, sum := range s.Sums {
		digest.Write(sum[:])
	}
	return Key(digest.Sum(nil))
}

// path is where the network lies in a folder.
func (s Source) path(folder string) string {
	of := sha256.Sum256([]byte(fmt.Sprint(s.Name, len(s.Sums), s.Profile.described(), s.Doors)))
	return filepath.Join(folder, fmt.Sprintf("%s.%s.%s.network", s.Name, s.Profile.mode(), hex.EncodeToString(of[:4])))
}

// Cached is the network of a source: from the folder when it is there, else built and
// put there. A file that is damaged, cut off or of something else is replaced; when
// it cannot be written, told says so and the network is good all the same.
func Cached(ctx context.Context, folder string, source Source, build func() (*Network, error), told func(error)) (*Network, error) {
	path, key := source.path(folder), source.key()
	if n, err := Load(path, key); err == nil {
		return n, nil
	}
	n, err := build()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := n.Save(path, key); err != nil {
		told(fmt.Errorf("%w; the streets are built anew each time", err))
	}
	return n, nil
}
