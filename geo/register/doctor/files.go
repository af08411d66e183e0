package doctor

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// leastFree is what the disk of the data folder should have: planning, exports and
// the write-ahead log need it.
const leastFree = 2 << 30

func (e *examination) disk(context.Context) error {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(e.DataFolder, &stat); err != nil {
		return fmt.Errorf("%s: %w", e.DataFolder, err)
	}
	if free := stat.Bavail * uint64(stat.Bsize); free < leastFree {
		e.findf("Make room, or move the data folder to a larger disk.", "The disk of %s has %d MB left.", e.DataFolder, free>>20)
	}
	return nil
}

func (e *examination) key(ctx context.Context) error {
	path := register.KeyPath(e.DataFolder)
	const restore = "Bring the key file back from the backup: without it, places that asked never to be visited would come back."
	var kept []byte
	if err := e.conn.QueryRow(ctx, "SELECT key_check FROM rounds.installation").Scan(&kept); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if kept != nil { // the first start makes the first key
			e.findf(restore, "The key file %s is gone.", path)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		e.findf("chmod 600 "+path, "Others may read the key file %s (mode %o).", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	keys, err := register.ParseKeys(path, text)
	if err != nil {
		e.find("The key file "+path+" is damaged.", restore)
		return nil
	}
	if kept != nil && subtle.ConstantTimeCompare(kept, keys.Check()) != 1 {
		e.find("The key file "+path+" is another installation's.", restore)
	}
	return nil
}

func (e *examination) extracts(ctx context.Context) error {
	rows, err := e.conn.Query(ctx, "SELECT sha256, file_name FROM rounds.extracts ORDER BY file_name")
	if err != nil {
		return err
	}
	extracts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		SHA256   []byte
		FileName string
	}])
	if err != nil {
		return err
	}
	const do = "Import it again (rounds import osm FILE), or bring it back from the backup."
	for _, x := range extracts {
		sum, err := digestOf(register.Extract{FileName: x.FileName}.Path(e.DataFolder))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			e.findf(do, "The extract %s is gone: nothing can be planned.", x.FileName)
		case err != nil:
			return err
		case string(sum) != string(x.SHA256):
			e.findf(do, "The extract %s is not the file that was imported.", x.FileName)
		}
	}
	return nil
}

func digestOf(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	digest := sha256.New()
	_, err = io.Copy(digest, file)
	return digest.Sum(nil), err
}

// renewed is when a certificate should have been renewed at the latest: certmagic
// begins at a third of its life.
const renewed = 10 * 24 * time.Hour

// CertificateFolder is where `rounds serve --domain` keeps certificates.
func CertificateFolder(dataFolder string) string { return filepath.Join(dataFolder, "certificates") }

func (e *examination) certificates(context.Context) error {
	err := filepath.WalkDir(CertificateFolder(e.DataFolder), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".crt" {
			return err
		}
		text, err := os.ReadFile(path) // #nosec G122 -- our own folder of mode 0700, and what is read is only parsed
		if err != nil {
			return err
		}
		block, _ := pem.Decode(text)
		if block == nil {
			e.findf("Remove it and start the service.", "The certificate %s is damaged.", entry.Name())
			return nil
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return err
		}
		if left := certificate.NotAfter.Sub(e.Now()); left < renewed {
			e.findf("See that the service runs with --domain and that ports 80 and 443 reach it from the internet.", "The certificate %s ends on %s.", entry.Name(), certificate.NotAfter.Format(time.DateOnly))
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // behind a proxy, or on this machine alone
	}
	return err
}
