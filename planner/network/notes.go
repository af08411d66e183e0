package network

import (
	"fmt"
	"strings"

	"github.com/paulmach/osm"
)

// Notes are what a build passed over, for people to know.
type Notes struct {
	// Conditional is the number of ways with access or direction by the hour
	// (access:conditional and the like), which are taken as if that tag were not there.
	Conditional int `json:"conditional,omitempty"`
}

// Notes are what the build passed over.
func (n *Network) Notes() Notes { return n.notes }

// String is a sentence for each note, "" when there is none.
func (n Notes) String() string {
	if n.Conditional == 0 {
		return ""
	}
	return fmt.Sprintf("%d ways are open or closed by the hour (tags such as access:conditional); they are taken as at the other hours", n.Conditional)
}

// conditional tells a way whose use depends on the hour.
func conditional(tags osm.Tags) bool {
	for _, tag := range tags {
		if strings.HasSuffix(tag.Key, ":conditional") {
			return true
		}
	}
	return false
}
