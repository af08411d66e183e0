//go:build bench

package upload_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/upload"
)

// TestBenchImport imports a CSV file of as many households as ROUNDS_BENCH_ROWS and about
// ROUNDS_BENCH_MB, most of it columns that Rounds does not keep, with the command ROUNDS_BENCH_BINARY, with
// the desk's job and with ogr2ogr into the same PostgreSQL, each of ROUNDS_BENCH_WAYS a
// process of its own; it prints rows of docs/benchmarks.md.
func TestBenchImport(t *testing.T) {
	rows, err := strconv.Atoi(os.Getenv("ROUNDS_BENCH_ROWS"))
	if err != nil {
		t.Fatal("ROUNDS_BENCH_ROWS: ", err)
	}
	megabytes, err := strconv.Atoi(os.Getenv("ROUNDS_BENCH_MB"))
	if err != nil {
		t.Fatal("ROUNDS_BENCH_MB: ", err)
	}
	town := registertest.NewTown(t)
	file := filepath.Join(t.TempDir(), "households.csv")
	size := writeTable(t, file, rows, megabytes<<20)
	fmt.Printf("%d households, %d MB\n| way | s | CPU s | peak MB | PostgreSQL's peak MB |\n|---|---|---|---|---|\n", rows, size>>20)
	for way := range strings.FieldsSeq(os.Getenv("ROUNDS_BENCH_WAYS")) {
		var command *exec.Cmd
		switch way {
		case "command":
			command = exec.Command(os.Getenv("ROUNDS_BENCH_BINARY"), "import", "households", file, "--data", t.TempDir())
			command.Env = append(os.Environ(), "DATABASE_URL="+town.AppURL)
		case "desk":
			folder, id := onShelf(t, town, file, size)
			command = exec.Command(os.Args[0])
			command.Env = append(os.Environ(), doWork+"="+strings.Join([]string{town.AppURL, folder, id.String()}, " "))
		case "ogr2ogr":
			config := town.Owner.Config()
			command = exec.Command("ogr2ogr", "-f", "PostgreSQL", "--config", "PG_USE_COPY", "YES",
				fmt.Sprintf("PG:host='%s' port=%d user='%s' dbname='%s' password='%s'", config.Host, config.Port, config.User, config.Database, config.Password),
				file, "-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-a_srs", "EPSG:4326", "-nln", "by_ogr2ogr",
				"-select", "id,street,house_number,postcode,place,doors")
		default:
			t.Fatalf("no way %q", way)
		}
		before := town.Count("SELECT count(*) FROM rounds.households")
		postgres := watchPostgres(t, town.Owner)
		line := measured(t, command, way == "desk")
		fmt.Printf("| %s | %s %d |\n", way, line, postgres())
		if way != "ogr2ogr" {
			if n := town.Count("SELECT count(*) FROM rounds.households") - before; n != rows {
				t.Fatalf("%s: %d of %d came in", way, n, rows)
			}
			town.Exec("DELETE FROM rounds.households WHERE source_key ~ '^K[0-9]'")
		}
	}
}

// writeTable writes households of the town's west, with remarks that fill the file up.
func writeTable(t *testing.T, path string, rows, bytes int) int64 {
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	remark := strings.Repeat("Flat roof, built 1974, cadastre sheet 12; ", 1+max(0, bytes/rows-80)/42)[:max(0, bytes/rows-80)]
	fmt.Fprintln(out, "id,lon,lat,street,house_number,postcode,place,doors,remark")
	for i := range rows {
		// A lattice with irrational steps: everywhere, and no two at one place.
		east, south := float64(i)*0.6180339887498949, float64(i)/float64(rows)
		fmt.Fprintf(out, "K%d,%.7f,%.7f,Carrer de la Font %d,%d,AD%d,West,%d,\"%s\"\n", i, 1.022+0.056*(east-float64(int(east))), 42.022+0.056*south, i/120, i%120+1, 100+i/5000%800, 1+i%9, remark)
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// onShelf brings a file in parts, has it looked through and its import ordered.
func onShelf(t *testing.T, town *registertest.Town, path string, size int64) (folder string, id uuid.UUID) {
	folder, id = t.TempDir(), uuid.New()
	lead := town.As(registertest.WestSupervisor)
	if err := town.DB.BeginUpload(t.Context(), lead, id, register.HouseholdFile, size); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	d, of := desk(town.DB, folder), register.Upload{ID: id, Bytes: size}
	part := make([]byte, upload.PartBytes)
	for number := 0; ; number++ {
		n, err := file.ReadAt(part, int64(number)*upload.PartBytes)
		if n == 0 {
			break
		}
		if put := d.PutPart(of, number, part[:n]); put != nil {
			t.Fatal(put, err)
		}
	}
	if err := d.Wish(id, upload.Wishes{Otherwise: register.Different}); err != nil {
		t.Fatal(err)
	}
	if err := town.DB.OrderUpload(t.Context(), lead, id, register.Checking, register.Sending); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := workOn(town.DB, folder, id); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("looking it through took %.0f s\n", time.Since(began).Seconds())
	if err := town.DB.OrderUpload(t.Context(), lead, id, register.Importing, register.Checked); err != nil {
		t.Fatal(err)
	}
	return folder, id
}

// measured runs a command: seconds of the wall and of the processor, and peak memory. The
// process that works on an upload ends with 1 also when all went well.
func measured(t *testing.T, command *exec.Cmd, endsWithOne bool) string {
	t.Helper()
	began := time.Now()
	out, err := command.CombinedOutput()
	if err != nil && !endsWithOne {
		t.Fatalf("%s: %v: %s", command.Path, err, out)
	}
	used := command.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return fmt.Sprintf("%.1f | %.1f | %d |", time.Since(began).Seconds(), cpu.Seconds(), used.Maxrss>>10)
}

// watchPostgres looks, until it is asked, how much memory all processes of the server have
// together, what they share counted once.
func watchPostgres(t *testing.T, owner *pgx.Conn) (peakMB func() int) {
	var backend int
	if err := owner.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&backend); err != nil {
		t.Fatal(err)
	}
	server := parentOf(backend)
	ctx, cancel := context.WithCancel(t.Context())
	peak := make(chan int, 1)
	go func() {
		most := 0
		for every := time.NewTicker(200 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				peak <- most >> 10
				return
			case <-every.C:
			}
			sum := 0
			entries, _ := os.ReadDir("/proc")
			for _, entry := range entries {
				if pid, err := strconv.Atoi(entry.Name()); err == nil && (pid == server || parentOf(pid) == server) {
					sum += kilobytes(pid)
				}
			}
			most = max(most, sum)
		}
	}()
	return func() int { cancel(); return <-peak }
}

func parentOf(pid int) int {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(stat), ") ")
	if fields := strings.Fields(rest); len(fields) > 1 {
		parent, _ := strconv.Atoi(fields[1])
		return parent
	}
	return 0
}

func kilobytes(pid int) int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "Pss:" {
			n, _ := strconv.Atoi(fields[1])
			return n
		}
	}
	return 0
}
