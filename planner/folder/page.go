package folder

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
)

var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/page.css
	pageCSS string
	//go:embed page/page.js
	pageJS string
)

// grid is a step of the page's coordinates in degrees, about a metre.
const grid = 1e-5

// smooth is how far a line on the page may lie from the truth, in degrees.
const smooth = 2e-5

// writePage writes map.html: script, style and data in one file, under a policy
// that forbids it every connection.
func writePage(w io.Writer, plan *planner.Plan, background []osm.Feature) error {
	data, err := pageData(plan, background)
	if err != nil {
		return err
	}
	_, err = strings.NewReplacer(
		"{{title}}", html.EscapeString(plan.Round.Name),
		"{{policy}}", fmt.Sprintf("default-src 'none'; img-src data:; style-src '%s'; script-src '%s'", digest(pageCSS), digest(pageJS)),
		"{{css}}", pageCSS, "{{js}}", pageJS, "{{data}}", data,
	).WriteString(w, pageHTML)
	return err
}

// digest is how a policy names an inline script or style.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageData is everything the page shows, as gzipped JSON in base64.
func pageData(plan *planner.Plan, background []osm.Feature) (string, error) {
	p := newPage(plan, background)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if err := json.NewEncoder(z).Encode(p); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

// page is the data of map.html. Coordinates are whole steps of grid from origin;
// a line has each point as the difference from the one before.
type page struct {
	Attribution string                   `json:"attribution"`
	Grid        float64                  `json:"grid"`
	Origin      orb.Point                `json:"origin"`
	Round       planner.Round            `json:"round"`
	Totals      planner.Totals           `json:"totals"`
	Households  int                      `json:"households"`
	Workers     []pageWorker             `json:"workers"`
	Routes      []pageRoute              `json:"routes"`
	Unplanned   []pageUnplanned          `json:"unplanned"`
	Background  map[string][]pageFeature `json:"background"`
}

type pageWorker struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Start []int  `json:"start"`
	End   []int  `json:"end,omitempty"`
}

type pageRoute struct {
	Worker    int        `json:"worker"`
	Date      string     `json:"date"`
	Leave     string     `json:"leave"`
	Back      string     `json:"back"`
	TravelS   int        `json:"travel_s"`
	ServiceS  int        `json:"service_s"`
	WaitS     int        `json:"wait_s"`
	DistanceM int        `json:"distance_m"`
	Line      []int      `json:"line"`
	OffRoad   [][]int    `json:"off_road"`
	OffRoadM  int        `json:"off_road_m"`
	Stops     []pageStop `json:"stops"`
}

// pageStop is [x, y, doors, start_s, depart_s, name].
type pageStop [6]any

// pageUnplanned is [x, y, household, reason].
type pageUnplanned [4]any

type pageFeature struct {
	Kind string  `json:"k,omitempty"`
	Name string  `json:"n,omitempty"`
	Line [][]int `json:"l"`
}

func newPage(plan *planner.Plan, background []osm.Feature) *page {
	p := &page{
		Attribution: Attribution, Grid: grid, Round: plan.Round, Totals: plan.Totals, Households: plan.Households,
		Routes: []pageRoute{}, Unplanned: []pageUnplanned{}, Background: map[string][]pageFeature{},
	}
	if len(plan.Workers) > 0 {
		p.Origin = plan.Workers[0].Start
	}
	index := map[string]int{}
	for i, w := range plan.Workers {
		index[w.ID] = i
		worker := pageWorker{ID: w.ID, Name: w.Name, Start: p.line(orb.LineString{w.Start})}
		if w.End != nil && *w.End != w.Start {
			worker.End = p.line(orb.LineString{*w.End})
		}
		p.Workers = append(p.Workers, worker)
	}
	for i := range plan.Routes {
		p.addRoute(&plan.Routes[i], index)
	}
	for _, u := range plan.Unplanned {
		at := p.line(orb.LineString{{u.Lon, u.Lat}})
		p.Unplanned = append(p.Unplanned, pageUnplanned{at[0], at[1], u.Household, u.Reason})
	}
	p.addBackground(background, extent(plan))
	return p
}

func (p *page) addRoute(r *planner.Route, index map[string]int) {
	route := pageRoute{
		Worker: index[r.Worker], Date: r.Date, Leave: r.Leave, Back: r.Back,
		TravelS: r.TravelS, ServiceS: r.ServiceS, WaitS: r.WaitS, DistanceM: r.DistanceM,
		Line: p.line(thin(r.Line)), OffRoadM: metres(r.OffRoad), OffRoad: [][]int{},
	}
	for _, part := range r.OffRoad {
		route.OffRoad = append(route.OffRoad, p.line(part))
	}
	for i := range r.Stops {
		s := &r.Stops[i]
		name := s.Address
		if name == "" {
			name = s.Household
		}
		at := p.line(orb.LineString{{s.Lon, s.Lat}})
		route.Stops = append(route.Stops, pageStop{at[0], at[1], s.Doors, seconds(s.Start), seconds(s.Depart), name})
	}
	p.Routes = append(p.Routes, route)
}

// line is the points as steps from one to the next, the first from the origin.
func (p *page) line(points orb.LineString) []int {
	steps := make([]int, 0, 2*len(points))
	x0, y0 := 0, 0
	for i, at := range points {
		x, y := step(at[0]-p.Origin[0]), step(at[1]-p.Origin[1])
		if i == 0 || x != x0 || y != y0 {
			steps = append(steps, x-x0, y-y0)
		}
		x0, y0 = x, y
	}
	return steps
}

func step(degrees float64) int {
	n, _ := strconv.Atoi(strconv.FormatFloat(degrees/grid, 'f', 0, 64))
	return n
}

func thin(line orb.LineString) orb.LineString {
	if len(line) < 3 {
		return line
	}
	return simplify.DouglasPeucker(smooth).LineString(line.Clone())
}

// seconds after midnight of HH:MM:SS, which the planner wrote.
func seconds(clock string) int {
	t, err := time.Parse(time.TimeOnly, clock)
	if err != nil {
		return 0
	}
	return t.Hour()*3600 + t.Minute()*60 + t.Second()
}
