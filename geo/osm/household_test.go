package osm

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestHouseholds_FollowTheRule(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		build func(w *town)
		want  string // id:doors in order
	}{
		"an address node": {func(w *town) {
			w.node(1, 0, 0, "addr:housenumber=3", "addr:street=Carrer Major")
		}, "node/1:1"},
		"an address that is a shop is none": {func(w *town) {
			w.node(1, 0, 0, "addr:housenumber=3", "shop=bakery")
			w.node(2, 0, 90, "addr:housenumber=4", "office=lawyer")
			w.node(3, 0, 180, "addr:housenumber=5", "amenity=bank")
			w.node(4, 0, 270, "addr:housenumber=6", "craft=sawmill")
			w.node(5, 0, 360, "addr:housenumber=7", "industrial=factory")
		}, ""},
		"nodes of one number in one building are one": {func(w *town) {
			w.building(9, 0, 0)
			w.node(1, 2, 2, "addr:housenumber=3")
			w.node(2, 8, 8, "addr:housenumber= 3 ")
		}, "node/1:1"},
		"different numbers in one building are different ones": {func(w *town) {
			w.building(9, 0, 0)
			w.node(1, 2, 2, "addr:housenumber=3")
			w.node(2, 8, 8, "addr:housenumber=3a")
		}, "node/1:1 node/2:1"},
		"a node that repeats its building's address": {func(w *town) {
			w.building(9, 0, 0, "addr:housenumber=3", "addr:street=Carrer Major")
			w.node(1, 2, 2, "addr:housenumber=3", "addr:street=Carrer Major")
		}, "way/9:1"},
		"an entrance node on the outline belongs to the building": {func(w *town) {
			w.building(9, 0, 0, "addr:housenumber=3")
			w.node(1, 0, 5, "addr:housenumber=3", "entrance=yes")
		}, "way/9:1"},
		"flats and units are doors, entrances are not": {func(w *town) {
			w.building(1, 0, 0, "addr:housenumber=1", "building:flats=12")
			w.building(2, 0, 50, "addr:housenumber=2", "addr:flats=1-8;10")
			w.building(3, 0, 100, "addr:housenumber=3", "entrances=4")
			w.building(4, 0, 150, "addr:housenumber=4", "building:flats=many")
			w.building(5, 0, 200, "addr:housenumber=5", "building:flats=999999")
		}, "way/1:12 way/2:9 way/3:1 way/4:1 way/5:2000"},
		"units of one number add up": {func(w *town) {
			w.building(9, 0, 0)
			w.node(1, 2, 2, "addr:housenumber=3", "addr:unit=A")
			w.node(2, 8, 8, "addr:housenumber=3", "addr:unit=B")
		}, "node/1:2"},
		"where there are no addresses dwellings count": {func(w *town) {
			w.building(1, 0, 0)
			w.building(2, 0, 50, "shop=bakery")
			w.building(3, 0, 100, "tourism=hotel")
			w.building(4, 0, 150, "amenity=school")
		}, "way/1:1"},
		"where addresses are enough other dwellings do not": {func(w *town) {
			w.building(1, 0, 0, "addr:housenumber=1")
			w.building(2, 0, 50)
			w.building(3, 0, 100)
		}, "way/1:1"},
		"fewer than a fifth is thin": {func(w *town) {
			w.node(99, 90, 90, "addr:housenumber=1")
			for i := range 6 {
				w.building(i+1, 0, 20*i)
			}
		}, "node/99:1 way/1:1 way/2:1 way/3:1 way/4:1 way/5:1 way/6:1"},
		"a fifth is enough": {func(w *town) {
			w.node(99, 90, 90, "addr:housenumber=1")
			for i := range 5 {
				w.building(i+1, 0, 20*i)
			}
		}, "node/99:1"},
		"a building as a relation with a courtyard": {func(w *town) {
			for i, p := range [][2]int{{0, 0}, {30, 0}, {30, 30}, {0, 30}, {10, 10}, {20, 10}, {20, 20}, {10, 20}} {
				w.node(i+1, p[0], p[1])
			}
			w.way(1, []int{1, 2, 3})
			w.way(2, []int{3, 4, 1})
			w.way(3, []int{5, 6, 7, 8, 5})
			w.relation(7, "outer:1 outer:2 inner:3", "type=multipolygon", "building=apartments", "addr:housenumber=8")
		}, "relation/7:1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var w town
			test.build(&w)
			var got []string
			for _, h := range w.read(t, Options{Households: true}).Households {
				got = append(got, fmt.Sprintf("%s:%d", h.ID, h.Doors))
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
		})
	}
}

func TestInside_LiesInTheBuildingAndNotInItsCourtyard(t *testing.T) {
	t.Parallel()
	ring := func(low, high float64) orb.Ring {
		return orb.Ring{{low, low}, {high, low}, {high, high}, {low, high}, {low, low}}
	}
	at := inside(orb.MultiPolygon{{ring(0, 30), ring(5, 25)}})
	if in := at[0] > 5 && at[0] < 25 && at[1] > 5 && at[1] < 25; in || at[0] <= 0 || at[0] >= 30 {
		t.Errorf("the point %v is in the courtyard", at)
	}
}

// The counts of real extracts: a change of the rule shows here.
func TestHouseholds_OfRealExtracts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"andorra-latest.osm.bz2": 2821, "delaware-latest.osm.pbf": 6825} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			extract, err := Read(context.Background(), shipped(t, name), Options{Households: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(extract.Households) != want {
				t.Errorf("%d households, want %d", len(extract.Households), want)
			}
			ids := make([]string, len(extract.Households))
			for i, h := range extract.Households {
				ids[i] = h.ID
				if !extract.Bounds.Contains(h.At) || h.Doors < 1 {
					t.Errorf("%s lies at %v with %d doors", h.ID, h.At, h.Doors)
				}
			}
			slices.Sort(ids)
			if len(slices.Compact(ids)) != want {
				t.Error("an id comes twice")
			}
		})
	}
}
