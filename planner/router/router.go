// Package router asks an OSRM or Valhalla server for walks, in place of the network
// in the process.
//
// The server learns the coordinates of every door, which stand in the addresses of
// requests to OSRM: ask one of your own, without a log of requests.
package router

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
)

// ErrNoWay says that no way joins two points.
var ErrNoWay = errors.New("router: no way leads there")

// Router is a server that knows the streets. It is safe for concurrent use.
type Router struct {
	engine engine
	name   string
}

// engine is one kind of server. Figures are of streets alone, between the places
// where the server meets them.
type engine interface {
	// most is how many sources, and how many targets, one request may have.
	most() int
	table(ctx context.Context, from, to []orb.Point) (table, error)
	walk(ctx context.Context, from, to orb.Point) (Walk, error)
}

// table is rows of seconds and metres, NaN where no way leads.
type table struct {
	seconds, metres []float64
	// from and to are where the points meet the streets.
	from, to []orb.Point
}

// Walk is the way from one point to another.
type Walk struct {
	Seconds, Metres, FerryMetres int
	Line                         orb.LineString
	// OffRoad are the parts of Line between a door and its street.
	OffRoad []orb.LineString
	Steps   []network.Step
}

// Parse reads "osrm=URL" or "valhalla=URL". OSRM serves the one profile it was built
// with, Valhalla any mode.
func Parse(spec string, mode network.Mode) (*Router, error) {
	kind, address, _ := strings.Cut(spec, "=")
	base, err := url.Parse(address)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" || base.RawQuery != "" {
		// The text may hold a password, wherever it stands.
		return nil, errors.New("router: want osrm=URL or valhalla=URL, as osrm=http://127.0.0.1:5000, without a query")
	}
	ask := asker{base: strings.TrimRight(base.String(), "/"), shown: strings.TrimRight(base.Redacted(), "/"), kind: kind, client: &http.Client{Timeout: patience}}
	r := &Router{name: kind + " at " + base.Host}
	switch kind {
	case "osrm":
		r.engine = osrm{ask, osrmProfiles[mode]}
	case "valhalla":
		r.engine = valhalla{ask, valhallaCostings[mode]}
	default:
		return nil, fmt.Errorf("router: %q is no kind of router; want osrm=URL or valhalla=URL", kind)
	}
	return r, nil
}

// String names the server.
func (r *Router) String() string { return r.name }

// Matrix is the seconds and metres from every one of from to every one of to, row by
// row, door to door, as [network.Network.Matrix] has them.
func (r *Router) Matrix(ctx context.Context, from, to []orb.Point) (seconds, metres []int32, err error) {
	seconds, metres = make([]int32, len(from)*len(to)), make([]int32, len(from)*len(to))
	most := r.engine.most()
	for i := 0; i < len(from); i += most {
		for j := 0; j < len(to); j += most {
			rows, columns := from[i:min(i+most, len(from))], to[j:min(j+most, len(to))]
			t, err := r.table(ctx, rows, columns)
			if err != nil {
				return nil, nil, err
			}
			for k := range t.seconds {
				row, column := k/len(columns), k%len(columns)
				s, m := t.doorToDoor(k, rows[row], columns[column])
				at := (i+row)*len(to) + j + column
				seconds[at], metres[at] = s, m
			}
		}
	}
	return seconds, metres, nil
}

func (r *Router) table(ctx context.Context, from, to []orb.Point) (table, error) {
	t, err := r.engine.table(ctx, from, to)
	if err == nil && (len(t.seconds) != len(from)*len(to) || len(t.metres) != len(t.seconds) || len(t.from) != len(from) || len(t.to) != len(to)) {
		err = fmt.Errorf("router: %s answers %d times for %d points to %d", r.name, len(t.seconds), len(from), len(to))
	}
	return t, err
}

// doorToDoor is entry k with the stretches to the doors.
func (t *table) doorToDoor(k int, from, to orb.Point) (seconds, metres int32) {
	s, m := t.seconds[k], t.metres[k]
	out, in := geo.Metres(from, t.from[k/len(t.to)]), geo.Metres(to, t.to[k%len(t.to)])
	switch {
	case from == to:
		return 0, 0
	case !(s >= 0 && m >= 0 && s < math.MaxInt32 && m < math.MaxInt32) || out > network.MaxOffRoad || in > network.MaxOffRoad:
		return network.Unreachable, network.Unreachable
	}
	return int32(math.Round(s + network.OffRoadSeconds(out+in))), int32(math.Round(m + out + in))
}

// Walk is the way between two points, with the figures of [Router.Matrix]. The error
// is [ErrNoWay] when there is none.
func (r *Router) Walk(ctx context.Context, from, to orb.Point) (Walk, error) {
	t, err := r.table(ctx, []orb.Point{from}, []orb.Point{to})
	if err != nil {
		return Walk{}, err
	}
	seconds, metres := t.doorToDoor(0, from, to)
	if seconds == network.Unreachable {
		return Walk{}, ErrNoWay
	}
	if from == to {
		return Walk{Line: orb.LineString{from, to}, Steps: []network.Step{network.Say("path", "arrive", "", 0, 0, 0)}}, nil
	}
	w, err := r.engine.walk(ctx, from, to)
	if err != nil {
		return Walk{}, err
	}
	w.Seconds, w.Metres = int(seconds), int(metres)
	w.finish(from, to)
	return w, nil
}

// finish leads the line and the steps to the doors.
func (w *Walk) finish(from, to orb.Point) {
	if len(w.Line) == 0 {
		w.Line = orb.LineString{from, to}
	}
	first, last := w.Line[0], w.Line[len(w.Line)-1]
	if first != from {
		w.Line = append(orb.LineString{from}, w.Line...)
	}
	if last != to {
		w.Line = append(w.Line, to)
	}
	for _, end := range []orb.LineString{{from, first}, {last, to}} {
		if geo.Metres(end[0], end[1]) >= network.WorthSaying {
			w.OffRoad = append(w.OffRoad, end)
		}
	}
	w.Steps = doorSteps(w.Steps, geo.Metres(from, first), geo.Metres(last, to), w.Seconds, w.Metres)
}

// patience is how long one request may take.
const patience = 2 * time.Minute

// mostAnswer is the largest answer that is read, in bytes.
const mostAnswer = 64 << 20

// asker sends requests to a server.
type asker struct {
	// base is the address, shown is it without its password.
	base, shown, kind string
	client            *http.Client
}

// ask decodes the JSON answer of a server, errors too: those say what is wrong in
// their own way, which the caller reads.
func (a asker) ask(ctx context.Context, method, path string, body io.Reader, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return fmt.Errorf("router: %w", err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := a.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var failed *url.Error // which names the address, and with it the doors
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return fmt.Errorf("router: %s at %s does not answer: %w", a.kind, a.shown, err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(io.LimitReader(answer.Body, mostAnswer)).Decode(into); err != nil {
		return fmt.Errorf("router: %s at %s answers %s, which is not what it says to such a question; is it of that kind?", a.kind, a.shown, answer.Status)
	}
	return nil
}
