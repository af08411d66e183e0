package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/inbox"
	"github.com/rounds-project/rounds/web/export"
	"github.com/rounds-project/rounds/web/upload"
)

// importFlags are the flags of rounds import, as typed.
type importFlags struct {
	kind, file, crs, data    string
	dryRun, deleteGone, json bool
	matchAddresses           bool
	// columns and words say what those of a ledger mean; corrected is where a copy goes.
	columns, words []string
	corrected      string
}

// importKinds explain what each kind of file may hold.
var importKinds = []struct{ kind, short, long, example string }{
	{"osm", "Import areas, households and base map of an OpenStreetMap extract",
		`Takes an extract (.osm.pbf, .osm.bz2, .osm.gz, .osm). Its administrative boundaries become
the tree of areas; without any, the extract is one county. Areas are cut into grids of
about 150 to 300 dwellings, the unit that one worker has. Streets are read from a copy of
the file in the data folder. A later extract brings everything up to date in place.`,
		"rounds import osm andorra-latest.osm.bz2"},
	{"areas", "Import drawn areas",
		`Takes polygons with the columns id, name, level (county, town, village, grid) and, if you
like, parent (the id of another area) and name_zh: GeoJSON, GeoJSON text sequence, GeoPackage,
FlatGeobuf, GeoParquet, KML or KMZ, a Shapefile in a ZIP; or a table (CSV, XLSX) with the
outline as well-known text in a column wkt.`,
		"rounds import areas towns.geojson --dry-run"},
	{"households", "Import households",
		`Takes a table (CSV, XLSX) with the columns id, lon, lat and any of address or street,
house_number, unit, postcode, place; doors; window_start, window_end; or points with such
columns: GeoJSON, GeoJSON text sequence, GeoPackage, FlatGeobuf, GeoParquet, KML or KMZ, GPX,
a Shapefile in a ZIP. The id is that of a building or an address: numbers of people are
refused. Other columns are never looked at. A known id is brought up to date.`,
		"rounds import households addresses.csv --crs 25831 --dry-run"},
	{"incidents", "Import hazards and service requests of another ledger",
		`Takes a table (CSV, XLSX) with the columns lon, lat, matter, reported_on and any of id, state
(open, closed), closed_on; or a GIS file of points with such columns. Texts are not kept. Matters:
` + wrapped(geo.ClosedLists().Codes("matters")),
		"rounds import incidents ledger.csv"},
	{"ledger", "Import the cases of another ledger",
		`Takes a table (CSV, XLSX) with the columns number, matter, reported_on, area or unit, and any of
due_on, closed_on, stage. Columns are found by their usual names in English and Chinese; say
which others are meant with --column, and what words mean with --word: a matter or a stage of
the lists, the name of an area (Town / Village) or of a unit. Of disputes those that are over
come in, without their matter. What was over for more than 12 months is left out. Texts,
names and everything else are never looked at. --corrected writes a copy to be mended, with
what is wrong beside each row. A number that is there keeps its case. An import is undone as a
whole with rounds import undo. The matters are those of rounds import incidents --help.`,
		"rounds import ledger ledger.xlsx --dry-run --corrected mended.csv\n  rounds import ledger ledger.csv --column due_on=Deadline --word matter:Pothole=road_damage"},
	{"refusals", "Import addresses that are never to be visited",
		`Takes a table (CSV, XLSX) of addresses whose residents refused visits earlier: the columns street,
house_number and, if you like, unit, or address (one line); and place, postcode or both, as
other towns may have this street and number too. A household that has the address goes with
all that hangs on it, from open plans too, and no later input brings it back: an HMAC of the
address is all that is kept. No row says that a file came in. Import areas first, by whose
names a town is known; then refusals, before households or after them. Delete the file
afterwards. It cannot be undone, so try --dry-run.`,
		"rounds import refusals never-visit.csv --dry-run\n  rounds import refusals never-visit.csv && shred -u never-visit.csv"},
}

func newImportCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "import",
		Short: "Import an OpenStreetMap extract, elevation, areas, households, incidents, a ledger or refusals",
		Long: `Imports a file: all of it or, when a row cannot be taken, nothing, with a report of
rows, fields and what to do. Places that asked never to be visited are dropped. Columns
may have Chinese names too; docs/dictionary/imports.csv lists them.`,
		Example: "  rounds import osm andorra-latest.osm.bz2\n  rounds import households addresses.csv --dry-run",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return usagef("import: say what: osm, elevation, areas, households, incidents, ledger, refusals or undo")
		},
	}
	for _, k := range importKinds {
		root.AddCommand(newImportKind(k.kind, k.short, k.long, k.example))
	}
	root.AddCommand(newImportElevation(), newImportUndo())
	return root
}

func newImportKind(kind, short, long, example string) *cobra.Command {
	flags := importFlags{kind: kind}
	c := &cobra.Command{
		Use: kind + " FILE", Short: short, Long: long, Example: "  " + example,
		Args: arguments(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			flags.file = args[0]
			return runImport(c.Context(), flags, c.OutOrStdout(), newProgress(c.ErrOrStderr()))
		},
	}
	f := c.Flags()
	f.BoolVar(&flags.dryRun, "dry-run", false, "say what would be new, changed and gone, and keep nothing")
	f.BoolVar(&flags.json, "json", false, "print the report as JSON")
	if kind != "osm" && kind != "refusals" && kind != "ledger" {
		f.StringVar(&flags.crs, "crs", "", "coordinate system of the file: an EPSG number, gcj02 or bd09 (default what the file says, else 4326)")
	}
	if kind == "osm" || kind == "households" {
		f.BoolVar(&flags.deleteGone, "delete-gone", false, "delete households that the file no longer has, unless a visit or an open plan needs them")
	}
	if kind == "households" {
		f.BoolVar(&flags.matchAddresses, "match-addresses", false, "find places that have an address and no lon, lat by the addresses of the extract")
	}
	if kind == "ledger" {
		f.StringArrayVar(&flags.columns, "column", nil, "which column is meant: due_on=Deadline (may be given several times)")
		f.StringArrayVar(&flags.words, "word", nil, "what a word means: matter:Pothole=road_damage (may be given several times)")
		f.StringVar(&flags.corrected, "corrected", "", "write a copy with what is wrong beside each row to this CSV file")
	}
	addDataFlag(c, &flags.data)
	return c
}

func runImport(ctx context.Context, flags importFlags, out io.Writer, told *progress) error {
	crs, err := register.ParseCRS(flags.crs)
	if err != nil {
		return usageError{err}
	}
	mapping, err := flags.mapping()
	if err != nil {
		return usageError{err}
	}
	// What cannot be read is told before a database is started.
	digest, err := digestOf(flags.file)
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
	keys, err := db.LoadKeys(ctx, database.folder)
	if err != nil {
		return err
	}
	job := importJob{importFlags: flags, mapping: mapping, db: db, folder: database.folder, options: register.ImportOptions{
		Keys: keys, DryRun: flags.dryRun, DeleteGone: flags.deleteGone, MatchAddresses: flags.matchAddresses, Digest: digest,
		Progress: func(stage string, done, total int) { told.tell(importStages[stage], int64(done), int64(total)) },
	}}
	job.systems = inbox.SystemsOf(db, crs, flags.crs != "")
	report, err := job.do(ctx)
	told.end()
	if err == nil && flags.kind == "refusals" && !flags.dryRun {
		err = clearMade(database.folder)
	}
	return printImport(out, flags, report, job.left, err)
}

// clearMade forgets what a service with this data folder made before: a file to fetch, or
// what was found in one at the desk, may hold a place that refused.
func clearMade(folder string) error {
	exports, uploads := export.Shelf{Folder: filepath.Join(folder, "exports")}, upload.Shelf{Folder: filepath.Join(folder, "uploads")}
	return errors.Join(exports.Clear(), uploads.Clear())
}

// importStages are the steps of an import in words.
var importStages = map[string]string{
	"read": "reading the file", "map": "drawing the base map", "locate": "finding the area of each place",
	"cut": "cutting grids", "save": "saving", "compare": "comparing with the households",
}

// importJob is an import with what it needs.
type importJob struct {
	importFlags
	db      *register.DB
	folder  string
	options register.ImportOptions
	systems inbox.Systems
	mapping inbox.Mapping
	left    inbox.Left
}

func (j *importJob) do(ctx context.Context) (register.ImportReport, error) {
	if j.kind == "osm" {
		return j.db.ImportExtract(ctx, j.folder, j.file, j.options)
	}
	file, err := os.Open(j.file)
	if err != nil {
		return register.ImportReport{}, fmt.Errorf("rounds: import: %w", err)
	}
	defer file.Close()
	switch j.kind {
	case "areas":
		rows, err := inbox.Areas(ctx, file, nil, j.systems, &j.left)
		if err != nil {
			return register.ImportReport{}, err
		}
		j.options.FirstRow, j.options.Wrong = j.left.FirstRow, rows.Wrong
		return j.db.ImportAreas(ctx, rows.Areas, j.options)
	case "households":
		return j.db.ImportHouseholds(ctx, inbox.Households(ctx, file, j.systems, &j.left), j.options)
	case "ledger":
		return j.ledger(ctx, file)
	case "refusals":
		return j.db.ImportRefusals(ctx, inbox.Refusals(ctx, file, &j.left), j.options)
	default:
		return j.db.ImportIncidents(ctx, inbox.Incidents(ctx, file, inbox.Meaning{}, j.systems, &j.left), j.options)
	}
}

func digestOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("rounds: import: %w", err)
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return nil, fmt.Errorf("rounds: import: %w", err)
	}
	return digest.Sum(nil), nil
}

// importResult is what --json prints.
type importResult struct {
	register.ImportReport
	ColumnsRead    []string             `json:"columns_read,omitempty"`
	ColumnsLeftOut int                  `json:"columns_left_out"`
	Encoding       string               `json:"encoding,omitempty"`
	System         string               `json:"coordinate_system,omitempty"`
	Refused        int                  `json:"refused"`
	Complaints     []register.Complaint `json:"complaints"`
}

func printImport(out io.Writer, flags importFlags, report register.ImportReport, left inbox.Left, err error) error {
	var refused *register.RefusedError
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	result := importResult{ImportReport: report, ColumnsRead: left.Read, ColumnsLeftOut: left.Columns, Encoding: left.Encoding, System: inbox.SystemInWords(left.System), Complaints: []register.Complaint{}}
	if refused != nil {
		result.Refused, result.Complaints = refused.Total, refused.Complaints
	}
	if flags.json {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(result); err != nil {
			return fmt.Errorf("rounds: import: %w", err)
		}
	} else {
		fmt.Fprint(out, result.words())
	}
	if refused == nil {
		return nil
	}
	return fmt.Errorf("rounds: import: %s: %w", filepath.Base(flags.file), refused)
}

// words are the report for people.
func (r importResult) words() string {
	var b strings.Builder
	b.WriteString(complaintLines(r.Complaints, r.Refused))
	if r.ColumnsLeftOut > 0 {
		fmt.Fprintf(&b, "%s that Rounds does not keep %s left out.\n", counted(r.ColumnsLeftOut, "column"), plural(r.ColumnsLeftOut, "was", "were"))
	}
	if r.Encoding != "" {
		fmt.Fprintf(&b, "The text was read as %s.\n", r.Encoding)
	}
	if r.System != "" {
		fmt.Fprintf(&b, "The file says that its coordinates are %s.\n", r.System)
	}
	if r.Shifted != "" {
		fmt.Fprintf(&b, "The places lie beside the streets; as %[1]s they lie along them: try --crs %[1]s --dry-run.\n", r.Shifted)
	}
	if r.Refused > 0 {
		return b.String()
	}
	if r.Kind == "refusals" {
		b.WriteString(r.refusalWords())
		return b.String()
	}
	things := map[string]string{"osm": "household", "households": "household", "areas": "area", "incidents": "incident", "ledger": "case"}[r.Kind]
	fmt.Fprintf(&b, "%s: %d new, %d changed, %d unchanged.\n", counted(r.Added+r.Changed+r.Unchanged, things), r.Added, r.Changed, r.Unchanged)
	if r.Kind == "ledger" {
		b.WriteString(r.ledgerWords())
	}
	if r.Kind == "osm" {
		fmt.Fprintf(&b, "%s (%d new), %s on the base map.\n", counted(r.Areas.Added+r.Areas.Changed+r.Areas.Unchanged, "area"), r.Areas.Added, counted(r.Features, "feature"))
	}
	if r.Grids > 0 {
		fmt.Fprintf(&b, "%s cut.\n", counted(r.Grids, "grid"))
	}
	if r.LeftOut > 0 {
		fmt.Fprintf(&b, "%s beyond the boundaries in the extract %s left out.\n", counted(r.LeftOut, "place"), plural(r.LeftOut, "was", "were"))
	}
	switch {
	case r.Deleted > 0:
		fmt.Fprintf(&b, "%s no longer in the file: %d deleted, %d still needed.\n", counted(r.Gone, "household"), r.Deleted, r.Gone-r.Deleted)
	case r.Gone > 0:
		fmt.Fprintf(&b, "%s of these grids %s not in the file; %s. --delete-gone deletes what no visit or open plan needs.\n",
			counted(r.Gone, "household"), plural(r.Gone, "is", "are"), plural(r.Gone, "it stays", "they stay"))
	}
	if r.DryRun {
		fmt.Fprintln(&b, "This was a dry run: nothing was kept.")
	}
	return b.String()
}

// wrapped are words in lines that a terminal shows whole.
func wrapped(words []string) string {
	text, width := "", 0
	for i, word := range words {
		switch {
		case i == 0:
		case width+len(word) > 86:
			text, width = text+",\n", 0
		default:
			text, width = text+", ", width+2
		}
		text, width = text+word, width+len(word)
	}
	return text + "."
}
