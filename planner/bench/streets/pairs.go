package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/network"
)

// walk is one of the pairs, from street to street.
type walk struct {
	Seconds   int       `json:"seconds"`
	Metres    int       `json:"metres"`
	FerryM    int       `json:"ferry_m"`
	CrossingS int       `json:"crossing_s"`
	StepsM    int       `json:"steps_m"`
	From      orb.Point `json:"from"`
	To        orb.Point `json:"to"`
}

// pairs walks from each point of the first half to that of the second, and writes a
// line for each: null where no way leads.
func pairs(m *measured, args []string) error {
	n, err := open(m, args[0], args[1])
	if err != nil {
		return err
	}
	at, err := readPoints(args[2])
	if err != nil {
		return err
	}
	doors := snap(m, n, at)
	file, err := os.Create(args[3])
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	lines := json.NewEncoder(out)
	half := len(doors) / 2
	m.Points = half
	for i := range half {
		w := walkBetween(n, doors[i], doors[half+i])
		if err := lines.Encode(w); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return errors.Join(out.Flush(), file.Close())
}

func walkBetween(n *network.Network, from, to network.Access) *walk {
	if !from.Reachable() || !to.Reachable() {
		return nil
	}
	from, to = from.AtStreet(), to.AtStreet()
	leg, found := n.Path(from, to)
	if !found {
		return nil
	}
	w := &walk{Seconds: leg.Seconds, Metres: leg.Metres, FerryM: leg.FerryMetres, From: from.Street, To: to.Street}
	for _, step := range n.Directions(leg) {
		switch step.Kind {
		case "crossing":
			w.CrossingS += step.Seconds
		case "steps":
			w.StepsM += step.Metres
		}
	}
	return w
}
