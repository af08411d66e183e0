package casework_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/casework"
)

var update = flag.Bool("update", false, "draw the state machine of docs/cases.md anew")

// drawing is the machine as Mermaid draws it, a line for each pair of stages.
func drawing(moves []casework.Move) string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	said := map[string][]string{}
	var order []string
	for _, move := range moves {
		from := move.From
		if from == "" {
			from = "[*]"
		}
		line := fmt.Sprintf("    %s --> %s", from, move.To)
		if said[line] == nil {
			order = append(order, line)
		}
		said[line] = append(said[line], fmt.Sprintf("%s (%s)", move.Command, strings.Join(move.Actors, ", ")))
	}
	for _, line := range order {
		fmt.Fprintf(&b, "%s: %s\n", line, strings.Join(said[line], "; "))
	}
	b.WriteString("```")
	return b.String()
}

var drawn = regexp.MustCompile("(?s)```mermaid.*?```")

func TestStateMachine_IsDrawnInTheDocumentation(t *testing.T) {
	t.Parallel()
	o := open(t)
	moves, err := o.Moves(t.Context())
	must(t, err)
	const file = "../../docs/cases.md"
	text, err := os.ReadFile(file)
	must(t, err)
	want := drawn.ReplaceAllLiteralString(string(text), drawing(moves))
	if *update {
		must(t, os.WriteFile(file, []byte(want), 0o644))
	} else if want != string(text) {
		t.Error("docs/cases.md does not draw rounds.case_moves; run: go test ./geo/casework -run Drawn -update")
	}
	// Every stage is reached, and left or the end.
	reached := map[string]bool{}
	for _, move := range moves {
		reached[move.To] = true
	}
	for _, stage := range geo.ClosedLists().Codes("case_stages") {
		if !reached[stage] {
			t.Errorf("nothing leads to %s", stage)
		}
	}
}
