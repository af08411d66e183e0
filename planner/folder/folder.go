package folder

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
)

// Attribution stands on every map and in every file that can hold it.
const Attribution = "© OpenStreetMap contributors, ODbL 1.0, https://www.openstreetmap.org/copyright"

// parts are the names of what a plan's folder holds.
var parts = []string{"plan.json", "routes.geojson", "stops.csv", "unplanned.csv", "map.html", "gpx"}

// Check says whether dir can be written: it must be absent, empty or the folder of
// an earlier plan and nothing else, which is then replaced. Ask before the work, not
// after it.
func Check(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return probe(dir)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("folder: %s is a file or lies below one; name a folder", dir)
	case err != nil:
		return fmt.Errorf("folder: %w", err)
	}
	planned := len(entries) == 0
	for _, e := range entries {
		if !slices.Contains(parts, e.Name()) {
			return fmt.Errorf("folder: %s holds %s, which is no part of a plan; name another folder or empty it", dir, e.Name())
		}
		planned = planned || e.Name() == "plan.json"
	}
	if !planned {
		return fmt.Errorf("folder: %s holds files that are no plan; name another folder or empty it", dir)
	}
	return probe(dir)
}

// probe tries whether a folder can be made beside dir.
func probe(dir string) error {
	parent, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	for {
		parent = filepath.Dir(parent)
		made, err := os.MkdirTemp(parent, ".rounds-")
		if err == nil {
			return os.Remove(made)
		}
		// A folder that is there and yet takes none, as /proc, is not missing.
		if _, missing := os.Stat(parent); missing == nil || !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("folder: nothing can be written to %s: %w; name another folder", parent, err)
		}
	}
}

// Write writes the plan to dir. It works in a folder beside dir and renames it at
// the end; after an error nothing is left, and an earlier plan still stands.
// Background is what map.html draws below the routes.
func Write(dir string, plan *planner.Plan, background []osm.Feature) (err error) {
	if err := Check(dir); err != nil {
		return err
	}
	if dir, err = resolved(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".part-")
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	defer os.RemoveAll(work)
	if err := os.Chmod(work, 0o755); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	if err := writeAll(work, plan, background); err != nil {
		return err
	}
	return replace(work, dir)
}

// resolved is the whole path of a folder; that of a link is where it leads.
func resolved(dir string) (string, error) {
	whole, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		whole, err = dir, nil
	}
	if err == nil {
		whole, err = filepath.Abs(whole)
	}
	if err != nil {
		return "", fmt.Errorf("folder: %w", err)
	}
	return whole, nil
}

func writeAll(work string, plan *planner.Plan, background []osm.Feature) error {
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"plan.json", func(w io.Writer) error { return writePlan(w, plan) }},
		{"routes.geojson", func(w io.Writer) error { return writeRoutes(w, plan) }},
		{"stops.csv", func(w io.Writer) error { return writeStops(w, plan) }},
		{"unplanned.csv", func(w io.Writer) error { return writeUnplanned(w, plan) }},
		{"map.html", func(w io.Writer) error { return writePage(w, plan, background) }},
	} {
		if err := create(filepath.Join(work, file.name), file.write); err != nil {
			return err
		}
	}
	if err := os.Mkdir(filepath.Join(work, "gpx"), 0o755); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	for i := range plan.Routes {
		r := &plan.Routes[i]
		name := filepath.Join(work, "gpx", r.Worker+"-"+r.Date+".gpx")
		if err := create(name, func(w io.Writer) error { return writeGPX(w, plan, r) }); err != nil {
			return err
		}
	}
	return nil
}

// create writes a file through a buffer and reports every failure, that of closing
// too: a full disk shows there.
func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	buffer := bufio.NewWriterSize(f, 1<<16)
	if err := errors.Join(write(buffer), buffer.Flush(), f.Close()); err != nil {
		return fmt.Errorf("folder: %s: %w", filepath.Base(name), err)
	}
	return nil
}

// replace puts the finished folder into place of what stood there before.
func replace(work, dir string) error {
	old := work + ".old"
	err := os.Rename(dir, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("folder: %w; it cannot be replaced: name a folder inside it", err)
	}
	replaced := err == nil
	if err := os.Rename(work, dir); err != nil {
		if replaced {
			err = errors.Join(err, os.Rename(old, dir))
		}
		return fmt.Errorf("folder: %w", err)
	}
	if replaced {
		return os.RemoveAll(old)
	}
	return nil
}

func writePlan(w io.Writer, plan *planner.Plan) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(plan)
}
