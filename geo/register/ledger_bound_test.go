package register

import (
	"errors"
	"testing"
)

// What a look keeps of a ledger is bounded, and says so in words.
func TestBounded_RefusesMoreCasesThanALookHolds(t *testing.T) {
	t.Parallel()
	if err := bounded(mostCases); err != nil {
		t.Errorf("%d cases: %v", mostCases, err)
	}
	var refused *RefusedError
	if err := bounded(mostCases + 1); !errors.As(err, &refused) || refused.Complaints[0].Field != "file" {
		t.Errorf("%d cases: %v", mostCases+1, err)
	}
}
