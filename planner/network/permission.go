package network

import "github.com/paulmach/osm"

// verdict is what the access tags of a way or node say to a mode.
type verdict uint8

const (
	// unsaid: no tag; the kind of way decides.
	unsaid verdict = iota
	// allowedBy: a tag opens it.
	allowedBy
	// privateBy: only for those whose door it leads to.
	privateBy
	// forbidden: a tag closes it.
	forbidden
)

// The keys that bear on a mode, the most specific first
// (https://wiki.openstreetmap.org/wiki/Key:access, "Transport mode restrictions").
var (
	footKeys = []string{"foot", "access"}
	bikeKeys = []string{"bicycle", "vehicle", "access"}
	carKeys  = []string{"motorcar", "motor_vehicle", "vehicle", "access"}
)

// permission is the verdict of the most specific key that is set. Conditional
// tags (access:conditional) are not read: they depend on the hour.
func permission(tags osm.Tags, keys []string) verdict {
	for _, key := range keys {
		if v := verdictOf(key, tags.Find(key)); v != unsaid {
			return v
		}
	}
	return unsaid
}

func verdictOf(key, value string) verdict {
	switch value {
	case "", "unknown":
		return unsaid
	case "no", "use_sidepath":
		return forbidden
	case "private", "customers", "delivery", "agricultural", "forestry", "residents", "permit", "employees", "military", "restricted":
		return privateBy
	case "destination":
		// A sign against through traffic does not stop people on foot.
		if key == "foot" || key == "access" {
			return allowedBy
		}
		return privateBy
	}
	return allowedBy
}

// named says whether the mode's own key opens a way: what opens a way that is
// closed by its kind.
func named(tags osm.Tags, key string) bool {
	switch tags.Find(key) {
	case "yes", "designated", "official", "permissive":
		return true
	}
	return false
}

// direction is which way a one-way street may be used.
type direction uint8

const (
	both direction = iota
	along
	against
	neither
)

// oneway reads the first of the keys that is set, the most specific first
// (https://wiki.openstreetmap.org/wiki/Key:oneway).
func oneway(tags osm.Tags, keys ...string) direction {
	for _, key := range keys {
		switch tags.Find(key) {
		case "yes", "true", "1":
			return along
		case "-1", "reverse":
			return against
		case "reversible":
			return neither
		case "no", "false", "0", "alternating":
			return both
		}
	}
	return both
}
