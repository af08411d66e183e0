package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/elevation"
	"github.com/rounds-project/rounds/geo/register"
)

// elevationFlags are those of rounds import elevation, as typed.
type elevationFlags struct {
	folder, data string
	dryRun, json bool
}

func newImportElevation() *cobra.Command {
	var flags elevationFlags
	c := &cobra.Command{
		Use:   "elevation FOLDER",
		Short: "Import heights of the ground, which shade the hills of the base map",
		Long: `Takes a folder of SRTM tiles (N42E001.hgt ..., 1 or 3 seconds of arc) and draws the hills
of the boxes around all counties, in place of those that were there. Import areas first,
and elevation again when they reach further than before. Any other elevation model becomes
such a tile with GDAL:
  gdalwarp -t_srs EPSG:4326 -te 1 42 2 43 -ts 3601 3601 -r bilinear -ot Int16 MODEL.tif degree.tif
  gdal_translate -of SRTMHGT degree.tif N42E001.hgt`,
		Example: "  rounds import elevation srtm/ --dry-run",
		Args:    arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			flags.folder = args[0]
			return runImportElevation(c.Context(), flags, c.OutOrStdout(), newProgress(c.ErrOrStderr()))
		},
	}
	f := c.Flags()
	f.BoolVar(&flags.dryRun, "dry-run", false, "say how many tiles there would be, and keep nothing")
	f.BoolVar(&flags.json, "json", false, "print the report as JSON")
	addDataFlag(c, &flags.data)
	return c
}

func runImportElevation(ctx context.Context, flags elevationFlags, out io.Writer, told *progress) error {
	// What cannot be read is told before a database is started.
	files, err := elevation.Open(flags.folder)
	if err != nil {
		return err
	}
	database, err := openDatabase(ctx, flags.data)
	if err != nil {
		return err
	}
	defer database.close()
	db, err := register.Open(ctx, database.appURL)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := db.ImportHeights(ctx, files, flags.dryRun, func(done, total int) {
		told.tell("drawing the hills", int64(done), int64(total))
	})
	told.end()
	if err != nil {
		return err
	}
	if flags.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(report); err != nil {
			return fmt.Errorf("rounds: import: %w", err)
		}
		return nil
	}
	fmt.Fprintf(out, "%s of heights to zoom %d, %.1f MB.\n", counted(report.Tiles, "tile"), report.LastZoom, float64(report.Bytes)/1e6)
	if len(report.Missing) > 0 {
		fmt.Fprintf(out, "Not in the folder, and flat on the map: %s. The sea has none.\n", strings.Join(report.Missing, ", "))
	}
	if report.DryRun {
		fmt.Fprintln(out, "This was a dry run: nothing was kept.")
	}
	return nil
}
