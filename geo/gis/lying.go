package gis

import (
	"io"
	"io/fs"
	"time"
)

// lyingName is how SQLite calls an input that is no file of its own.
const lyingName = "input"

// lying lets SQLite read an input where it lies, as a folder of one file: a sealed one is
// opened part by part, and no copy of it is ever made.
type lying struct {
	in   io.ReaderAt
	size int64
}

func (l lying) Open(name string) (fs.File, error) {
	if name != lyingName {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return lyingFile{io.NewSectionReader(l.in, 0, l.size)}, nil
}

// lyingFile is the one file, and what is told of it: its size alone.
type lyingFile struct{ *io.SectionReader }

func (f lyingFile) Stat() (fs.FileInfo, error) { return f, nil }
func (lyingFile) Close() error                 { return nil }
func (lyingFile) Name() string                 { return lyingName }
func (lyingFile) Mode() fs.FileMode            { return 0o400 }
func (lyingFile) ModTime() time.Time           { return time.Time{} }
func (lyingFile) IsDir() bool                  { return false }
func (lyingFile) Sys() any                     { return nil }
