package geo

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// ListsJSON is every closed list with its translations, as it ships. Nothing that
// is attached to a place, a visit, an incident or a round has a value outside.
//
//go:embed lists.json
var ListsJSON []byte

// Term is an entry of a closed list.
type Term struct {
	Code string `json:"code"`
	// Kind, DueDays (the days within which it is due) and Branch (of the office that
	// deals with it) are those of a matter.
	Kind    string `json:"kind,omitempty"`
	DueDays *int   `json:"due_days,omitempty"`
	Branch  string `json:"branch,omitempty"`
	// Hidden says that an installation offers the matter no more.
	Hidden bool `json:"hidden,omitempty"`
	// Once says that a service is done once; others stand until the consent ends.
	Once    bool   `json:"once,omitempty"`
	English string `json:"en"`
	Chinese string `json:"zh"`
}

// Dispute is the kind of matter that only its parties bring.
const Dispute = "dispute"

// Lists are the closed lists by name: outcomes, purposes, matters and so on.
type Lists map[string][]Term

// ClosedLists gives the lists that ship with this release. The result is the
// caller's own.
func ClosedLists() Lists {
	lists := make(Lists, len(closedLists()))
	for name, terms := range closedLists() {
		lists[name] = slices.Clone(terms)
	}
	return lists
}

// Known says whether a list that ships has a code.
func Known(list, code string) bool {
	_, known := closedLists().Find(list, code)
	return known
}

// Read once: a phone that sends a day asks for them a hundred times.
var closedLists = sync.OnceValue(func() (lists Lists) {
	if err := json.Unmarshal(ListsJSON, &lists); err != nil {
		panic(err) // embedded, and read by a test
	}
	return lists
})

// Codes are the codes of a list in order; nil when there is no such list.
func (l Lists) Codes(name string) []string {
	var codes []string
	for _, term := range l[name] {
		codes = append(codes, term.Code)
	}
	return codes
}

// Find is the entry of a list with a code.
func (l Lists) Find(name, code string) (Term, bool) {
	i := slices.IndexFunc(l[name], func(t Term) bool { return t.Code == code })
	if i < 0 {
		return Term{}, false
	}
	return l[name][i], true
}
