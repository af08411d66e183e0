// Package retention deletes what has been kept long enough: a clock for each class of
// data, a daily job that goes through all of them, and requests of residents for what
// is held of their place.
package retention

// Class is a kind of data with its clock. The table rounds.retention has the same
// (tested), and the function rounds.sweep_<Name> goes through some of its rows.
type Class struct {
	Name string
	// Age is how long it is kept, as PostgreSQL writes intervals; since when says the
	// function.
	Age string
	// Action is delete, forget (a column) or close (a round).
	Action string
}

// Classes are all that is not kept for good.
var Classes = []Class{
	{"visit_times", "72 hours", "forget"},
	{"outcomes", "30 days", "close"},
	{"rounds", "24 months", "delete"},
	{"incidents", "12 months", "delete"},
	{"incident_texts", "90 days", "delete"},
	{"unconfirmed_disputes", "30 days", "close"},
	{"mediation_notes", "90 days", "delete"},
	{"dispute_parties", "12 months", "delete"},
	{"photos", "30 days", "delete"},
	{"cases", "12 months", "delete"},
	{"case_texts", "90 days", "forget"},
	{"case_bookings", "0", "delete"},
	{"duty_shifts", "90 days", "delete"},
	{"staff_leave", "90 days", "delete"},
	{"sessions", "1 day", "delete"},
	{"exports", "24 hours", "delete"},
	{"imports", "24 months", "delete"},
	{"uploads", "24 hours", "delete"},
	{"import_changes", "14 days", "delete"},
	{"consents", "0", "delete"},
	{"support", "30 days", "delete"},
	{"consent_stubs", "24 months", "delete"},
	{"consent_tombstones", "10 days", "delete"},
	{"requests", "24 months", "delete"},
	{"erasures", "24 months", "delete"},
	{"reads", "24 months", "delete"},
	{"door_notes", "6 months", "delete"},
	{"pair_visits", "0", "delete"},
	{"lone_timers", "12 hours", "delete"},
	{"emergency_openings", "24 months", "delete"},
	{"opening_households", "60 days", "delete"},
	{"links", "0", "delete"},
	{"devices", "0", "delete"},
	{"ceremonies", "0", "delete"},
	{"unit_changes", "60 days", "delete"},
	{"messages", "30 days", "delete"},
	{"notices", "30 days", "delete"},
	{"operations", "30 days", "delete"},
}
