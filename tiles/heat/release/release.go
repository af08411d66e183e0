package release

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
)

const (
	// Fewest is the least number of households that is told; none and fewer than that
	// look alike.
	Fewest = 10
	// Base is what numbers are rounded to.
	Base = 5
	// FewestChanges is how many households change before a stock does.
	FewestChanges = 10
)

// rules are the defences of a value.
type rules struct {
	fewest, base int
	// nearlyAll is the share of dwellings above which a number is "90 % or more".
	nearlyAll float64
}

var published = rules{fewest: Fewest, base: Base, nearlyAll: 0.9}

// Shown is how a value appears.
type Shown string

// How a value appears.
const (
	Withheld Shown = "withheld" // fewer than Fewest, or none
	Number   Shown = "number"
	Most     Shown = "90_percent_or_more"
)

// Value is that of a bin. Count is 0 unless a number is shown.
type Value struct {
	Shown Shown `json:"shown"`
	Count int   `json:"count,omitempty"`
}

// Contributor is a household (or the place of an incident) that counts, in its leaf.
type Contributor struct {
	Cell      geo.Cell
	Household uuid.UUID
}

// Release is what is published: a value for each bin of a partition, in its order.
type Release struct {
	Measure Measure
	Period  Period
	// Partition is the digest of the bins, of [Digest].
	Partition [sha256.Size]byte
	Values    []Value
}

// Make counts the distinct contributors of each bin and decides what may be told. key is
// that of the year. The order of the contributors does not matter, nor that one comes
// twice; those outside of all bins are in none.
func Make(key []byte, measure Measure, period Period, bins []Bin, contributors []Contributor) (Release, error) {
	partition, err := Digest(bins)
	if err != nil {
		return Release{}, err
	}
	made := Release{Measure: measure, Period: period, Partition: partition, Values: make([]Value, len(bins))}
	for i, households := range Assign(bins, contributors) {
		made.Values[i] = published.value(cellKey(key, measure.Name, households), bins[i].Dwellings, len(households))
	}
	return made, nil
}

// Assign gives the distinct households of each bin, in ascending order.
func Assign(bins []Bin, contributors []Contributor) [][]uuid.UUID {
	of := map[geo.Cell]int{}
	for i, bin := range bins {
		for _, cell := range bin.Cells {
			of[cell] = i
		}
	}
	households := make([][]uuid.UUID, len(bins))
	for _, c := range contributors {
		if i, in := of[c.Cell]; in {
			households[i] = append(households[i], c.Household)
		}
	}
	for i, list := range households {
		slices.SortFunc(list, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
		households[i] = slices.Compact(list)
	}
	return households
}

// value is what is told of n households of a bin.
func (r rules) value(key uint32, dwellings, n int) Value {
	switch {
	case n < r.fewest:
		return Value{Shown: Withheld}
	case float64(n) > r.nearlyAll*float64(dwellings):
		return Value{Shown: Most}
	}
	// Rounded at random to a multiple of the base, on average to n.
	count, rest := n-n%r.base, n%r.base
	if u := float64(key) / (1 << 32); u < float64(rest)/float64(r.base) {
		count += r.base
	}
	return Value{Shown: Number, Count: count}
}

// cellKey is a number that depends on who is counted and not on their order, uniform
// for whoever does not know the key.
func cellKey(key []byte, measure string, households []uuid.UUID) uint32 {
	var sum uint32
	for _, household := range households {
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s|%s", household, measure)
		sum += binary.BigEndian.Uint32(mac.Sum(nil))
	}
	return sum
}

// Keep holds bins of a stock at the values of the release before, where fewer than
// [FewestChanges] households changed since the value was made.
func (r *Release) Keep(before []Value, changed []int) {
	for i := range r.Values {
		if changed[i] < FewestChanges {
			r.Values[i] = before[i]
		}
	}
}

// Total is a sum over whole bins: what is shown, and of how many bins that is.
type Total struct {
	Count int `json:"count"`
	Shown int `json:"shown"`
	Of    int `json:"of"`
}

// Sum adds up the values of some bins, each once.
func (r Release) Sum(bins []int) Total {
	var total Total
	for _, i := range slices.Compact(slices.Sorted(slices.Values(bins))) {
		total.Of++
		if r.Values[i].Shown == Number {
			total.Shown++
			total.Count += r.Values[i].Count
		}
	}
	return total
}

// Within are the bins all of whose leaves have a mark: a drawn area has only whole bins.
func Within(bins []Bin, inside func(geo.Cell) bool) []int {
	var whole []int
	for i, bin := range bins {
		if !slices.ContainsFunc(bin.Cells, func(cell geo.Cell) bool { return !inside(cell) }) {
			whole = append(whole, i)
		}
	}
	return whole
}

// binDocument and document are the canonical forms that are hashed.
type binDocument struct {
	Bin       int      `json:"bin"`
	Dwellings int      `json:"dwellings"`
	Cells     []string `json:"cells"`
}

type document struct {
	Version   int     `json:"version"`
	Measure   string  `json:"measure"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	FrozenOn  string  `json:"frozen_on"`
	Fewest    int     `json:"fewest"`
	Base      int     `json:"base"`
	Partition string  `json:"partition"`
	Values    []Value `json:"values"`
}

// PartitionDocument is the canonical form of a partition, JSON on one line.
func PartitionDocument(bins []Bin) ([]byte, error) {
	list := make([]binDocument, len(bins))
	for i, bin := range bins {
		list[i] = binDocument{Bin: i, Dwellings: bin.Dwellings, Cells: make([]string, len(bin.Cells))}
		for j, cell := range bin.Cells {
			list[i].Cells[j] = cell.String()
		}
	}
	return json.Marshal(list)
}

// Digest is the SHA-256 of the partition's document.
func Digest(bins []Bin) ([sha256.Size]byte, error) {
	text, err := PartitionDocument(bins)
	return sha256.Sum256(text), err
}

// Document is the canonical form of a release, JSON on one line: the same bytes for
// ever. Its SHA-256 is the release's hash.
func (r Release) Document() ([]byte, error) {
	return json.Marshal(document{
		Version: 1, Measure: r.Measure.Name,
		From: r.Period.From.Format(time.DateOnly), To: r.Period.To.Format(time.DateOnly), FrozenOn: r.Period.FrozenOn().Format(time.DateOnly),
		Fewest: Fewest, Base: Base, Partition: hex.EncodeToString(r.Partition[:]), Values: r.Values,
	})
}
