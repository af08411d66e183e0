package upload

import (
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/rounds-project/rounds/geo/register"
)

// mostOpen is how many parts of a file are open in memory at a time.
const mostOpen = 4

// File reads a sealed file; it is safe for concurrent use but for Read and Seek.
type File struct {
	shelf  *Shelf
	upload register.Upload
	at     int64

	mu   sync.Mutex
	open []openPart // the last used last
	far  int64
}

type openPart struct {
	number int
	plain  []byte
}

// Open opens a file whose parts are all there; else the error is [ErrIncomplete].
func (s *Shelf) Open(upload register.Upload) (*File, error) {
	if len(s.Missing(upload)) > 0 {
		return nil, ErrIncomplete
	}
	return &File{shelf: s, upload: upload}, nil
}

// Read is [io.Reader]'s.
func (f *File) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.at)
	f.at += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// Seek is [io.Seeker]'s.
func (f *File) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.upload.Bytes
	}
	if offset < 0 {
		return f.at, errors.New("upload: a seek before the beginning of the file")
	}
	f.at = offset
	return offset, nil
}

// ReadAt is [io.ReaderAt]'s.
func (f *File) ReadAt(p []byte, at int64) (n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at < 0 {
		return 0, errors.New("upload: a read before the beginning of the file")
	}
	for n < len(p) {
		if at >= f.upload.Bytes {
			return n, io.EOF
		}
		part, err := f.part(int(at / PartBytes))
		if err != nil {
			return n, err
		}
		some := copy(p[n:], part[at%PartBytes:])
		n, at = n+some, at+int64(some)
	}
	f.far = max(f.far, at)
	return n, nil
}

func (f *File) part(number int) ([]byte, error) {
	if i := slices.IndexFunc(f.open, func(o openPart) bool { return o.number == number }); i >= 0 {
		o := f.open[i]
		f.open = append(slices.Delete(f.open, i, i+1), o)
		return o.plain, nil
	}
	plain, err := f.shelf.get(f.upload.ID, partName(number))
	if err != nil {
		return nil, err
	}
	if len(f.open) == mostOpen {
		f.open = slices.Delete(f.open, 0, 1)
	}
	f.open = append(f.open, openPart{number, plain})
	return plain, nil
}

// rewind has [File.share] begin anew.
func (f *File) rewind() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.far = 0
}

// share is how much of the file was read, from 0 to 1.
func (f *File) share() float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return float64(f.far) / float64(f.upload.Bytes)
}
