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
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

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
	l := &Ledger{path: LedgerPath(dataFolder), known: map[string]bool{}}
	err := l.each(func(line register.Erasure) { l.known[line.Class+string(line.Digest)] = true })
	return l, err
}

// LedgerPath is where the ledger of a data folder lies.
func LedgerPath(dataFolder string) string { return filepath.Join(dataFolder, ledgerFile) }

// MergeLedger adds to the ledger of a data folder what a copy of it has besides.
func MergeLedger(dataFolder string, from io.Reader) error {
	ledger, err := OpenLedger(dataFolder)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	err = eachLine(from, "the copy", func(line register.Erasure) {
		if key := line.Class + string(line.Digest); !ledger.known[key] {
			ledger.known[key] = true
			text.WriteString(format(line))
		}
	})
	if err != nil {
		return err
	}
	if err := ledger.alone(func() error { return ledger.append(text.Bytes()) }); err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	return nil
}

// CheckLedger refuses a file that is no ledger.
func CheckLedger(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	defer file.Close()
	found := false
	if err := eachLine(file, path, func(register.Erasure) { found = true }); err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("retention: %s is no ledger of erasures: it has no line like \"place 5f2c...\"", path)
	}
	return nil
}

// each gives the lines of the file.
func (l *Ledger) each(use func(register.Erasure)) error {
	file, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	defer file.Close()
	return eachLine(file, l.path, use)
}

// eachLine gives the lines of a ledger. A line without an end was not acknowledged: the
// server stopped while it was written.
func eachLine(from io.Reader, name string, use func(register.Erasure)) error {
	lines := bufio.NewReader(from)
	for number := 1; ; number++ {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("retention: ledger: %w", err)
		}
		line, whole, err := parse(text)
		if err != nil {
			return fmt.Errorf("retention: ledger %s, line %d: %w; restore the file from a copy", name, number, err)
		}
		if whole {
			use(line)
		}
	}
}

// parse reads a line; one that was cut off, and then ended by the next, is not whole. A
// day behind a place, as older releases wrote it, is passed over.
func parse(text []byte) (line register.Erasure, whole bool, err error) {
	fields := bytes.Fields(text)
	line.Digest = make([]byte, 32)
	if len(fields) < 2 || len(fields) > 3 || hex.DecodedLen(len(fields[1])) != len(line.Digest) {
		return line, false, nil
	}
	line.Class = string(fields[0])
	if _, err := hex.Decode(line.Digest, fields[1]); err != nil {
		return line, false, err
	}
	if line.Class != "place" {
		on, err := time.Parse(time.DateOnly, string(fields[len(fields)-1]))
		if err != nil {
			return line, false, nil
		}
		line.On = &on
	}
	return line, true, nil
}

// format is a line as it stands in the file.
func format(line register.Erasure) string {
	if line.On == nil {
		return fmt.Sprintf("%s %x\n", line.Class, line.Digest)
	}
	return fmt.Sprintf("%s %x %s\n", line.Class, line.Digest, line.On.Format(time.DateOnly))
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
			text.WriteString(format(line))
		}
	}
	if err := l.alone(func() error { return l.append(text.Bytes()) }); err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	for _, line := range lines {
		l.known[line.Class+string(line.Digest)] = true
	}
	l.seen = lines[len(lines)-1].Number
	return nil
}

// Forget takes the lines out of the file whose clock, that of the class erasures, is
// over at a moment, which the database never lets be ahead of its own clock. It sorts
// the rest, so that the days of consents do not tell when a place was entered.
func (l *Ledger) Forget(ctx context.Context, db *register.DB, now time.Time) error {
	var before time.Time
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.over_before('erasures', $1)::date", now).Scan(&before)
	})
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		err = l.alone(func() error { return l.rewrite(before) })
	}
	if err != nil {
		return fmt.Errorf("retention: ledger: %w", err)
	}
	return nil
}

// rewrite exchanges the file at once for one without the days before a day.
func (l *Ledger) rewrite(before time.Time) error {
	var kept []string
	err := l.each(func(line register.Erasure) {
		if line.On == nil || !line.On.Before(before) {
			kept = append(kept, format(line))
		}
	})
	if err != nil {
		return err
	}
	slices.Sort(kept)
	text := strings.Join(slices.Compact(kept), "")
	there, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && string(there) == text {
		return nil
	}
	if err != nil {
		return err
	}
	making, err := os.CreateTemp(filepath.Dir(l.path), ".new-*") // of mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(making.Name())
	_, err = making.WriteString(text)
	if err := errors.Join(err, making.Sync(), making.Close()); err != nil {
		return err
	}
	if err := os.Rename(making.Name(), l.path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(l.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// alone changes the file while no other process does: a line that is appended must not
// go to a file that is being exchanged.
func (l *Ledger) alone(change func() error) error {
	lock, err := os.OpenFile(l.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() // which gives the lock back
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return err
	}
	return change()
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
type Replayed struct{ Places, Consents, Reports, Parties int }

// ReplayErasures erases again, in a database that was restored from a backup, what the
// ledger of the data folder says was erased. Doing it again changes nothing.
func ReplayErasures(ctx context.Context, db *register.DB, keys *register.Keys, dataFolder string) (Replayed, error) {
	ledger := &Ledger{path: LedgerPath(dataFolder)}
	digests := map[string][][]byte{}
	if err := ledger.each(func(line register.Erasure) { digests[line.Class] = append(digests[line.Class], line.Digest) }); err != nil {
		return Replayed{}, err
	}
	places, consents, err := db.RefuseAgain(ctx, keys, digests["place"], digests["consent"])
	if err != nil {
		return Replayed{Places: places, Consents: consents}, err
	}
	reports, err := db.WithdrawReportsAgain(ctx, digests["report"])
	if err != nil {
		return Replayed{Places: places, Consents: consents}, err
	}
	parties, err := db.ForgetPartiesAgain(ctx, digests["party"])
	return Replayed{places, consents, reports, parties}, err
}
