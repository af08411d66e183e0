package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// socketLine is the line of postmaster.pid that names the folder of the socket,
// counted from 0 (PostgreSQL's src/include/utils/pidfile.h).
const socketLine = 4

// Attached are the logins of the owner, the application and the published statistics in
// the cluster that another process runs on a data folder: for a short command beside a
// running service. The error is [ErrInUse] when that process has no server that takes
// connections.
func Attached(dataFolder string) (ownerURL, appURL, statsURL string, err error) {
	c := &Cluster{folder: dataFolder}
	file, err := os.ReadFile(filepath.Join(c.files(), "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return "", "", "", fmt.Errorf("%w (%s)", ErrInUse, dataFolder)
	}
	if err != nil {
		return "", "", "", fmt.Errorf("cluster: %w", err)
	}
	lines := strings.Split(string(file), "\n")
	if len(lines) <= socketLine || lines[socketLine] == "" {
		return "", "", "", fmt.Errorf("%w (%s)", ErrInUse, dataFolder)
	}
	c.socket = lines[socketLine]
	return c.OwnerURL(), c.AppURL(), c.StatsURL(), nil
}
