package backup

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/rounds-project/rounds/migrations"
)

// archive is one of entries, name and content by turns, with an end or without.
func archive(t testing.TB, whole bool, entries ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	p := newPacker(&out)
	for i := 0; i < len(entries); i += 2 {
		if err := p.addBytes(entries[i], []byte(entries[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if whole {
		if err := p.end(); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

const someKey = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func manifestOf(t testing.TB, m Manifest) string {
	t.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What a file says is judged before a database is looked for: the target here has none.
func TestRestore_RefusesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	ours := manifestOf(t, Manifest{Format: format, Rounds: "test"})
	extract := "extracts/" + strings.Repeat("0", 64) + ".osm"
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		content []byte
		want    error
	}{
		"no end":             {archive(t, false, manifestName, ours, databaseName+"000001", "x", keyName, someKey), ErrDamaged},
		"no manifest":        {archive(t, true, databaseName+"000001", "x", keyName, someKey), ErrDamaged},
		"no key":             {archive(t, true, manifestName, ours, databaseName+"000001", "x"), ErrDamaged},
		"no database":        {archive(t, true, manifestName, ours, keyName, someKey), ErrDamaged},
		"a way out":          {archive(t, true, manifestName, ours, "extracts/../../etc/passwd", "x"), ErrDamaged},
		"a name of its own":  {archive(t, true, manifestName, ours, "cluster/pg_hba.conf", "x"), ErrDamaged},
		"a later release":    {archive(t, true, manifestName, manifestOf(t, Manifest{Format: format, Migrations: map[string]string{"9999_do_more.sql": ""}})), migrations.ErrNewer},
		"another build":      {archive(t, true, manifestName, manifestOf(t, Manifest{Format: format, Migrations: map[string]string{"0001_create_places.sql": "other"}})), migrations.ErrChanged},
		"something after it": {append(archive(t, true, manifestName, ours, databaseName+"000001", "x", keyName, someKey), 'x'), ErrDamaged},
		"another format":     {archive(t, true, manifestName, manifestOf(t, Manifest{Format: 2})), nil},
		"a key that is none": {archive(t, true, manifestName, ours, databaseName+"000001", "x", keyName, "secret"), nil},
		"an extract, no end": {archive(t, false, manifestName, ours, extract, "x"), ErrDamaged},
	} {
		var sealed bytes.Buffer
		to, err := age.Encrypt(&sealed, identity.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write(test.content); err != nil || to.Close() != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "rounds.age")
		if err := os.WriteFile(path, sealed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		_, err = Restore(t.Context(), Target{OwnerURL: "postgres:///?host=/nowhere", DataFolder: folder, Replace: true}, path, Key{Identities: []age.Identity{identity}})
		if err == nil || test.want != nil && !errors.Is(err, test.want) || strings.Contains(err.Error(), "nowhere") {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
}

func TestParts_AreTheStream(t *testing.T) {
	t.Parallel()
	stream := bytes.Repeat([]byte("0123456789abcdef"), partSize/8)
	var out bytes.Buffer
	p := newPacker(&out)
	if err := p.addBytes(manifestName, []byte(manifestOf(t, Manifest{Format: format}))); err != nil {
		t.Fatal(err)
	}
	parts := &parts{packer: p, told: func(int64) {}}
	if _, err := io.Copy(parts, bytes.NewReader(stream)); err != nil || parts.flush(parts.buffer.Len()) != nil || p.end() != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	entries := 0
	err := unpack(&out, func(Manifest) error { return nil }, func(_ string, size int64, content io.Reader) error {
		entries++
		if size > partSize {
			t.Errorf("a part of %d bytes", size)
		}
		_, err := io.Copy(&got, content)
		return err
	})
	if err != nil || entries < 2 || !bytes.Equal(got.Bytes(), stream) {
		t.Errorf("%d bytes in %d parts, %v", got.Len(), entries, err)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(archive(f, true, manifestName, `{"format": 1}`, databaseName+"000001", "x", keyName, someKey))
	f.Add(archive(f, false, manifestName, `{"format": 1}`))
	f.Add(archive(f, true, manifestName, `{"format": 2}`))
	f.Add([]byte("PGDMP"))
	f.Fuzz(func(t *testing.T, content []byte) {
		ended := false
		err := unpack(bytes.NewReader(content), func(Manifest) error { return nil }, func(name string, _ int64, in io.Reader) error {
			_, err := io.Copy(io.Discard, in)
			ended = name == endName
			return err
		})
		if ended {
			t.Error("the end was handed out")
		}
		if err == nil {
			// What is taken can be read as tar, to its end.
			for reader := tar.NewReader(bytes.NewReader(content)); ; {
				if _, err := reader.Next(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
