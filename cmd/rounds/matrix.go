package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/planner/network"
)

// matrixFlags are the flags of rounds matrix.
type matrixFlags struct {
	streetFlags
	out     string
	threads int
}

func newMatrixCommand() *cobra.Command {
	var flags matrixFlags
	c := &cobra.Command{
		Use:   "matrix --osm FILE POINTS",
		Short: "Travel times and distances between all points",
		Long: `Print a CSV of the seconds and metres from every point to every other, door to door:
from,to,seconds,metres. POINTS is a CSV with the columns id,lon,lat (further ones are
left alone) or a GeoJSON of points with a property id. Seconds and metres are empty
where no way leads; a point more than 250 m from any way is named on standard error.`,
		Example: `  rounds matrix --osm andorra-latest.osm.bz2 --mode foot points.csv -o matrix.csv`,
		Args:    arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := flags.check(); err != nil {
				return err
			}
			return matrix(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), args[0], flags)
		},
	}
	flags.add(c)
	c.Flags().StringVarP(&flags.out, "output", "o", "", "write to this file (default standard output)")
	c.Flags().IntVar(&flags.threads, "threads", 0, "cores to use (default all)")
	return c
}

func matrix(ctx context.Context, out, notices io.Writer, path string, flags matrixFlags) (err error) {
	points, err := readPoints(path)
	if err != nil {
		return err
	}
	p := newProgress(notices)
	measure, err := flags.measurer(ctx, p, points)
	if err != nil {
		return err
	}
	return writeOutput(out, flags.out, func(w io.Writer) error { return writeMatrix(ctx, w, p, points, measure) })
}

// measurer gives rows of the matrix, from a network or from a server.
type measurer func(ctx context.Context, first, end int) (seconds, metres []int32, err error)

func (flags *matrixFlags) measurer(ctx context.Context, p *progress, points []geo.Household) (measurer, error) {
	server, err := flags.server()
	if err != nil {
		return nil, err
	}
	if server != nil {
		at := make([]orb.Point, len(points))
		for i := range points {
			at[i] = points[i].At
		}
		return func(ctx context.Context, first, end int) ([]int32, []int32, error) {
			return server.Matrix(ctx, at[first:end], at)
		}, nil
	}
	n, err := flags.open(ctx, p)
	if err != nil {
		return nil, err
	}
	at := n.SnapHouseholds(points)
	for i := range at {
		if !at[i].Reachable() {
			p.note(fmt.Sprintf("%s lies more than %d m from any way open %s", points[i].ID, network.MaxOffRoad, flags.travels().By()))
		}
	}
	return func(ctx context.Context, first, end int) ([]int32, []int32, error) {
		return n.Matrix(ctx, at[first:end], at, flags.threads)
	}, nil
}

// readPoints reads the places of a file.
func readPoints(path string) ([]geo.Household, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("rounds: %w", err)
	}
	defer file.Close()
	points, err := gis.ReadHouseholds(file, func(geo.Household) error { return nil })
	switch {
	case err != nil:
		return nil, fmt.Errorf("rounds: %s: %w", filepath.Base(path), err)
	case len(points) == 0:
		return nil, fmt.Errorf("rounds: %s: holds no points; want a row id,lon,lat for each", filepath.Base(path))
	}
	return points, nil
}

// matrixRows is how many rows are computed before they are written: the whole
// matrix of a city does not fit into memory.
const matrixRows = 512

func writeMatrix(ctx context.Context, out io.Writer, p *progress, points []geo.Household, measure measurer) error {
	defer p.end()
	w := csv.NewWriter(out)
	if err := w.Write([]string{"from", "to", "seconds", "metres"}); err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	for first := 0; first < len(points); first += matrixRows {
		p.tell("measuring", int64(first), int64(len(points)))
		seconds, metres, err := measure(ctx, first, min(first+matrixRows, len(points)))
		if err != nil {
			return err
		}
		for k := range seconds {
			from, to := first+k/len(points), k%len(points)
			if err := w.Write([]string{points[from].ID, points[to].ID, figure(seconds[k]), figure(metres[k])}); err != nil {
				return fmt.Errorf("rounds: %w", err)
			}
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	return nil
}

// figure is empty where no way leads.
func figure(v int32) string {
	if v == network.Unreachable {
		return ""
	}
	return strconv.Itoa(int(v))
}

// writeOutput writes to a file, or to out when none is named. A file that could
// not be written to its end is removed.
func writeOutput(out io.Writer, path string, write func(io.Writer) error) error {
	if path == "" {
		buffer := bufio.NewWriter(out)
		return errors.Join(write(buffer), buffer.Flush())
	}
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		os.Remove(path)
		return err
	}
	return nil
}
