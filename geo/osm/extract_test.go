package osm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

func TestStreets_SplitsAWayWhereTheExtractEnds(t *testing.T) {
	t.Parallel()
	var w town
	for i := 1; i <= 6; i++ {
		if i != 3 {
			w.node(i, 10*i, 0)
		}
	}
	w.way(1, []int{1, 2, 3, 4, 5, 6}, "highway=residential", "name=Carrer Major", "source=survey")
	w.way(2, []int{1, 99}, "highway=path")
	streets := w.read(t, Options{Streets: true}).Streets
	if got := fmt.Sprint(streets.Ways); got != "[{1 [1 2] [{highway residential} {name Carrer Major}]} {1 [4 5 6] [{highway residential} {name Carrer Major}]}]" {
		t.Errorf("ways %s", got)
	}
	if at, found := streets.Nodes.At(6); !found || math.Abs(at[0]-originLon-60e-5) > 1e-9 {
		t.Errorf("node 6 at %v %v", at, found)
	}
	if _, found := streets.Nodes.At(3); found {
		t.Error("node 3 is not in the extract")
	}
}

func TestStreets_TakesElementsInAnyOrder(t *testing.T) {
	t.Parallel()
	var w town
	w.way(1, []int{2, 1}, "highway=path")
	w.node(2, 10, 0)
	w.node(1, 0, 0, "barrier=gate")
	streets := w.read(t, Options{Streets: true}).Streets
	if len(streets.Ways) != 1 || streets.NodeTags[1].Find("barrier") != "gate" {
		t.Errorf("%+v", streets)
	}
}

func TestStreets_KnowsBarriersEntrancesAndTurns(t *testing.T) {
	t.Parallel()
	var w town
	w.building(9, 0, 0, "addr:housenumber=1")
	w.node(100001, 10, 0, "entrance=main") // a corner again, with its tag: the last word counts
	for i := 1; i <= 4; i++ {
		w.node(i, 50*i, 90)
	}
	w.way(1, []int{1, 2}, "waterway=river")
	w.way(2, []int{2, 3}, "waterway=river", "tunnel=culvert")
	w.way(3, []int{3, 4}, "barrier=wall")
	w.text.WriteString(`<relation id="5"><member type="way" ref="7" role="from"/><member type="node" ref="2" role="via"/><member type="way" ref="8" role="to"/>
		<tag k="type" v="restriction"/><tag k="restriction" v="no_left_turn"/></relation>`)
	streets := w.read(t, Options{Streets: true, Households: true}).Streets
	if len(streets.Barriers) != 2 {
		t.Errorf("barriers %v", streets.Barriers)
	}
	if len(streets.Entrances) != 1 || streets.Entrances[0].Kind != "main" || streets.Entrances[0].Households[0] != "way/9" {
		t.Errorf("entrances %+v", streets.Entrances)
	}
	if len(streets.Restrictions) != 1 || streets.Restrictions[0] != (Restriction{From: 7, To: 8, Via: 2, Kind: "no_left_turn"}) {
		t.Errorf("restrictions %+v", streets.Restrictions)
	}
}

func TestAreas_KeepsOnlyWholeBoundaries(t *testing.T) {
	t.Parallel()
	var w town
	square := func(first, x, y, side int) {
		for i, p := range [][2]int{{0, 0}, {side, 0}, {side, side}, {0, side}} {
			w.node(first+i, x+p[0], y+p[1])
		}
		w.way(first, []int{first, first + 1, first + 2})
		w.way(first+1, []int{first, first + 3, first + 2})
	}
	square(10, 0, 0, 1000)
	square(20, 100, 100, 200)
	square(30, 5000, 5000, 200)
	w.relation(1, "outer:10 outer:11", "type=boundary", "boundary=administrative", "admin_level=2", "name=País")
	w.relation(2, "outer:20 outer:21", "type=boundary", "boundary=administrative", "admin_level=7", "name=安多镇", "name:en=Ando")
	w.relation(3, "outer:30 outer:31", "type=boundary", "boundary=administrative", "admin_level=7", "name=Elsewhere")
	w.relation(4, "outer:20 outer:77", "type=boundary", "boundary=administrative", "admin_level=7", "name=Cut")
	areas := w.read(t, Options{Areas: true}).Areas
	got := ""
	for _, a := range areas {
		got += fmt.Sprintf("%s<%s %s %s %s; ", a.ID, a.ParentID, a.Level, a.Name, a.NameZH)
	}
	if want := "relation/1< county País ; relation/2<relation/1 town Ando 安多镇; "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAreas_OfAndorraAreSevenParishes(t *testing.T) {
	t.Parallel()
	extract, err := Read(context.Background(), shipped(t, "andorra-latest.osm.bz2"), Options{Areas: true})
	if err != nil {
		t.Fatal(err)
	}
	parishes := 0
	for _, a := range extract.Areas {
		if a.ParentID == "relation/9407" && a.Level == "town" {
			parishes++
		}
	}
	if parishes != 7 || extract.Areas[0].ID != "relation/9407" {
		t.Errorf("%d parishes; the first area is %s", parishes, extract.Areas[0].ID)
	}
}

func TestFeatures_HaveEveryClass(t *testing.T) {
	t.Parallel()
	count := make(map[string]int)
	options := Options{Feature: func(f Feature) error {
		count[f.Class]++
		if f.Geometry == nil || f.Kind == "" {
			return fmt.Errorf("%+v", f)
		}
		return nil
	}}
	if _, err := Read(context.Background(), shipped(t, "andorra-latest.osm.bz2"), options); err != nil {
		t.Fatal(err)
	}
	for _, class := range []string{"street", "building", "water", "green", "land", "boundary", "place"} {
		if count[class] == 0 {
			t.Errorf("no %s in %v", class, count)
		}
	}
}

func TestRead_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, shipped(t, "delaware-latest.osm.pbf"), Options{Streets: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// sums is a sink that adds up what it sees.
type sums struct {
	nodes, ways, refs, relations, members, tags int
	ids                                         int64
	at                                          orb.Point
}

func (s *sums) node(id osm.NodeID, at orb.Point, tags osm.Tags) error {
	s.nodes, s.ids, s.tags = s.nodes+1, s.ids+int64(id), s.tags+len(tags)
	s.at[0], s.at[1] = s.at[0]+at[0], s.at[1]+at[1]
	return nil
}

func (s *sums) way(id osm.WayID, nodes []osm.NodeID, tags osm.Tags) error {
	s.ways, s.refs, s.ids, s.tags = s.ways+1, s.refs+len(nodes), s.ids+int64(id), s.tags+len(tags)
	for _, node := range nodes {
		s.ids += int64(node)
	}
	return nil
}

func (s *sums) relation(id osm.RelationID, members []member, tags osm.Tags) error {
	s.relations, s.members, s.ids, s.tags = s.relations+1, s.members+len(members), s.ids+int64(id), s.tags+len(tags)
	for _, m := range members {
		s.ids += m.ref + int64(len(m.role))
	}
	return nil
}

// The sums are those that the decoder of paulmach/osm v0.8.0 gives.
func TestPBF_AgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	file, err := os.Open(shipped(t, "delaware-latest.osm.pbf"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var got sums
	if err := readPBF(context.Background(), file, 1<<30, &got); err != nil {
		t.Fatal(err)
	}
	at := got.at
	got.at = orb.Point{}
	want := sums{nodes: 723870, ways: 73144, refs: 842425, relations: 1644, members: 59818, tags: 474418, ids: 2575529901518820}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if math.Abs(at[0]+5.467669662315877e+07) > 1e-3 || math.Abs(at[1]-2.847018747948741e+07) > 1e-3 {
		t.Errorf("positions sum up to %v", at)
	}
}
