// Package casework is the ledger of what is done about matters: cases with their steps,
// the units that have them, who is on duty, and the clocks.
//
// A case is the sum of its steps. The database alone appends one, along a line of the
// table case_moves, in the function case_command; this package asks it to, says why it
// refused, and reads. docs/cases.md draws the machine, docs/decisions/cases.md says why
// it is like this.
package casework
