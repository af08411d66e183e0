package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
)

// DefaultFolder is where the data lies when nobody names a folder: .rounds in the
// working folder or, for root, when the user who runs the database cannot enter
// that, a folder of /var/lib/rounds named by a hash of the path. moved says which.
func DefaultFolder() (folder string, moved bool, err error) {
	here, err := filepath.Abs(".rounds")
	if err != nil {
		return "", false, fmt.Errorf("cluster: %w", err)
	}
	account, err := serverAccount()
	if err != nil {
		return "", false, err
	}
	if account.canEnter(filepath.Dir(here)) {
		return here, false, nil
	}
	digest := sha256.Sum256([]byte(here))
	return filepath.Join("/var/lib/rounds", hex.EncodeToString(digest[:6])), true, nil
}

// socketFolder is a folder for the unix socket that only the server's user and
// root enter. It is short: a socket's path may have 107 bytes.
func (c *Cluster) socketFolder() (string, error) {
	digest := sha256.Sum256([]byte(c.files()))
	base := os.TempDir()
	if len(base) > 60 {
		base = "/tmp"
	}
	folder := filepath.Join(base, "rounds-"+hex.EncodeToString(digest[:6]))
	if c.options.Throwaway {
		folder = filepath.Join(c.folder, "socket") // goes with the folder
	}
	if err := os.Mkdir(folder, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("cluster: %w", err)
	}
	info, err := os.Lstat(folder)
	if err != nil {
		return "", fmt.Errorf("cluster: %w", err)
	}
	owner := int(info.Sys().(*syscall.Stat_t).Uid)
	if !info.IsDir() || (owner != os.Getuid() && owner != c.account.uid) {
		return "", fmt.Errorf("cluster: %s belongs to somebody else; remove it", folder)
	}
	if err := os.Chmod(folder, 0o700); err != nil {
		return "", fmt.Errorf("cluster: %w", err)
	}
	return folder, c.account.own(folder)
}

// account is the system user who runs the server: PostgreSQL refuses to run as root.
type account struct {
	name     string
	uid, gid int
	switched bool // we are root and become this user
}

func serverAccount() (*account, error) {
	if os.Getuid() != 0 {
		return &account{name: "you", uid: os.Getuid(), gid: os.Getgid()}, nil
	}
	found, err := user.Lookup("postgres")
	if err != nil {
		return nil, errors.New("cluster: PostgreSQL does not run as root and there is no user postgres; install postgresql (apt-get install postgresql-15 postgresql-15-postgis-3) or run rounds as another user")
	}
	uid, err := strconv.Atoi(found.Uid)
	if err != nil {
		return nil, fmt.Errorf("cluster: user postgres: %w", err)
	}
	gid, err := strconv.Atoi(found.Gid)
	if err != nil {
		return nil, fmt.Errorf("cluster: user postgres: %w", err)
	}
	return &account{name: "postgres", uid: uid, gid: gid, switched: true}, nil
}

func (a *account) runAs(command *exec.Cmd) {
	command.Dir = "/"
	command.SysProcAttr = &syscall.SysProcAttr{}
	if a.switched {
		command.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

func (a *account) own(path string) error {
	if !a.switched {
		return nil
	}
	if err := os.Chown(path, a.uid, a.gid); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// canEnter asks the kernel, which knows about every folder on the way.
func (a *account) canEnter(folder string) bool {
	if !a.switched {
		return true
	}
	enter := exec.Command("/bin/sh", "-c", `cd "$0"`, folder)
	a.runAs(enter)
	return enter.Run() == nil
}

// findBinaries finds the folder of initdb and postgres: ROUNDS_PG_BIN, Debian's
// folders (the version that made the cluster, else the newest), or the path.
func findBinaries(files string) (string, error) {
	if named := os.Getenv("ROUNDS_PG_BIN"); named != "" {
		return named, nil
	}
	if version, err := os.ReadFile(filepath.Join(files, "PG_VERSION")); err == nil {
		major := strings.TrimSpace(string(version))
		if folder := "/usr/lib/postgresql/" + major + "/bin"; hasServer(folder) {
			return folder, nil
		}
	}
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(folders, func(i, j int) bool { return major(folders[i]) > major(folders[j]) })
	for _, folder := range folders {
		if hasServer(folder) {
			return folder, nil
		}
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errors.New("cluster: no PostgreSQL server found; apt-get install postgresql-15 postgresql-15-postgis-3, or name its folder in ROUNDS_PG_BIN, or set DATABASE_URL")
}

// ClientProgram finds pg_dump or pg_restore of a release that can speak to a server:
// the oldest that is as new as it.
func ClientProgram(name string, serverMajor int) (string, error) {
	if named := os.Getenv("ROUNDS_PG_BIN"); named != "" {
		return filepath.Join(named, name), nil
	}
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	sort.Slice(programs, func(i, j int) bool { return major(filepath.Dir(programs[i])) < major(filepath.Dir(programs[j])) })
	for _, program := range programs {
		if major(filepath.Dir(program)) >= serverMajor {
			return program, nil
		}
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", fmt.Errorf("cluster: no %s for PostgreSQL %d found; apt-get install postgresql-client-%d, or name its folder in ROUNDS_PG_BIN", name, serverMajor, serverMajor)
}

func major(folder string) int {
	number, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	return number
}

func hasServer(folder string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(filepath.Join(folder, program)); err != nil { // #nosec G703 -- the system's folders
			return false
		}
	}
	return true
}
