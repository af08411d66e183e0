package osm

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"
)

// Options say what [Read] is to find; a part that is not asked for costs nothing.
type Options struct {
	Households, Streets, Areas bool
	// Feature, when not nil, is called for each feature of the base map; its error
	// ends the reading.
	Feature func(Feature) error
	// Progress, when not nil, is told how many bytes of the files have been read.
	Progress func(done, total int64)
}

// Read reads an extract: .osm.pbf, .osm.bz2, .osm.gz or .osm, told apart by
// content. Elements may come in any order, and may refer to elements that the
// extract does not hold: ways are split there, areas that are not closed are left
// out. The error names the file, the place in it and what to do; it is ctx.Err()
// when ctx ends. Memory is about 24 bytes a node and 8 a reference of the file.
func Read(ctx context.Context, path string, options Options) (*Extract, error) {
	return ReadAll(ctx, []string{path}, options)
}

// ReadAll is [Read] for extracts that overlap or touch: they are one extract then.
// An element that comes twice counts once, in the form that has the most nodes or
// members.
func ReadAll(ctx context.Context, paths []string, options Options) (_ *Extract, err error) {
	reading := "" // the file, for what goes wrong
	defer func() {
		// A decoder that trips over bytes nobody thought of must not end the program.
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("geo/osm: %s: %v; the file is damaged", filepath.Base(reading), trouble)
		}
	}()
	collected := newCollector(options)
	in := &counter{total: sizes(paths), tell: options.Progress}
	for _, reading = range paths {
		if err := readFile(ctx, reading, in, collected); err != nil {
			return nil, err
		}
	}
	return collected.extract(ctx, options)
}

// sizes is how many bytes the files have; those that cannot be read have none.
func sizes(paths []string) (sum int64) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil {
			sum += info.Size()
		}
	}
	return sum
}

// readFile gives the elements of a file to a sink.
func readFile(ctx context.Context, path string, in *counter, to sink) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("geo/osm: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("geo/osm: %w", err)
	}
	if info.IsDir() {
		return fmt.Errorf("geo/osm: %s is a folder; name a file .osm.pbf, .osm.bz2, .osm.gz or .osm", path)
	}
	in.in = file
	if err := readElements(ctx, in, info.Size(), to); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("geo/osm: %s: %w", filepath.Base(path), err)
	}
	return nil
}

func readElements(ctx context.Context, file io.Reader, size int64, to sink) error {
	in := bufio.NewReaderSize(file, 1<<16)
	start, err := in.Peek(16)
	if err != nil && err != io.EOF {
		return err
	}
	switch {
	case len(start) == 0:
		return errors.New("the file is empty")
	case bytes.HasPrefix(start, []byte("BZh")):
		return readXML(ctx, bzip2.NewReader(in), mostXMLExpansion*size+1<<20, to)
	case bytes.HasPrefix(start, []byte{0x1f, 0x8b}):
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		return readXML(ctx, unpacked, mostXMLExpansion*size+1<<20, to)
	case start[0] == '<' || bytes.HasPrefix(start, []byte("\xef\xbb\xbf<")):
		return readXML(ctx, in, size+1, to)
	case start[0] == 0: // a blob's header is shorter than 64 KiB
		return readPBF(ctx, in, size, to)
	}
	return errors.New("it is no OpenStreetMap extract; Rounds reads .osm.pbf, .osm.bz2, .osm.gz and .osm")
}

// counter tells how much of a file has been read.
type counter struct {
	in          io.Reader
	done, total int64
	tell        func(done, total int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.done += int64(n)
	if c.tell != nil {
		c.tell(c.done, c.total)
	}
	return n, err
}

// extract turns what was collected into the parts asked for.
func (c *collector) extract(ctx context.Context, options Options) (*Extract, error) {
	c.index()
	extract := &Extract{Bounds: c.bounds}
	steps := []struct {
		wanted bool
		do     func() error
	}{
		{options.Households, func() error { extract.Households = c.households(); return nil }},
		{options.Streets, func() error { extract.Streets = c.streets(extract.Households); return nil }},
		{options.Areas, func() error { extract.Areas = c.areas(); return nil }},
		{options.Feature != nil, func() error { return c.features(options.Feature) }},
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if step.wanted {
			if err := step.do(); err != nil {
				return nil, err
			}
		}
	}
	return extract, nil
}

var nowhere = orb.Bound{Min: orb.Point{180, 90}, Max: orb.Point{-180, -90}}
