package register

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// gazetteer finds where an address lies by the addresses that the register has from the
// map. Names of streets are compared by their runs of three letters, as pg_trgm does, so
// that a wrong letter does no harm; a house number has to be there, or to lie between two.
type gazetteer struct {
	streets []gazetteerStreet
	byName  map[string]int
	// byRun are the streets that have a run of three letters.
	byRun map[string][]int32
	// around are the cells by which a refusal knows where its address is.
	around map[geo.Cell]struct{}
}

type gazetteerStreet struct {
	name    string
	runs    []string
	numbers []gazetteerNumber
}

type gazetteerNumber struct {
	// text is the number as it is compared: 12a; value is 12.
	text  string
	value int
	// towns are place and postcode as they are compared.
	towns [2]string
	at    orb.Point
}

const (
	// likeEnough is how much two names have to share, and clearly how much more the best
	// has to have than the next.
	likeEnough = 0.5
	clearly    = 0.05
	// mostBetween is how far apart two numbers may be between which a third is put.
	mostBetween = 10
	// oneTown is how far apart, in degrees, equal addresses may lie to be one.
	oneTown = 0.005
)

func newGazetteer() *gazetteer {
	return &gazetteer{byName: map[string]int{}, byRun: map[string][]int32{}, around: map[geo.Cell]struct{}{}}
}

// add takes an address of the map; one without street or number is of no use.
func (g *gazetteer) add(a geo.Address, at orb.Point) {
	street, number := streetAndNumber(a)
	if street == "" || number == "" {
		return
	}
	i, known := g.byName[street]
	if !known {
		i = len(g.streets)
		g.byName[street] = i
		g.streets = append(g.streets, gazetteerStreet{name: street, runs: runsOf(street)})
		for _, run := range g.streets[i].runs {
			g.byRun[run] = append(g.byRun[run], int32(i))
		}
	}
	s := &g.streets[i]
	s.numbers = append(s.numbers, gazetteerNumber{number, leading(number), [2]string{normalTown(a.Place), normalTown(a.Postcode)}, at})
}

// streetAndNumber are the parts of an address as they are compared. On one line the
// first word that begins with a digit, after a letter, is the number.
func streetAndNumber(a geo.Address) (street, number string) {
	name, rest := words(a.Street), words(a.Number)
	if len(rest) == 0 {
		for i := 1; i < len(name); i++ {
			if isDigit(name[i]) {
				name, rest = name[:i], name[i:min(i+2, len(name))]
				if len(rest) == 2 && len(rest[1]) > 1 {
					rest = rest[:1] // a town follows
				}
				break
			}
		}
	}
	return strings.Join(name, " "), strings.Join(rest, "")
}

func isDigit(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// leading is the number that a house number begins with, 0 without one.
func leading(number string) int {
	end := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(number)
	}
	n, _ := strconv.Atoi(number[:end]) // none is 0
	return n
}

// runsOf are the runs of three letters of a name, with space around each word.
func runsOf(name string) []string {
	var runs []string
	for word := range strings.FieldsSeq(name) {
		letters := []rune("  " + word + " ")
		for i := range len(letters) - 2 {
			runs = append(runs, string(letters[i:i+3]))
		}
	}
	slices.Sort(runs)
	return slices.Compact(runs)
}

// find is the point of an address, or a complaint.
func (g *gazetteer) find(a geo.Address) (orb.Point, *Complaint) {
	street, number := streetAndNumber(a)
	switch {
	case street == "":
		return orb.Point{}, &Complaint{Field: "street", Problem: "is empty, and so are lon and lat; give an address or a point"}
	case number == "":
		return orb.Point{}, &Complaint{Field: "house_number", Problem: "is empty, and so are lon and lat; give the number or the point"}
	}
	i, problem := g.street(street)
	if problem != "" {
		return orb.Point{}, &Complaint{Field: "street", Problem: problem}
	}
	at, problem := g.streets[i].find(number, []string{normalTown(a.Place), normalTown(a.Postcode)})
	if problem != "" {
		return orb.Point{}, &Complaint{Field: "house_number", Problem: problem}
	}
	return at, nil
}

// street is the one whose name is most alike.
func (g *gazetteer) street(name string) (int, string) {
	if i, known := g.byName[name]; known {
		return i, ""
	}
	runs := runsOf(name)
	shared := map[int32]int{}
	for _, run := range runs {
		for _, i := range g.byRun[run] {
			shared[i]++
		}
	}
	best, most, next := -1, 0.0, 0.0
	for i, n := range shared {
		like := float64(n) / float64(len(runs)+len(g.streets[i].runs)-n)
		switch {
		case like > most:
			best, most, next = int(i), like, most
		case like > next:
			next = like
		}
	}
	switch {
	case most < likeEnough:
		return 0, "is no street with addresses on the map; give lon and lat"
	case most-next < clearly:
		return 0, "may be two streets of the map; write it out, or give lon and lat"
	}
	return best, ""
}

// find is the point of a number in one of the towns; without towns in all.
func (s *gazetteerStreet) find(number string, towns []string) (orb.Point, string) {
	here := slices.DeleteFunc(slices.Clone(s.numbers), func(n gazetteerNumber) bool { return !n.in(towns) })
	var found []orb.Point
	for _, n := range here {
		if n.text == number {
			found = append(found, n.at)
		}
	}
	for _, at := range found {
		if math.Abs(at[0]-found[0][0]) > oneTown || math.Abs(at[1]-found[0][1]) > oneTown {
			return orb.Point{}, "is there in several towns; give place or postcode, or lon and lat"
		}
	}
	if len(found) > 0 {
		return found[0], ""
	}
	if at, between := between(here, leading(number)); between {
		return at, ""
	}
	return orb.Point{}, "is not on the map in this street, nor between two that are; give lon and lat"
}

// in says whether a number is in one of the towns, as far as either says where it is.
func (n gazetteerNumber) in(towns []string) bool {
	for i, town := range towns {
		if town != "" && n.towns[i] != "" && town != n.towns[i] {
			return false
		}
	}
	return true
}

// between puts a number on the line between the nearest two of its side of the street.
func between(numbers []gazetteerNumber, value int) (at orb.Point, found bool) {
	var below, above *gazetteerNumber
	for i := range numbers {
		n := &numbers[i]
		if value == 0 || n.value == 0 || (n.value-value)%2 != 0 {
			continue
		}
		if n.value <= value && (below == nil || n.value > below.value) {
			below = n
		}
		if n.value >= value && (above == nil || n.value < above.value) {
			above = n
		}
	}
	if below == nil || above == nil || above.value-below.value > mostBetween ||
		math.Abs(above.at[0]-below.at[0]) > oneTown || math.Abs(above.at[1]-below.at[1]) > oneTown {
		return at, false
	}
	share := 0.0
	if above.value > below.value {
		share = float64(value-below.value) / float64(above.value-below.value)
	}
	return orb.Point{below.at[0] + share*(above.at[0]-below.at[0]), below.at[1] + share*(above.at[1]-below.at[1])}, true
}

// pointByAddress finds a place that has no point. One that refused is on no map any more,
// so that it may not be found: it is absorbed, as everywhere, and never complained about.
func (in *intake) pointByAddress(place geo.Household) (at orb.Point, absorbed bool, complaint *Complaint, err error) {
	if in.gazetteer == nil {
		return at, false, &Complaint{Field: "lon, lat", Problem: "is empty; want degrees, such as 1.5218 and 42.5063, or have addresses matched (--match-addresses)"}, nil
	}
	at, complaint = in.gazetteer.find(place.Address)
	// Of two towns that have an address the one that refused may be gone from the map:
	// without a town the other is not the answer now.
	townless := place.Address.Place == "" && place.Address.Postcode == ""
	if complaint == nil && !townless {
		return at, false, nil, nil
	}
	spellings := []geo.Household{place}
	if spelled := in.gazetteer.spelled(place); spelled.Address != place.Address {
		spellings = append(spellings, spelled)
	}
	if townless && slices.ContainsFunc(spellings, func(one geo.Household) bool { return in.refused.mayHave(one.Address) }) {
		return at, true, nil, nil
	}
	for cell := range in.gazetteer.around {
		for _, one := range spellings {
			if absorbed, err := in.refused.has(one, cell, nil); absorbed || err != nil {
				return at, absorbed, nil, err
			}
		}
	}
	return at, false, complaint, nil
}

// spelled is a place with its street as the map has it: who refused is known by that name,
// and a slip in a file must not bring them back.
func (g *gazetteer) spelled(place geo.Household) geo.Household {
	street, number := streetAndNumber(place.Address)
	if street == "" || number == "" {
		return place
	}
	if i, problem := g.street(street); problem == "" && g.streets[i].name != street {
		place.Address.Street, place.Address.Number = g.streets[i].name, number
	}
	return place
}

// loadGazetteer reads the addresses that came from the map.
func (in *intake) loadGazetteer(ctx context.Context) error {
	in.gazetteer = newGazetteer()
	err := in.eachHousehold(ctx, func(h Household) error {
		if strings.HasPrefix(h.Household.ID, "node/") || strings.HasPrefix(h.Household.ID, "way/") || strings.HasPrefix(h.Household.ID, "relation/") {
			in.gazetteer.add(h.Address, h.At)
		}
		around, err := h.Cell.Parent(addressResolution)
		in.gazetteer.around[around] = struct{}{}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: gazetteer: %w", err)
	}
	// So that of equal numbers the same is found each time.
	for i := range in.gazetteer.streets {
		slices.SortFunc(in.gazetteer.streets[i].numbers, func(a, b gazetteerNumber) int {
			return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.text, b.text), cmp.Compare(a.at[0], b.at[0]), cmp.Compare(a.at[1], b.at[1]))
		})
	}
	return nil
}
