package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestWorker_WantsTheExtractOfTheService(t *testing.T) {
	t.Parallel()
	if code, _, stderr := commandLine("worker", "--threads", "-1"); code != exitUsage || !strings.Contains(stderr, "--threads") {
		t.Errorf("%d %s", code, stderr)
	}
	s := newStanding(t)
	s.within(func(conn *pgx.Conn) {
		_, err := conn.Exec(t.Context(), `INSERT INTO rounds.extracts (sha256, file_name, bounds)
			VALUES (sha256('x'), encode(sha256('x'), 'hex') || '.osm.pbf', ST_MakeEnvelope(1, 42, 1.3, 42.1, 4326))`)
		s.must(err)
	})
	if code, _, stderr := commandLine("worker", "--data", s.folder); code != exitFailure || !strings.Contains(stderr, "copy the folder extracts") {
		t.Errorf("without the extract: %d %s", code, stderr)
	}
	if _, err := os.Stat(filepath.Join(s.folder, "extracts")); !os.IsNotExist(err) {
		t.Errorf("a folder was made: %v", err)
	}
}
