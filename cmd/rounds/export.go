package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/export"
)

// exportFlags are the flags of rounds export, as typed.
type exportFlags struct {
	format, out, area, round, purpose, language, data string
	json                                              bool
}

func newExportCommand() *cobra.Command {
	var flags exportFlags
	c := &cobra.Command{
		Use:   "export LAYER",
		Short: "Write a layer as a file for GIS or a spreadsheet",
		Long: `Write a layer of the database as a file: ` + strings.Join(export.Layers(), ", ") + `.
Formats: geojson, geojsonseq, csv, xlsx, gpkg, fgb, parquet, shp (a ZIP), kml, gpx for routes, and
pdf, a map on paper, for areas, cells, incidents and releases.
Routes, stops and cells are those of the newest open round and its published plan. Releases
are the newest published numbers of each measure, by parts of the map that lie wholly in the area;
small ones are withheld. Every file says what it is, for what purpose and until when (CSV in a
file beside it); ids in it join with no other file. The fields are listed in docs/dictionary/exports.csv.`,
		Example: `  rounds export households --format gpkg --area Ordino --purpose fire_safety
  rounds export routes --format gpx -o walks.gpx
  rounds export cells -o work.pdf --area Ordino --language zh-Hans
  rounds export incidents -o incidents.csv`,
		Args: arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			request, err := flags.request(args[0])
			if err != nil {
				return err
			}
			return exportLayer(c.Context(), c.OutOrStdout(), newProgress(c.ErrOrStderr()), request, flags)
		},
	}
	f := c.Flags()
	f.StringVar(&flags.format, "format", "", "format of the file (default: what the name of the output ends in, or gpkg)")
	f.StringVarP(&flags.out, "output", "o", "", "the file (default LAYER.FORMAT)")
	f.StringVar(&flags.area, "area", "", "only this area and those within it, by name or id")
	f.StringVar(&flags.round, "round", "", "id of the round of routes, stops and cells")
	f.StringVar(&flags.purpose, "purpose", "service_information", "what the file is for, a code of the closed list")
	f.StringVar(&flags.language, "language", "en", "language of a map on paper, en or zh-Hans")
	f.BoolVar(&flags.json, "json", false, "print the manifest as JSON")
	addDataFlag(c, &flags.data)
	return c
}

// request reads the flags, apart from the area, which only the database knows.
func (f *exportFlags) request(layer string) (export.Request, error) {
	if f.format == "" {
		f.format = strings.TrimPrefix(filepath.Ext(strings.TrimSuffix(f.out, ".zip")), ".")
	}
	if f.format == "" {
		f.format = string(gis.GPKG)
	}
	if f.out == "" {
		f.out = layer + "." + f.format
		if f.format == string(gis.Shapefile) {
			f.out += ".zip"
		}
	}
	request := export.Request{Layer: layer, Format: gis.Format(f.format), Purpose: f.purpose, Language: f.language}
	if f.round != "" {
		var err error
		if request.Round, err = uuid.Parse(f.round); err != nil {
			return request, usagef("--round %s: want the id of a round", f.round)
		}
	}
	return request, nil
}

// exportLayer writes the file as the operator.
func exportLayer(ctx context.Context, out io.Writer, told *progress, request export.Request, flags exportFlags) error {
	exporter := export.Exporter{Today: time.Now}
	request.Progress = func(done, total int64) { told.tell("export "+request.Layer, done, total) }
	if err := exporter.Check(operator, request); err != nil {
		return exportError(err)
	}
	return withDatabase(ctx, flags.data, func(database *database, db *register.DB) (err error) {
		exporter.DB = db
		if database.statsURL != "" {
			source, err := register.OpenStatistics(ctx, database.statsURL)
			if err != nil {
				return err
			}
			defer source.Close()
			exporter.Statistics = tiles.NewStatistics(source)
		}
		if flags.area != "" {
			if request.Area, err = areaNamed(ctx, db, flags.area); err != nil {
				return err
			}
		}
		about, err := exporter.Write(ctx, operator, request, flags.out)
		told.end()
		if err != nil {
			return exportError(err)
		}
		return printExport(out, flags, about)
	})
}

// operator is who asks at the terminal.
var operator = register.Service("operator")

// exportError says what to do next.
func exportError(err error) error {
	var wrong *export.FieldError
	switch {
	case errors.As(err, &wrong):
		return usagef("%s: %s", wrong.Field, wrong.Problem)
	case errors.Is(err, register.ErrNoPlan):
		return fmt.Errorf("rounds: there is no published plan of an open round; publish one at the desk, or name another with --round")
	case errors.Is(err, register.ErrNoRound):
		return fmt.Errorf("rounds: there is no such open round; cells show the work of one")
	}
	return err
}

// areaNamed finds an area by its id or by its name in either language.
func areaNamed(ctx context.Context, db *register.DB, name string) (uuid.UUID, error) {
	areas, err := db.Areas(ctx, operator, register.AreaFilter{})
	if err != nil {
		return uuid.Nil, err
	}
	var found []register.Area
	for _, area := range areas {
		if area.ID.String() == name {
			return area.ID, nil
		}
		if strings.EqualFold(area.Name, name) || area.NameZH == name {
			found = append(found, area)
		}
	}
	switch {
	case len(areas) == 0:
		return uuid.Nil, fmt.Errorf("rounds: --area %s: there are no areas yet; `rounds import osm EXTRACT` brings them in", name)
	case len(found) == 0:
		return uuid.Nil, fmt.Errorf("rounds: --area %s: there is no such area; `rounds export areas` lists them", name)
	case len(found) == 1:
		return found[0].ID, nil
	}
	var ids []string
	for _, area := range found {
		ids = append(ids, fmt.Sprintf("%s (%s)", area.ID, area.Level))
	}
	return uuid.Nil, fmt.Errorf("rounds: --area %s: there are %d of that name; take an id: %s", name, len(found), strings.Join(ids, ", "))
}

func printExport(out io.Writer, flags exportFlags, about gis.Manifest) error {
	if flags.json {
		return json.NewEncoder(out).Encode(struct {
			File string `json:"file"`
			gis.Manifest
		}{flags.out, about})
	}
	info, err := os.Stat(flags.out)
	if err != nil {
		return fmt.Errorf("rounds: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s: %d %s, %d KiB, to be deleted by %s\n", flags.out, about.Rows, about.Layer, (info.Size()+1023)/1024,
		about.Expires.Local().Format("2006-01-02 15:04"))
	return err
}
