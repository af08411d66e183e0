package search

import "context"

// halt looks now and then whether a search was called off, in steps that have many
// stops to go through: the first ones of an engine, as a rule.
type halt struct {
	ctx   context.Context
	count uint8
}

// haltEvery is how many stops are served or improved between looks: a few milliseconds
// at worst.
const haltEvery = 32

// called reports whether to stop.
func (h *halt) called() bool {
	h.count++
	return h.ctx != nil && h.count%haltEvery == 0 && h.ctx.Err() != nil
}
