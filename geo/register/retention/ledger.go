package retention

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rounds-project/rounds/geo/register"
)

// ledgerFile is the name of the ledger in the data folder.
const ledgerFile = "erasures.log"

// Ledger is the file that says, by digests, what was erased. It lies outside the
// database, so that a backup from before an erasure cannot bring back what went:
// [ReplayErasures] erases it again. It is safe for concurrent use.
type Ledger struct {
	path string

	mu sync.Mutex
	// known are the lines that are in the file; seen is the last number of the database
	// that was compared with them.
	known map[string]bool
	seen  int64
}

// OpenLedger reads the ledger of a data folder; there may be none yet.
func OpenLedger(dataFolder string) (*Ledger, error) {
	l := &Ledger{path: filepath.Join(dataFolder, ledgerFile), known: map[string]bool{}}
	err := l.each(func(class string, digest []byte) { l.known[class+string(digest)] = true })
	return l, err
}

// each gives the lines of the file. A line without an end was not acknowledged: the
// server stopped while it was written.
func (l *Ledger) each(use func(class string, digest []byte)) error {
	file, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	defer file.Close()
	lines := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("retention: ledger: %w", err)
		}
		fields := bytes.Fields(line)
		if len(fields) == 0 {
			continue // the end of a line that was not acknowledged
		}
		digest := make([]byte, 32)
		if len(fields) != 3 || hex.DecodedLen(len(fields[1])) != len(digest) {
			continue
		}
		if _, err := hex.Decode(digest, fields[1]); err != nil {
			return fmt.Errorf("retention: ledger %s, line %d: %w; restore the file from a copy", l.path, number, err)
		}
		use(string(fields[0]), digest)
	}
}

// Sync appends what was erased since the last call, and returns when the disk has it.
// Who erases calls it before saying that it is done.
func (l *Ledger) Sync(ctx context.Context, db *register.DB) (err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines, err := db.ErasuresBehind(ctx, l.seen)
	if err != nil || len(lines) == 0 {
		return err
	}
	var text bytes.Buffer
	for _, line := range lines {
		if !l.known[line.Class+string(line.Digest)] {
			fmt.Fprintf(&text, "%s %x %s\n", line.Class, line.Digest, line.On.Format(time.DateOnly))
		}
	}
	if err := l.append(text.Bytes()); err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	for _, line := range lines {
		l.known[line.Class+string(line.Digest)] = true
	}
	l.seen = lines[len(lines)-1].Number
	return nil
}

func (l *Ledger) append(text []byte) (err error) {
	if len(text) == 0 {
		return nil
	}
	file, err := os.OpenFile(l.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	// A line that was cut off must not run into the next.
	if end, err := file.Seek(0, io.SeekEnd); err != nil {
		return err
	} else if end > 0 {
		last := make([]byte, 1)
		if _, err := file.ReadAt(last, end-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			text = append([]byte{'\n'}, text...)
		}
	}
	if _, err := file.Write(text); err != nil {
		return err
	}
	return file.Sync()
}

// Replayed is what [ReplayErasures] has erased again.
type Replayed struct{ Places, Consents int }

// ReplayErasures erases again, in a database that was restored from a backup, what the
// ledger of the data folder says was erased. Doing it again changes nothing.
func ReplayErasures(ctx context.Context, db *register.DB, keys *register.Keys, dataFolder string) (Replayed, error) {
	ledger := &Ledger{path: filepath.Join(dataFolder, ledgerFile)}
	digests := map[string][][]byte{}
	if err := ledger.each(func(class string, digest []byte) { digests[class] = append(digests[class], digest) }); err != nil {
		return Replayed{}, err
	}
	places, consents, err := db.RefuseAgain(ctx, keys, digests["place"], digests["consent"])
	return Replayed{Places: places, Consents: consents}, err
}
