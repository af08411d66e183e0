package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"
)

// ErrDamaged says that a file is no backup, or not as it was written.
var ErrDamaged = errors.New("backup: the file is damaged, cut off or no backup of rounds; take another one")

// Manifest says what a backup is of.
type Manifest struct {
	// Format is 1.
	Format int `json:"format"`
	// Rounds and Postgres are the versions that wrote it.
	Rounds   string    `json:"rounds"`
	Postgres string    `json:"postgres"`
	MadeAt   time.Time `json:"made_at"`
	// Migrations are the files that the database was made of, with their digests.
	Migrations map[string]string `json:"migrations"`
}

const (
	format       = 1
	manifestName = "manifest.json"
	databaseName = "database/"
	endName      = "end"
	// partSize of the dump is kept in memory, as tar wants to know sizes first.
	partSize = 4 << 20
	// mostManifest bounds what is read into memory before it is known to be ours.
	mostManifest = 1 << 20
)

// packer writes the archive.
type packer struct {
	tar    *tar.Writer
	digest hash.Hash
}

func newPacker(to io.Writer) *packer { return &packer{tar.NewWriter(to), sha256.New()} }

// add puts an entry of a known size.
func (p *packer) add(name string, size int64, from io.Reader) error {
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, Format: tar.FormatPAX}); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	fmt.Fprintf(p.digest, "%d %s %d\n", len(name), name, size)
	n, err := io.Copy(io.MultiWriter(p.tar, p.digest), from)
	if err == nil && n != size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("backup: %s: %w", name, err)
	}
	return nil
}

func (p *packer) addBytes(name string, content []byte) error {
	return p.add(name, int64(len(content)), bytes.NewReader(content))
}

func (p *packer) end() error {
	sum := p.digest.Sum(nil)
	if err := p.addBytes(endName, sum); err != nil {
		return err
	}
	if err := p.tar.Close(); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// parts is a writer that puts a stream into the archive part by part.
type parts struct {
	packer *packer
	buffer bytes.Buffer
	number int
	// told hears how many bytes went through.
	told func(done int64)
	done int64
}

// Write is [io.Writer]'s.
func (p *parts) Write(content []byte) (int, error) {
	p.buffer.Write(content)
	for p.buffer.Len() >= partSize {
		if err := p.flush(partSize); err != nil {
			return 0, err
		}
	}
	return len(content), nil
}

func (p *parts) flush(size int) error {
	if size == 0 {
		return nil
	}
	p.number++
	p.done += int64(size)
	p.told(p.done)
	return p.packer.addBytes(fmt.Sprintf("%s%06d", databaseName, p.number), p.buffer.Next(size))
}

// unpack reads an archive to its end and hands each entry to visit, the manifest
// first. The error is [ErrDamaged] unless it is visit's own.
func unpack(from io.Reader, begin func(Manifest) error, visit func(name string, size int64, content io.Reader) error) error {
	archive, digest := tar.NewReader(from), sha256.New()
	for first := true; ; first = false {
		header, err := archive.Next()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, noEnd(err))
		}
		if header.Name == endName {
			return checkEnd(from, archive, digest.Sum(nil))
		}
		fmt.Fprintf(digest, "%d %s %d\n", len(header.Name), header.Name, header.Size)
		content := &entry{io.TeeReader(archive, digest), nil}
		if first {
			err = readManifest(header.Name, content, begin)
		} else {
			err = visit(header.Name, header.Size, content)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, content)
		}
		if content.failed != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, content.failed)
		}
		if err != nil {
			return err
		}
	}
}

// entry remembers that reading the file failed, whoever read it.
type entry struct {
	io.Reader
	failed error
}

func (e *entry) Read(into []byte) (int, error) {
	n, err := e.Reader.Read(into)
	if err != nil && err != io.EOF {
		e.failed = err
	}
	return n, err
}

func noEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

func checkEnd(from io.Reader, archive *tar.Reader, want []byte) error {
	got, err := io.ReadAll(io.LimitReader(archive, sha256.Size+1))
	if err != nil || subtle.ConstantTimeCompare(got, want) != 1 {
		return fmt.Errorf("%w: its digest is another", ErrDamaged)
	}
	if _, err := archive.Next(); err != io.EOF {
		return fmt.Errorf("%w: something follows its end", ErrDamaged)
	}
	// To the last block: age says there whether something was cut off.
	if n, err := io.Copy(io.Discard, from); err != nil || n > 0 {
		return fmt.Errorf("%w: after its end: %w", ErrDamaged, err)
	}
	return nil
}

func readManifest(name string, content io.Reader, begin func(Manifest) error) error {
	var manifest Manifest
	if name != manifestName {
		return fmt.Errorf("%w: it has no manifest", ErrDamaged)
	}
	if err := json.NewDecoder(io.LimitReader(content, mostManifest)).Decode(&manifest); err != nil {
		return fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
	}
	if manifest.Format != format {
		return fmt.Errorf("backup: the file has format %d, this rounds reads %d; restore it with the rounds that made it (%s)", manifest.Format, format, manifest.Rounds)
	}
	return begin(manifest)
}
