package register

import (
	"context"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

// mistyped is a name with one slip: a letter left out, doubled, exchanged with the next,
// or another in its place.
func mistyped(name string, random *rand.Rand) string {
	letters := []rune(name)
	if len(letters) < 5 {
		return name
	}
	i := 1 + random.IntN(len(letters)-2)
	switch random.IntN(4) {
	case 0:
		return string(letters[:i]) + string(letters[i+1:])
	case 1:
		return string(letters[:i]) + string(letters[i]) + string(letters[i:])
	case 2:
		letters[i], letters[i+1] = letters[i+1], letters[i]
	default:
		letters[i] = rune('a' + random.IntN(26))
	}
	return string(letters)
}

// Every address of the extracts is looked for as it is, with a slip in the street, and as
// if it were not on the map. What is found wrongly is worse than what is not found.
func TestGazetteer_FindsTheExtractsOwnAddresses(t *testing.T) {
	t.Parallel()
	folder, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"andorra-latest.osm.bz2", "delaware-latest.osm.pbf"} {
		extract, err := osm.Read(context.Background(), filepath.Join(strings.TrimSpace(string(folder)), "testdata", name), osm.Options{Households: true})
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(1, 2))
		g, all := newGazetteer(), 0
		for _, h := range extract.Households {
			g.add(h.Address, h.At)
		}
		var exact, slipped, between [2]int // found where it is, found elsewhere
		count := func(in *[2]int, a geo.Address, at orb.Point, metres float64) {
			found, complaint := g.find(a)
			switch {
			case complaint != nil:
			case orbgeo.Distance(found, at) <= metres:
				in[0]++
			default:
				in[1]++
			}
		}
		gaps := 0
		for _, h := range extract.Households {
			street, number := streetAndNumber(h.Address)
			if street == "" || number == "" {
				continue
			}
			all++
			count(&exact, h.Address, h.At, 100)
			a := h.Address
			a.Street = mistyped(a.Street, random)
			count(&slipped, a, h.At, 100)
			// As if this number were missing.
			s := &g.streets[g.byName[street]]
			kept := s.numbers
			s.numbers = nil
			for _, n := range kept {
				if n.text != number {
					s.numbers = append(s.numbers, n)
				}
			}
			if _, complaint := g.find(h.Address); complaint == nil {
				gaps++
			}
			count(&between, h.Address, h.At, 100)
			s.numbers = kept
		}
		t.Logf("%s: %d addresses; found %d as they are, %d with a slip (%d elsewhere); %d of %d that were taken away", name, all, exact[0], slipped[0], slipped[1], between[0], gaps)
		if all < 30 || exact[0] < all*95/100 || slipped[0] < all*85/100 || slipped[1] > all*3/100 {
			t.Errorf("%s: of %d addresses %v as they are, %v with a slip", name, all, exact, slipped)
		}
	}
}

func TestGazetteer_SaysWhyNothingIsFound(t *testing.T) {
	t.Parallel()
	g := newGazetteer()
	for _, a := range []struct {
		street, number, place string
		lon                   float64
	}{{"Mill Lane", "2", "Millton", 1}, {"Mill Lane", "6", "Millton", 1.001}, {"Mill Lane", "40", "Millton", 1.002}, {"Mill Lane", "2", "Farton", 2},
		{"High Street", "1", "", 1}, {"Hill Street", "1", "", 1}, {"Hall Street", "1", "", 1}, {"解放路", "18", "", 117}} {
		g.add(geo.Address{Street: a.street, Number: a.number, Place: a.place}, orb.Point{a.lon, 42})
	}
	for _, test := range []struct {
		street, number, place string
		lon                   float64
		says                  string
	}{
		{"Mill Lane", "2", "Millton", 1, ""}, {"mill lane", "2", "farton", 2, ""}, {"Mil Lane", "6", "", 1.001, ""}, {"Mill Lane 6", "", "", 1.001, ""},
		{"Mill Lane", "4", "Millton", 1.0005, ""}, {"解放路18号", "", "", 117, ""},
		{"Mill Lane", "2", "", 0, "several towns"}, {"Mill Lane", "20", "Millton", 0, "nor between"}, {"Mill Lane", "3", "Millton", 0, "nor between"},
		{"Mill Lane", "", "", 0, "is empty"}, {"", "7", "", 0, "is empty"}, {"Bahnhofstrasse", "7", "", 0, "no street"}, {"Hill Strret", "1", "", 1, ""},
		{"Hull Street", "1", "", 0, "may be two"},
	} {
		at, complaint := g.find(geo.Address{Street: test.street, Number: test.number, Place: test.place})
		switch {
		case test.says == "" && (complaint != nil || at[0]-test.lon > 1e-9 || test.lon-at[0] > 1e-9):
			t.Errorf("%s %s %s: %v, %v; want %v", test.street, test.number, test.place, at, complaint, test.lon)
		case test.says != "" && (complaint == nil || !strings.Contains(complaint.Problem, test.says)):
			t.Errorf("%s %s %s: %v, %v; want ... %s", test.street, test.number, test.place, at, complaint, test.says)
		}
	}
}
