package network

import (
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
)

const (
	// slopeStretch is the shortest stretch in metres whose slope is believed: heights
	// of a grid are off by some metres.
	slopeStretch = 60.0
	// steepest is the most that is believed of a slope.
	steepest = 0.6
	// slowest is the least speed in metres a second that a slope leaves, whatever the
	// surface: no leg may fall below 0.25.
	slowest = 0.3
)

// slopePace is the share of the walking speed on the level that remains on a slope
// (rise over run), after Tobler, "Three presentations on geographical analysis and
// modeling", 1993: 6 exp(-3.5 |slope + 0.05|) km/h, which is 5 km/h on the level.
// Gently downhill it is more than 1.
func slopePace(slope float64) float64 {
	slope = max(-steepest, min(steepest, slope))
	return math.Exp(-3.5 * (math.Abs(slope+0.05) - 0.05))
}

// inclineOf reads incline ("8%", "-5°", "10 %"); false when it has no number.
func inclineOf(tags osm.Tags) (slope float64, known bool) {
	text := strings.TrimSpace(tags.Find("incline"))
	number, degrees := strings.CutSuffix(text, "°")
	if !degrees {
		number, known = strings.CutSuffix(text, "%")
		if !known {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case err != nil || math.IsNaN(v) || math.Abs(v) > 100:
		return 0, false
	case degrees:
		return math.Tan(v * math.Pi / 180), math.Abs(v) < 45
	}
	return v / 100, true
}

// slopes is how much longer than on the level an edge takes somebody on foot, along
// and against its points. Stairs have their own speed, boats and lifts none.
func (b *builder) slopes(e *edge, c *chosen, refs []int32) (along, against float64) {
	if b.profile.Mode != Foot || e.kind == steps || e.kind == ferry {
		return 1, 1
	}
	most := max(1, max(c.passage.forward, c.passage.backward)/slowest)
	along, against = b.slopesOf(c, refs)
	return min(along, most), min(against, most)
}

func (b *builder) slopesOf(c *chosen, refs []int32) (along, against float64) {
	if slope, known := inclineOf(c.way.Tags); known {
		return 1 / slopePace(slope), 1 / slopePace(-slope)
	}
	if len(b.heights) == 0 && b.streets.Elevation == nil {
		return 1, 1
	}
	if c.passage.flags&aloof != 0 { // over or under the ground, evenly from end to end
		refs = []int32{refs[0], refs[len(refs)-1]}
	}
	level, up, down := 0.0, 0.0, 0.0
	last, lastHeight, stretch := b.streets.Nodes.AtIndex(int(refs[0])), b.height(refs[0]), 0.0
	for i, ref := range refs[1:] {
		at := b.streets.Nodes.AtIndex(int(ref))
		stretch += geo.Metres(last, at)
		last = at
		if stretch < slopeStretch && i < len(refs)-2 || stretch == 0 {
			continue
		}
		slope := 0.0
		height := b.height(ref)
		if rise := height - lastHeight; !math.IsNaN(rise) {
			slope = rise / max(stretch, slopeStretch)
		}
		level, up, down = level+stretch, up+stretch/slopePace(slope), down+stretch/slopePace(-slope)
		lastHeight, stretch = height, 0
	}
	if level == 0 {
		return 1, 1
	}
	return up / level, down / level
}

// height of a node in metres is what its tag says, else what the grid does, else NaN.
func (b *builder) height(node int32) float64 {
	if v, found := b.heights[node]; found {
		return v
	}
	if b.streets.Elevation == nil {
		return math.NaN()
	}
	return b.streets.Elevation(b.streets.Nodes.AtIndex(int(node)))
}

// readHeights reads the tag ele of nodes.
func (b *builder) readHeights() {
	b.heights = map[int32]float64{}
	for id, tags := range b.streets.NodeTags {
		v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(tags.Find("ele")), " m"), 64)
		if at, found := b.streets.Nodes.Index(id); found && err == nil && v > -500 && v < 9000 {
			b.heights[int32(at)] = v
		}
	}
}
