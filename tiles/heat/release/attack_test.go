package release

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
)

// An attack takes answers from each other and counts what follows of fewer than ten
// households, or of everybody in a bin. Without off all defences hold; with it, one does
// not.
var attacks = []struct {
	name  string
	learn func(t *testing.T, w *town, off bool) int
}{
	{"a parent without its parts", parentWithoutParts},
	{"small numbers", smallNumbers},
	{"everybody", everybody},
	{"the mean of many answers", meanOfMany},
	{"windows a day apart", windowsADayApart},
	{"areas that nearly agree", areasThatNearlyAgree},
	{"before and after an erasure", beforeAndAfterErasure},
	{"a stock of two quarters", stockOfTwoQuarters},
}

// Of 1,000 towns an attacker with every answer learns nothing; with any one defence off
// the same attack learns something, so this test can fail.
func TestAttacks_LearnNothingUnlessADefenceIsOff(t *testing.T) {
	t.Parallel()
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			t.Parallel()
			learned := 0
			for seed := range uint64(1000) {
				learned += attack.learn(t, attacked(t, seed), false)
			}
			if learned != 0 {
				t.Errorf("it learns %d things", learned)
			}
			for seed := range uint64(40) {
				learned += attack.learn(t, attacked(t, seed), true)
			}
			if learned == 0 {
				t.Error("it learns nothing without the defence either: it is no attack")
			}
		})
	}
}

func attacked(t *testing.T, seed uint64) *town {
	t.Helper()
	return newTown(t, 5000+seed, 40+int(seed%60), 40)
}

const leastDwellings = 200

// valueOf is what is told of the contributors within some leaves.
func valueOf(r rules, place Bin, contributors []Contributor) (v Value, truth []uuid.UUID) {
	truth = Assign([]Bin{place}, contributors)[0]
	return r.value(cellKey(yearKey, "attack", truth), place.Dwellings, len(truth)), truth
}

// parentWithoutParts takes from a cell's number those of its children that are shown;
// when one child is withheld, the rest is its number. Off: cells are counted themselves,
// of each resolution, with nothing but a threshold.
func parentWithoutParts(t *testing.T, w *town, off bool) int {
	contributors := w.some(0.05)
	bins := mustCut(t, w.dwellings, leastDwellings)
	made := mustMake(t, "hazards", bins, contributors)
	naive := rules{fewest: Fewest, base: 1, nearlyAll: 1}
	number := func(place Bin) (count int, shown bool) {
		if off {
			v, _ := valueOf(naive, place, contributors)
			return v.Count, v.Shown == Number
		}
		inside := func(cell geo.Cell) bool { _, found := slices.BinarySearch(place.Cells, cell); return found }
		total := made.Sum(Within(bins, inside))
		return total.Count, total.Shown > 0
	}
	learned := 0
	leaves := slices.Sorted(slices.Values(w.leaves))
	for resolution := coarsest; resolution < finest; resolution++ {
		for _, parent := range mustBranches(t, w, leaves, resolution) {
			rest, shown := number(parent.Bin)
			withheld := 0
			for _, child := range mustBranches(t, w, parent.Cells, resolution+1) {
				if count, ok := number(child.Bin); ok {
					rest -= count
				} else {
					withheld++
				}
			}
			if shown && withheld == 1 && 0 < rest && rest < Fewest {
				learned++
			}
		}
	}
	return learned
}

func mustBranches(t *testing.T, w *town, leaves []geo.Cell, resolution int) []branch {
	t.Helper()
	made, err := branches(leaves, w.dwellings, resolution)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// smallNumbers looks for a number that says that there are some, and few. Off: there is
// no threshold.
func smallNumbers(t *testing.T, w *town, off bool) int {
	r := published
	if off {
		r.fewest = 1
	}
	learned := 0
	contributors := w.some(0.02)
	for _, bin := range mustCut(t, w.dwellings, leastDwellings) {
		v, _ := valueOf(r, bin, contributors)
		if v.Shown == Number && 0 < v.Count && v.Count < Fewest {
			learned++
		}
	}
	return learned
}

// everybody looks for a number from which follows that each dwelling is in it. Off: such
// numbers are told.
func everybody(t *testing.T, w *town, off bool) int {
	r := published
	if off {
		r.nearlyAll = 1
	}
	learned := 0
	for _, bin := range mustCut(t, w.dwellings, leastDwellings) {
		v, _ := valueOf(r, bin, w.households)
		if v.Shown == Number && v.Count-Base+1 >= bin.Dwellings {
			learned++
		}
	}
	return learned
}

// meanOfMany asks again and again: who sees several answers knows their mean. Off:
// chance is new for each answer.
func meanOfMany(t *testing.T, w *town, off bool) int {
	contributors := w.some(0.1)
	learned := 0
	for _, bin := range mustCut(t, w.dwellings, leastDwellings) {
		first, truth := valueOf(published, bin, contributors)
		if first.Shown != Number {
			continue
		}
		answers := []Value{first}
		for range 2 {
			w.random.Shuffle(len(contributors), func(i, j int) { contributors[i], contributors[j] = contributors[j], contributors[i] })
			v, _ := valueOf(published, bin, contributors)
			answers = append(answers, v)
		}
		for off && len(answers) < 300 {
			answers = append(answers, published.value(w.random.Uint32(), bin.Dwellings, len(truth)))
		}
		sum := 0
		for _, v := range answers {
			sum += v.Count
		}
		several := slices.ContainsFunc(answers, func(v Value) bool { return v != first })
		if several && int(math.Round(float64(sum)/float64(len(answers)))) == len(truth) {
			learned++
		}
	}
	return learned
}

// windowsADayApart compares numbers of periods that overlap: where they differ, somebody
// came on the last day or went with the first. Off: windows roll.
func windowsADayApart(t *testing.T, w *town, off bool) int {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	days := map[time.Time][]Contributor{}
	for i := range 40 {
		days[begin.AddDate(0, 0, i)] = w.some(0.003)
	}
	var periods []Period
	for i := range 100 {
		published := Month.Due(begin, begin.AddDate(0, 0, i)) // as the daily job finds them
		if off && i < 10 {
			published = []Period{{begin.AddDate(0, 0, i), begin.AddDate(0, 0, i+29)}}
		}
		for _, p := range published {
			if !slices.Contains(periods, p) {
				periods = append(periods, p)
			}
		}
	}
	if len(periods) < 2 {
		t.Fatalf("%d periods cannot be compared", len(periods))
	}
	bins := mustCut(t, w.dwellings, leastDwellings)
	made := make([]Release, len(periods))
	within := make([][]Contributor, len(periods))
	for i, p := range periods {
		for day := p.From; !day.After(p.To); day = day.AddDate(0, 0, 1) {
			within[i] = append(within[i], days[day]...)
		}
		made[i] = mustMake(t, "hazards", bins, within[i])
	}
	learned := 0
	for i := range periods {
		for j := range i {
			for b := range bins {
				one, other := made[j].Values[b], made[i].Values[b]
				if overlap(periods[j], periods[i]) && one.Shown == Number && other.Shown == Number && one != other &&
					len(changed(Assign(bins, within[j])[b], Assign(bins, within[i])[b])) < Fewest {
					learned++
				}
			}
		}
	}
	return learned
}

func overlap(a, b Period) bool { return !a.To.Before(b.From) && !b.To.Before(a.From) }

// changed are those in one of two sets only.
func changed(a, b []uuid.UUID) []uuid.UUID {
	var only []uuid.UUID
	for _, lists := range [][2][]uuid.UUID{{a, b}, {b, a}} {
		for _, id := range lists[0] {
			if !slices.Contains(lists[1], id) {
				only = append(only, id)
			}
		}
	}
	return only
}

// areasThatNearlyAgree draws two areas that differ by a leaf and compares what is told
// of them. Off: what lies in a drawn area is counted.
func areasThatNearlyAgree(t *testing.T, w *town, off bool) int {
	contributors := w.some(0.1)
	bins := mustCut(t, w.dwellings, leastDwellings)
	made := mustMake(t, "hazards", bins, contributors)
	leaves := slices.Sorted(slices.Values(w.leaves))
	answer := func(leaves []geo.Cell) (count int, truth []uuid.UUID) {
		place := Bin{Cells: leaves}
		for _, leaf := range leaves {
			place.Dwellings += w.dwellings[leaf]
		}
		v, truth := valueOf(published, place, contributors)
		if off {
			return v.Count, truth
		}
		inside := func(cell geo.Cell) bool { _, found := slices.BinarySearch(leaves, cell); return found }
		return made.Sum(Within(bins, inside)).Count, truth
	}
	learned := 0
	for i := len(leaves) / 2; i < len(leaves); i += 7 {
		one, with := answer(leaves[:i])
		other, without := answer(leaves[:i+1])
		difference := max(one, other) - min(one, other)
		if one != 0 && 0 < difference && difference < Fewest && len(changed(with, without)) < Fewest {
			learned++
		}
	}
	return learned
}

// beforeAndAfterErasure reads one period twice, and a household was erased between. Off:
// it is counted again.
func beforeAndAfterErasure(t *testing.T, w *town, off bool) int {
	contributors := w.some(0.1)
	bins := mustCut(t, w.dwellings, leastDwellings)
	first := mustMake(t, "hazards", bins, contributors)
	second := first // frozen
	if off {
		erased := w.random.IntN(len(contributors))
		second = mustMake(t, "hazards", bins, slices.Delete(slices.Clone(contributors), erased, erased+1))
	}
	learned := 0
	for i := range bins {
		if first.Values[i] != second.Values[i] {
			learned++
		}
	}
	return learned
}

// stockOfTwoQuarters compares a stock with itself three months later. Off: it follows
// each change.
func stockOfTwoQuarters(t *testing.T, w *town, off bool) int {
	before := w.some(0.2)
	after := append(slices.Clone(before[w.random.IntN(6):]), w.some(0.002)...)
	bins := mustCut(t, w.dwellings, leastDwellings)
	first, second := mustMake(t, "support_help", bins, before), mustMake(t, "support_help", bins, after)
	changes := make([]int, len(bins))
	for i := range bins {
		changes[i] = len(changed(Assign(bins, before)[i], Assign(bins, after)[i]))
	}
	if !off {
		second.Keep(first.Values, changes)
	}
	learned := 0
	for i := range bins {
		if first.Values[i] != second.Values[i] && changes[i] < Fewest {
			learned++
		}
	}
	return learned
}
